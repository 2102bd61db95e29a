import { assertEquals } from "@std/assert";
import { type Codec, CodecError, decode, encode } from "../../../lib/codec/mod.ts";
import {
  TPM_KEY,
  TPM_KEY12,
  TPM_MSA_COMPOSITE,
  TPM_PCR_INFO,
  TPM_PCR_INFO_LONG,
  TPM_PCR_INFO_SHORT,
  TPM_STORED_DATA,
} from "../../../lib/tpm12/structures/mod.ts";
import { keyTemplate, pcrInfo, pcrInfoLong, pcrInfoShort } from "../../conformance/templates.ts";

/** Why bytes are refused; `null` when they are not. */
function refusal<T>(codec: Codec<T>, bytes: Uint8Array): string | null {
  try {
    decode(codec, bytes);
    return null;
  } catch (error) {
    if (error instanceof CodecError) return error.reason;
    throw error;
  }
}

const KEY12 = encode(TPM_KEY12, keyTemplate("signing") as never);

Deno.test("a locality selection has at least one locality, and none above four (Part 2, 8.6)", () => {
  const long = pcrInfoLong({ pcrs: [1] });
  const short = encode(TPM_PCR_INFO_SHORT, pcrInfoShort({ pcrs: [1] }));
  for (const [selection, expected] of [[1, null], [0x1f, null], [0, 1], [0x20, 1], [0xff, 1]]) {
    const reason = expected === null ? null : "TPM_INVALID_STRUCTURE";
    assertEquals(refusal(TPM_PCR_INFO_LONG, long.with(2, selection!)), reason);
    assertEquals(refusal(TPM_PCR_INFO_LONG, long.with(3, selection!)), reason);
    assertEquals(refusal(TPM_PCR_INFO_SHORT, short.with(5, selection!)), reason);
  }
});

Deno.test("a key has no unknown flags, and its fill is 0 (Part 2, 5.8 and 10.3)", () => {
  assertEquals(refusal(TPM_KEY12, KEY12.with(9, 0x1f)), null);
  assertEquals(refusal(TPM_KEY12, KEY12.with(9, 0x20)), "TPM_BAD_KEY_PROPERTY");
  assertEquals(refusal(TPM_KEY12, KEY12.with(6, 0x80)), "TPM_BAD_KEY_PROPERTY");
  assertEquals(refusal(TPM_KEY12, KEY12.with(3, 1)), "TPM_BAD_KEY_PROPERTY");
  assertEquals(refusal(TPM_KEY12, KEY12.with(1, 0x27)), "tag");
});

Deno.test("PCRInfo and sealInfo are PCR information of the structure's form, or nothing", () => {
  const key = (PCRInfo: Uint8Array) =>
    encode(TPM_KEY, keyTemplate("signing", { form: "TPM_KEY", PCRInfo }) as never);
  const stored = (sealInfo: Uint8Array) =>
    encode(TPM_STORED_DATA, {
      ver: { major: 1, minor: 1, revMajor: 0, revMinor: 0 },
      sealInfo,
      encData: new Uint8Array(),
    });
  const short = pcrInfo({}).slice(1);
  for (
    const [info, reason] of [
      [new Uint8Array(), null],
      [pcrInfo({ pcrs: [1] }), null],
      [pcrInfoLong({ pcrs: [1] }), "TPM_INVALID_PCR_INFO"],
      [short, "TPM_INVALID_PCR_INFO"],
      [encode(TPM_PCR_INFO, decode(TPM_PCR_INFO, pcrInfo({}))).slice(0, -1), "truncated"],
    ] as const
  ) {
    assertEquals(refusal(TPM_KEY, key(info)), reason);
    assertEquals(refusal(TPM_STORED_DATA, stored(info)), reason);
  }
});

Deno.test("a list of migration authorities has one at least (Part 2, 5.15)", () => {
  assertEquals(refusal(TPM_MSA_COMPOSITE, new Uint8Array(4)), "TPM_INVALID_STRUCTURE");
});
