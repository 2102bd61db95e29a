import { assertEquals } from "@std/assert";
import { encode } from "../../lib/codec/mod.ts";
import { sha1 } from "../../lib/crypto/mod.ts";
import { TPM_PCR_COMPOSITE } from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { assertTspFails } from "./bed.ts";

const VALUE = new Uint8Array(20).fill(3);
const [CREATION, RELEASE] = [T.TSS_PCRS_DIRECTION_CREATION, T.TSS_PCRS_DIRECTION_RELEASE];

function composite(structType: number, options: T.ContextOptions = {}): T.PcrComposite {
  return T.Context.create(options).createPcrComposite(structType);
}

Deno.test("the default structure follows the version of the context", () => {
  assertEquals(composite(0).structType, T.TSS_PCRS_STRUCT_INFO);
  assertEquals(composite(0, { connectionVersion: 2 }).structType, T.TSS_PCRS_STRUCT_INFO_LONG);
});

Deno.test("selectPcrIndex() is for TSS_PCRS_STRUCT_INFO, selectPcrIndexEx() for the others", async () => {
  const info = composite(T.TSS_PCRS_STRUCT_INFO);
  info.selectPcrIndex(23);
  info.selectPcrIndex(0);
  assertEquals(info.selected(), [0, 23]);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => info.selectPcrIndex(24));
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => info.selectPcrIndexEx(1, RELEASE));
  const long = composite(T.TSS_PCRS_STRUCT_INFO_LONG);
  long.selectPcrIndexEx(1, CREATION);
  long.selectPcrIndexEx(2, RELEASE);
  assertEquals([long.selected(CREATION), long.selected()], [[1], [2]]);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => long.selectPcrIndex(1));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => long.selectPcrIndexEx(1, 3));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => long.selectPcrIndexEx(-1, RELEASE));
  const short = composite(T.TSS_PCRS_STRUCT_INFO_SHORT);
  short.selectPcrIndexEx(4, RELEASE);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => short.selectPcrIndexEx(4, CREATION));
});

Deno.test("setPcrValue() selects a PCR, and getPcrValue() tells the value", async () => {
  const info = composite(T.TSS_PCRS_STRUCT_INFO);
  info.setPcrValue(7, VALUE);
  assertEquals(info.getPcrValue(7), VALUE);
  assertEquals(info.selected(), [7]);
  info.selectPcrIndex(8);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => info.getPcrValue(8));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => info.getPcrValue(9));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => info.setPcrValue(7, new Uint8Array(19)));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => info.setPcrValue(99, VALUE));
});

Deno.test("getCompositeHash() is the digest of TPM_PCR_COMPOSITE", async () => {
  const info = composite(T.TSS_PCRS_STRUCT_INFO_LONG);
  await assertTspFails("TSS_E_NO_PCRS_SET", () => info.getCompositeHash());
  info.setPcrValue(16, VALUE);
  const expected = sha1(encode(TPM_PCR_COMPOSITE, {
    select: { pcrSelect: Uint8Array.of(0, 0, 1) },
    pcrValue: [VALUE],
  }));
  assertEquals(info.getCompositeHash(), expected);
  info.selectPcrIndexEx(17, RELEASE);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => info.getCompositeHash());
});

Deno.test("localities are those of the release, all of them at first", async () => {
  const long = composite(T.TSS_PCRS_STRUCT_INFO_LONG);
  assertEquals(long.getPcrLocality(), 0x1f);
  long.setPcrLocality(3);
  assertEquals(long.getPcrLocality(), 3);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => long.setPcrLocality(0));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => long.setPcrLocality(0x20));
  const info = composite(T.TSS_PCRS_STRUCT_INFO);
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => info.setPcrLocality(1));
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => info.getPcrLocality());
});

Deno.test("every structure converts to every other", () => {
  for (
    const type of [
      T.TSS_PCRS_STRUCT_INFO,
      T.TSS_PCRS_STRUCT_INFO_LONG,
      T.TSS_PCRS_STRUCT_INFO_SHORT,
    ]
  ) {
    const pcrs = composite(type);
    pcrs.setPcrValue(16, VALUE);
    const digest = pcrs.getCompositeHash();
    const pcrSelect = Uint8Array.of(0, 0, 1);
    assertEquals(pcrs.toPcrInfo().digestAtRelease, digest);
    assertEquals(pcrs.toPcrInfo().pcrSelection, { pcrSelect });
    assertEquals(pcrs.toPcrInfoShort().digestAtRelease, digest);
    const long = pcrs.toPcrInfoLong();
    assertEquals([long.digestAtRelease, long.releasePCRSelection], [digest, { pcrSelect }]);
    const creation = type === T.TSS_PCRS_STRUCT_INFO ? pcrSelect : new Uint8Array(3);
    assertEquals(long.creationPCRSelection, { pcrSelect: creation });
  }
  assertEquals(composite(T.TSS_PCRS_STRUCT_INFO).toPcrInfo().digestAtRelease, new Uint8Array(20));
});
