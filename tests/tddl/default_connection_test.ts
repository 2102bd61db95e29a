import { assertEquals, assertThrows } from "@std/assert";
import { defaultConnection, TPM_TDDL } from "../../lib/tddl/default_connection.ts";

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
