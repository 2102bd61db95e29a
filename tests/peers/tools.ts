import { findCommand, requirePeer } from "./requirements.ts";
import { TempFolder } from "./temp_folder.ts";

/** How {@linkcode Tools.run} runs a program. */
export interface RunOptions {
  /** What it reads from its standard input. */
  input?: string | Uint8Array;
  /** Answers to its prompts, in turn: it runs on a terminal then, and all it prints is `stdout`. */
  answers?: readonly string[];
  /** Added to the environment. */
  env?: Record<string, string>;
  /** When it is killed, in milliseconds; 20 seconds by default. */
  timeout?: number;
}

/** What came of a program. */
export interface Outcome {
  /** Its exit code; tpm-tools give 255, or the low byte of the TSS' result. */
  code: number;
  /** What it printed. */
  stdout: string;
  /** What it complained of; nothing when it ran on a terminal. */
  stderr: string;
}

/** Runs programs that use libtspi against one tcsd, in a home folder of their own. */
export class Tools implements Disposable {
  readonly #folder = new TempFolder();
  readonly #port: number;

  /** For the tcsd on this port of 127.0.0.1. */
  constructor({ port }: { port: number }) {
    this.#port = port;
  }

  /** The folder they run in, HOME to them. */
  get folder(): string {
    return this.#folder.path;
  }

  /** Runs one, with arguments. */
  async run(
    command: readonly [name: string, ...args: string[]],
    options: RunOptions = {},
  ): Promise<Outcome> {
    const [name, ...args] = command;
    const [program, ...rest] = options.answers === undefined
      ? [findCommand(name), ...args]
      : [requirePeer("script"), "-qec", [findCommand(name), ...args].map(quote).join(" "), NOWHERE];
    const process = new Deno.Command(program, {
      args: rest,
      cwd: this.folder,
      env: {
        HOME: this.folder,
        LC_ALL: "C",
        SHELL: "/bin/sh",
        TSS_TCSD_HOSTNAME: "127.0.0.1",
        TSS_TCSD_PORT: `${this.#port}`,
        ...options.env,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const timer = setTimeout(() => process.kill("SIGKILL"), options.timeout ?? 20_000);
    try {
      const stderr = new Response(process.stderr).text();
      const stdout = await converse(process, options);
      return { code: (await process.status).code, stdout, stderr: await stderr };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Removes the home folder. */
  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

const NOWHERE = "/dev/null";

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Gives the input at once, or an answer for each prompt. Answers wait for their prompt since what
 * stands in the terminal's buffer is thrown away when a program switches the echo off.
 */
async function converse(process: Deno.ChildProcess, options: RunOptions): Promise<string> {
  const { input = "", answers } = options;
  const writer = process.stdin.getWriter();
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  if (answers === undefined) {
    // A program that reads nothing may be gone already.
    await writer.write(typeof input === "string" ? encode(input) : input).catch(() => {});
    await writer.close().catch(() => {});
  }
  const left = [...answers ?? []];
  let [stdout, line] = ["", ""];
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += text;
    line += text;
    if (answers === undefined || left.length === 0 || !/[:\]?] ?$/.test(line)) continue;
    line = "";
    await writer.write(encode(`${left.shift()}\n`));
  }
  await writer.close().catch(() => {});
  return stdout;
}
