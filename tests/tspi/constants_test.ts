import { assert, assertEquals, assertThrows } from "@std/assert";
import { TSS_BLOB_TYPE, uuidToBytes } from "../../lib/formats/mod.ts";
import * as C from "../../lib/tspi/constants/mod.ts";

const constants: Record<string, unknown> = { ...C };
const numbers = Object.entries(constants).filter(([, value]) => typeof value === "number");

Deno.test("every integer constant of tss_defines.h is there and fits a UINT32", () => {
  assertEquals(numbers.length, 488);
  for (const [name, value] of numbers) {
    assert(Number.isInteger(value) && value as number >= 0 && value as number <= 0xffffffff, name);
  }
});

Deno.test("names that the header spells in two ways have one value", () => {
  const pairs = [
    ["TSS_SECRET_LIFETIME_", "TSS_TSPATTRIB_POLSECRET_LIFETIME_"],
    ["TSS_SECRET_LIFETIME_", "TSS_TSPATTRIB_POLICYSECRET_LIFETIME_"],
    ["TSS_NV_", "TSS_NV_MASK_"],
    ["TSS_MIGATTRIB_MIGRATION_", "TSS_MIGATTRIB_MIG_"],
  ] as const;
  for (const [one, other] of pairs) {
    for (const [name, value] of numbers.filter(([name]) => name.startsWith(one))) {
      const twin = constants[name.replace(one, other)];
      if (twin !== undefined) assertEquals(twin, value, name);
    }
  }
});

Deno.test("the blob types are those of the codec", () => {
  for (const [name, value] of Object.entries(TSS_BLOB_TYPE)) {
    assertEquals(constants[`TSS_BLOB_TYPE_${name}`], value);
  }
});

Deno.test("the well-known UUIDs and the well-known secret are what everybody knows", () => {
  assertEquals(C.TSS_WELL_KNOWN_SECRET, new Uint8Array(20));
  const uuids = [C.TSS_UUID_SRK, C.TSS_UUID_SK, C.TSS_UUID_RK, C.TSS_UUID_USK1, C.TSS_UUID_USK2];
  uuids.push(C.TSS_UUID_USK3, C.TSS_UUID_USK4, C.TSS_UUID_CRK, C.TSS_UUID_USK5, C.TSS_UUID_USK6);
  uuids.forEach((uuid, i) => assertEquals(uuidToBytes(uuid).at(-1), i + 1));
  const evicted = uuidToBytes(C.TSS_UUID_OWNEREVICT(255));
  assertEquals([...evicted.subarray(14)], [1, 255]);
  assertThrows(() => C.TSS_UUID_OWNEREVICT(256), RangeError);
});
