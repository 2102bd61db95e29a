import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import manifest from "../../deno.json" with { type: "json" };
import { COMMON_OPTIONS } from "../../lib/cli/command.ts";
import { parse } from "../../lib/cli/parse.ts";
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { tss } from "./io.ts";

Deno.test("the help lists every command", async () => {
  const { code, stdout } = await tss(["--help"]);
  assertEquals(code, 0);
  for (const [name, { summary }] of Object.entries(COMMANDS)) {
    assertMatch(stdout, new RegExp(`^  ${name} +${summary}$`, "m"));
  }
  assertEquals((await tss(["help"])).stdout, stdout);
});

Deno.test("the help of a command shows usage, options, permissions and an example", async () => {
  for (const name of Object.keys(COMMANDS)) {
    const { code, stdout, stderr } = await tss([name, "--help"]);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `Usage: tss ${name} [OPTION]...`);
    for (const part of ["--json", "Permissions", "Example:\n  tss "]) {
      assertStringIncludes(stdout, part, name);
    }
    const long = stdout.split("\n").filter((line) => line.length > 110);
    assertEquals(long, [], name);
    const { options } = await COMMANDS[name]!.load();
    for (const option of Object.keys(options)) assertStringIncludes(stdout, `--${option}`);
    assertEquals((await tss(["help", name])).stdout, stdout);
  }
});

Deno.test("an option that a command does not have is refused, its value unsaid", async () => {
  for (const name of Object.keys(COMMANDS)) {
    const { code, stdout, stderr } = await tss([name, "--no-such-option=geheim"]);
    assertEquals([code, stdout], [2, ""]);
    const sentence = `There is no option --no-such-option. See tss ${name} --help`;
    assertEquals(stderr, `tss ${name}: ${sentence}\n`);
  }
});

Deno.test("the letters of a command are its own, and -h and -T the same everywhere", async () => {
  for (const name of Object.keys(COMMANDS)) {
    const { options } = await COMMANDS[name]!.load();
    const letters = Object.values(options).flatMap(({ short }) => short ?? []);
    assertEquals(new Set(letters).size, letters.length, name);
    assert(letters.every((letter) => /^[A-Za-z]$/.test(letter)), name);
    assert(!letters.includes("h") && !letters.includes("T"), name);
  }
});

Deno.test("the example of a command is a command line that it takes", async () => {
  for (const name of Object.keys(COMMANDS)) {
    const { options, example } = await COMMANDS[name]!.load();
    const [first] = example.split("\n");
    const words = first!.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ""));
    assertEquals(words.slice(0, 2), ["tss", name]);
    parse(words.slice(2), { ...COMMON_OPTIONS, ...options });
  }
});

Deno.test("without a command, or with one there is not, the exit code is 2", async () => {
  const none = await tss([]);
  assertEquals([none.code, none.stdout], [2, ""]);
  assertEquals(none.stderr, "tss: The command is missing. See tss --help\n");
  const unknown = await tss(["sealdat"]);
  assertEquals([unknown.code, unknown.stderr], [
    2,
    "tss: There is no command sealdat. See tss --help\n",
  ]);
  assertEquals((await tss(["constructor"])).code, 2);
});

Deno.test("the version is that of the module", async () => {
  for (const args of [["--version"], ["-v"], ["rc", "-v"]]) {
    assertEquals((await tss(args)).stdout, `tss ${manifest.version}\n`);
  }
  assertEquals((await tss(["--version", "--json"])).json(), { version: manifest.version });
});

Deno.test("called as tpm_rc, by a symbolic link, it is that command", async () => {
  for (const programName of ["tpm_rc", "tss_rc"]) {
    const { code, stdout } = await tss(["0x18"], { programName });
    assertEquals(code, 0);
    assertStringIncludes(stdout, "TPM_WRONGPCRVAL");
  }
  const { code, stderr } = await tss([], { programName: "tpm_bogus" });
  assertEquals([code, stderr], [2, "tss: There is no command bogus. See tss --help\n"]);
});

Deno.test("common options may stand before the command", async () => {
  assertEquals((await tss(["--json", "rc", "0x18"])).json().codes[0].codeName, "TPM_WRONGPCRVAL");
});

Deno.test("with --json an error is JSON too, and --log none keeps standard error empty", async () => {
  const { code, stdout, stderr, json } = await tss(["rc", "--json", "-l", "none", "TPM_NONE"]);
  assertEquals([code, stderr], [2, ""]);
  assertEquals(json(), { error: { message: "There is no return code TPM_NONE" } });
  assertEquals(stdout.split("\n").length, 2);
});

Deno.test("the pages of the help explain connections and secrets", async () => {
  assertStringIncludes((await tss(["help", "connections"])).stdout, "tcsd[:HOST[:PORT]]");
  assertStringIncludes((await tss(["help", "secrets"])).stdout, "TSS_OWNER_PASSWORD");
  assertEquals((await tss(["help", "nonsense"])).code, 2);
});
