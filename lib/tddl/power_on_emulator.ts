import type { EmulatorSpec } from "./connection_string.ts";
import type { Machine } from "./emulator_channel.ts";

/** Powers on the emulator that a connection string names. It is loaded only now: it is large. */
export async function powerOnEmulator(_spec: EmulatorSpec): Promise<Machine> {
  const { Emulator } = await import("../emulator/mod.ts");
  return Emulator.powerOn();
}
