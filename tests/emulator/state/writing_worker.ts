// Writes a rising number to an NV area again and again, and prints each one that was answered. Made
// to be killed at any moment.
import { Emulator, FileStorage } from "../../../lib/emulator/mod.ts";
import { NUMBER_INDEX, writeNumber } from "./number_area.ts";

const emulator = Emulator.powerOn({
  storage: new FileStorage(Deno.args[0]!),
  limits: { nvWritesWithoutOwner: Infinity },
});
emulator.execute(Uint8Array.of(0, 0xc1, 0, 0, 0, 12, 0, 0, 0, 0x99, 0, 1)); // TPM_Startup(ST_CLEAR)
const output = new TextEncoder();
for (let number = Number(Deno.args[1]);; number++) {
  writeNumber(emulator, number);
  Deno.stdout.writeSync(output.encode(`${NUMBER_INDEX} ${number}\n`));
}
