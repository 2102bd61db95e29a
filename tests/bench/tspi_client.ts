import { requirePeer } from "../peers/requirements.ts";
import { TempFolder } from "../peers/temp_folder.ts";

/** The C client of libtspi, tspi_client.c, compiled. */
export class TspiClient implements Disposable {
  readonly #folder = new TempFolder();
  readonly #path = this.#folder.join("tspi_client");

  /** Compiles it. */
  constructor() {
    const source = new URL("tspi_client.c", import.meta.url).pathname;
    const { success, stderr } = new Deno.Command(requirePeer("cc"), {
      args: ["-O2", "-o", this.#path, source, "-ltspi"],
    }).outputSync();
    if (success) return;
    this[Symbol.dispose]();
    throw new Error(new TextDecoder().decode(stderr));
  }

  /** Runs it against a tcsd; gives the cells of each line that it prints. */
  async run(port: number, ...args: string[]): Promise<string[][]> {
    const { success, stdout, stderr } = await new Deno.Command(this.#path, {
      args,
      env: {
        TSS_TCSD_HOSTNAME: "127.0.0.1",
        TSS_TCSD_PORT: `${port}`,
        HOME: this.#folder.path,
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!success) throw new Error(`Cannot measure ${args.join(" ")}: ${text(stderr)}`);
    return text(stdout).trim().split("\n").map((line) => line.split("\t"));
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
