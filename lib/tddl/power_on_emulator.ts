import type { EmulatorSpec } from "./connection_string.ts";
import type { Machine } from "./emulator_channel.ts";
import { tddlError } from "./tddl_error.ts";

/** Powers on the emulator that a connection string names. It is loaded only now: it is large. */
export async function powerOnEmulator(spec: EmulatorSpec): Promise<Machine> {
  const { Emulator } = await import("../emulator/mod.ts");
  if (spec.file === undefined) return Emulator.powerOn();
  throw tddlError("TSS_E_NOTIMPL", `the emulator cannot keep its state in ${spec.file}`);
}
