import { type ClientSession, transportCrypt } from "../../lib/auth/mod.ts";
import { CodecError, encode, Reader } from "../../lib/codec/mod.ts";
import { sha1 } from "../../lib/crypto/mod.ts";
import {
  type Command,
  commandByOrdinal,
  COMMANDS,
  TPM_KEY_HANDLE,
} from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_KH_EK,
  TPM_RT_KEY,
  TPM_TAG_TRANSPORT_LOG_IN,
  TPM_TAG_TRANSPORT_LOG_OUT,
  TPM_TRANSPORT_ENCRYPT,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_STORE_PUBKEY,
  type TpmCurrentTicks,
  type TpmTransportLogOut,
  type TpmTransportPublic,
} from "../../lib/tpm12/structures/mod.ts";
import type { TransportLogEntry } from "../../lib/verify/mod.ts";
import {
  encodeRequest,
  HEADER_SIZE,
  layoutOf,
  requestDigest,
  responseDigest,
  splitResponse,
  wrappedRequestData,
  wrappedResponseData,
} from "../../lib/wire/mod.ts";
import { u32 } from "../bytes.ts";
import type { Machine, Side } from "./side.ts";
import { publicKeyOf } from "./steps.ts";
import { ZEROS } from "./templates.ts";

const ROW = COMMANDS.TPM_ExecuteTransport;

/** What a {@linkcode Tunnel} is made of. */
export interface TunnelParts {
  /** The session, as a caller sees it. */
  session: ClientSession;
  /** Its secret. */
  secret: Uint8Array;
  /** Attributes and cipher. */
  transPublic: TpmTransportPublic;
  /** The ticks when it was opened. */
  ticks: TpmCurrentTicks;
}

/**
 * The caller's half of a transport session: wraps each command, checks the HMAC of what comes, and
 * keeps the log that the TPM should have (Part 3, 24.2).
 */
export class Tunnel implements Machine {
  /** The session. */
  readonly session: ClientSession;
  /** The log so far. */
  readonly log: TransportLogEntry[] = [];
  /** Prove the next command with a wrong HMAC. */
  forgeNext = false;
  /** Let the session end with the next command. */
  endWithNext = false;
  readonly #side: Side;
  readonly #parts: TunnelParts;
  #outside: Machine | undefined;

  /** Round a session that was opened on a side. */
  constructor(side: Side, parts: TunnelParts) {
    this.#side = side;
    this.#parts = parts;
    this.session = parts.session;
  }

  /** Has the side's commands go through. */
  enter(): void {
    this.#outside = this.#side.machine;
    this.#side.machine = this;
  }

  /** Undoes {@linkcode Tunnel.enter}. */
  leave(): void {
    this.#side.machine = this.#machine;
    this.#outside = undefined;
  }

  /** The answer to the command inside; that to TPM_ExecuteTransport itself when it is an error. */
  execute(command: Uint8Array): Uint8Array {
    const { nonceOdd, nonceEven } = this.session;
    const wrappedCmd = command.slice();
    const { row, ordinal, data } = parts(wrappedCmd);
    const h1 = sha1(ordinal, data);
    const pubKeyHash = row === undefined ? ZEROS : this.#pubKeyHash(row, command, data);
    const digest = requestDigest(ROW.ordinal, concat(u32(command.length), h1));
    const auth = this.session.authorize(digest, {
      secret: this.forgeNext ? ZEROS : this.#parts.secret,
      continueAuthSession: !this.endWithNext,
    });
    this.forgeNext = this.endWithNext = false;
    this.#crypt("in", { nonceEven, nonceOdd }, data);
    const response = this.#machine.execute(encodeRequest(ROW, { wrappedCmd }, [auth]));
    const { returnCode, body, auths } = splitResponse(ROW, response);
    if (returnCode !== 0) return response;
    const reader = new Reader(body);
    const ticksAndLocality = reader.bytes(12);
    const answer = reader.bytes(reader.u32()).slice();
    const outData = row === undefined ? new Uint8Array() : wrappedResponseData(row, answer);
    this.#crypt("out", { nonceEven: auths[0]!.nonceEven, nonceOdd }, outData);
    const h2 = sha1(answer.subarray(6, 10), ordinal, outData);
    const outBody = concat(ticksAndLocality, u32(answer.length), h2);
    const outDigest = responseDigest(ROW.ordinal, outBody);
    if (!this.session.verify(outDigest, auths[0]!, { secret: this.#parts.secret })) {
      throw new Error("TPM_ExecuteTransport is answered with a wrong HMAC");
    }
    const told = new Reader(ticksAndLocality);
    const currentTicks = { ...this.#parts.ticks, currentTicks: told.u64() };
    this.logIn(h1, pubKeyHash);
    this.logOut(h2, { currentTicks, locality: told.u32() });
    return answer;
  }

  /** Adds a request to the log. */
  logIn(parameters: Uint8Array, pubKeyHash: Uint8Array): void {
    this.log.push({ tag: TPM_TAG_TRANSPORT_LOG_IN, parameters, pubKeyHash });
  }

  /** Adds an answer to the log. */
  logOut(parameters: Uint8Array, when: { currentTicks: TpmCurrentTicks; locality: number }): void {
    this.log.push(logEntryOut({ ...when, parameters }));
  }

  /** As {@linkcode Machine.reset}. */
  reset(): void {
    this.#machine.reset();
  }

  /** As {@linkcode Machine.setLocality}. */
  setLocality(locality: number): void {
    this.#machine.setLocality(locality);
  }

  /** A TPM is not saved from within a session. */
  save(): never {
    throw new TypeError("Cannot save a TPM within a transport session");
  }

  /** Nor is it restored. */
  restore(): never {
    throw new TypeError("Cannot restore a TPM within a transport session");
  }

  get #machine(): Machine {
    if (this.#outside === undefined) throw new TypeError("Cannot use a tunnel: not entered");
    return this.#outside;
  }

  #crypt(
    direction: "in" | "out",
    nonces: Parameters<typeof transportCrypt>[1],
    data: Uint8Array,
  ): void {
    const { transPublic, secret: authData } = this.#parts;
    if ((transPublic.transAttributes & TPM_TRANSPORT_ENCRYPT) === 0) return;
    data.set(transportCrypt({ ...transPublic, authData }, nonces, { direction, data }));
  }

  /** The keys of a command: by its handles, by a handle inside, or by a resource type. */
  #pubKeyHash(row: Command, command: Uint8Array, data: Uint8Array): Uint8Array {
    if (row.name === "TPM_DSAP") return ZEROS;
    const reader = new Reader(command);
    reader.bytes(HEADER_SIZE);
    const given = layoutOf(row).handles.map(([, codec]) => ({ codec, value: codec.read(reader) }));
    const handles = given.filter(({ codec }) => codec === TPM_KEY_HANDLE).map((it) => it.value);
    if (row.name === "TPM_OwnerReadInternalPub") handles.push(new Reader(data).u32());
    if (["TPM_FlushSpecific", "TPM_SaveContext"].includes(row.name)) {
      if (new Reader(data).u32() === TPM_RT_KEY) handles.push(given[0]!.value);
    }
    const digests = handles.map((handle) => this.#keyDigest(handle as number));
    return digests.length === 0 ? ZEROS : sha1(...digests);
  }

  #keyDigest(handle: number): Uint8Array {
    const side = this.#side;
    const known = [...side.keys.values()].some((key) => key.handle === handle);
    if (!known && handle !== TPM_KH_EK) return ZEROS;
    const key = known ? publicKeyOf(side, side.labelOf(handle)) : side.ek!;
    return sha1(encode(TPM_STORE_PUBKEY, { key: key.modulus }));
  }
}

/** An entry of the log for an answer. */
export function logEntryOut(entry: Omit<TpmTransportLogOut, "tag">): TpmTransportLogOut {
  return { tag: TPM_TAG_TRANSPORT_LOG_OUT, ...entry };
}

/** Row, ordinal and parameters of a command, as far as it has them. */
function parts(command: Uint8Array): {
  row: Command | undefined;
  ordinal: Uint8Array;
  data: Uint8Array;
} {
  const ordinal = command.slice(6, 10);
  const rest = { ordinal, row: undefined, data: command.subarray(HEADER_SIZE) };
  if (ordinal.length < 4) return rest;
  const row = commandByOrdinal(new Reader(ordinal).u32());
  if (row === undefined) return rest;
  try {
    return { row, ordinal, data: wrappedRequestData(row, command) };
  } catch (error) {
    if (error instanceof CodecError) return { ...rest, row };
    throw error;
  }
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
