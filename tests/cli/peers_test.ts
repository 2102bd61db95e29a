import { assert, assertEquals, assertExists, assertStringIncludes } from "@std/assert";
import { COMMON_OPTIONS, type Options } from "../../lib/cli/command.ts";
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { Daemon } from "../../lib/cli/tcsd_daemon.ts";
import { TCSD_CONF_DEFAULTS } from "../../lib/tcsd/mod.ts";
import { peerTest, Swtpm, Tcsd, Tools } from "../peers/mod.ts";
import { type Given, tss } from "./io.ts";

/** Runs `tss` against a daemon; throws when it does not succeed. */
async function ok(port: number, args: readonly string[], given: Given = {}): Promise<string> {
  const [command, ...rest] = args;
  const done = await tss([command!, "-T", `tcsd:127.0.0.1:${port}`, ...rest], given);
  if (done.code !== 0) throw new Error(`tss ${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

/** What one side makes, the other opens. */
async function exchange(port: number): Promise<void> {
  using tools = new Tools({ port });
  const tool = async (...command: [string, ...string[]]) => {
    const { code, stdout, stderr } = await tools.run(command);
    assertEquals(code, 0, `${command.join(" ")}: ${stderr}`);
    return stdout;
  };
  const file = (name: string) => `${tools.folder}/${name}`;
  await ok(port, ["createek"]);
  await ok(port, ["takeownership", "-y", "-z"]);

  await Deno.writeTextFile(file("plain"), "sealed by one, opened by the other\n".repeat(50));
  await ok(port, ["sealdata", "-z", "-p", "10,16", "-i", file("plain"), "-o", file("ours")]);
  await tool("tpm_unsealdata", "-z", "-i", file("ours"), "-o", file("opened"));
  await tool("cmp", file("plain"), file("opened"));
  await tool(
    "tpm_sealdata",
    "-z",
    "-p",
    "10",
    "-p",
    "16",
    "-i",
    file("plain"),
    "-o",
    file("theirs"),
  );
  const opened = await ok(port, ["unsealdata", "-z", "-i", file("theirs")]);
  assertEquals(opened, await Deno.readTextFile(file("plain")));

  const area = ["-i", "0x1000"];
  await ok(port, ["nvdefine", "-y", ...area, "-s", "16", "-p", "OWNERREAD|OWNERWRITE"]);
  await tool("tpm_nvwrite", "-z", "-i", "0x1000", "-s", "5", "-d", "hello");
  const { stdout } = await tools.run(["tpm_nvread", "-z", "-i", "0x1000", "-s", "5"]);
  assertStringIncludes(stdout, "68 65 6c 6c 6f");
  assertStringIncludes(await ok(port, ["nvread", "-z", ...area, "-s", "5"]), "68 65 6c 6c 6f");
  await tool("tpm_nvrelease", "-y", "-i", "0x1000");

  const modulus = (await tool("tpm_getpubek", "-z")).split("Public Key:")[1]!.replaceAll(/\s/g, "");
  const { jwk } = JSON.parse(await ok(port, ["getpubek", "-z", "--json"]));
  const ours = Uint8Array.fromBase64(jwk.n, { alphabet: "base64url" }).toHex();
  assertEquals(modulus, ours);
  await ok(port, ["clear", "-z"]);
}

peerTest(["tpm-tools"], "tss and tpm-tools open each other's files over our daemon", async () => {
  await using daemon = await Daemon.start({
    connection: { kind: "emulator" },
    conf: { ...TCSD_CONF_DEFAULTS, port: 0 },
    log: () => {},
  });
  await exchange(Number(daemon.addresses[0]!.split(":")[2]));
});

peerTest(
  ["tpm-tools", "tcsd", "swtpm"],
  "tss and tpm-tools open each other's files over Debian's daemon",
  async () => {
    await using tpm = await Swtpm.start();
    await using tcsd = await Tcsd.start({ tpm: tpm.address });
    await exchange(tcsd.port);
  },
);

peerTest(
  ["tpm-tools", "script"],
  "passwords are hashed as tpm-tools hash them, with -u and without",
  async () => {
    await using daemon = await Daemon.start({
      connection: { kind: "emulator" },
      conf: { ...TCSD_CONF_DEFAULTS, port: 0 },
      log: () => {},
    });
    const port = Number(daemon.addresses[0]!.split(":")[2]);
    using tools = new Tools({ port });
    await ok(port, ["createek"]);
    await ok(port, ["takeownership", "-z", "-u", "--owner-password", "str:password"]);
    const read = (...args: string[]) =>
      tools.run(["tpm_getpubek", ...args], { answers: ["password"], env: { LC_ALL: "C.UTF-8" } });
    assertEquals((await read("-u")).code, 0);
    assertEquals((await read()).code !== 0, true);
  },
);

peerTest(
  ["tpm-tools"],
  "every option of tpm-tools is one of ours, by the same letter",
  async () => {
    using tools = new Tools({ port: 1 });
    let seen = 0;
    for (const name of Object.keys(COMMANDS)) {
      const help = await tools.run([`tpm_${name}`, "--help"]).catch(() => undefined);
      if (help === undefined) continue;
      const { options } = await COMMANDS[name]!.load();
      const ours: Options = { ...COMMON_OPTIONS, ...options };
      const lines = `${help.stdout}${help.stderr}`.matchAll(/^\t(?:-(\w), )?--([\w-]+)( \S+)?$/gm);
      for (const [, letter, long] of lines) {
        const found = Object.entries(ours).find(([key, { short }]) =>
          letter === undefined ? key === long : short === letter
        );
        assertExists(found, `tpm_${name} has -${letter ?? ""} --${long}`);
        seen++;
      }
    }
    assert(seen > 100, `${seen} options`);
  },
);
