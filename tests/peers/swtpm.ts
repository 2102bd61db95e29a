import { fromHex, toHex } from "../hex.ts";
import { STARTUP } from "../raw_commands.ts";
import { Daemon } from "./daemon.ts";
import { type Address, connect, execute, freePort, readExactly, writeAll } from "./network.ts";
import { requirePeer } from "./requirements.ts";
import { TempFolder } from "./temp_folder.ts";

/** How {@linkcode Swtpm.start} starts. */
export interface SwtpmOptions {
  /** Where it takes commands; `none` leaves that to a file descriptor sent later, as QEMU does. */
  transport?: "tcp" | "unix" | "none";
  /** Whether it comes up with power and TPM_Startup(ST_CLEAR) done, as by default, or without. */
  started?: boolean;
  /** Serve one command a connection (TCP), so that nobody holds the only one there can be. */
  disconnect?: boolean;
  /** Goes on from this permanent state of another, see {@linkcode Swtpm.state}. */
  state?: Uint8Array;
  /** Further arguments. */
  args?: readonly string[];
}

/** swtpm's control commands that are used here (swtpm/tpm_ioctl.h). */
const CMD_GET_CAPABILITY = 1;
const CMD_INIT = 2;
const CMD_SET_LOCALITY = 5;

/** The file of its folder that has the permanent state of a TPM 1.2. */
const STATE_FILE = "tpm-00.permall";

/** swtpm, TPM 1.2, with a state of its own. */
export class Swtpm implements AsyncDisposable {
  readonly #daemon: Daemon;
  readonly #folder: TempFolder;
  /** Where it takes TPM commands. */
  readonly address: Address;
  /** Its control channel, a unix socket. */
  readonly control: { path: string };

  private constructor(daemon: Daemon, at: { folder: TempFolder; address: Address }) {
    this.#daemon = daemon;
    this.#folder = at.folder;
    this.address = at.address;
    this.control = { path: at.folder.join("control.sock") };
  }

  /** Starts one, and waits until it answers. */
  static async start(options: SwtpmOptions = {}): Promise<Swtpm> {
    const { transport = "tcp", started = true, disconnect = transport === "tcp" } = options;
    const folder = new TempFolder();
    if (options.state !== undefined) Deno.writeFileSync(folder.join(STATE_FILE), options.state);
    const control = { path: folder.join("control.sock") };
    const address = transport === "tcp" ? { port: freePort() } : { path: folder.join("tpm.sock") };
    const server = "port" in address
      ? `type=tcp,port=${address.port},bindaddr=127.0.0.1`
      : `type=unixio,path=${address.path},mode=0666`;
    const args = ["socket", "--tpmstate", `dir=${folder.path}`];
    if (transport !== "none") args.push("--server", disconnect ? `${server},disconnect` : server);
    args.push("--ctrl", `type=unixio,path=${control.path}`);
    if (started) args.push("--flags", "not-need-init,startup-clear");
    args.push(...options.args ?? []);
    // Asked on the control channel: the data socket queues one connection only, and while that is
    // full the next connect takes a second.
    const ready = () => controlAnswers(control);
    try {
      const daemon = await Daemon.start(requirePeer("swtpm"), { args, ready });
      return new Swtpm(daemon, { folder, address });
    } catch (error) {
      folder[Symbol.dispose]();
      throw error;
    }
  }

  /** Its permanent state as it is on disk. */
  get state(): Uint8Array {
    return Deno.readFileSync(this.#folder.join(STATE_FILE));
  }

  /** Process id. */
  get pid(): number {
    return this.#daemon.pid;
  }

  /** Sends one command on a connection of its own. */
  execute(command: Uint8Array): Promise<Uint8Array> {
    return execute(this.address, command);
  }

  /** Power off and on, by default with TPM_Startup(ST_CLEAR) after it. */
  async powerCycle({ startup = true }: { startup?: boolean } = {}): Promise<void> {
    await this.#controlCommand(CMD_INIT, new Uint8Array(4));
    if (startup) await this.#succeed(STARTUP);
  }

  /** The locality of the commands that follow, 0–4. */
  async setLocality(locality: number): Promise<void> {
    await this.#controlCommand(CMD_SET_LOCALITY, Uint8Array.of(locality, 0, 0, 0));
  }

  /** Asserts or withdraws physical presence by command, having enabled the command. */
  async physicalPresence(present: boolean): Promise<void> {
    await this.#succeed(fromHex("00c1 0000000c 4000000a 0020"));
    await this.#succeed(fromHex(`00c1 0000000c 4000000a ${present ? "0008" : "0010"}`));
  }

  /** Ends it at once and removes its state, where nothing can be waited for. */
  kill(): void {
    this.#daemon.kill();
    this.#folder[Symbol.dispose]();
  }

  /** Ends it and removes its state. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon.stop();
    this.#folder[Symbol.dispose]();
  }

  async #succeed(command: Uint8Array): Promise<void> {
    const answer = await this.execute(command);
    const code = new DataView(answer.buffer).getUint32(6);
    if (code !== 0) throw new Error(`swtpm answers 0x${code.toString(16)} to ${toHex(command)}`);
  }

  async #controlCommand(command: number, body: Uint8Array): Promise<void> {
    const answer = await ask(this.control, { command, body, size: 4 });
    const result = new DataView(answer.buffer).getUint32(0);
    if (result !== 0) throw new Error(`swtpm's control command ${command}: result ${result}`);
  }
}

/** Sends a control command; its answer has no length of its own. */
async function ask(
  control: Address,
  { command, body = new Uint8Array(), size }: { command: number; body?: Uint8Array; size: number },
): Promise<Uint8Array> {
  using connection = await connect(control);
  const request = new Uint8Array(4 + body.length);
  request[3] = command;
  request.set(body, 4);
  await writeAll(connection, request);
  return await readExactly(connection, size);
}

async function controlAnswers(control: Address): Promise<boolean> {
  try {
    await ask(control, { command: CMD_GET_CAPABILITY, size: 8 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}
