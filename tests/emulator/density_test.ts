import { assert, assertEquals } from "@std/assert";
import { Emulator } from "../../lib/emulator/mod.ts";
import type { EmulatorMachine } from "../conformance/emulator_machine.ts";
import { ownedEmulator } from "../conformance/owned_emulator.ts";
import { pcrRead } from "../raw_commands.ts";

const COUNT = 1000;
const KB = 1024;

Deno.test(`${COUNT} owned emulators in one process work, and take less than 200 kB each`, () => {
  const snapshot = (ownedEmulator().machine as EmulatorMachine).emulator.snapshot();
  const before = Deno.memoryUsage().rss;
  const emulators = Array.from({ length: COUNT }, () => Emulator.powerOn({ snapshot }));
  for (const emulator of emulators) assertEquals(emulator.execute(pcrRead(0))[9], 0);
  const each = (Deno.memoryUsage().rss - before) / COUNT / KB;
  assert(each < 200, `each takes ${each} kB`);
  assert(emulators.every((emulator) => emulator.inspect().owned));
});
