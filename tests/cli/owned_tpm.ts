import { TempFolder } from "../peers/mod.ts";
import { type Done, type Given, tss } from "./io.ts";

let owned: Promise<Uint8Array> | undefined;

/** A folder with the state of a TPM of its own, whose owner and SRK have the well-known secrets. */
export class OwnedTpm implements Disposable {
  readonly #folder = new TempFolder();

  private constructor() {}

  /** Makes a copy of a TPM that is made once. */
  static async create(): Promise<OwnedTpm> {
    const tpm = new OwnedTpm();
    await Deno.writeFile(tpm.join("state"), await (owned ??= makeState()));
    return tpm;
  }

  /** The connection string. */
  get tcti(): string {
    return `emulator:${this.join("state")}`;
  }

  /** The path of a file in the folder. */
  join(name: string): string {
    return this.#folder.join(name);
  }

  /** Runs `tss COMMAND -T tcti ...`; throws when it does not succeed. */
  async ok(command: string, ...args: (string | Given)[]): Promise<Done> {
    const done = await this.run(command, ...args);
    if (done.code !== 0) throw new Error(`tss ${command}: ${done.code}: ${done.stderr}`);
    return done;
  }

  /** Runs `tss COMMAND -T tcti ...`. */
  run(command: string, ...args: (string | Given)[]): Promise<Done> {
    const given = args.find((arg) => typeof arg !== "string");
    const words = args.filter((arg) => typeof arg === "string");
    return tss([command, "-T", this.tcti, ...words], given);
  }

  /** Writes a file in the folder. */
  async write(name: string, text: string): Promise<string> {
    await Deno.writeTextFile(this.join(name), text);
    return this.join(name);
  }

  /** Removes the folder. */
  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

async function makeState(): Promise<Uint8Array> {
  using folder = new TempFolder();
  const state = folder.join("state");
  for (const [command, ...args] of [["createek"], ["takeownership", "-y", "-z"]]) {
    const { code, stderr } = await tss([command!, "-T", `emulator:${state}`, ...args]);
    if (code !== 0) throw new Error(stderr);
  }
  return await Deno.readFile(state);
}
