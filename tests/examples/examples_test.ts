import { assert, assertEquals } from "@std/assert";

const FOLDER = new URL("../../examples/", import.meta.url);
const EXAMPLES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => /^\d\d_/.test(name)).sort();

/** Runs a program of the folder with no permission. */
async function run(name: string, args: readonly string[] = []) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", new URL(name, FOLDER).href, ...args],
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

Deno.test("there are eight examples, each under 40 lines", () => {
  assertEquals(EXAMPLES.length, 8);
  for (const name of EXAMPLES) {
    const lines = Deno.readTextFileSync(new URL(name, FOLDER)).split("\n").length - 1;
    assert(lines < 40, `${name} has ${lines} lines`);
  }
});

for (const name of EXAMPLES) {
  Deno.test(`${name} runs without any permission`, async () => {
    const { code, stdout, stderr } = await run(name);
    assertEquals(code, 0, stderr);
    assert(stdout.length > 0);
  });
}

Deno.test("the demo says what it does, step by step, without any permission", async () => {
  const { code, stdout, stderr } = await run("demo.ts");
  assertEquals(code, 0, stderr);
  const steps = ["is owned", "verifies its signature", "which the TPM opens", "TPM_WRONGPCRVAL"];
  for (const step of [...steps, "Everything went as it should"]) {
    assert(stdout.includes(step), step);
  }
});

Deno.test("the demo fails loudly when it cannot do what it shows", async () => {
  const { code, stderr } = await run("demo.ts", ["nonsense:1"]);
  assertEquals(code, 1);
  assert(stderr.includes("nonsense"), stderr);
});
