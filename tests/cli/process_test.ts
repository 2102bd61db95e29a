import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { peerTest, requirePeer, TempFolder } from "../peers/mod.ts";

const MAIN = new URL("../../lib/cli/main.ts", import.meta.url);

/** Runs a program and gives what it wrote. It is given `typed` once it has written `prompt`. */
async function run(
  program: string,
  args: readonly string[],
  { typed = "", prompt = "" }: { typed?: string; prompt?: string } = {},
) {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { NO_COLOR: "1", TPM_TDDL: "emulator", SHELL: "/bin/sh" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  const type = async () => {
    await writer.write(new TextEncoder().encode(typed));
    await writer.close();
  };
  let stdout = "";
  let done = prompt === "" ? type() : undefined;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += text;
    if (stdout.includes(prompt)) done ??= type();
  }
  await done;
  return { code: (await child.status).code, stdout, stderr: await stderr };
}

const deno = (permissions: readonly string[], ...args: string[]) =>
  run(Deno.execPath(), ["run", "--no-prompt", "--cached-only", ...permissions, MAIN.href, ...args]);

Deno.test("a compiled tss has every command in it, the emulator, and the way to devices", async () => {
  const { code, stdout } = await run(Deno.execPath(), ["info", "--json", MAIN.href]);
  assertEquals(code, 0);
  const { modules } = JSON.parse(stdout) as { modules: { specifier: string; error?: string }[] };
  assertEquals(modules.filter(({ error }) => error !== undefined), []);
  const found = new Set(modules.map(({ specifier }) => specifier));
  const wanted = [
    ...Object.keys(COMMANDS).map((name) => `./commands/${name}.ts`),
    "../emulator/mod.ts",
    "../tcsd/mod.ts",
    "../../ffi/device.ts",
  ];
  for (const path of wanted) assert(found.has(new URL(path, MAIN).href), path);
});

Deno.test("tss asks for no permission that its help does not name", async () => {
  using folder = new TempFolder();
  assertEquals((await deno([], "--help")).code, 0);
  assertEquals((await deno([], "pcrread", "0", "-T", "emulator")).code, 0);
  assertEquals((await deno(["--allow-env=TPM_TDDL"], "version")).code, 0);
  // Without that permission the variable is not read, and the device needs FFI.
  const device = await deno([], "version");
  assertEquals([device.code, device.stdout], [1, ""]);
  assertStringIncludes(device.stderr, "--allow-ffi");
  const state = `emulator:${folder.join("state")}`;
  const denied = await deno([], "version", "-T", state);
  assertEquals(denied.code, 1);
  assertStringIncludes(denied.stderr, "--allow-write");
  const files = [`--allow-read=${folder.path}`, `--allow-write=${folder.path}`];
  assertEquals((await deno(files, "createek", "-T", state)).code, 0);
  const output = folder.join("ek");
  assertEquals((await deno(files, "getpubek", "-T", state, "-o", output)).code, 0);
  assertStringIncludes(await Deno.readTextFile(output), "PUBLIC KEY");
});

Deno.test("standard input and output are what they should be in a process of its own", async () => {
  const args = ["run", "--no-prompt", "--cached-only", MAIN.href, "trace", "--json"];
  const { code, stdout, stderr } = await run(Deno.execPath(), args, {
    typed: "00c10000000a0000000a\n",
  });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout), { packets: [{ request: "TPM_OIAP" }] });
  const usage = await deno([], "trace", "--nonsense");
  assertEquals([usage.code, usage.stdout], [2, ""]);
});

peerTest(
  ["script"],
  "a secret typed at a terminal is not shown, and asked for on standard error",
  async () => {
    using folder = new TempFolder();
    const out = folder.join("out");
    const words = [
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--cached-only",
      `--allow-read=${folder.path}`,
      `--allow-write=${folder.path}`,
      MAIN.href,
      "createkey",
      "-T",
      `emulator:${folder.join("state")}`,
    ];
    const script = `${words.join(" ")} >${out}`;
    const { code, stdout } = await run(requirePeer("script"), ["-qec", script, "/dev/null"], {
      typed: "geheim\n",
      prompt: "password: ",
    });
    // There is no SRK in a new TPM.
    assertEquals(code, 1);
    assertStringIncludes(stdout, "Enter SRK password: ");
    assertStringIncludes(stdout, "TPM_NOSRK");
    assert(!stdout.includes("geheim"));
    assertEquals(await Deno.readTextFile(out), "");
  },
);
