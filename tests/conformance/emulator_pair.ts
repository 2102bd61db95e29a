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

/** A test that the emulator and libtpms, both started and owned, agree on a script. */
export function conformanceTest(name: string, script: Script): void {
  peerTest(["libtpms"], name, () => {
    using tpm = LibTpms.open();
    const libtpms = new Side("libtpms", new LibTpmsMachine(tpm));
    play(libtpms, owned());
    assertSame([ownedEmulator(), libtpms], script);
  });
}
