/**
 * Makes a thousand emulators out of the snapshot of an owned one, and prints what each of them
 * costs beyond the first: a part of `deno task bench:emulator`, in a process of its own.
 *
 * @module
 */
import { Emulator } from "../../lib/emulator/mod.ts";
import type { EmulatorMachine } from "../conformance/emulator_machine.ts";
import { ownedEmulator } from "../conformance/owned_emulator.ts";
import { pcrRead } from "../raw_commands.ts";

const COUNT = 1000;
const KIB = 1024;

if (import.meta.main) printDensity();

function printDensity(): void {
  const { machine } = ownedEmulator();
  const snapshot = (machine as EmulatorMachine).emulator.snapshot();
  // The first ones pay for what all share: compiled code and the like.
  make(snapshot, COUNT / 10);
  const before = Deno.memoryUsage().rss;
  const start = performance.now();
  const emulators = make(snapshot, COUNT);
  const made = performance.now() - start;
  for (const emulator of emulators) {
    if (emulator.execute(pcrRead(0))[9] !== 0) throw new Error("an emulator does not work");
  }
  const size = Deno.memoryUsage().rss - before;
  console.log(
    `${COUNT} emulators, owned and under power, from a snapshot: ` +
      `${(made / COUNT).toFixed(2)} ms and ${(size / COUNT / KIB).toFixed(0)} kB RSS each\n`,
  );
}

function make(snapshot: Uint8Array, count: number): Emulator[] {
  return Array.from({ length: count }, () => Emulator.powerOn({ snapshot }));
}
