import { Reader, Writer } from "../codec/mod.ts";
import { type Command, commandByOrdinal } from "../tpm12/commands/mod.ts";
import { TPM_KEY_HANDLE } from "../tpm12/commands/scalars.ts";
import {
  AUTH_REQUEST,
  AUTH_REQUEST_SIZE,
  AUTH_RESPONSE,
  AUTH_RESPONSE_SIZE,
  type AuthRequest,
  type AuthResponse,
  encodeErrorResponse,
  layoutOf,
  readRequestHeader,
  REQUEST_TAGS,
  sessionsOfTag,
} from "../wire/mod.ts";
import { TPM_TAG_RSP_COMMAND } from "../tpm12/constants/tags.ts";
import type { Answer } from "./answer.ts";
import type { Conversion } from "./conversion.ts";
import type { Values } from "./slot.ts";

/** Sessions of the wrapped command that the wire has places for. */
const WRAPPED_SESSIONS = 2;

type Sessions<T> = readonly (T | null)[];

/**
 * The TCS interface takes and gives the wrapped command whole; the wire takes it apart: ordinal,
 * key handles, parameters and sessions each have their place.
 */
export const WRAPPED_COMMAND: Conversion = { toRequest, fromRequest, toAnswer, fromAnswer };

function toRequest({ wrappedCmd, auths, ...rest }: Values): Values {
  const reader = new Reader(wrappedCmd as Uint8Array);
  const { tag, ordinal } = readRequestHeader(reader);
  const sessions = sessionsOfTag(tag) ?? 0;
  const rghHandles = readHandles(reader, keysOf(layoutOfOrdinal(ordinal)?.handles));
  const length = reader.remaining - sessions * AUTH_REQUEST_SIZE;
  return {
    ...rest,
    unWrappedCommandOrdinal: ordinal,
    rghHandles,
    rgbWrappedCmdParamIn: reader.bytes(Math.max(0, length)),
    auths: [
      ...readSessions(sessions, () => AUTH_REQUEST.read(reader)),
      (auths as Sessions<AuthRequest>)[0],
    ],
  };
}

function fromRequest(fields: Values): Values {
  const auths = fields.auths as Sessions<AuthRequest>;
  const wrapped = sessionsIn(auths);
  const writer = new Writer();
  writer.u16(REQUEST_TAGS[wrapped.length]!);
  writer.u32(0);
  writer.u32(fields.unWrappedCommandOrdinal as number);
  for (const handle of fields.rghHandles as number[]) writer.u32(handle);
  writer.bytes(fields.rgbWrappedCmdParamIn as Uint8Array);
  for (const auth of wrapped) AUTH_REQUEST.write(writer, auth);
  writer.setU32(2, writer.length);
  return { wrappedCmd: writer.finish(), auths: [auths[WRAPPED_SESSIONS]] };
}

function toAnswer(given: unknown, request: Values): Answer {
  const { wrappedRsp, auths, ...rest } = given as Values;
  const reader = new Reader(wrappedRsp as Uint8Array);
  const tag = reader.u16();
  reader.u32();
  const wrappedCmdReturnCode = reader.u32();
  const sessions = wrappedCmdReturnCode === 0 ? tag - TPM_TAG_RSP_COMMAND : 0;
  const layout = layoutOfOrdinal(request.unWrappedCommandOrdinal as number);
  const keys = wrappedCmdReturnCode === 0 ? keysOf(layout?.outHandles) : 0;
  const rghHandles = readHandles(reader, keys);
  const length = reader.remaining - sessions * AUTH_RESPONSE_SIZE;
  const rgbWrappedCmdParamOut = reader.bytes(Math.max(0, length));
  const wrapped = readSessions(sessions, () => AUTH_RESPONSE.read(reader));
  return {
    result: 0,
    response: {
      ...rest,
      rghHandles,
      wrappedCmdReturnCode,
      rgbWrappedCmdParamOut,
      auths: [...wrapped, (auths as Sessions<AuthResponse>)[0]],
    },
  };
}

function fromAnswer({ result, response }: Answer): unknown {
  if (result !== 0) return undefined;
  const { rghHandles, wrappedCmdReturnCode, rgbWrappedCmdParamOut, auths, ...rest } = response;
  const sessions = auths as Sessions<AuthResponse>;
  const answer = { ...rest, auths: [sessions[WRAPPED_SESSIONS]] };
  if (wrappedCmdReturnCode !== 0) {
    return { ...answer, wrappedRsp: encodeErrorResponse(wrappedCmdReturnCode as number) };
  }
  const wrapped = sessionsIn(sessions);
  const writer = new Writer();
  writer.u16(TPM_TAG_RSP_COMMAND + wrapped.length);
  writer.u32(0);
  writer.u32(0);
  for (const handle of rghHandles as number[]) writer.u32(handle);
  writer.bytes(rgbWrappedCmdParamOut as Uint8Array);
  for (const auth of wrapped) AUTH_RESPONSE.write(writer, auth);
  writer.setU32(2, writer.length);
  return { ...answer, wrappedRsp: writer.finish() };
}

function layoutOfOrdinal(ordinal: number): ReturnType<typeof layoutOf> | undefined {
  const row: Command | undefined = commandByOrdinal(ordinal);
  return row && layoutOf(row);
}

/** Handles of keys come first, or there are none: the wire can name no others. */
function keysOf(fields: ReturnType<typeof layoutOf>["handles"] = []): number {
  const end = fields.findIndex(([, codec]) => codec.name !== TPM_KEY_HANDLE.name);
  return end < 0 ? fields.length : end;
}

function readHandles(reader: Reader, count: number): number[] {
  return Array.from({ length: count }, () => reader.u32());
}

function readSessions<T>(count: number, read: () => T): (T | null)[] {
  return Array.from({ length: WRAPPED_SESSIONS }, (_, i) => i < count ? read() : null);
}

function sessionsIn<T>(auths: Sessions<T>): T[] {
  return auths.slice(0, WRAPPED_SESSIONS).filter((auth) => auth !== null);
}
