import { CodecError, type Reader, Writer } from "../codec/mod.ts";
import type { Command } from "../tpm12/commands/mod.ts";
import {
  TPM_TAG_RQU_AUTH1_COMMAND,
  TPM_TAG_RQU_AUTH2_COMMAND,
  TPM_TAG_RQU_COMMAND,
} from "../tpm12/constants/tags.ts";
import { AUTH_REQUEST, type AuthRequest } from "./auth_block.ts";
import { layoutOf, type Values, writeFields } from "./layout.ts";

/** Bytes of a request or answer before its parameters: tag, paramSize, ordinal or return code. */
export const HEADER_SIZE = 10;

/** The first ten bytes of a request. */
export interface RequestHeader {
  /** TPM_TAG_RQU_*. */
  tag: number;
  /** Size the request says it has. */
  paramSize: number;
  /** Command ordinal. */
  ordinal: number;
}

/** Reads the header; throws a CodecError when there are fewer than ten bytes. */
export function readRequestHeader(reader: Reader): RequestHeader {
  return { tag: reader.u16(), paramSize: reader.u32(), ordinal: reader.u32() };
}

/** How many sessions a request tag announces; `undefined` when it is no request tag. */
export function sessionsOfTag(tag: number): number | undefined {
  const count = tag - TPM_TAG_RQU_COMMAND;
  return count >= 0 && count <= TPM_TAG_RQU_AUTH2_COMMAND - TPM_TAG_RQU_COMMAND ? count : undefined;
}

/** The parameters of a request that enter its digest, encoded. */
export function encodeRequestBody(row: Command, request: object): Uint8Array {
  const writer = new Writer();
  writeFields(writer, row.name, { fields: layoutOf(row).in, values: request as Values });
  return writer.finish();
}

/**
 * A whole request. `auths` stands in the order of the row's roles; `null` leaves a session out,
 * and the tag follows from how many there are.
 */
export function encodeRequest(
  row: Command,
  request: object,
  auths: readonly (AuthRequest | null)[] = [],
): Uint8Array {
  const writer = new Writer();
  writeRequest(writer, row, { request, auths });
  return writer.finish();
}

/** Writes what {@linkcode encodeRequest} gives, into a writer with nothing in it. */
export function writeRequest(
  writer: Writer,
  row: Command,
  { request, auths }: {
    readonly request: object;
    readonly auths: readonly (AuthRequest | null)[];
  },
): void {
  const sessions = auths.filter((auth) => auth !== null);
  if (sessions.length > 2) {
    throw new CodecError("value", `Cannot encode ${row.name}: more than two sessions`);
  }
  writer.u16(TPM_TAG_RQU_COMMAND + sessions.length);
  writer.u32(0);
  writer.u32(row.ordinal);
  const { handles, in: parameters } = layoutOf(row);
  writeFields(writer, row.name, { fields: handles, values: request as Values });
  writeFields(writer, row.name, { fields: parameters, values: request as Values });
  for (const auth of sessions) AUTH_REQUEST.write(writer, auth);
  writer.setU32(2, writer.length);
}

/** The request tag for so many sessions. */
export const REQUEST_TAGS = [
  TPM_TAG_RQU_COMMAND,
  TPM_TAG_RQU_AUTH1_COMMAND,
  TPM_TAG_RQU_AUTH2_COMMAND,
] as const;
