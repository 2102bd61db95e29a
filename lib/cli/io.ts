import process from "node:process";
import { readTerminalSecret } from "./terminal.ts";

/** Signals that servers listen to. */
export type CliSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** Standard input. */
export interface CliInput {
  /** All of it. */
  readAll(): Promise<Uint8Array>;
  /** A line typed at the terminal without showing it; `null` when there is no terminal. */
  askSecret(prompt: string): Uint8Array | null;
}

/** The world around a command, so that tests can be it. */
export interface CliIo {
  /** Standard output. */
  stdout(bytes: Uint8Array): void;
  /** Standard error. */
  stderr(bytes: Uint8Array): void;
  /** Standard input. */
  readonly stdin: CliInput;
  /** An environment variable; `undefined` also when it may not be read. */
  env(name: string): string | undefined;
  /** Calls `handler` at each signal until the function returned is called. */
  onSignal(signal: CliSignal, handler: () => void): () => void;
  /** The name the program was called by, without folders and ending. */
  readonly programName: string;
}

/** The real world. */
export function denoIo(): CliIo {
  return {
    stdout: (bytes) => writeAll(Deno.stdout, bytes),
    stderr: (bytes) => writeAll(Deno.stderr, bytes),
    stdin: { readAll, askSecret: readTerminalSecret },
    env: readEnv,
    onSignal(signal, handler) {
      Deno.addSignalListener(signal, handler);
      return () => Deno.removeSignalListener(signal, handler);
    },
    programName: programName(),
  };
}

function writeAll(output: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += output.writeSync(bytes.subarray(written));
  }
}

async function readAll(): Promise<Uint8Array> {
  return new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
}

/** Asks for no permission: a variable that may not be read is as good as not set. */
function readEnv(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** The first word of the command line for a compiled program, else the main module's name. */
function programName(): string {
  const words = [process.argv0, Deno.mainModule].map((path) =>
    path.slice(path.lastIndexOf("/") + 1).replace(/\.[jt]s$/, "")
  );
  return words.find((word) => /^(tpm|tss)_/.test(word)) ?? "tss";
}
