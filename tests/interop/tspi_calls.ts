import { CProgram } from "./c_program.ts";

/** What came of one call of the TSPI. */
export interface TspiCall {
  /** The function, and what is special about the call. */
  readonly call: string;
  /** The function. */
  readonly name: string;
  /** The result, in hexadecimal. */
  readonly result: string;
}

const SOURCES = ["main", "objects", "context", "tpm", "keys", "data", "migration"];

/** The program that calls every function, compiled. */
export class TspiCalls implements Disposable {
  readonly #program = new CProgram(SOURCES);

  /** Runs it against a tcsd; gives what each call came to, or throws when it did not end well. */
  async run(port: number, mode: "all" | "revoke" | "counter"): Promise<TspiCall[]> {
    const text = await this.#program.run(port, [mode]);
    return text.trim().split("\n").map((line) => {
      const [name = "", label, result = ""] = line.split("\t");
      return { call: `${name}, ${label}`, name, result };
    });
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    this.#program[Symbol.dispose]();
  }
}
