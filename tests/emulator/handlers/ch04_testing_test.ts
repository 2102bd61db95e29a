import { assertEquals } from "@std/assert";
import { play } from "../../conformance/differential.ts";
import { freshEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { type Step, step } from "../../conformance/step.ts";
import { startup } from "../../conformance/steps.ts";
import type { Side } from "../../conformance/side.ts";

const PCR_READ = (code: string): Step =>
  step({ command: "TPM_PCRRead", request: { pcrIndex: 0 }, code });

/** An emulator whose random source gives the same bytes for ever. */
function faulty(): Side {
  const side = freshEmulator();
  play(side, [startup()]);
  const tpm = tpmOf(side);
  Object.assign(tpm, { random: (size: number) => new Uint8Array(size) });
  return side;
}

function testResult(side: Side): string {
  let text = "";
  play(side, [step({
    command: "TPM_GetTestResult",
    keep: (_side, { outData }) => text = new TextDecoder().decode(outData),
  })]);
  return text;
}

Deno.test("a self-test that finds nothing leaves the TPM working (4.1, action 1.a)", () => {
  const side = freshEmulator();
  play(side, [
    startup(),
    step({ command: "TPM_SelfTestFull" }),
    step({ command: "TPM_ContinueSelfTest" }),
    PCR_READ("TPM_SUCCESS"),
  ]);
  assertEquals(testResult(side), "Shutdown 00000002\n");
});

for (const command of ["TPM_SelfTestFull", "TPM_ContinueSelfTest"] as const) {
  Deno.test(`${command}() goes into failure mode when one test fails (action 2)`, () => {
    const side = faulty();
    play(side, [
      step({ command, code: "TPM_FAILEDSELFTEST" }),
      PCR_READ("TPM_FAILEDSELFTEST"),
      step({ command, code: "TPM_FAILEDSELFTEST" }),
    ]);
    assertEquals(testResult(side), "Shutdown 00000003\n");
  });
}

Deno.test("failure mode ends with the next power on", () => {
  const side = faulty();
  play(side, [step({ command: "TPM_SelfTestFull", code: "TPM_FAILEDSELFTEST" })]);
  side.machine.reset();
  play(side, [startup(), PCR_READ("TPM_SUCCESS")]);
});
