import type { EmulatorSpec } from "./connection_string.ts";
import type { Machine } from "./emulator_channel.ts";
import { tddlError } from "./tddl_error.ts";

/** Powers on the emulator that a connection string names. It is loaded only now: it is large. */
export async function powerOnEmulator({ file }: EmulatorSpec): Promise<Machine> {
  const { Emulator, FileStorage, StateError } = await import("../emulator/mod.ts");
  if (file === undefined) return Emulator.powerOn();
  let storage: InstanceType<typeof FileStorage> | undefined;
  try {
    storage = new FileStorage(file);
    return Emulator.powerOn({ storage });
  } catch (error) {
    storage?.close();
    if (!(error instanceof StateError)) throw error;
    const detail = `the TPM in ${file} cannot be used: ${error.message}`;
    throw tddlError("TDDL_E_IOERROR", detail, { cause: error });
  }
}
