import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromHex, toHex } from "../../hex.ts";
import { playTools } from "../../interop/play_tools.ts";
import { OWNER_STEPS } from "../../interop/tool_steps.ts";
import type { Address } from "../../peers/network.ts";
import { findCommand, peerTest } from "../../peers/requirements.ts";
import { Swtpm } from "../../peers/swtpm.ts";
import { Tcsd } from "../../peers/tcsd.ts";
import { TempFolder } from "../../peers/temp_folder.ts";
import { Tools } from "../../peers/tools.ts";
import { EXTEND, pcrRead, STARTUP } from "../../raw_commands.ts";
import { execute } from "../../peers/network.ts";
import { serve, TRANSPORTS } from "./serve.ts";

for (const transport of TRANSPORTS) {
  for (const socket of ["tcp", "unix"] as const) {
    peerTest(
      ["tcsd", "tpm-tools"],
      `Debian's tcsd and tpm_version use our TPM over ${socket} (${transport})`,
      async () => {
        await using served = await serve({ transport });
        await using tcsd = await Tcsd.start({ tpm: served[socket] });
        using tools = new Tools(tcsd);
        const { code, stdout, stderr } = await tools.run(["tpm_version"]);
        assertEquals(code, 0, stderr + tcsd.log);
        assertMatch(stdout, /TPM 1\.2 Version Info:[^]*Chip Version: +1\.2\.0\.1/);
        assertMatch(stdout, /Spec Level: +2[^]*Errata Revision: +3[^]*TPM Vendor ID: +DENO/);
        assertEquals((await tools.run(["tpm_selftest"])).code, 0);
        // What answered was our TPM.
        assert(served.server.status.commands > 0);
      },
    );
  }
}

for (const socket of ["tcp", "unix"] as const) {
  peerTest(
    ["tcsd", "tpm-tools", "tpm-quote-tools", "script"],
    `Debian's tools do all an owner does through its tcsd on our TPM over ${socket}`,
    async () => {
      await using served = await serve({});
      await using tcsd = await Tcsd.start({ tpm: served[socket] });
      using tools = new Tools(tcsd);
      assertEquals(await playTools(OWNER_STEPS, { tools, debian: true }), []);
    },
  );
}

/** What came of a program of swtpm's, run on some address. */
async function run(
  command: string,
  { address, args }: { readonly address: Address; readonly args: readonly string[] },
): Promise<{ code: number; text: string }> {
  const at = "port" in address ? ["--tcp", `127.0.0.1:${address.port}`] : ["--unix", address.path];
  const process = new Deno.Command(findCommand(command), {
    args: [...at, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  // What does not read it may have ended already.
  await writer.write(new TextEncoder().encode("measured")).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await process.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, text: decode(stdout) + decode(stderr) };
}

/** Every option of swtpm_ioctl for a TPM 1.2, with the TPM off and on. */
const OPTIONS = [
  "-c",
  "-e",
  "-g",
  "-C",
  "--stop",
  "-b 3500",
  "-b 100",
  "-b 9999",
  "-i",
  "-b 4096",
  "-b 0",
  "-e",
  "-r 3",
  "-r 0",
  "-v",
  "-C",
  "-l 3",
  "-l 4",
  "-l 0",
  "--info 1",
  "--info 0",
  "--info 64",
  "-g",
  "-h abc",
  "-i",
];

/** Its options once TPM_Startup has run. */
const STARTED_OPTIONS = [
  "-h abc",
  "-e",
  "-r 2",
  "-r 4",
  "-e",
  `-h ${"x".repeat(5000)}`,
  "-h -", // from standard input
  "-e",
  "-v",
  "--save permanent FOLDER/permanent",
  "--save volatile FOLDER/volatile",
  "--save savestate FOLDER/savestate",
  "--load permanent FOLDER/permanent", // refused: the TPM is on
  "--stop",
  "--load permanent FOLDER/permanent",
  "--load volatile FOLDER/volatile",
  "--load volatile FOLDER/permanent",
  "--load permanent FOLDER/nonesuch",
  "--load volatile FOLDER/volatile",
  "-i",
  "-e",
];

peerTest(["swtpm", "swtpm-tools"], "swtpm_ioctl gets from us what swtpm gives it", async () => {
  await using swtpm = await Swtpm.start({ transport: "unix", started: false });
  await using ours = await serve({ powered: false, startup: false });
  const sides = [
    { control: swtpm.control, execute: (command: Uint8Array) => swtpm.execute(command) },
    { control: ours.controlUnix, execute: (command: Uint8Array) => execute(ours.unix, command) },
  ];
  const outcomes: unknown[][] = [];
  for (const side of sides) {
    using folder = new TempFolder();
    const outcome: unknown[] = [];
    outcomes.push(outcome);
    const ask = async (option: string) => {
      const args = option.replace("FOLDER", folder.path).split(" ");
      const { code, text } = await run("swtpm_ioctl", { address: side.control, args });
      // How blobs are refused is each format's own.
      const same = option.startsWith("--load volatile FOLDER/perm") ? code : { code, text };
      outcome.push(option, JSON.stringify(same).replaceAll(folder.path, "FOLDER"));
    };
    for (const option of OPTIONS) await ask(option);
    outcome.push(toHex(await side.execute(STARTUP)), toHex(await side.execute(EXTEND)));
    for (const option of STARTED_OPTIONS) await ask(option);
    for (const index of [0, 16, 17]) outcome.push(toHex(await side.execute(pcrRead(index))));
    await ask("-s");
  }
  assertEquals(outcomes[1], outcomes[0]);
  await ours.server.finished;
});

peerTest(["swtpm-tools"], "swtpm_ioctl and swtpm_bios drive our TPM over tcp", async () => {
  await using ours = await serve({ startup: false });
  const address = ours.controlTcp;
  assertEquals(await run("swtpm_ioctl", { address, args: ["-c"] }), {
    code: 0,
    text: "ptm capability is 0x7fff\n",
  });
  assertEquals((await run("swtpm_ioctl", { address, args: ["-l", "2"] })).code, 0);
  assertEquals(ours.emulator.locality, 2);
  assertEquals(await run("swtpm_bios", { address: ours.tcp, args: ["-u"] }), { code: 0, text: "" });
  const info = await run("swtpm_ioctl", { address, args: ["--info", "2"] });
  assertMatch(info.text, /^{"TPMAttributes":{"manufacturer":"id:[0-9A-F]{8}","version":"id:/);
});

/** What swtpm_bios says where there is no saved state to start with. */
const STATELESS = { code: 128, text: "TPM_Startup(0x02) returned error code 0x0000001c\n" };

peerTest(["swtpm", "swtpm-tools"], "swtpm_bios starts our TPM as it starts swtpm", async () => {
  const options = [["-o"], ["-c"], ["-u"], ["-cs", "-u"], ["-ea", "-u"], ["-n", "-o"], ["-d"]];
  for (const args of [...options, ["-s", "-o"]]) {
    await using swtpm = await Swtpm.start({ transport: "unix", started: false });
    await using ours = await serve({ powered: false, startup: false });
    for (
      const { address, control } of [
        { address: swtpm.address, control: swtpm.control },
        { address: ours.unix, control: ours.controlUnix },
      ]
    ) {
      assertEquals((await run("swtpm_ioctl", { address: control, args: ["-i"] })).code, 0);
      const { code, text } = await run("swtpm_bios", { address, args });
      const wanted = args[0] === "-s" ? STATELESS : { code: 0, text: "" };
      assertEquals({ args, code, text }, { args, ...wanted });
    }
    // Afterwards both are in the same state: capabilities, then flags (permanent and volatile).
    for (const flags of ["00000108", "00000109"]) {
      const command = fromHex(`00c1 00000016 00000065 00000004 00000004 ${flags}`);
      assertEquals(toHex(await execute(ours.unix, command)), toHex(await swtpm.execute(command)));
    }
  }
});
