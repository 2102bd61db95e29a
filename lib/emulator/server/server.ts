import type { Emulator } from "../emulator.ts";
import { formatAddress, parseAddress, type SocketAddress } from "./address.ts";
import { CommandStream } from "./command_stream.ts";
import { type ControlHost, ControlStream } from "./control_stream.ts";
import { openTransport } from "./open_transport.ts";
import { Platform, type PlatformOptions } from "./platform.ts";
import type { RequestStream } from "./request_stream.ts";
import type { Accept, ListenOptions, PassedDescriptor, Transport } from "./transport.ts";

/** Where an {@linkcode EmulatorServer} listens, and how; everything but the emulator may be left out. */
export interface EmulatorServerOptions extends PlatformOptions {
  /** The TPM, which stays the caller's to power off. */
  readonly emulator: Emulator;
  /** Addresses for raw commands, for example `tcp:127.0.0.1:0` or `unix:/run/tpm.sock`. */
  readonly listen?: readonly string[];
  /** Addresses for swtpm's control channel. */
  readonly control?: readonly string[];
  /** Also becomes a TPM of the kernel's, by `/dev/vtpmx`; then commands may set the locality. */
  readonly vtpmProxy?: boolean;
  /** Mode of unix sockets; 0o660 when absent. */
  readonly mode?: number;
  /** Group of unix sockets, by number; the process' own when absent. */
  readonly gid?: number;
  /**
   * Connections at a time; further ones are closed at once. 2048 when absent. Through libc
   * never so many that the process would have no descriptors left.
   */
  readonly maxConnections?: number;
  /** Milliseconds for a request to come whole, and for an answer to be taken; 5000 when absent. */
  readonly patience?: number;
  /** Sockets by libc or by `Deno.listen`; when absent libc where `--allow-ffi` is granted for it. */
  readonly transport?: "libc" | "deno";
  /** Whether libc's way may ask for a moment what is ready before it waits, as by default. */
  readonly spin?: boolean;
  /** Told what happens, except for commands, which `emulator.onTrace` is told of. */
  readonly onEvent?: (event: ServerEvent) => void;
}

/** Something that happened. */
export interface ServerEvent {
  /** `refused`: there were too many connections. `control`: a control request was answered. */
  readonly kind: "connected" | "refused" | "closed" | "control";
  /** Where. */
  readonly at: string;
  /** Name of the control request, or its number if it has none. */
  readonly request?: string;
  /** What was answered to the control request: a TPM return code. */
  readonly result?: number;
}

/** What a server has done so far. */
export interface ServerStatus {
  /** Connections now. */
  readonly connections: number;
  /** Connections since the start. */
  readonly accepted: number;
  /** Connections turned away. */
  readonly refused: number;
  /** Commands since the start. */
  readonly commands: number;
}

/** Milliseconds between looks for connections whose time is up. */
const SWEEP = 250;
/** Milliseconds for the last answers to be taken when the server ends. */
const DRAIN = 1000;

/**
 * An emulator as somebody else's TPM: raw commands on sockets, which `tcsd -e` and others speak,
 * and swtpm's control channel, which QEMU speaks. Commands of all connections are executed one at
 * a time in the order in which they come.
 *
 * ```ts
 * import { Emulator, EmulatorServer } from "@deno-tss/tss/emulator";
 *
 * using emulator = Emulator.powerOn();
 * await using server = await EmulatorServer.start({ emulator, listen: ["tcp:127.0.0.1:0"] });
 * console.log(server.addresses);
 * ```
 */
export class EmulatorServer implements AsyncDisposable {
  /** Resolves when the server has ended: a control request asked for it, or it was disposed of. */
  readonly finished: Promise<void>;
  readonly #finish: () => void;
  readonly #transport: Transport;
  readonly #platform: Platform;
  readonly #options: EmulatorServerOptions;
  readonly #streams = new Set<RequestStream>();
  readonly #counts = { accepted: 0, refused: 0, commands: 0 };
  readonly #addresses: SocketAddress[] = [];
  readonly #controlAddresses: SocketAddress[] = [];
  #device: string | undefined;
  #dataDescriptor: RequestStream | undefined;
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #ending: Promise<void> | undefined;

  private constructor(transport: Transport, options: EmulatorServerOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#finish = resolve;
    this.#transport = transport;
    this.#options = options;
    this.#platform = new Platform(options.emulator, {
      ...options,
      allowSetLocality: options.allowSetLocality || options.vtpmProxy || false,
    });
  }

  /** Starts listening at all addresses; when one fails, at none. */
  static async start(options: EmulatorServerOptions): Promise<EmulatorServer> {
    const parse = (text: string) => parseAddress(text, { anyPort: true });
    const listen = (options.listen ?? []).map(parse);
    const control = (options.control ?? []).map(parse);
    const addresses = [...listen, ...control];
    const { transport: kind, spin } = options;
    const transport = await openTransport({
      addresses,
      ...options.vtpmProxy ? { transport: "libc" } : kind === undefined ? {} : { transport: kind },
      ...spin === undefined ? {} : { spin },
    });
    const server = new EmulatorServer(transport, options);
    try {
      for (const address of listen) await server.#listen(address);
      for (const address of control) await server.#listenControl(address);
      if (options.vtpmProxy) server.#device = server.#serveVtpm();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where raw commands are taken, ports as they came to be, in the order of the options. */
  get addresses(): readonly SocketAddress[] {
    return this.#addresses;
  }

  /** Where control requests are taken. */
  get controlAddresses(): readonly SocketAddress[] {
    return this.#controlAddresses;
  }

  /** Path of the TPM of the kernel's, `/dev/tpm1` or so; `undefined` when none was asked for. */
  get device(): string | undefined {
    return this.#device;
  }

  /** Whether sockets go through libc. */
  get fast(): boolean {
    return this.#transport.takesDescriptors;
  }

  /** Whether the TPM is on; control requests switch it. */
  get powered(): boolean {
    return this.#platform.powered;
  }

  /** What the server has done so far. */
  get status(): ServerStatus {
    return { connections: this.#streams.size, ...this.#counts };
  }

  /** Stops listening, and closes all connections once their answers have gone, after a second. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#ending ??= this.#end());
  }

  async #end(): Promise<void> {
    for (const stream of this.#streams) stream.end();
    const deadline = performance.now() + DRAIN;
    while (this.#streams.size > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    clearInterval(this.#sweeper);
    await this.#transport[Symbol.asyncDispose]();
    this.#finish();
  }

  async #listen(address: SocketAddress): Promise<void> {
    const at = formatAddress(address);
    const accept: Accept = (connection) =>
      this.#admit(at, () => this.#commandStream(connection, at));
    this.#addresses.push(await this.#transport.listen(address, this.#listenOptions(accept)));
  }

  async #listenControl(address: SocketAddress): Promise<void> {
    const at = formatAddress(address);
    const host = this.#controlHost(at);
    const accept: Accept = (connection) =>
      this.#admit(at, () => new ControlStream(connection, host, this.#patience));
    const options = { ...this.#listenOptions(accept), descriptors: true };
    this.#controlAddresses.push(await this.#transport.listen(address, options));
  }

  #serveVtpm(): string | undefined {
    const at = "/dev/vtpmx";
    return this.#transport.serveVtpm?.((connection) =>
      this.#admit(at, () => this.#commandStream(connection, at))
    );
  }

  #listenOptions(accept: Accept): ListenOptions {
    const { mode, gid } = this.#options;
    return {
      accept,
      ...mode === undefined ? {} : { mode },
      ...gid === undefined ? {} : { gid },
    };
  }

  get #patience(): number {
    return this.#options.patience ?? 5000;
  }

  #commandStream(connection: Parameters<Accept>[0], at: string): RequestStream {
    return new CommandStream(connection, {
      platform: this.#platform,
      patience: this.#patience,
      onCommand: () => this.#counts.commands++,
      onClose: (stream) => this.#forget(stream, at),
    });
  }

  #controlHost(at: string): ControlHost {
    return {
      platform: this.#platform,
      takesDescriptors: this.#transport.takesDescriptors,
      hasDataDescriptor: () => this.#dataDescriptor !== undefined,
      serveData: (passed) => this.#serveData(passed, at),
      // Not before the request itself is answered.
      shutdown: () => queueMicrotask(() => void this[Symbol.asyncDispose]()),
      onControl: (request, result) => this.#tell({ kind: "control", at, request, result }),
      onClose: (stream) => this.#forget(stream, at),
    };
  }

  #serveData(passed: PassedDescriptor, at: string): void {
    passed.serve((connection) =>
      this.#admit(at, () => this.#dataDescriptor = this.#commandStream(connection, at))
    );
  }

  /** Lets a new connection in, unless there are too many. */
  #admit(at: string, make: () => RequestStream): RequestStream | undefined {
    const { maxConnections = 2048 } = this.#options;
    const most = Math.min(maxConnections, this.#transport.capacity);
    if (this.#ending !== undefined || this.#streams.size >= most) {
      this.#counts.refused++;
      this.#tell({ kind: "refused", at });
      return undefined;
    }
    const stream = make();
    this.#streams.add(stream);
    this.#counts.accepted++;
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP);
    this.#tell({ kind: "connected", at });
    return stream;
  }

  #forget(stream: RequestStream, at: string): void {
    if (!this.#streams.delete(stream)) return;
    if (this.#dataDescriptor === stream) this.#dataDescriptor = undefined;
    if (this.#streams.size === 0) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
    this.#tell({ kind: "closed", at });
  }

  #sweep(): void {
    const now = performance.now();
    for (const stream of this.#streams) if (stream.deadline <= now) stream.expired();
  }

  #tell(event: ServerEvent): void {
    this.#options.onEvent?.(event);
  }
}
