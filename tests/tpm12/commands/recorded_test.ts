import { assert, assertEquals } from "@std/assert";
import { Reader, requireEnd, Writer } from "../../../lib/codec/mod.ts";
import { type Command, commandByOrdinal } from "../../../lib/tpm12/commands/mod.ts";
import {
  AUTH_REQUEST,
  AUTH_RESPONSE,
  decodeResponseBody,
  encodeErrorResponse,
  encodeRequest,
  encodeResponseBody,
  layoutOf,
  readFields,
  readRequestHeader,
  sessionsOfTag,
  splitResponse,
  type Values,
  writeFields,
} from "../../../lib/wire/mod.ts";
import { fromHex, toHex } from "../../hex.ts";

/** Requests of Debian's tcsd and the answers of swtpm, as they were on the wire. */
const LINES = Deno.readTextFileSync(new URL("../../vectors/tpm-swtpm.txt", import.meta.url))
  .trim().split("\n");

const messages = (mark: string) =>
  LINES.filter((line) => line.startsWith(mark)).map((line) => fromHex(line.slice(2)));

/** The row of a request, and the request written again from its values. */
function rewriteRequest(bytes: Uint8Array): { row: Command; again: Uint8Array } {
  const reader = new Reader(bytes);
  const { tag, ordinal } = readRequestHeader(reader);
  const row = commandByOrdinal(ordinal);
  assert(row !== undefined, `ordinal ${ordinal}`);
  const values: Values = {};
  const { handles, in: parameters } = layoutOf(row);
  readFields(reader, row.name, { fields: handles, values });
  readFields(reader, row.name, { fields: parameters, values });
  const auths = Array.from({ length: sessionsOfTag(tag)! }, () => AUTH_REQUEST.read(reader));
  requireEnd(row.name, reader);
  return { row, again: encodeRequest(row, values, auths) };
}

/** An answer written again from its values. */
function rewriteAnswer(row: Command, bytes: Uint8Array): Uint8Array {
  const { returnCode, outHandles, body, auths } = splitResponse(row, bytes);
  if (returnCode !== 0) return encodeErrorResponse(returnCode);
  const writer = new Writer();
  writer.bytes(bytes.subarray(0, 10));
  writeFields(writer, row.name, { fields: layoutOf(row).outHandles, values: outHandles });
  writer.bytes(encodeResponseBody(row, decodeResponseBody(row, body)));
  for (const auth of auths) AUTH_RESPONSE.write(writer, auth);
  return writer.finish();
}

Deno.test("every recorded request and answer of a TPM is written again as it was", () => {
  const requests = messages("> ");
  const answers = messages("< ");
  assertEquals([requests.length, answers.length], [75, 75]);
  const seen = new Set<string>();
  requests.forEach((request, i) => {
    const { row, again } = rewriteRequest(request);
    assertEquals(toHex(again), toHex(request), row.name);
    assertEquals(toHex(rewriteAnswer(row, answers[i]!)), toHex(answers[i]!), row.name);
    seen.add(row.name);
  });
  assert(seen.size > 20, `${seen.size} commands`);
});
