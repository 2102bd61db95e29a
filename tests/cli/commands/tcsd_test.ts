import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { TcsdClient } from "../../../lib/tcsd/mod.ts";
import { formatAddress } from "../../../lib/tddl/mod.ts";
import { libcHere } from "../../ffi/libc_here.ts";
import { freePort, TempFolder } from "../../peers/mod.ts";
import { startServer } from "../server_process.ts";
import { tss } from "../io.ts";

/** The permissions that the help names. */
function permissions(port: number, folder: TempFolder): string[] {
  return [
    `--allow-net=127.0.0.1:${port},[::1]:${port},unix:${folder.join("sock")}`,
    `--allow-read=${folder.path}`,
    `--allow-write=${folder.path}`,
  ];
}

async function randomOver(address: TcsdClient): Promise<number> {
  await using client = address;
  await using context = await client.openContext();
  const { randomBytes } = await context.command("TPM_GetRandom", { bytesRequested: 8 });
  return randomBytes.length;
}

Deno.test("tss tcsd serves on a port and a unix socket, reloads at SIGHUP, and ends at SIGTERM", async () => {
  using folder = new TempFolder();
  const port = freePort();
  const conf = folder.join("tcsd.conf");
  const socket = folder.join("sock");
  await Deno.writeTextFile(conf, `port = 1\nsystem_ps_file = ${folder.join("ps/system.data")}\n`);
  const connection = `emulator:${folder.join("state")}`;
  await using server = await startServer(
    ["tcsd", "--port", `${port}`, "--socket", socket, "--config", conf, "--tcti", connection],
    { permissions: permissions(port, folder), addresses: 2 },
  );
  assertEquals(server.lines[0], `TPM 1.2 of DENO, firmware 0.1, at ${connection}`);
  assertEquals(server.lines[1], `registered keys in ${folder.join("ps/system.data")}`);
  const addresses = [
    { transport: "tcp", hostname: "127.0.0.1", port },
    { transport: "unix", path: socket },
  ] as const;
  for (const address of addresses) {
    await server.heard(`listening on ${formatAddress(address)}\n`);
    assertEquals(await randomOver(new TcsdClient(address)), 8);
  }
  assertEquals((await Deno.stat(socket)).mode! & 0o777, 0o660);
  await Deno.writeTextFile(conf, "port = 2\nremote_ops = seal\n");
  server.kill("SIGHUP");
  await server.saw("needs a new start");
  const { code: asked, json } = await tss(["tcsd", "--status", "--port", `${port}`, "--json"]);
  assertEquals([asked, json().connections], [0, 1]);
  assert(json().requests >= 6);
  server.kill("SIGTERM");
  const { code, stderr } = await server.ended();
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, `${conf}: its mode should be 640`);
  assertStringIncludes(stderr, "systemPsFile, remoteOps: changed, which needs a new start");
  assertEquals(
    stderr.match(/^client .*: 3 requests, 0 of them failed, .* connected$/gm)?.length,
    2,
    stderr,
  );
  await assertRejects(() => Deno.stat(socket), Deno.errors.NotFound);
  assertEquals((await Deno.stat(folder.join("state"))).mode! & 0o777, 0o600);
});

Deno.test("tss tcsd --no-spin serves where it sleeps at every wait", async () => {
  const args = ["tcsd", "--port", "0", "--no-spin", "--tcti", "emulator"];
  const permissions = [`--allow-ffi=${libcHere()}`];
  await using server = await startServer(args, { permissions, addresses: 1 });
  const port = Number(server.addresses[0]!.split(":").at(-1));
  const address = { transport: "tcp", hostname: "127.0.0.1", port } as const;
  assertEquals(await randomOver(new TcsdClient(address, { spin: false })), 8);
});

Deno.test("tss tcsd says in a sentence why it cannot start", async () => {
  using folder = new TempFolder();
  const conf = folder.join("tcsd.conf");
  await Deno.writeTextFile(conf, "prot = 1\n");
  const failures: [string[], number, string][] = [
    [["--tcti", `unix:${folder.join("none")}`], 1, "TDDL_E_COMPONENT_NOT_FOUND"],
    [["--tcti", "nonsense:"], 2, "Cannot read connection string"],
    [["--config", conf], 1, `${conf}:1: there is no option "prot"`],
    [["--config", folder.join("none")], 1, "there is no such file"],
    [["--port", "70000"], 2, "--port takes a number from 0 to 65535"],
    [["--socket", "x", "--socket-mode", "9"], 2, "three octal digits"],
    [["--config-check", "maybe"], 2, "--config-check takes"],
  ];
  for (const [args, code, sentence] of failures) {
    const done = await tss(["tcsd", ...args]);
    assertEquals([done.code, done.stdout], [code, ""], args.join(" "));
    assertStringIncludes(done.stderr, sentence);
    assertEquals(done.stderr.trim().split("\n").length, 1);
  }
});

Deno.test("tss tcsd --config-check refuse wants the file to be root's and its mode 640", async () => {
  using folder = new TempFolder();
  const conf = folder.join("tcsd.conf");
  await Deno.writeTextFile(conf, "");
  await Deno.chmod(conf, 0o666);
  const { code, stderr } = await tss(["tcsd", "-c", conf, "--config-check", "refuse"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, `Cannot use ${conf}: it`);
});
