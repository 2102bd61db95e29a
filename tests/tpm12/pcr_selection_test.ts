import { assertEquals, assertThrows } from "@std/assert";
import { pcrSelect, selectedPcrs } from "../../lib/tpm12/pcr_selection.ts";

Deno.test("pcrSelect() sets bit i%8 of byte i/8 for PCR i", () => {
  assertEquals(pcrSelect([0, 9, 23]), Uint8Array.of(0x01, 0x02, 0x80));
  assertEquals(pcrSelect([]), new Uint8Array(3));
  assertEquals(pcrSelect([15], 2), Uint8Array.of(0, 0x80));
});

Deno.test("selectedPcrs() lists by rising index what pcrSelect() took in any order", () => {
  assertEquals(selectedPcrs(pcrSelect([23, 0, 16, 16])), [0, 16, 23]);
  assertEquals(selectedPcrs(new Uint8Array()), []);
});

Deno.test("pcrSelect() refuses a PCR that the selection has no bit for", () => {
  for (const index of [24, -1, 0.5, NaN]) {
    assertThrows(() => pcrSelect([index]), RangeError, `Cannot select PCR ${index}`);
  }
  assertThrows(() => pcrSelect([16], 2), RangeError, "there are 0 to 15");
});
