import { assert, assertEquals, assertMatch } from "@std/assert";
import { Emulator } from "../../lib/emulator/mod.ts";
import { Context } from "../../lib/tspi/mod.ts";
import { startServer } from "../cli/server_process.ts";
import { libcHere } from "../ffi/libc_here.ts";
import { PtyTpm } from "../ffi/pty_tpm.ts";
import { peerTest, requirePeer } from "../peers/requirements.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { STARTUP } from "../raw_commands.ts";
import { parseUnit, UNIT, unitCommand } from "./unit_file.ts";

const TEXT = Deno.readTextFileSync(UNIT);
const unit = parseUnit(TEXT);
const setting = (section: string, key: string) => unit.get(section)?.get(key)?.join(" ") ?? "";

Deno.test("the unit of tcsd has what a service in the foreground takes, as user tss", () => {
  assertEquals([...unit.keys()], ["Unit", "Service", "Install"]);
  assertEquals(setting("Service", "Type"), "exec");
  assertEquals(setting("Service", "User"), "tss");
  assertEquals(setting("Service", "CapabilityBoundingSet"), "");
  assertMatch(setting("Service", "DeviceAllow"), /^\/dev\/tpm0 rw$/);
  assertEquals(setting("Service", "ExecReload"), "/bin/kill -HUP $MAINPID");
  assertMatch(setting("Unit", "Conflicts"), /\btcsd\.service\b/);
});

peerTest(["systemd"], "systemd-analyze has nothing to say of the unit of tcsd", async () => {
  using folder = new TempFolder();
  const path = folder.join("tss-tcsd.service");
  // Deno is where it is on this machine.
  Deno.writeTextFileSync(path, TEXT.replaceAll("/usr/local/bin/deno", Deno.execPath()));
  const { code, stdout, stderr } = await new Deno.Command(requirePeer("systemd"), {
    args: ["verify", "--man=no", path],
  }).output();
  const text = new TextDecoder();
  assertEquals([code, text.decode(stdout), text.decode(stderr)], [0, "", ""]);
});

Deno.test("the unit's command serves a device with the grants that it names", async () => {
  using emulator = Emulator.powerOn({ endorsementKey: "generate" });
  emulator.execute(STARTUP);
  await using tpm = new PtyTpm((command, pty) => pty.write(emulator.execute(command)));
  using folder = new TempFolder();
  const words = unitCommand({
    "/var/lib/tpm": folder.path,
    "/run/tss": folder.path,
    "/dev/tpm0": tpm.pty.path,
    "/lib/x86_64-linux-gnu/libc.so.6": libcHere(),
  });
  const main = words.indexOf("/opt/tss/lib/cli/main.ts");
  assert(main > 0);
  const permissions = words.slice(0, main).filter((word) => word.startsWith("--allow"));
  const args = [...words.slice(main + 1), "--port", "0"];
  await using server = await startServer(args, { permissions, addresses: 2 });
  const socket = `unix:${folder.join("tcsd.sock")}`;
  assert(server.addresses.includes(socket));
  server.kill("SIGHUP");
  await using context = Context.create();
  await context.connect(`tcsd:${socket}`);
  assertEquals((await context.tpm.getRandom(20)).length, 20);
  await context.close();
  server.kill("SIGTERM");
  assertEquals((await server.ended()).code, 0);
});
