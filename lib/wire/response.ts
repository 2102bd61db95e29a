import { CodecError, Reader, requireEnd, Writer } from "../codec/mod.ts";
import type { Command } from "../tpm12/commands/mod.ts";
import { TPM_TAG_RSP_AUTH2_COMMAND, TPM_TAG_RSP_COMMAND } from "../tpm12/constants/tags.ts";
import { AUTH_RESPONSE, AUTH_RESPONSE_SIZE, type AuthResponse } from "./auth_block.ts";
import { layoutOf, readFields, readFlatFields, type Values, writeFields } from "./layout.ts";
import { HEADER_SIZE } from "./request.ts";

/** An answer taken apart, its parameters not yet read. */
export interface ResponseParts {
  /** 0, or a TPM return code; then the rest is empty. */
  returnCode: number;
  /** What stands outside the digest. */
  outHandles: Values;
  /** The parameters inside the digest, encoded. */
  body: Uint8Array;
  /** One for each session of the tag. */
  auths: AuthResponse[];
}

/** An answer that says no more than a return code. */
export function encodeErrorResponse(
  returnCode: number,
  tag: number = TPM_TAG_RSP_COMMAND,
): Uint8Array {
  const writer = new Writer(HEADER_SIZE);
  writer.u16(tag);
  writer.u32(HEADER_SIZE);
  writer.u32(returnCode);
  return writer.finish();
}

/**
 * Takes an answer apart by its row. Throws a CodecError when the framing is wrong or the sessions
 * or handles do not fit; the body is read by {@linkcode decodeResponseBody}.
 */
export function splitResponse(row: Command, bytes: Uint8Array): ResponseParts {
  const reader = new Reader(bytes);
  const tag = reader.u16();
  const paramSize = reader.u32();
  const returnCode = reader.u32();
  const sessions = tag - TPM_TAG_RSP_COMMAND;
  if (sessions < 0 || tag > TPM_TAG_RSP_AUTH2_COMMAND) {
    throw new CodecError("tag", `Cannot decode answer to ${row.name}: tag ${tag} is no answer's`);
  }
  if (paramSize !== bytes.length) {
    throw new CodecError(
      paramSize > bytes.length ? "truncated" : "trailing",
      `Cannot decode answer to ${row.name}: it says ${paramSize} bytes, ${bytes.length} came`,
    );
  }
  const outHandles: Values = {};
  if (returnCode !== 0) {
    return { returnCode, outHandles, body: bytes.subarray(HEADER_SIZE), auths: [] };
  }
  readFields(reader, row.name, { fields: layoutOf(row).outHandles, values: outHandles });
  const length = reader.remaining - sessions * AUTH_RESPONSE_SIZE;
  if (length < 0) {
    throw new CodecError("truncated", `Cannot decode answer to ${row.name}: no room for sessions`);
  }
  const body = reader.bytes(length);
  const auths = Array.from({ length: sessions }, () => AUTH_RESPONSE.read(reader));
  return { returnCode, outHandles, body, auths };
}

/** The parameters of an answer, decoded. */
export function decodeResponseBody(row: Command, body: Uint8Array): Values {
  return readAll(row, body, readFields);
}

/** The parameters of an answer, every structure left as its bytes. */
export function flattenResponseBody(row: Command, body: Uint8Array): Values {
  return readAll(row, body, readFlatFields);
}

/** The parameters of an answer that enter its digest, encoded. */
export function encodeResponseBody(row: Command, response: object): Uint8Array {
  const writer = new Writer();
  writeFields(writer, row.name, { fields: layoutOf(row).out, values: response as Values });
  return writer.finish();
}

function readAll(row: Command, body: Uint8Array, read: typeof readFields): Values {
  const reader = new Reader(body);
  const values: Values = {};
  read(reader, row.name, { fields: layoutOf(row).out, values });
  requireEnd(row.name, reader);
  return values;
}
