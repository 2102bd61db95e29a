import type { CliIo, CliSignal } from "../../lib/cli/io.ts";
import { runCli } from "../../lib/cli/main.ts";

/** What a command is given. */
export interface Given {
  /** Environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly stdin?: Uint8Array | string;
  /** What is typed when a secret is asked for; no terminal when absent. */
  readonly typed?: readonly string[];
  /** The name the program is called by. */
  readonly programName?: string;
}

/** What a command did. */
export interface Done {
  /** Exit code. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** The same as bytes. */
  readonly bytes: Uint8Array;
  /** Standard error. */
  readonly stderr: string;
  /** What was asked at the terminal. */
  readonly asked: readonly string[];
  /** Standard output as JSON. */
  // deno-lint-ignore no-explicit-any
  json(): any;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A world that is none, and what is heard of it. */
export interface FakeIo {
  /** The world. */
  readonly io: CliIo;
  /** What was asked at the terminal. */
  readonly asked: readonly string[];
  /** Standard output so far. */
  readonly out: readonly number[];
  /** Standard error so far. */
  readonly err: readonly number[];
}

/** A world that holds what is given. */
export function fakeIo(given: Given): FakeIo {
  const out: number[] = [];
  const err: number[] = [];
  const asked: string[] = [];
  const typed = [...given.typed ?? []];
  const { stdin = "", env = {}, programName = "tss" } = given;
  const io: CliIo = {
    stdout: (bytes) => void out.push(...bytes),
    stderr: (bytes) => void err.push(...bytes),
    stdin: {
      readAll: () => Promise.resolve(typeof stdin === "string" ? bytesOf(stdin) : stdin.slice()),
      askSecret(prompt) {
        if (given.typed === undefined) return null;
        asked.push(prompt);
        return bytesOf(typed.shift() ?? "");
      },
    },
    env: (name) => env[name],
    onSignal: (_signal: CliSignal) => () => {},
    programName,
  };
  return { io, asked, out, err };
}

/** Runs a command line in this process. */
export async function tss(args: readonly string[], given: Given = {}): Promise<Done> {
  const { io, asked, out, err } = fakeIo(given);
  const code = await runCli(args, io);
  const bytes = Uint8Array.from(out);
  const stdout = textOf(bytes);
  const stderr = textOf(Uint8Array.from(err));
  return { code, stdout, bytes, stderr, asked, json: () => JSON.parse(stdout) };
}
