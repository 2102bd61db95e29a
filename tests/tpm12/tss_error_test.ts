import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { tpmError, TssError, tssError } from "../../lib/tpm12/tss_error.ts";

Deno.test("an error of the TPM says command, code and what was wrong", () => {
  const error = tpmError("TPM_WRONGPCRVAL", "PCR 16 has changed since the data was sealed")
    .of("TPM_Unseal");
  assertInstanceOf(error, Error);
  assertEquals(
    error.message,
    "Cannot execute TPM_Unseal: TPM_WRONGPCRVAL (0x18): " +
      "PCR 16 has changed since the data was sealed",
  );
  assertEquals(error.layer, "tpm");
  assertEquals(error.code, 0x18);
  assertEquals(error.codeName, "TPM_WRONGPCRVAL");
  assertEquals(error.command, "TPM_Unseal");
  assertEquals(error.result, 0x18);
});

Deno.test("without more the table says what was wrong and what to do", () => {
  const error = tpmError("TPM_NOSRK");
  assertEquals(error.message, "TPM_NOSRK (0x12): there is no storage root key");
  assertEquals(error.hint?.startsWith("Take ownership first"), true);
  assertEquals(tpmError("TPM_BAD_PARAMETER").hint, undefined);
});

Deno.test("fromResult() finds layer and name of every layered number", () => {
  const of = (result: number) => {
    const { layer, code, codeName } = TssError.fromResult(result);
    return [layer, code, codeName];
  };
  assertEquals(of(0x803), ["tpm", 0x803, "TPM_DEFEND_LOCK_RUNNING"]);
  assertEquals(of(0x1087), ["tddl", 0x87, "TDDL_E_IOERROR"]);
  assertEquals(of(0x1012), ["tddl", 0x12, "TSS_E_TIMEOUT"]);
  assertEquals(of(0x20ca), ["tcs", 0xca, "TCS_E_KM_LOADFAILED"]);
  assertEquals(of(0x2003), ["tcs", 0x03, "TSS_E_BAD_PARAMETER"]);
  assertEquals(of(0x3126), ["tsp", 0x126, "TSS_E_INVALID_HANDLE"]);
});

Deno.test("fromResult() keeps numbers that nobody assigns", () => {
  for (const result of [0x60, 0x455, 0x1fff, 0x2c2c, 0x3999, 0x4003, 0xffff, 0x80000001]) {
    const error = TssError.fromResult(result);
    assertEquals(error.result, result);
    assertEquals(error.codeName, `0x${error.code.toString(16)}`);
    assertEquals(error.hint, undefined);
  }
  assertEquals(
    TssError.fromResult(0x60, { command: "TPM_Init" }).message,
    "Cannot execute TPM_Init: tpm code 0x60: the code is not in the specification",
  );
  assertEquals(
    TssError.fromResult(0x455).message,
    "tpm code 0x455: the maker knows what it means",
  );
});

Deno.test("fromResult() refuses to make an error of success", () => {
  assertThrows(() => TssError.fromResult(0), TypeError, "it is success");
});

Deno.test("tssError() puts a common code in the layer it is said of", () => {
  const cause = new Error("refused");
  const error = tssError("tddl", "TSS_E_FAIL", { command: "Tddli_Open", detail: "denied", cause });
  assertEquals(error.result, 0x1002);
  assertEquals(error.message, "Cannot execute Tddli_Open: TSS_E_FAIL (0x2): denied");
  assertStrictEquals(error.cause, cause);
  assertEquals(tssError("tcs", "TCS_E_INVALID_KEYHANDLE").result, 0x20c2);
  assertEquals(tssError("tsp", "TSS_E_KEY_NOT_LOADED").hint, "Load the key first.");
});

Deno.test("of() keeps everything else of the error", () => {
  const cause = new Error("below");
  const error = tssError("tcs", "TSS_E_TIMEOUT", { detail: "3 s", hint: "Wait.", cause }).of("X");
  assertEquals([error.result, error.detail, error.hint], [0x2012, "3 s", "Wait."]);
  assertStrictEquals(error.cause, cause);
});
