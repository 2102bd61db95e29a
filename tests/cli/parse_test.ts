import { assertEquals, assertThrows } from "@std/assert";
import type { Options } from "../../lib/cli/command.ts";
import { UsageError } from "../../lib/cli/errors.ts";
import { parse } from "../../lib/cli/parse.ts";

const OPTIONS = {
  infile: { short: "i", value: "FILE", help: "" },
  pcr: { short: "p", value: "PCR", many: true, help: "" },
  password: { short: "a", value: "SECRET", optional: true, help: "" },
  "well-known": { short: "z", help: "" },
  force: { short: "f", help: "" },
} as const satisfies Options;

const given = (...args: string[]) => parse(args, OPTIONS);

Deno.test("every way to write an option and its value is the same", () => {
  for (const args of [["-i", "x"], ["-ix"], ["-i=x"], ["--infile", "x"], ["--infile=x"]]) {
    const { infile } = given(...args).options;
    assertEquals(infile, args[0] === "-i=x" ? "=x" : "x", args.join(" "));
  }
});

Deno.test("a value may begin with a dash, be a dash, or look like a number", () => {
  assertEquals(given("-i", "-").options.infile, "-");
  assertEquals(given("--infile", "-z").options.infile, "-z");
  assertEquals(given("-i", "007").options.infile, "007");
  assertEquals(given("--infile", "true").options.infile, "true");
});

Deno.test("flags may stand together, and an option that is not given is absent", () => {
  const { options, operands } = given("-zf", "12", "x");
  assertEquals([options["well-known"], options.force], [true, true]);
  assertEquals([options.infile, options.pcr, given().options.force], [undefined, [], false]);
  assertEquals(operands, ["12", "x"]);
});

Deno.test("an option that may be repeated gathers its values", () => {
  assertEquals(given("-p", "1", "-p2", "--pcr=3,4").options.pcr, ["1", "2", "3,4"]);
});

Deno.test("an optional value stands right behind its option", () => {
  assertEquals(given("-a", "word").options.password, "");
  assertEquals(given("-a", "word").operands, ["word"]);
  assertEquals(given("-astr:x").options.password, "str:x");
  assertEquals(given("--password=str:x").options.password, "str:x");
  assertEquals(given("--password").options.password, "");
});

Deno.test("what follows -- is no option", () => {
  assertEquals(given("-z", "--", "-f", "--x").operands, ["-f", "--x"]);
});

Deno.test("a wrong command line is refused, its values unsaid", () => {
  const cases: [string[], string][] = [
    [["-i"], "-i needs a value: FILE"],
    [["--well-known=yes"], "--well-known takes no value"],
    [["--passwort=str:geheim"], "There is no option --passwort"],
    [["-q"], "There is no option -q"],
    [["-zq"], "There is no option -q"],
  ];
  for (const [args, message] of cases) {
    assertEquals(assertThrows(() => given(...args), UsageError).message, message);
  }
});
