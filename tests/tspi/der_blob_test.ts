import { assertEquals } from "@std/assert";
import {
  decodeBERTssBlob,
  encodeDERTssBlob,
  TSS_BLOB_TYPE_CMK_BYTE_STREAM,
  TSS_BLOB_TYPE_KEY,
  TSS_BLOB_TYPE_SEALEDDATA,
} from "../../lib/tspi/mod.ts";
import { assertTspFails } from "./bed.ts";

const RAW = Uint8Array.of(1, 2, 3);

Deno.test("a wrapped blob is TrouSerS' and unwraps to itself", () => {
  const wrapped = encodeDERTssBlob(RAW, TSS_BLOB_TYPE_SEALEDDATA);
  assertEquals(wrapped.toHex(), "30820013020101020104020400000003" + "04820003010203");
  assertEquals(decodeBERTssBlob(wrapped), { blobType: TSS_BLOB_TYPE_SEALEDDATA, rawBlob: RAW });
  for (let type = TSS_BLOB_TYPE_KEY; type <= TSS_BLOB_TYPE_CMK_BYTE_STREAM; type++) {
    assertEquals(decodeBERTssBlob(encodeDERTssBlob(RAW, type)).blobType, type);
  }
});

Deno.test("blobs that are empty, too long or of no type are not wrapped", async () => {
  await assertTspFails("TSS_E_BAD_PARAMETER", () => encodeDERTssBlob(new Uint8Array(0), 1));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => encodeDERTssBlob(RAW, 0x0f));
  await assertTspFails("TSS_E_INTERNAL_ERROR", () => encodeDERTssBlob(new Uint8Array(65520), 1));
  encodeDERTssBlob(new Uint8Array(65519), 1);
});

Deno.test("bytes that are no wrapped blob are not unwrapped", async () => {
  const wrapped = encodeDERTssBlob(RAW, 1);
  for (const bytes of [RAW, wrapped.subarray(1), wrapped.subarray(0, 12), new Uint8Array(0)]) {
    await assertTspFails("TSS_E_INTERNAL_ERROR", () => decodeBERTssBlob(bytes));
  }
  for (const [at, value] of [[6, 2], [9, 0x20], [15, 4]] as const) {
    const spoiled = wrapped.slice();
    spoiled[at] = value;
    await assertTspFails("TSS_E_BAD_PARAMETER", () => decodeBERTssBlob(spoiled));
  }
});
