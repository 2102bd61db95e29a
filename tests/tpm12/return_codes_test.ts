import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  returnCodeByName,
  returnCodeByNumber,
  TPM_RETURN_CODES,
} from "../../lib/tpm12/return_codes.ts";
import {
  TSS_RETURN_CODES,
  type TssLayer,
  tssReturnCode,
  tssReturnCodeByName,
} from "../../lib/tpm12/tss_return_codes.ts";

const LAYERS = ["tddl", "tcs", "tsp"] as const satisfies TssLayer[];

Deno.test("return codes are unique, rise, and are found by number and by name", () => {
  assertEquals(TPM_RETURN_CODES.length, 103);
  let last = -1;
  for (const row of TPM_RETURN_CODES) {
    assert(row.code > last, row.name);
    assertEquals(returnCodeByNumber(row.code), row);
    assertEquals(returnCodeByName(row.name), row);
    last = row.code;
  }
  assertEquals(returnCodeByNumber(96), undefined);
  assertEquals(returnCodeByName("TPM_NO_SUCH_CODE"), undefined);
});

Deno.test("return codes have the numbers of Part 2", () => {
  assertEquals(returnCodeByName("TPM_SUCCESS").code, 0);
  assertEquals(returnCodeByName("TPM_AUTHFAIL").code, 1);
  assertEquals(returnCodeByName("TPM_WRONGPCRVAL").code, 24);
  assertEquals(returnCodeByName("TPM_INVALID_KEYUSAGE").code, 36);
  assertEquals(returnCodeByName("TPM_INVALID_STRUCTURE").code, 67);
  assertEquals(returnCodeByName("TPM_MA_AUTHORITY").code, 95);
  assertEquals(returnCodeByName("TPM_NOCONTEXTSPACE").code, 99);
  assertEquals(returnCodeByName("TPM_DEFEND_LOCK_RUNNING").code, 0x803);
});

Deno.test("codes of the TSS are unique in each layer and found by number and by name", () => {
  for (const layer of LAYERS) {
    const codes = TSS_RETURN_CODES[layer];
    assertEquals(new Set(codes.map(({ code }) => code)).size, codes.length, layer);
    for (const row of codes) {
      assertEquals(tssReturnCode(layer, row.code), row);
      assertEquals(tssReturnCodeByName(row.name), row);
    }
  }
  assertEquals(tssReturnCode("tsp", 0xc1), undefined);
  assertEquals(tssReturnCodeByName("TSS_E_NO_SUCH_CODE"), undefined);
});

Deno.test("codes of the TSS have the numbers of its headers", () => {
  assertEquals(TSS_RETURN_CODES.tsp.length, 67);
  assertEquals(tssReturnCodeByName("TSS_E_INVALID_HANDLE")?.code, 0x126);
  assertEquals(tssReturnCodeByName("TSS_E_NO_ACTIVE_COUNTER")?.code, 0x142);
  assertEquals(tssReturnCodeByName("TCS_E_KM_LOADFAILED")?.code, 0xca);
  assertEquals(tssReturnCodeByName("TDDL_E_COMPONENT_NOT_FOUND")?.code, 0x89);
});

Deno.test("common codes answer to the prefix of each layer too", () => {
  for (const name of ["TSS_E_TIMEOUT", "TDDL_E_TIMEOUT", "TCS_E_TIMEOUT"]) {
    assertEquals(tssReturnCodeByName(name)?.name, "TSS_E_TIMEOUT");
  }
});

Deno.test("meanings end a sentence of ours, hints are sentences", () => {
  for (const row of [...TPM_RETURN_CODES, ...LAYERS.flatMap((layer) => TSS_RETURN_CODES[layer])]) {
    assertMatch(row.meaning, /^[a-zA-Z].*[^.]$/, row.name);
    if (row.hint !== undefined) assertMatch(row.hint, /^[A-Z].*[.?]$/, row.name);
  }
});
