import { assert, assertEquals, assertThrows } from "@std/assert";
import { CodecError } from "../../lib/codec/mod.ts";
import { decodeImaAscii, encodeImaAscii } from "../../lib/formats/ima_ascii.ts";
import {
  decodeImaLog,
  encodeImaLog,
  imaMeasurement,
  type ImaRecord,
  imaRecordIsMeasured,
  imaTemplateHash,
  isImaViolation,
  replayImaLog,
} from "../../lib/formats/ima_log.ts";
import { fromHex, toHex } from "../hex.ts";
import { nodeSha1 } from "../bytes.ts";
import { survivesMutation, survivesNoise } from "./malformed.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const signed = (record: Omit<ImaRecord, "templateHash" | "pcrIndex">): ImaRecord => {
  const whole = { pcrIndex: 10, templateHash: new Uint8Array(20), ...record };
  return { ...whole, templateHash: imaTemplateHash(whole) };
};
const digest20 = fromHex("0102030405060708090a0b0c0d0e0f1011121314");
const digest32 = new Uint8Array(32).fill(0xab);
const IMA = signed({
  templateName: "ima",
  fields: [{ name: "d", data: digest20 }, { name: "n", data: text("boot_aggregate") }],
});
const NG = signed({
  templateName: "ima-ng",
  fields: [
    { name: "d-ng", data: fromHex(toHex(text("sha256:\0")) + toHex(digest32)) },
    { name: "n-ng", data: text("/usr/bin/init\0") },
  ],
});
const SIG = signed({
  templateName: "ima-sig",
  fields: [...NG.fields, { name: "sig", data: fromHex("030204c0ffee") }],
});
const UNSIGNED = signed({
  templateName: "ima-sig",
  fields: [...NG.fields, { name: "sig", data: new Uint8Array() }],
});
const VIOLATION: ImaRecord = {
  ...NG,
  templateHash: new Uint8Array(20),
  fields: [
    { name: "d-ng", data: fromHex(toHex(text("sha1:\0")) + "00".repeat(20)) },
    NG.fields[1]!,
  ],
};
const records = [IMA, NG, SIG, UNSIGNED, VIOLATION];
const log = encodeImaLog(records);
const ascii = encodeImaAscii(records);

/**
 * A line of a real system, as published: the boot aggregate of a machine with the template `ima`
 * (wiki of the Linux integrity project).
 */
const WIKI = "10 7971593a7ad22a7cce5b234e4bc5d71b04696af4 ima " +
  "b5a166c10d153b7cc3e5b4f1eab1f71672b7c524 boot_aggregate";

Deno.test("the template ima is hashed with its name padded to 256 bytes", () => {
  const [record] = decodeImaAscii(WIKI) as [ImaRecord];
  assertEquals(toHex(imaTemplateHash(record)), "7971593a7ad22a7cce5b234e4bc5d71b04696af4");
  assert(imaRecordIsMeasured(record));
});

Deno.test("the template ima-ng is hashed with the length of each field, little-endian", () => {
  const data = [NG.fields[0]!.data, NG.fields[1]!.data];
  const expected = nodeSha1(fromHex("28000000"), data[0]!, fromHex("0e000000"), data[1]!);
  assertEquals(imaTemplateHash(NG), expected);
});

Deno.test("binary records are laid out as the kernel writes them", () => {
  const hash = toHex(IMA.templateHash);
  assertEquals(
    toHex(encodeImaLog([IMA])),
    `0a000000${hash}03000000${toHex(text("ima"))}${toHex(digest20)}0e000000` +
      toHex(text("boot_aggregate")),
  );
  assertEquals(
    toHex(encodeImaLog([UNSIGNED])),
    `0a000000${toHex(UNSIGNED.templateHash)}07000000${toHex(text("ima-sig"))}42000000` +
      `28000000${toHex(NG.fields[0]!.data)}0e000000${toHex(NG.fields[1]!.data)}00000000`,
  );
});

Deno.test("binary and ASCII logs round-trip and hold the same records", () => {
  assertEquals(decodeImaLog(log), records);
  assertEquals(decodeImaAscii(ascii), records);
  assertEquals(encodeImaAscii(decodeImaLog(log)), ascii);
  assertEquals(decodeImaLog(new Uint8Array()), []);
  assertEquals(decodeImaAscii("\n"), []);
});

Deno.test("ASCII lines look as the kernel shows them", () => {
  const lines = new TextDecoder().decode(ascii).split("\n");
  assertEquals(
    lines[1],
    `10 ${toHex(NG.templateHash)} ima-ng sha256:${toHex(digest32)} /usr/bin/init`,
  );
  assertEquals(lines[2]!.split(" ").at(-1), "030204c0ffee");
  assert(lines[3]!.endsWith("/usr/bin/init "));
  const [first] = decodeImaAscii(encodeImaAscii([{ ...NG, pcrIndex: 9 }]));
  assertEquals(first!.pcrIndex, 9);
});

Deno.test("a path with spaces, and an empty signature without its space, are read", () => {
  const spaced = signed({
    templateName: "ima-sig",
    fields: [NG.fields[0]!, { name: "n-ng", data: text("/a b c\0") }, SIG.fields[2]!],
  });
  assertEquals(decodeImaAscii(encodeImaAscii([spaced])), [spaced]);
  const trimmed = new TextDecoder().decode(encodeImaAscii([UNSIGNED])).trimEnd();
  assertEquals(decodeImaAscii(trimmed), [UNSIGNED]);
});

Deno.test("bytes of a path that are no UTF-8 survive", () => {
  const record = signed({
    templateName: "ima-ng",
    fields: [NG.fields[0]!, { name: "n-ng", data: fromHex("2fff8000") }],
  });
  assertEquals(decodeImaAscii(encodeImaAscii([record])), [record]);
});

Deno.test("a record says algorithm, digest, path and signature", () => {
  assertEquals(imaMeasurement(IMA), {
    algorithm: "sha1",
    digest: digest20,
    path: "boot_aggregate",
  });
  assertEquals(imaMeasurement(SIG), {
    algorithm: "sha256",
    digest: digest32,
    path: "/usr/bin/init",
    signature: fromHex("030204c0ffee"),
  });
  const v2 = { name: "d-ngv2", data: fromHex(toHex(text("ima:sha1:\0")) + toHex(digest20)) };
  const { algorithm, digest } = imaMeasurement({ ...NG, fields: [v2] });
  assertEquals([algorithm, digest], ["sha1", digest20]);
});

Deno.test("a violation extends ones, everything else its template hash", () => {
  assert(isImaViolation(VIOLATION) && !isImaViolation(NG));
  const zero = new Uint8Array(20);
  const ones = new Uint8Array(20).fill(0xff);
  assertEquals(replayImaLog([NG]).get(10), nodeSha1(zero, NG.templateHash));
  assertEquals(
    replayImaLog([NG, VIOLATION]).get(10),
    nodeSha1(nodeSha1(zero, NG.templateHash), ones),
  );
});

Deno.test("a record whose fields were changed is not measured", () => {
  const fields = [NG.fields[0]!, { name: "n-ng", data: text("/usr/bin/evil\0") }];
  assert(imaRecordIsMeasured(NG));
  assert(!imaRecordIsMeasured({ ...NG, fields }));
  assert(imaRecordIsMeasured(VIOLATION));
});

Deno.test("an unknown template keeps its fields by number and can be verified", () => {
  const record = signed({
    templateName: "my|own",
    fields: [{ name: "0", data: fromHex("01") }, { name: "1", data: fromHex("0203") }],
  });
  assertEquals(decodeImaLog(encodeImaLog([record])), [record]);
  const list = signed({
    templateName: "d-ng|n-ng|buf",
    fields: [...NG.fields, { name: "buf", data: digest20 }],
  });
  assertEquals(decodeImaLog(encodeImaLog([list])), [list]);
  assertEquals(decodeImaAscii(encodeImaAscii([list])), [list]);
});

Deno.test("malformed records are refused with their number and reason", () => {
  const one = encodeImaLog([NG]);
  const cut = (change: (bytes: Uint8Array) => void): Uint8Array => {
    const bytes = Uint8Array.of(...one, ...one);
    change(bytes.subarray(one.length));
    return bytes;
  };
  assertThrows(
    () => decodeImaLog(cut((b) => b[28] = 0)),
    CodecError,
    "record 1: Cannot use IMA record: the name",
  );
  assertThrows(() => decodeImaLog(one.subarray(0, -1)), CodecError, "IMA log.record 0");
  const extra = encodeImaLog([{ ...NG, fields: [...NG.fields, NG.fields[1]!] }]);
  assertThrows(() => decodeImaLog(extra), CodecError, "ima-ng has 2 fields, not 3");
  const long = { ...IMA, fields: [IMA.fields[0]!, { name: "n", data: new Uint8Array(256) }] };
  assertThrows(() => encodeImaLog([long]), CodecError, "below 256");
});

Deno.test("malformed lines are refused with their number and reason", () => {
  const cases: [string, string][] = [
    ["10", "cut short"],
    ["x " + WIKI.slice(3), "does not begin with a PCR"],
    ["10 00 ima 00 x", "no SHA-1"],
    [WIKI.replace("ima", "own"), 'template "own" is not known'],
    [WIKI.replace(" boot_aggregate", ""), "1 fields where 2 belong"],
    [WIKI.replace("b5a1", "zzzz"), "hexadecimal"],
    [WIKI.replace("b5a1", "sha1:b5a1"), "digest is no SHA-1"],
  ];
  for (const [line, reason] of cases) {
    assertThrows(() => decodeImaAscii(`${WIKI}\n${line}`), CodecError, reason);
    assertThrows(() => decodeImaAscii(`${WIKI}\n${line}`), CodecError, "record 1");
  }
  const newline = { ...NG, fields: [NG.fields[0]!, { name: "n-ng", data: text("a\nb\0") }] };
  assertThrows(() => encodeImaAscii([newline]), CodecError, "newline");
});

Deno.test("changed, truncated and random IMA logs give CodecError alone", () => {
  const use = (read: ImaRecord[]): unknown => {
    read.map(imaMeasurement);
    read.map(imaRecordIsMeasured);
    return replayImaLog(read);
  };
  const binary = { decode: (bytes: Uint8Array) => use(decodeImaLog(bytes)), expected: CodecError };
  const lines = { decode: (bytes: Uint8Array) => use(decodeImaAscii(bytes)), expected: CodecError };
  survivesMutation(log, binary);
  survivesMutation(ascii, lines);
  survivesNoise(5000, binary);
  survivesNoise(5000, lines);
  const boundaries = new Set(records.map((_, i) => encodeImaLog(records.slice(0, i)).length));
  for (let length = 0; length < log.length; length++) {
    if (boundaries.has(length)) decodeImaLog(log.subarray(0, length));
    else assertThrows(() => decodeImaLog(log.subarray(0, length)), CodecError, "IMA log.record");
  }
});
