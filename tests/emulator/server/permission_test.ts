import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import process from "node:process";
import { connect, exchange, execute } from "../../peers/network.ts";
import { TempFolder } from "../../peers/temp_folder.ts";
import { pcrRead } from "../../raw_commands.ts";
import { after } from "../../after.ts";
import { libcHere } from "../../ffi/libc_here.ts";
import { serve } from "./serve.ts";

const SERVER = new URL("../../bench/emulator_server.ts", import.meta.url).pathname;

function start(permissions: readonly string[], args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--no-prompt", ...permissions, SERVER, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("the grant for libc alone is enough to serve tcp and unix sockets", async () => {
  using folder = new TempFolder();
  const path = folder.join("tpm.sock");
  const server = start([`--allow-ffi=${libcHere()}`], [path, "libc", "spin"]);
  const output = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const port = Number((await output.read()).value);
  for (const address of [{ port }, { path }]) {
    assertEquals((await execute(address, pcrRead(0))).length, 30);
  }
  await server.stdin.close();
  await output.cancel();
  const [{ code }, stderr] = await Promise.all([
    server.status,
    new Response(server.stderr).text(),
  ]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("the process' limit of descriptors is kept away from", async () => {
  using folder = new TempFolder();
  const path = folder.join("tpm.sock");
  const command = ["run", "-A", "--quiet", "--no-check", SERVER, path, "libc", "spin"];
  const server = new Deno.Command("/bin/sh", {
    args: ["-c", 'ulimit -n 100; exec "$0" "$@"', Deno.execPath(), ...command],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const port = Number((await output.read()).value);
  using first = await connect({ port });
  assertEquals((await exchange(first, pcrRead(0))).length, 30);
  const others = await Promise.all(Array.from({ length: 200 }, () => connect({ port })));
  // Those beyond the limit are closed at once, and the first one is served on.
  const last = others.at(-1)!;
  assertEquals(await last.read(new Uint8Array(1)), null);
  assertEquals((await exchange(first, pcrRead(0))).length, 30);
  for (const connection of others) connection.close();
  for (let i = 0; i < 100 && !await isServed({ port }); i++) await after(10);
  assert(await isServed({ port }));
  await server.stdin.close();
  await output.cancel();
  assertEquals((await server.status).code, 0);
});

for (const spin of [true, false]) {
  Deno.test(`a server that waits takes no processor time (spin ${spin})`, async () => {
    await using served = await serve({ transport: "libc", spin });
    using client = await connect(served.unix);
    for (let i = 0; i < 20; i++) assertEquals((await exchange(client, pcrRead(0))).length, 30);
    const before = process.cpuUsage();
    await after(300);
    const { user, system } = process.cpuUsage(before);
    assert(user + system < 100_000, `${user + system} us of 300 000`);
  });
}

Deno.test("without the grant the error names the flag", async () => {
  using folder = new TempFolder();
  const server = start([], [folder.join("tpm.sock"), "libc", "spin"]);
  await server.stdin.close();
  const { code, stderr } = await server.output();
  assertEquals(code, 1);
  assertStringIncludes(new TextDecoder().decode(stderr), "Run with --allow-ffi=");
});

async function isServed(address: { port: number }): Promise<boolean> {
  try {
    return (await execute(address, pcrRead(0))).length === 30;
  } catch {
    return false; // turned away
  }
}
