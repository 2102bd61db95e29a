import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { defaultConnection, TPM_TDDL } from "../../lib/tddl/default_connection.ts";
import { exists } from "../exists.ts";
import { libcHere } from "../ffi/libc_here.ts";
import { runProgram } from "../run_program.ts";

function withVariable(value: string | undefined, body: () => void): void {
  const before = Deno.env.get(TPM_TDDL);
  if (value === undefined) Deno.env.delete(TPM_TDDL);
  else Deno.env.set(TPM_TDDL, value);
  try {
    body();
  } finally {
    if (before === undefined) Deno.env.delete(TPM_TDDL);
    else Deno.env.set(TPM_TDDL, before);
  }
}

Deno.test("the TPM of the environment is used when none is named", () => {
  withVariable("tcp:127.0.0.1:9", () =>
    assertEquals(defaultConnection(), {
      kind: "tcp",
      address: { transport: "tcp", hostname: "127.0.0.1", port: 9 },
      connection: "keep",
    }));
  withVariable("nonsense", () => assertThrows(defaultConnection, TypeError, `"nonsense"`));
});

Deno.test("the device is used when the environment names no TPM", () => {
  for (const value of [undefined, ""]) {
    withVariable(value, () => assertEquals(defaultConnection(), { kind: "device" }));
  }
});

const OPEN = `
  import { openTpm } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
  try {
    await using tpm = await openTpm();
    console.log((await tpm.random(16)).length, "bytes");
  } catch (error) {
    console.log(error.constructor.name + ": " + error.message + " " + error.hint);
  }
`;

Deno.test("openTpm() with nothing given takes the environment where it may", async () => {
  const env = { [TPM_TDDL]: "emulator" };
  const open = (permissions: string[]) => runProgram(OPEN, { permissions, env });
  assertEquals(await open([`--allow-env=${TPM_TDDL}`]), "16 bytes\n");
  // Where it may not, nobody asks, and it is not the emulator that is opened.
  assertStringIncludes(await open([]), "NotCapable: Cannot open /dev/tpm0: it needs FFI access");
});

if (!["/dev/tpm0", "/dev/tpm"].some(exists)) {
  Deno.test("openTpm() with nothing given says that there is no device", async () => {
    const output = await runProgram(OPEN, { permissions: [`--allow-ffi=${libcHere()}`] });
    assertStringIncludes(output, "TDDL_E_COMPONENT_NOT_FOUND");
    assertStringIncludes(output, "there is no device /dev/tpm0");
    assertStringIncludes(output, "use the connection string emulator");
  });
}
