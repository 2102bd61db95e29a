const MAIN = new URL("../../lib/cli/main.ts", import.meta.url).href;

/** A server of `tss` in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  /** Its lines on standard output so far. */
  readonly lines: readonly string[];
  /** Where it listens. */
  readonly addresses: readonly string[];
  /** Waits until this stands on standard output. */
  heard(text: string): Promise<void>;
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
  const stdout = new Heard(child.stdout);
  const lines = () => stdout.text.split("\n").slice(0, -1);
  const found = () => lines().flatMap((line) => /^listening on (.*)$/.exec(line)?.[1] ?? []);
  while (found().length < addresses) {
    if (!await stdout.more()) throw new Error(`The server ended: ${await stderr.all}`);
  }
  const ended = async () => {
    await stdout.all;
    return { code: (await child.status).code, stderr: await stderr.all };
  };
  return {
    get lines() {
      return lines();
    },
    addresses: found(),
    heard: (text) => stdout.saw(text),
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
  text = "";
  #more = Promise.withResolvers<boolean>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.all = this.#hear(stream);
  }

  /** Waits for more; false when there is none. */
  more(): Promise<boolean> {
    return this.#more.promise;
  }

  async saw(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      if (!await this.more()) throw new Error(`It ended without ${JSON.stringify(text)}`);
    }
  }

  async #hear(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      this.text += chunk;
      const { resolve } = this.#more;
      this.#more = Promise.withResolvers();
      resolve(true);
    }
    this.#more.resolve(false);
    return this.text;
  }
}
