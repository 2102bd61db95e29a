import { assert } from "@std/assert";
import { Emulator, FileStorage } from "../../../lib/emulator/mod.ts";
import { defineNumber, readNumber } from "./number_area.ts";

const STARTUP = Uint8Array.of(0, 0xc1, 0, 0, 0, 12, 0, 0, 0, 0x99, 0, 1);
/** How often a writing process is killed. */
const KILLS = Number(Deno.env.get("TSS_KILLS") ?? 20);
/** Most milliseconds it may write. */
const LONGEST = 30;

function withEmulator<T>(path: string, body: (emulator: Emulator) => T): T {
  using emulator = Emulator.powerOn({
    storage: new FileStorage(path),
    limits: { nvWritesWithoutOwner: Infinity },
  });
  emulator.execute(STARTUP);
  return body(emulator);
}

Deno.test(`kill -9 at ${KILLS} moments loses no answered command and leaves no third state`, async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/tpm.state`;
  withEmulator(path, defineNumber);
  let next = 1;
  let writes = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const answered = await writeUntilKilled(path, next);
    const found = withEmulator(path, readNumber);
    // The last answered write, or the one after it that was not answered any more.
    const last = answered ?? next - 1;
    assert(found === last || found === last + 1, `${last} was answered, ${found} is there`);
    writes += found - next + 1;
    next = found + 1;
  }
  console.log(`${KILLS} kills among ${writes} writes`);
  assert(writes >= KILLS);
  await Deno.remove(folder, { recursive: true });
});

/** Lets a process write from a number on, kills it, and gives the last number it saw answered. */
async function writeUntilKilled(path: string, from: number): Promise<number | undefined> {
  const worker = new URL("writing_worker.ts", import.meta.url).pathname;
  const folder = path.replace(/\/[^/]*$/, "");
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      `--allow-read=${folder}`,
      `--allow-write=${folder}`,
      worker,
      path,
      `${from}`,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let output = "";
  const text = new TextDecoder();
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const chunk of process.stdout) {
    output += text.decode(chunk, { stream: true });
    timer ??= setTimeout(() => process.kill("SIGKILL"), Math.random() * LONGEST);
  }
  clearTimeout(timer);
  await process.status;
  const lines = output.slice(0, output.lastIndexOf("\n")).split("\n").filter(Boolean);
  const last = lines.at(-1)?.split(" ")[1];
  return last === undefined ? undefined : Number(last);
}
