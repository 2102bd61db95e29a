import { TPM_TDDL } from "../tddl/default_connection.ts";
import { type ConnectionSpec, parseConnectionString } from "../tddl/connection_string.ts";
import { UsageError } from "./errors.ts";
import type { CliIo } from "./io.ts";

/** The TPM that `-T` names, else the environment, else the device; never silently the emulator. */
export function connectionOf(tcti: string | undefined, io: CliIo): ConnectionSpec {
  const text = tcti ?? io.env(TPM_TDDL);
  if (text === undefined || text === "") return { kind: "device" };
  try {
    return parseConnectionString(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
