import { after } from "../after.ts";
/** How {@linkcode Daemon.start} starts a program. */
export interface DaemonOptions {
  /** Its arguments. */
  args: readonly string[];
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Asked again and again until it says yes. */
  ready: () => Promise<boolean>;
  /** How long that may take, in milliseconds; 10 seconds by default. */
  patience?: number;
}

/** A program that runs in the background until it is disposed of. */
export class Daemon implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #output: Promise<void>[];
  #log = "";
  #status: Deno.CommandStatus | undefined;

  private constructor(command: string, { args, env = {} }: DaemonOptions) {
    const stdio = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
    this.#process = new Deno.Command(command, { args: [...args], env, ...stdio }).spawn();
    this.#output = [this.#collect(this.#process.stdout), this.#collect(this.#process.stderr)];
    this.#process.status.then((status) => this.#status = status);
  }

  /** Starts a program; resolves when it is ready, throws with what it printed when it ends before. */
  static async start(command: string, options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(command, options);
    const deadline = performance.now() + (options.patience ?? 10_000);
    try {
      while (!await options.ready()) {
        if (daemon.#status !== undefined) {
          throw new Error(`${command} ended with code ${daemon.#status.code}`);
        }
        if (performance.now() > deadline) throw new Error(`${command} does not get ready`);
        await after(3);
      }
      return daemon;
    } catch (error) {
      await daemon.stop();
      throw new Error(`Cannot start ${command}: ${daemon.log}`, { cause: error });
    }
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** All it has printed so far. */
  get log(): string {
    return this.#log;
  }

  /** How it ended, once it has. */
  get status(): Promise<Deno.CommandStatus> {
    return this.#process.status;
  }

  /** Ends it, by SIGTERM and if need be two seconds later by SIGKILL. */
  async stop(): Promise<void> {
    if (this.#status === undefined) this.#kill("SIGTERM");
    const timer = setTimeout(() => this.#kill("SIGKILL"), 2000);
    await this.#process.status;
    clearTimeout(timer);
    await Promise.all(this.#output);
  }

  /** Ends it by SIGKILL, where nothing can be waited for. */
  kill(): void {
    this.#kill("SIGKILL");
  }

  /** As `stop()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#log += text;
  }
}
