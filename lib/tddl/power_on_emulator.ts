import type { EmulatorSpec } from "./connection_string.ts";
import type { Machine } from "./emulator_channel.ts";
import { tddlError } from "./tddl_error.ts";

/** Powers on the emulator that a connection string names. It is loaded only now: it is large. */
export async function powerOnEmulator(spec: EmulatorSpec): Promise<Machine> {
  const { Emulator, FileStorage, StateError } = await import("../emulator/mod.ts");
  if (spec.file === undefined) return Emulator.powerOn();
  try {
    return Emulator.powerOn({ storage: new FileStorage(spec.file) });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw tddlError(
      "TDDL_E_IOERROR",
      `Cannot use the TPM in ${spec.file}: ${error.message}`,
      error,
    );
  }
}
