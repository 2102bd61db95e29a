import { LibTpms, peerTest } from "../peers/mod.ts";
import { assertSame, play, type Script } from "./differential.ts";
import { LibTpmsMachine } from "./libtpms_machine.ts";
import { freshEmulator, ownedEmulator } from "./owned_emulator.ts";
import { Side } from "./side.ts";
import { owned } from "./steps.ts";

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
