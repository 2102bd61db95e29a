import { type ConnectionSpec, parseConnectionString } from "./connection_string.ts";

/** Environment variable with the connection string to use when none is given. */
export const TPM_TDDL = "TPM_TDDL";

/**
 * The TPM to use when none is named: what the environment variable TPM_TDDL says, where it may be
 * read without asking, else the device. Never the emulator, whose secrets are safe from nobody.
 */
export function defaultConnection(): ConnectionSpec {
  const granted = Deno.permissions.querySync({ name: "env", variable: TPM_TDDL }).state;
  const named = granted === "granted" ? Deno.env.get(TPM_TDDL) : undefined;
  return named === undefined || named === "" ? { kind: "device" } : parseConnectionString(named);
}
