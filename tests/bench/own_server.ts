/** One of our servers in a process of its own. */
export interface OwnServer extends AsyncDisposable {
  /** Its port of 127.0.0.1. */
  readonly port: number;
}

/** Starts a script of this folder, which prints its port and runs until its standard input ends. */
export async function startOurs(script: string, args: readonly string[]): Promise<OwnServer> {
  const path = new URL(script, import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", path, ...args],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const port = Number((await output.read()).value);
  return {
    port,
    async [Symbol.asyncDispose]() {
      await process.stdin.close();
      await output.cancel();
      await process.status;
    },
  };
}
