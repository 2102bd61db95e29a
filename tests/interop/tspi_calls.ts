import { requirePeer } from "../peers/requirements.ts";
import { TempFolder } from "../peers/temp_folder.ts";

/** What came of one call of the TSPI. */
export interface TspiCall {
  /** The function, and what is special about the call. */
  readonly call: string;
  /** The function. */
  readonly name: string;
  /** The result, in hexadecimal. */
  readonly result: string;
}

const SOURCES = ["main", "context", "tpm", "keys", "data", "migration"];

/** The program in tests/interop/c, compiled. */
export class TspiCalls implements Disposable {
  readonly #folder = new TempFolder();
  readonly #program: string = this.#folder.join("tspi_calls");

  /** Compiles it. */
  constructor() {
    const path = (name: string) => new URL(`c/${name}.c`, import.meta.url).pathname;
    const { success, stderr } = new Deno.Command(requirePeer("cc"), {
      args: ["-Wall", "-o", this.#program, ...SOURCES.map(path), "-ltspi"],
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }

  /** Runs it against a tcsd; gives what each call came to, or throws when it did not end well. */
  async run(port: number, mode: "all" | "revoke" | "counter"): Promise<TspiCall[]> {
    using home = new TempFolder();
    const { code, signal, stdout, stderr } = await new Deno.Command(this.#program, {
      args: [mode],
      env: {
        HOME: home.path,
        TSS_TCSD_HOSTNAME: "127.0.0.1",
        TSS_TCSD_PORT: `${port}`,
        TSS_USER_PS_FILE: home.join("user.data"),
      },
    }).output();
    const text = new TextDecoder().decode(stdout);
    if (code !== 0) {
      const said = new TextDecoder().decode(stderr);
      throw new Error(`The program ended with ${signal ?? code}: ${text.slice(-500)}${said}`);
    }
    return text.trim().split("\n").map((line) => {
      const [name = "", label, result = ""] = line.split("\t");
      return { call: `${name}, ${label}`, name, result };
    });
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
