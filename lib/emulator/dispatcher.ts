import { CodecError, Reader, Writer } from "../codec/mod.ts";
import { authHmac } from "../auth/mod.ts";
import { copyBytes } from "../crypto/mod.ts";
import { type Command, commandByOrdinal } from "../tpm12/commands/mod.ts";
import { TPM_PID_DSAP, TPM_TAG_RQU_COMMAND, TPM_TAG_RSP_COMMAND } from "../tpm12/constants/mod.ts";
import { type ReturnCodeName, tpmError, TssError } from "../tpm12/tss_error.ts";
import {
  AUTH_REQUEST,
  AUTH_RESPONSE,
  type AuthRequest,
  encodeErrorResponse,
  layoutOf,
  readFields,
  readRequestHeader,
  responseDigest,
  sessionsOfTag,
  type Values,
  writeFields,
} from "../wire/mod.ts";
import { auditCommand } from "./audit.ts";
import { authorizeCall } from "./authorization.ts";
import { Call, type SessionUse, type Wrapping } from "./call.ts";
import { HANDLERS } from "./handlers/mod.ts";
import { requireState } from "./state_check.ts";
import type { Tpm } from "./tpm.ts";

/** What came of one request. */
export interface Execution {
  /** The answer. */
  readonly response: Uint8Array;
  /** The command; `undefined` for a request whose ordinal could not be read or is no command's. */
  readonly command: Command | undefined;
  /** Why it was refused. */
  readonly error: TssError | null;
}

/** Executes one request; `wrapping` when it came inside a transport session. */
export function execute(
  tpm: Tpm,
  packet: Uint8Array,
  wrapping: Wrapping | null = null,
): Execution {
  let command: Command | undefined;
  let call: Call | undefined;
  try {
    const reader = new Reader(packet);
    const { tag, paramSize, ordinal } = readRequestHeader(reader);
    if (paramSize !== packet.length) {
      throw tpmError(
        "TPM_BAD_PARAM_SIZE",
        `paramSize is ${paramSize}, ${packet.length} bytes came`,
      );
    }
    command = commandByOrdinal(ordinal);
    disturb(tpm, command, wrapping);
    if (command === undefined || !tpm.knows(command)) {
      const error = tpmError("TPM_BAD_ORDINAL", `ordinal 0x${ordinal.toString(16)} is not served`);
      return { response: encodeErrorResponse(error.code, responseTag(tag)), command, error };
    }
    if (wrapping !== null && command.transport === "refused") {
      throw tpmError("TPM_NO_WRAP_TRANSPORT", `${command.name} cannot be wrapped`);
    }
    const request: Values = {};
    call = parse(tpm, reader, { command, tag, request, wrapping });
    leaveExclusive(tpm, call);
    authorizeCall(tpm, call, request);
    // The table ties each handler to its row's types; here the row is only known by number.
    const handler = HANDLERS[command.name] as unknown as AnyHandler;
    // What holds before the command decides (Part 3, 8.1, Description 3.b).
    const audited = tpm.auditsOrdinal(command.ordinal);
    const values = handler(tpm, request, call);
    return { response: answer(tpm, call, { values, audited }), command, error: null };
  } catch (thrown) {
    const error = refusal(tpm, thrown);
    if (call !== undefined) endSessions(tpm, call);
    saveAfterError(tpm);
    return { response: encodeErrorResponse(error.code), command, error };
  }
}

type AnyHandler = (tpm: Tpm, request: Values, call: Call) => Values;

/** The tag of the answer to a request; that of a request which is none has no sessions. */
function responseTag(tag: number): number {
  return TPM_TAG_RSP_COMMAND + (sessionsOfTag(tag) ?? 0);
}

/**
 * What any request ends by coming in, that of an unknown command too: a SHA-1 thread, a saved
 * state once the TPM is started, an exclusive transport session.
 */
function disturb(tpm: Tpm, command: Command | undefined, wrapping: Wrapping | null): void {
  if (!command?.keepsSha1Thread) tpm.volatile.sha1Thread = null;
  if (!command?.keepsSavedState && !tpm.postInitialise) tpm.store.dropVolatile();
  const inSession = wrapping !== null || command?.auth.some((role) => role.for === "transport");
  if (!inSession) endExclusive(tpm);
}

/** A command in another transport session ends the exclusive one too (Part 3, 24.1, action 9.a). */
function leaveExclusive(tpm: Tpm, call: Call): void {
  const use = call.use("transport");
  if (use !== undefined && use.block.authHandle !== tpm.volatile.transportExclusive) {
    endExclusive(tpm);
  }
}

function endExclusive({ volatile }: Tpm): void {
  if (volatile.transportExclusive === 0) return;
  volatile.transportSessions.delete(volatile.transportExclusive);
  volatile.transportExclusive = 0;
}

/**
 * Reads parameters, checks the state, the tag and the sessions' blocks, in this order: an error
 * here leaves the sessions alive.
 */
function parse(
  tpm: Tpm,
  reader: Reader,
  { command, tag, request, wrapping }: {
    readonly command: Command;
    readonly tag: number;
    readonly request: Values;
    readonly wrapping: Wrapping | null;
  },
): Call {
  const layout = layoutOf(command);
  readFields(reader, command.name, { fields: layout.handles, values: request });
  const start = reader.offset;
  readFields(reader, command.name, { fields: layout.in, values: request });
  const body = reader.slice(start, reader.offset);
  requireState(tpm, command, tag !== TPM_TAG_RQU_COMMAND);
  const count = sessionsOfTag(tag);
  if (count === undefined || !acceptsSessions(command, count)) {
    throw tpmError("TPM_BADTAG", `${command.name} does not come with tag 0x${tag.toString(16)}`);
  }
  const blocks: AuthRequest[] = [];
  for (let i = 0; i < count; i++) blocks.push(AUTH_REQUEST.read(reader));
  if (reader.remaining > 0) {
    throw tpmError("TPM_BAD_PARAM_SIZE", `${reader.remaining} bytes are left over`);
  }
  return new Call(tpm, { command, body, blocks, wrapping });
}

/** Roles may be left out from the front when they are optional. */
function acceptsSessions(command: Command, count: number): boolean {
  const missing = command.auth.length - count;
  if (missing < 0) return false;
  for (let i = 0; i < missing; i++) if (!command.auth[i]!.optional) return false;
  return true;
}

/** One answer is written at a time: that of a wrapped command is complete before the outer one. */
const answerWriter = new Writer(4096);

/** Encodes the answer, saves what changed, and only then lets sessions go on. */
function answer(
  tpm: Tpm,
  call: Call,
  { values, audited }: { readonly values: Values; readonly audited: boolean },
): Uint8Array {
  const { command } = call;
  const { outHandles, out } = layoutOf(command);
  const writer = answerWriter;
  writer.reset();
  writer.u16(TPM_TAG_RSP_COMMAND + call.sessions.length);
  writer.u32(0);
  writer.u32(0);
  writeFields(writer, command.name, { fields: outHandles, values });
  const start = writer.length;
  writeFields(writer, command.name, { fields: out, values });
  if (audited || call.sessions.length > 0) {
    const body = call.responseBody ?? writer.slice(start);
    const digest = responseDigest(command.ordinal, body);
    if (audited) auditCommand(tpm, call, digest);
    for (const use of call.sessions) writeSession(tpm, writer, { use, digest });
  }
  writer.setU32(2, writer.length);
  const response = copyBytes(writer.finish());
  if (response.length > tpm.limits.buffer) {
    throw tpmError("TPM_SIZE", `the answer has ${response.length} bytes`);
  }
  tpm.saveChanges();
  return response;
}

/** Rolls the session's nonce, signs the answer, wipes the key of that, and ends the session if it is to end. */
function writeSession(
  tpm: Tpm,
  writer: Writer,
  { use, digest }: { readonly use: SessionUse; readonly digest: Uint8Array },
): void {
  const { session, hmacKey, block } = use;
  if (session === null || hmacKey === null) {
    throw new TypeError(`The ${use.role.for} session was not checked`);
  }
  const nonceEven = use.nextNonceEven ?? tpm.random(20);
  const continueAuthSession = use.continueAuthSession && !isEnded(use);
  session.nonceEven = nonceEven;
  const authData = authHmac(hmacKey, {
    digest,
    nonceEven,
    nonceOdd: block.nonceOdd,
    continueAuthSession,
  });
  hmacKey.fill(0);
  AUTH_RESPONSE.write(writer, { nonceEven, continueAuthSession, authData });
  if (!continueAuthSession) endSession(tpm, use);
}

function isEnded({ role, session }: SessionUse): boolean {
  if (role.ends === "always") return true;
  return role.ends === "DSAP" && session !== null && "protocolID" in session &&
    session.protocolID === TPM_PID_DSAP;
}

function endSession(tpm: Tpm, { role, block }: SessionUse): void {
  const { volatile } = tpm;
  if (role.for === "transport") {
    volatile.transportSessions.delete(block.authHandle);
    if (volatile.transportExclusive === block.authHandle) volatile.transportExclusive = 0;
  } else volatile.authSessions.delete(block.authHandle);
}

/** An error ends the sessions of its request (Part 1, 13.2). */
function endSessions(tpm: Tpm, call: Call): void {
  for (const use of call.sessions) {
    use.hmacKey?.fill(0);
    endSession(tpm, use);
  }
}

/** What a failed command leaves changed is the count of failed authorisations. */
function saveAfterError(tpm: Tpm): void {
  try {
    tpm.saveChanges();
  } catch (error) {
    tpm.fail(`the state could not be saved: ${(error as Error).message}`);
  }
}

/** Any error as a TPM error; one of our own making is TPM_FAIL, and failure mode after it. */
function refusal(tpm: Tpm, thrown: unknown): TssError {
  if (thrown instanceof TssError) return thrown;
  if (thrown instanceof CodecError) {
    const { reason, message } = thrown;
    return tpmError(isReturnCodeName(reason) ? reason : CODEC_CODES[reason], message);
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  tpm.fail(message);
  return tpmError("TPM_FAIL", message);
}

/** Return codes for a parameter that cannot be read. */
const CODEC_CODES = {
  truncated: "TPM_BAD_PARAM_SIZE",
  trailing: "TPM_BAD_PARAM_SIZE",
  bool: "TPM_BAD_PARAMETER",
  tag: "TPM_INVALID_STRUCTURE",
  value: "TPM_BAD_PARAMETER",
} as const;

function isReturnCodeName(reason: string): reason is ReturnCodeName {
  return reason.startsWith("TPM_");
}
