import { assert, assertEquals } from "@std/assert";
import { EmulatorMachine } from "../tspi/machines.ts";
import { CoreServices } from "../../lib/tcs/mod.ts";
import { TcsdServer } from "../../lib/tcsd/mod.ts";
import { EmulatorServer } from "../../lib/emulator/server/mod.ts";
import { freePort, peerTest, Swtpm, Tcsd, TempFolder } from "../peers/mod.ts";

const DEMO = new URL("../../examples/demo.ts", import.meta.url).href;
const PERMISSIONS = ["--allow-net", "--allow-read", "--allow-write"];

/** Runs the demo over a connection string, with network and files alone. */
async function assertDemoPasses(connection: string): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...PERMISSIONS, DEMO, connection],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assert(new TextDecoder().decode(stdout).includes("Everything went as it should"));
}

Deno.test("the demo passes over our tcsd, on tcp and on its unix socket", async () => {
  using folder = new TempFolder();
  const path = `${folder.path}/tcsd.sock`;
  const port = freePort();
  for (const connection of [`tcsd:127.0.0.1:${port}`, `tcsd:unix:${path}`]) {
    await using machine = new EmulatorMachine({ endorsed: false });
    await using core = await CoreServices.start(await machine.tddl());
    await using _server = await TcsdServer.start(core, {
      addresses: [
        { address: { transport: "tcp", hostname: "127.0.0.1", port } },
        { address: { transport: "unix", path } },
      ],
    });
    await assertDemoPasses(connection);
  }
});

Deno.test("the demo passes over our emulator's server, by tcp and unix socket", async () => {
  using folder = new TempFolder();
  for (const connection of [`tcp:127.0.0.1:${freePort()}`, `unix:${folder.path}/tpm.sock`]) {
    await using machine = new EmulatorMachine({ endorsed: false });
    await using _server = await EmulatorServer.start({
      emulator: machine.emulator,
      listen: [connection],
    });
    await assertDemoPasses(connection);
  }
});

for (const transport of ["tcp", "unix"] as const) {
  peerTest(["swtpm"], `the demo passes over swtpm, by ${transport}`, async () => {
    await using swtpm = await Swtpm.start({ transport });
    await assertDemoPasses(
      "port" in swtpm.address
        ? `tcp:127.0.0.1:${swtpm.address.port},connection=each`
        : `unix:${swtpm.address.path},connection=each`,
    );
  });
}

peerTest(["swtpm", "tcsd"], "the demo passes over Debian's tcsd on swtpm", async () => {
  await using swtpm = await Swtpm.start({ transport: "tcp" });
  await using tcsd = await Tcsd.start({ tpm: { port: (swtpm.address as { port: number }).port } });
  await assertDemoPasses(`tcsd:127.0.0.1:${tcsd.port}`);
});

peerTest(["tcsd"], "the demo passes over Debian's tcsd on our emulator", async () => {
  await using machine = new EmulatorMachine({ endorsed: false });
  const port = freePort();
  await using _server = await EmulatorServer.start({
    emulator: machine.emulator,
    listen: [`tcp:127.0.0.1:${port}`],
  });
  await using tcsd = await Tcsd.start({ tpm: { port } });
  await assertDemoPasses(`tcsd:127.0.0.1:${tcsd.port}`);
});
