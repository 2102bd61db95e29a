import { requirePeer } from "../peers/requirements.ts";
import { TempFolder } from "../peers/temp_folder.ts";

/** A program of ours in C, on Debian's libtspi. */
export class CProgram implements Disposable {
  readonly #folder = new TempFolder();
  readonly #program: string = this.#folder.join("program");

  /** Compiles it from files of tests/interop/c. */
  constructor(sources: readonly string[]) {
    const path = (name: string) => new URL(`c/${name}.c`, import.meta.url).pathname;
    const { success, stderr } = new Deno.Command(requirePeer("cc"), {
      args: ["-Wall", "-o", this.#program, ...sources.map(path), "-ltspi"],
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }

  /**
   * Runs it against a tcsd; gives what it printed, or throws when it did not end well. The user's
   * keys are in a file that can be given.
   */
  async run(
    port: number,
    args: readonly string[],
    { userKeys }: { readonly userKeys?: string } = {},
  ): Promise<string> {
    using home = new TempFolder();
    const { code, signal, stdout, stderr } = await new Deno.Command(this.#program, {
      args: [...args],
      env: {
        HOME: home.path,
        TSS_TCSD_HOSTNAME: "127.0.0.1",
        TSS_TCSD_PORT: `${port}`,
        TSS_USER_PS_FILE: userKeys ?? home.join("user.data"),
      },
    }).output();
    const text = new TextDecoder().decode(stdout);
    if (code === 0) return text;
    const said = new TextDecoder().decode(stderr);
    throw new Error(`The program ended with ${signal ?? code}: ${text.slice(-500)}${said}`);
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
