import { ClientSession } from "../../lib/auth/mod.ts";
import { encode } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt } from "../../lib/crypto/mod.ts";
import { COMMANDS, type Request, type Response } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_ALG_MGF1,
  TPM_ES_NONE,
  TPM_KH_TRANSPORT,
  TPM_RT_TRANS,
  TPM_TAG_TRANSPORT_AUTH,
  TPM_TAG_TRANSPORT_PUBLIC,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_TRANSPORT_AUTH } from "../../lib/tpm12/structures/mod.ts";
import {
  transportLogDigest,
  transportLogSignInfo,
  verifyTransportLog,
} from "../../lib/verify/mod.ts";
import {
  encodeRequestBody,
  encodeResponseBody,
  requestDigest,
  responseDigest,
} from "../../lib/wire/mod.ts";
import type { Side } from "./side.ts";
import { action, type Authorization, type CommandStep, type Step, step } from "./step.ts";
import { type Expectation, publicKeyOf } from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";
import { logEntryOut, Tunnel } from "./tunnel.ts";

/** How {@linkcode openTransport} opens a session. */
export interface TransportOptions extends Pick<CommandStep<"TPM_Startup">, "title" | "code"> {
  /** Names the session among several; `transport` by default. */
  label?: string;
  /** Whether the steps that follow go through it; by default they do. */
  enter?: boolean;
  /** Label of the storage key that hides the secret; left out, it travels in the clear. */
  key?: string;
  /** Sessions, when it is not to be one for the key. */
  auths?: readonly (Authorization | string | Uint8Array)[];
  /** What travels for the secret, when it is not to be the right thing. */
  sent?: Uint8Array | ((side: Side) => Uint8Array);
  /** TPM_TRANSPORT_* bits, by default none. */
  transAttributes?: number;
  /** TPM_ALG_*, by default MGF1. */
  algId?: number;
  /** TPM_ES_*, by default none. */
  encScheme?: number;
}

/** The secret of every transport session here. */
export const SECRET: Uint8Array = secret("transport");
const DEFAULT = "transport";

const tunnels = new WeakMap<Side, Map<string, Tunnel>>();

function tunnelOf(side: Side, label: string): Tunnel {
  const tunnel = tunnels.get(side)?.get(label);
  if (tunnel === undefined) throw new TypeError(`Cannot use transport session ${label}: not open`);
  return tunnel;
}

/** Opens a transport session: the steps that follow go through it, up to closeTransport(). */
export function openTransport(options: TransportOptions = {}): Step[] {
  const { label = DEFAULT, enter = true, key, sent, auths } = options;
  const { transAttributes = 0, algId = TPM_ALG_MGF1, encScheme = TPM_ES_NONE } = options;
  const { title, code } = options;
  const request = (side: Side): Request<"TPM_EstablishTransport"> => ({
    encHandle: key === undefined ? TPM_KH_TRANSPORT : side.handle(key),
    transPublic: { tag: TPM_TAG_TRANSPORT_PUBLIC, transAttributes, algId, encScheme },
    secret: typeof sent === "function"
      ? sent(side)
      : sent ?? (key === undefined ? SECRET : hiddenSecret(side, key)),
  });
  let asked: Request<"TPM_EstablishTransport">;
  const open = step({
    command: "TPM_EstablishTransport",
    request: (side) => asked = request(side),
    auths: auths ?? (key === undefined ? [] : [key]),
    keep: (side, answer) => {
      if (!tunnels.has(side)) tunnels.set(side, new Map());
      tunnels.get(side)!.set(label, newTunnel(side, asked, answer));
    },
    ...(title && { title }),
    ...(code && { code }),
  });
  return enter && code === undefined ? [open, ...inTransport(label)] : [open];
}

function newTunnel(
  side: Side,
  request: Request<"TPM_EstablishTransport">,
  answer: Response<"TPM_EstablishTransport">,
): Tunnel {
  const row = COMMANDS.TPM_EstablishTransport;
  const { ordinal } = row;
  const session = new ClientSession({
    authHandle: answer.transHandle,
    nonceEven: answer.transNonceEven.slice(),
    random: side.random,
  });
  const tunnel = new Tunnel(side, {
    session,
    secret: SECRET,
    transPublic: request.transPublic,
    ticks: answer.currentTicks,
  });
  const inDigest = requestDigest(ordinal, encodeRequestBody(row, request));
  const outDigest = responseDigest(ordinal, encodeResponseBody(row, answer));
  tunnel.logIn(inDigest, ZEROS);
  tunnel.logOut(outDigest, answer);
  return tunnel;
}

/** What travels for the secret of a session: TPM_TRANSPORT_AUTH, encrypted to a key. */
export function hiddenSecret(
  side: Side,
  key: string,
  plain: Uint8Array = encode(TPM_TRANSPORT_AUTH, { tag: TPM_TAG_TRANSPORT_AUTH, authData: SECRET }),
): Uint8Array {
  return rsaOaepEncrypt(publicKeyOf(side, key), plain, { random: side.random });
}

/** The handle of a transport session. */
export function transportHandle(side: Side, label: string = DEFAULT): number {
  return tunnelOf(side, label).session.authHandle;
}

/** Enters a transport session that is open; the steps that follow go through it. */
export function inTransport(label: string = DEFAULT): Step[] {
  return [action(`into transport session ${label}`, (side) => tunnelOf(side, label).enter())];
}

/** Leaves the transport session entered last; it stays open. */
export function leaveTransport(): Step {
  return action("out of the transport session", (side) => {
    if (!(side.machine instanceof Tunnel)) throw new TypeError("Cannot leave: in no session");
    side.machine.leave();
  });
}

/** Makes the HMAC of the next command that goes through a session wrong. */
export function forgeNext(label: string = DEFAULT): Step {
  return action("forge the next", (side) => tunnelOf(side, label).forgeNext = true);
}

/** Has the session end with the next command that goes through it. */
export function endWithNext(label: string = DEFAULT): Step {
  return action("end with the next", (side) => tunnelOf(side, label).endWithNext = true);
}

/** Closes a transport session. */
export function flushTransport(
  label: string = DEFAULT,
  expectation: Pick<CommandStep<"TPM_Startup">, "title" | "code"> = {},
): Step {
  return step({
    command: "TPM_FlushSpecific",
    title: `transport session ${label}`,
    request: (side) => ({
      handle: tunnelOf(side, label).session.authHandle,
      resourceType: TPM_RT_TRANS,
    }),
    ...expectation,
  });
}

/** Leaves the transport session entered last, and closes it. */
export function closeTransport(): Step[] {
  return [leaveTransport(), flushTransport()];
}

/** Lets a transport session be used by its label, as any session. */
export function exposeTransport(label: string = DEFAULT): Step {
  return action("the session as one of its user", (side) => {
    side.sessions.set(label, tunnelOf(side, label).session);
  });
}

/** How {@linkcode releaseTransport} ends a session. */
export interface ReleaseOptions extends Expectation {
  /** Label of the session. */
  label?: string;
  /** Label of the key that signs. */
  key: string;
  /** The key's session, by default one with its secret; `null` for none. */
  keyAuth?: Authorization | null;
  /** Spoils the transport session's part of the request. */
  transport?: Partial<Authorization>;
}

/** Ends a transport session by TPM_ReleaseTransportSigned, and verifies the log it signs. */
export function releaseTransport(options: ReleaseOptions): Step[] {
  const { label = DEFAULT, key, keyAuth = { entity: key }, transport, title, code } = options;
  const antiReplay = secret("antiReplay");
  const row = COMMANDS.TPM_ReleaseTransportSigned;
  const release = step({
    command: "TPM_ReleaseTransportSigned",
    request: (side) => ({ keyHandle: side.handle(key), antiReplay }),
    auths: () => [
      ...(keyAuth === null ? [] : [keyAuth]),
      { session: label, entity: SECRET, ...transport },
    ],
    keep: (side, { signature, locality, currentTicks }) => {
      const parameters = requestDigest(row.ordinal, antiReplay);
      const entries = [
        ...tunnelOf(side, label).log,
        logEntryOut({ parameters, currentTicks, locality }),
      ];
      const transDigest = verifyTransportLog({
        signInfo: transportLogSignInfo(transportLogDigest(entries), antiReplay),
        publicKey: publicKeyOf(side, key),
        signature,
        nonce: antiReplay,
        entries,
      });
      side.values.set("log", transDigest);
    },
    ...(title && { title }),
    ...(code && { code }),
  });
  return [exposeTransport(label), release];
}
