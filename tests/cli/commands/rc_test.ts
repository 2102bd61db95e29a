import { assertEquals, assertStringIncludes } from "@std/assert";
import { tss } from "../io.ts";

Deno.test("tss rc explains results by number and by name", async () => {
  const { code, json } = await tss(["rc", "--json", "0x18", "4231", "TSS_E_TSP_AUTHFAIL"]);
  assertEquals(code, 0);
  const codes = json().codes.map(
    ({ result, layer, codeName }: Record<string, unknown>) => [result, layer, codeName],
  );
  assertEquals(codes, [
    [0x18, "tpm", "TPM_WRONGPCRVAL"],
    [0x1087, "tddl", "TDDL_E_IOERROR"],
    [0x3113, "tsp", "TSS_E_TSP_AUTHFAIL"],
  ]);
});

Deno.test("tss rc finds a code of every layer in each of them, and explains success", async () => {
  const { stdout } = await tss(["rc", "TSS_E_FAIL", "0"]);
  for (const start of ["0x1002", "0x2002", "0x3002", "0x0 TPM_SUCCESS"]) {
    assertStringIncludes(stdout, start);
  }
});

Deno.test("tss rc refuses what is no code", async () => {
  for (const args of [[], ["TPM_NONSENSE"], ["abc"], ["0x100000000"]]) {
    assertEquals((await tss(["rc", ...args])).code, 2, args.join());
  }
});
