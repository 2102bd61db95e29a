import { Swtpm } from "../peers/swtpm.ts";
import { Tcsd } from "../peers/tcsd.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { startOurs } from "./own_server.ts";
import type { TspiClient } from "./tspi_client.ts";

/** A daemon that can be reached and ended. */
export interface Daemon extends AsyncDisposable {
  /** Its port of 127.0.0.1. */
  readonly port: number;
}

/** How our tcsd takes sockets, and whether libc spins: arguments of tcsd_server.ts. */
export type How = readonly [transport: "libc" | "deno", spin: "spin" | "park"];

/** A TPM with an owner, and the file in which its SRK is registered. */
export interface OwnedTpm {
  /** Connection string. */
  readonly connection: string;
  /** The file, for the core services over it. */
  readonly keys: string;
}

/** swtpm and our emulator, each with an owner; the daemons over them take turns. */
export class OwnedTpms implements AsyncDisposable {
  readonly #swtpm: Swtpm;
  #resources = new AsyncDisposableStack();
  /** swtpm on a unix socket. */
  readonly swtpm: OwnedTpm;
  /** Our emulator with its state in a file. */
  readonly emulator: OwnedTpm;

  private constructor(folder: TempFolder, swtpm: Swtpm) {
    this.#swtpm = swtpm;
    const { path } = swtpm.address as { path: string };
    this.swtpm = { connection: `unix:${path}`, keys: folder.join("store/system.data") };
    this.emulator = {
      connection: `emulator:${folder.join("tpm.state")}`,
      keys: folder.join("emulator.data"),
    };
  }

  /** Makes both; the client takes ownership of them. */
  static async start(client: TspiClient): Promise<OwnedTpms> {
    await using resources = new AsyncDisposableStack();
    const folder = resources.use(new TempFolder());
    Deno.mkdirSync(folder.join("store"));
    await new Deno.Command("chown", { args: ["tss:tss", folder.join("store")] }).output();
    const swtpm = resources.use(await Swtpm.start({ transport: "unix", disconnect: false }));
    const tpms = new OwnedTpms(folder, swtpm);
    // Who takes ownership registers the SRK; the other daemons read it there.
    for (const start of [() => tpms.debian(), () => tpms.ours(tpms.emulator)]) {
      await using daemon = await start();
      await client.run(daemon.port, "own");
    }
    tpms.#resources = resources.move();
    return tpms;
  }

  /** Starts Debian's tcsd over swtpm. */
  debian(): Promise<Daemon> {
    const config = { num_threads: "200", system_ps_file: this.swtpm.keys };
    return Tcsd.start({ tpm: this.#swtpm.address, config });
  }

  /** Starts our tcsd over one of them. */
  ours({ connection, keys }: OwnedTpm, how: How = ["libc", "spin"]): Promise<Daemon> {
    return startOurs("tcsd_server.ts", [connection, ...how, keys]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}
