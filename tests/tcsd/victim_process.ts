/** The daemon of victim.ts in a process of its own. */
export class Victim implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #errors: Promise<string>;
  /** Its port on 127.0.0.1. */
  readonly port: number;

  private constructor(
    process: Deno.ChildProcess,
    output: ReadableStreamDefaultReader<string>,
    port: number,
  ) {
    this.#process = process;
    this.#output = output;
    this.port = port;
    this.#input = process.stdin.getWriter();
    this.#errors = new Response(process.stderr).text();
  }

  /** Starts one. */
  static async start(transport: "libc" | "deno"): Promise<Victim> {
    const script = new URL("victim.ts", import.meta.url).pathname;
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", "--v8-flags=--expose-gc", script, transport],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    return new Victim(process, output, Number((await output.read()).value));
  }

  /** Bytes of memory that it takes. */
  async memory(): Promise<number> {
    await this.#input.write(new Uint8Array(1));
    return Number((await this.#output.read()).value);
  }

  /** Processor time it has used, in milliseconds. */
  processorTime(): number {
    // By another program, for Deno shows no /proc without -A.
    const args = [`/proc/${this.#process.pid}/stat`];
    const { stdout } = new Deno.Command("cat", { args }).outputSync();
    const stat = new TextDecoder().decode(stdout);
    // The name may have blanks; utime and stime are the 14th and 15th field, in hundredths.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return 10 * (Number(fields[11]) + Number(fields[12]));
  }

  /** Connects to it. */
  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  /** Ends it and gives what it complained of: faults of ours. */
  async end(): Promise<string> {
    await this.#input.close();
    await this.#output.cancel();
    const { code } = await this.#process.status;
    return code === 0 ? await this.#errors : `code ${code}: ${await this.#errors}`;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#errors;
    await this.#process.status;
    await this.#output.cancel();
  }
}
