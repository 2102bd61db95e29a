import { Daemon } from "./daemon.ts";
import { type Address, freePort, listens } from "./network.ts";
import { requirePeer } from "./requirements.ts";
import { TempFolder } from "./temp_folder.ts";

/** How {@linkcode Tcsd.start} starts. */
export interface TcsdOptions {
  /** The TPM it drives: a port of 127.0.0.1, a unix socket that user tss may open, or /dev/tpm0. */
  tpm: Address | "device";
  /** What its key store begins with, a file of registered keys; nothing by default. */
  keys?: Uint8Array;
  /** Further lines of tcsd.conf. */
  config?: Record<string, string>;
}

/** Debian's tcsd (package trousers) over a TPM on a socket. Needs root, as tcsd itself does. */
export class Tcsd implements AsyncDisposable {
  readonly #daemon: Daemon;
  readonly #folder: TempFolder;
  /** The TCP port it listens on, on 127.0.0.1. */
  readonly port: number;

  private constructor(daemon: Daemon, at: { folder: TempFolder; port: number }) {
    this.#daemon = daemon;
    this.#folder = at.folder;
    this.port = at.port;
  }

  /** Starts one with a key store of its own, and waits until it answers. */
  static async start({ tpm, keys, config = {} }: TcsdOptions): Promise<Tcsd> {
    const port = freePort();
    const folder = new TempFolder();
    try {
      const conf = await configure(folder, { port: `${port}`, ...config }, keys);
      const socket = tpm === "device" ? undefined : tpmAt(tpm);
      const args = ["-f", ...socket ? ["-e"] : [], "-c", conf];
      const ready = () => listens({ port });
      const env = socket ?? {};
      const daemon = await Daemon.start(requirePeer("tcsd"), { args, env, ready });
      return new Tcsd(daemon, { folder, port });
    } catch (error) {
      folder[Symbol.dispose]();
      throw error;
    }
  }

  /** Process id. */
  get pid(): number {
    return this.#daemon.pid;
  }

  /** All it has printed so far. */
  get log(): string {
    return this.#daemon.log;
  }

  /** Ends it at once and removes its key store, where nothing can be waited for. */
  kill(): void {
    this.#daemon.kill();
    this.#folder[Symbol.dispose]();
  }

  /** Ends it and removes its key store. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon.stop();
    this.#folder[Symbol.dispose]();
  }
}

/** tcsd tries TCP first, and the unix socket only when that is refused, as port 1 is. */
function tpmAt(address: Address): Record<string, string> {
  return "port" in address
    ? { TCSD_TCP_DEVICE_HOSTNAME: "127.0.0.1", TCSD_TCP_DEVICE_PORT: `${address.port}` }
    : {
      TCSD_TCP_DEVICE_HOSTNAME: "127.0.0.1",
      TCSD_TCP_DEVICE_PORT: "1",
      TCSD_UN_SOCKET_DEVICE_PATH: address.path,
    };
}

/** tcsd reads nothing but a file of root:tss with mode 0640, then becomes user tss. */
async function configure(
  folder: TempFolder,
  config: Record<string, string>,
  keys: Uint8Array | undefined,
): Promise<string> {
  const [conf, store] = [folder.join("tcsd.conf"), folder.join("store")];
  Deno.mkdirSync(store);
  if (keys !== undefined) Deno.writeFileSync(`${store}/system.data`, keys);
  const lines = Object.entries({ system_ps_file: `${store}/system.data`, ...config });
  Deno.writeTextFileSync(conf, lines.map(([key, value]) => `${key} = ${value}\n`).join(""));
  await Promise.all([chown("root:tss", conf), chown("tss:tss", "-R", store)]);
  Deno.chmodSync(conf, 0o640);
  return conf;
}

async function chown(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("chown", { args }).output();
  if (!success) throw new Error(`Cannot run tcsd: ${new TextDecoder().decode(stderr).trim()}`);
}
