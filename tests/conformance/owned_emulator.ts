import type { Tpm } from "../../lib/emulator/tpm.ts";
import { play } from "./differential.ts";
import { EmulatorMachine } from "./emulator_machine.ts";
import { Side } from "./side.ts";
import { owned } from "./steps.ts";

const SEED = new TextEncoder().encode("emulator");

/** What an owned emulator has, kept for the next: its keys take longest of all. */
let kept: { state: Uint8Array; side: Side } | undefined;

/** Our emulator, started and owned, all secrets well known. */
export function ownedEmulator(): Side {
  const machine = new EmulatorMachine({ seed: SEED });
  const side = new Side("emulator", machine);
  if (kept === undefined) {
    play(side, owned());
    kept = { state: machine.save(), side };
    return ownedEmulator();
  }
  machine.restore(kept.state);
  side.ek = kept.side.ek;
  side.owner = kept.side.owner;
  for (const [label, key] of kept.side.keys) side.keys.set(label, { ...key });
  return side;
}

/** Our emulator as it leaves the factory; TPM_Startup is left to the script. */
export function freshEmulator(): Side {
  return new Side("emulator", new EmulatorMachine({ seed: SEED }));
}

/** Another emulator, with other keys and secrets inside, started and owned in the same way. */
export function otherEmulator(): Side {
  const side = new Side("other", new EmulatorMachine({ seed: new TextEncoder().encode("other") }));
  play(side, owned());
  return side;
}

/** The machine inside the emulator of a side. */
export function tpmOf(side: Side): Tpm {
  return (side.machine as EmulatorMachine).emulator.tpm;
}
