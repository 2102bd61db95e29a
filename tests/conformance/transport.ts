import { ClientSession, transportCrypt } from "../../lib/auth/mod.ts";
import { encode, Reader } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt, sha1 } from "../../lib/crypto/mod.ts";
import { commandByOrdinal, COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_ALG_MGF1,
  TPM_ES_NONE,
  TPM_KH_TRANSPORT,
  TPM_RT_TRANS,
  TPM_TAG_RQU_COMMAND,
  TPM_TAG_RSP_COMMAND,
  TPM_TAG_TRANSPORT_AUTH,
  TPM_TAG_TRANSPORT_PUBLIC,
  TPM_TRANSPORT_ENCRYPT,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_TRANSPORT_AUTH, type TpmTransportPublic } from "../../lib/tpm12/structures/mod.ts";
import {
  AUTH_REQUEST_SIZE,
  AUTH_RESPONSE_SIZE,
  encodeRequest,
  HEADER_SIZE,
  layoutOf,
  requestDigest,
  responseDigest,
  splitResponse,
} from "../../lib/wire/mod.ts";
import type { Machine, Side } from "./side.ts";
import { action, type Step, step } from "./step.ts";
import { type Expectation, publicKeyOf } from "./steps.ts";
import { secret } from "./templates.ts";

/** How {@linkcode openTransport} opens a session. */
export interface TransportOptions extends Expectation {
  /** Label of the storage key that hides the secret; left out, it travels in the clear. */
  key?: string;
  /** TPM_TRANSPORT_* bits, by default none. */
  transAttributes?: number;
  /** TPM_ALG_*, by default MGF1. */
  algId?: number;
  /** TPM_ES_*, by default none. */
  encScheme?: number;
}

/** The secret of every transport session here. */
const SECRET = secret("transport");

/** Opens a transport session: the steps that follow go through it, up to closeTransport(). */
export function openTransport(options: TransportOptions = {}): Step {
  const { key, transAttributes = 0, algId = TPM_ALG_MGF1, encScheme = TPM_ES_NONE } = options;
  const { title, code } = options;
  const encrypts = (transAttributes & TPM_TRANSPORT_ENCRYPT) !== 0;
  const transPublic: TpmTransportPublic = {
    tag: TPM_TAG_TRANSPORT_PUBLIC,
    transAttributes,
    algId,
    encScheme,
  };
  const cipher = encrypts ? { algId, encScheme, authData: SECRET } : undefined;
  return step({
    command: "TPM_EstablishTransport",
    request: (side) => ({
      encHandle: key === undefined ? TPM_KH_TRANSPORT : side.handle(key),
      transPublic,
      secret: key === undefined ? SECRET : hiddenSecret(side, key),
    }),
    auths: key === undefined ? [] : [key],
    keep: (side, { transHandle, transNonceEven }) => {
      side.machine = new Tunnel(side.machine, {
        session: new ClientSession({
          authHandle: transHandle,
          nonceEven: transNonceEven.slice(),
          random: side.random,
        }),
        cipher,
      });
    },
    ...(title && { title }),
    ...(code && { code }),
  });
}

/** Leaves the transport session entered last, and closes it. */
export function closeTransport(): Step[] {
  const leave = action("out of the transport session", (side) => {
    if (!(side.machine instanceof Tunnel)) throw new TypeError("Cannot leave: in no session");
    side.values.set("transport handle", side.machine.handle);
    side.machine = side.machine.outside;
  });
  const flush = step({
    command: "TPM_FlushSpecific",
    title: "the transport session",
    request: (side) => ({ handle: side.number("transport handle"), resourceType: TPM_RT_TRANS }),
  });
  return [leave, flush];
}

function hiddenSecret(side: Side, key: string): Uint8Array {
  const auth = encode(TPM_TRANSPORT_AUTH, { tag: TPM_TAG_TRANSPORT_AUTH, authData: SECRET });
  return rsaOaepEncrypt(publicKeyOf(side, key), auth, { random: side.random });
}

const ROW = COMMANDS.TPM_ExecuteTransport;

/** A transport session: wraps each command, and checks the HMAC of what comes (Part 3, 24.2). */
class Tunnel implements Machine {
  readonly outside: Machine;
  readonly #session: ClientSession;
  readonly #cipher: Parameters<typeof transportCrypt>[0] | undefined;

  constructor(
    outside: Machine,
    how: { session: ClientSession; cipher: Parameters<typeof transportCrypt>[0] | undefined },
  ) {
    this.outside = outside;
    this.#session = how.session;
    this.#cipher = how.cipher;
  }

  get handle(): number {
    return this.#session.authHandle;
  }

  /** The answer to the command inside; that to TPM_ExecuteTransport itself when it is an error. */
  execute(command: Uint8Array): Uint8Array {
    const ordinal = command.slice(6, 10);
    const { nonceOdd, nonceEven } = this.#session;
    const data = requestData(command);
    const h1 = sha1(ordinal, data);
    const digest = requestDigest(ROW.ordinal, concat(u32(command.length), h1));
    const auth = this.#session.authorize(digest, { secret: SECRET, continueAuthSession: true });
    const wrappedCmd = command.slice();
    requestData(wrappedCmd).set(this.#crypt(data, "in", { nonceEven, nonceOdd }));
    const response = this.outside.execute(encodeRequest(ROW, { wrappedCmd }, [auth]));
    const { returnCode, body, auths } = splitResponse(ROW, response);
    if (returnCode !== 0) return response;
    const reader = new Reader(body);
    const ticksAndLocality = reader.bytes(12);
    const answer = reader.bytes(reader.u32()).slice();
    const outData = responseData(answer, ordinal);
    const nonces = { nonceEven: auths[0]!.nonceEven, nonceOdd };
    outData.set(this.#crypt(outData, "out", nonces));
    const h2 = sha1(answer.subarray(6, 10), ordinal, outData);
    const outBody = concat(ticksAndLocality, u32(answer.length), h2);
    const outDigest = responseDigest(ROW.ordinal, outBody);
    if (!this.#session.verify(outDigest, auths[0]!, { secret: SECRET })) {
      throw new Error("TPM_ExecuteTransport is answered with a wrong HMAC");
    }
    return answer;
  }

  reset(): void {
    this.outside.reset();
  }

  setLocality(locality: number): void {
    this.outside.setLocality(locality);
  }

  save(): never {
    throw new TypeError("Cannot save a TPM within a transport session");
  }

  restore(): never {
    throw new TypeError("Cannot restore a TPM within a transport session");
  }

  #crypt(
    data: Uint8Array,
    direction: "in" | "out",
    nonces: Parameters<typeof transportCrypt>[1],
  ): Uint8Array {
    return this.#cipher === undefined
      ? data
      : transportCrypt(this.#cipher, nonces, { direction, data });
  }
}

/** What is encrypted of a request: all between its handles and its sessions. */
function requestData(request: Uint8Array): Uint8Array {
  const view = new DataView(request.buffer, request.byteOffset);
  const row = commandByOrdinal(view.getUint32(6));
  const sessions = view.getUint16(0) - TPM_TAG_RQU_COMMAND;
  return middle(request, row && layoutOf(row).handles, sessions * AUTH_REQUEST_SIZE);
}

/** What is encrypted of an answer; nothing of an error. */
function responseData(response: Uint8Array, ordinal: Uint8Array): Uint8Array {
  const row = commandByOrdinal(new DataView(ordinal.buffer).getUint32(0));
  const view = new DataView(response.buffer, response.byteOffset);
  if (view.getUint32(6) !== 0) return response.subarray(HEADER_SIZE);
  const sessions = view.getUint16(0) - TPM_TAG_RSP_COMMAND;
  return middle(response, row && layoutOf(row).outHandles, sessions * AUTH_RESPONSE_SIZE);
}

function middle(
  message: Uint8Array,
  handles: ReturnType<typeof layoutOf>["handles"] = [],
  end: number,
): Uint8Array {
  const reader = new Reader(message);
  reader.bytes(HEADER_SIZE);
  for (const [, codec] of handles) codec.read(reader);
  return message.subarray(reader.offset, message.length - end);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
