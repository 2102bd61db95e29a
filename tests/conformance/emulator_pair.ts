import { LibTpms, peerTest } from "../peers/mod.ts";
import { assertSame, play, type Script } from "./differential.ts";
import { EmulatorMachine } from "./emulator_machine.ts";
import { LibTpmsMachine } from "./libtpms_machine.ts";
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
function freshEmulator(): Side {
  return new Side("emulator", new EmulatorMachine({ seed: SEED }));
}

/**
 * A test that the emulator and libtpms agree on a script: both started and owned, or with `fresh`
 * as they leave the factory.
 */
export function conformanceTest(
  name: string,
  script: Script,
  { fresh = false }: { fresh?: boolean } = {},
): void {
  peerTest(["libtpms"], name, () => {
    using tpm = LibTpms.open();
    const libtpms = new Side("libtpms", new LibTpmsMachine(tpm));
    if (!fresh) play(libtpms, owned());
    assertSame([fresh ? freshEmulator() : ownedEmulator(), libtpms], script);
  });
}
