// Powers on a TPM whose state is in a file, and off again.
import { Emulator, FileStorage } from "../../../lib/emulator/mod.ts";

Emulator.powerOn({ storage: new FileStorage(Deno.args[0]!) }).powerOff();
