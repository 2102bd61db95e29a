const MAIN = new URL("../../lib/cli/main.ts", import.meta.url).href;

/** A server of `tss` in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  /** Its lines on standard output until it was ready. */
  readonly lines: readonly string[];
  /** Where it listens. */
  readonly addresses: readonly string[];
  /** Waits until this stands on standard error. */
  saw(text: string): Promise<void>;
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  /** Its exit code and what it wrote on standard error, once it has ended. */
  ended(): Promise<{ code: number; stderr: string }>;
}

/**
 * Starts `tss ARGS` with these permissions and no others, and waits until it listens at so many
 * addresses. Throws what it wrote when it ends before.
 */
export async function startServer(
  args: readonly string[],
  { permissions, addresses }: { permissions: readonly string[]; addresses: number },
): Promise<ServerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--cached-only", ...permissions, MAIN, ...args],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const stderr = new Heard(child.stderr);
  const lines: string[] = [];
  const found = () => lines.flatMap((line) => /^listening on (.*)$/.exec(line)?.[1] ?? []);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; found().length < addresses;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The server ended: ${await stderr.all}`);
    text += value;
    lines.push(...text.split("\n").slice(0, -1));
    text = text.slice(text.lastIndexOf("\n") + 1);
  }
  const ended = async () => {
    await reader.cancel();
    return { code: (await child.status).code, stderr: await stderr.all };
  };
  return {
    lines,
    addresses: found(),
    saw: (text) => stderr.saw(text),
    kill: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await ended();
    },
  };
}

/** A stream of text that can be waited for. */
class Heard {
  /** All of it, once it has ended. */
  readonly all: Promise<string>;
  #text = "";
  #more = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.all = this.#hear(stream);
  }

  async saw(text: string): Promise<void> {
    while (!this.#text.includes(text)) await this.#more.promise;
  }

  async #hear(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      this.#text += chunk;
      const { resolve } = this.#more;
      this.#more = Promise.withResolvers();
      resolve();
    }
    return this.#text;
  }
}
