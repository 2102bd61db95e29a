#!/usr/bin/env -S deno run --ext=ts --allow-read --allow-write --allow-net --allow-env --allow-ffi
/**
 * The command `tss`. Importing it does nothing; {@linkcode runCli} runs a command line.
 *
 * @module
 */
import manifest from "../../deno.json" with { type: "json" };
import { type Command, COMMON_OPTIONS, type Report } from "./command.ts";
import { COMMANDS } from "./commands/mod.ts";
import { describeError, errorToJson, EXIT, exitCodeOf, UsageError } from "./errors.ts";
import { commandHelp, overview, TOPICS } from "./help.ts";
import { type CliIo, denoIo } from "./io.ts";
import { parse } from "./parse.ts";
import { toYaml } from "./yaml.ts";

export type { CliInput, CliIo, CliSignal } from "./io.ts";

/**
 * Runs a command line of `tss` and gives its exit code: 0 done, 1 the TPM, a file or a connection
 * refused, 2 the command line is wrong, 3 a secret is wrong or missing. Never throws.
 */
export async function runCli(args: readonly string[], io: CliIo = denoIo()): Promise<number> {
  const call: Call = { name: undefined, json: args.includes("--json") };
  try {
    const report = await run(args, { io, call });
    if (report) print(report, { io, json: call.json });
    return EXIT.OK;
  } catch (error) {
    // Who reads has had enough.
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.FAILURE;
    const usage = error instanceof UsageError;
    const help = call.name === undefined ? "tss --help" : `tss ${call.name} --help`;
    const sentence = usage ? `${describeError(error)}. See ${help}` : describeError(error);
    if (!call.quiet) say(io.stderr, `tss${call.name ? ` ${call.name}` : ""}: ${sentence}\n`);
    if (call.json) say(io.stdout, `${JSON.stringify({ error: errorToJson(error) })}\n`);
    return exitCodeOf(error);
  }
}

/** What is known of a call when it fails. */
interface Call {
  name: string | undefined;
  json: boolean;
  quiet?: boolean;
}

async function run(
  args: readonly string[],
  { io, call }: { io: CliIo; call: Call },
): Promise<Report | void> {
  const { name, rest, options } = findCommand(args, io);
  if (name === undefined || name === "help") {
    if (options.version) return version();
    if (name === undefined && !options.help) throw new UsageError("The command is missing");
    return await help(rest);
  }
  const command = await load(name);
  call.name = name;
  const invocation = parse(rest, { ...COMMON_OPTIONS, ...command.options });
  call.json = invocation.options.json;
  call.quiet = invocation.options.log === "none";
  if (invocation.options.help) return page(commandHelp(name, command));
  if (invocation.options.version) return version();
  if (command.operands === undefined && invocation.operands.length > 0) {
    throw new UsageError(`${name} takes options only`);
  }
  return await command.run({ ...invocation, io });
}

/** The command by the program's name or by the first word that is no option. */
function findCommand(args: readonly string[], io: CliIo) {
  const [, called] = /^(?:tpm|tss)_(.+)$/.exec(io.programName) ?? [];
  const { options, operands } = called === undefined
    ? parse(args, COMMON_OPTIONS, { stopEarly: true })
    : { options: { help: false, version: false }, operands: [called, ...args] };
  const [name, ...after] = operands;
  const before = called === undefined ? args.slice(0, args.length - operands.length) : [];
  return { name, rest: [...before, ...after], options };
}

async function load(name: string): Promise<Command> {
  if (Object.hasOwn(COMMANDS, name)) return await COMMANDS[name]!.load();
  throw new UsageError(`There is no command ${name}`);
}

async function help([topic]: readonly string[]): Promise<Report> {
  if (topic === undefined || topic.startsWith("-")) return page(overview());
  const text = Object.hasOwn(TOPICS, topic) ? TOPICS[topic]!() : undefined;
  return page(text ?? commandHelp(topic, await load(topic)));
}

function page(text: string): Report {
  return { json: { help: text }, text };
}

function version(): Report {
  return { json: { version: manifest.version }, text: `tss ${manifest.version}\n` };
}

function print({ json, text, bytes }: Report, to: { io: CliIo; json: boolean }): void {
  if (to.json) say(to.io.stdout, `${JSON.stringify(json)}\n`);
  else if (bytes !== undefined) {
    to.io.stdout(bytes);
    bytes.fill(0);
  } else say(to.io.stdout, text ?? toYaml(json));
}

function say(output: (bytes: Uint8Array) => void, text: string): void {
  output(new TextEncoder().encode(text));
}

if (import.meta.main) Deno.exit(await runCli(Deno.args));
