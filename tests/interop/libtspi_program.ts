import { TempFolder } from "../peers/temp_folder.ts";
import type { OwnedBed } from "../tspi/bed.ts";
import { CProgram } from "./c_program.ts";

/** A program on libtspi that exchanges something with us, and the folder of what is exchanged. */
export class LibtspiProgram implements Disposable {
  readonly #program: CProgram;
  readonly #folder = new TempFolder();

  /** Compiles it from a file of tests/interop/c and what such programs share. */
  constructor(source: string) {
    this.#program = new CProgram([source, "exchange", "objects"]);
  }

  /** The file of the user's keys. */
  get userKeys(): string {
    return this.#folder.join("user.data");
  }

  /** Runs it at the tcsd of a bed. */
  async run({ context }: OwnedBed, mode: string, ...args: string[]): Promise<void> {
    const port = Number(context.machineName.split(":").at(-1));
    const { userKeys } = this;
    await this.#program.run(port, [mode, this.#folder.path, ...args], { userKeys });
  }

  /** Puts files into the folder. */
  give(files: Readonly<Record<string, Uint8Array>>): void {
    for (const [name, bytes] of Object.entries(files)) {
      Deno.writeFileSync(this.#folder.join(name), bytes);
    }
  }

  /** A file that the program left. */
  take(name: string): Uint8Array {
    return Deno.readFileSync(this.#folder.join(name));
  }

  /** Removes the program and the folder. */
  [Symbol.dispose](): void {
    this.#program[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }
}
