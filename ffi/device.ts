import type { Channel } from "../lib/tddl/channel.ts";
import { type Durations, durationsFrom } from "../lib/tddl/durations.ts";
import { checkHeader } from "../lib/tddl/framing.ts";
import { tddlError } from "../lib/tddl/tddl_error.ts";
import { durationsRequest, splitDurations } from "../lib/tddl/capability.ts";
import { O_CLOEXEC, O_NONBLOCK, O_RDWR } from "./constants.ts";
import { Descriptor, NOTHING_NOW, POLLHUP, POLLIN, POLLOUT } from "./descriptor.ts";
import { exchangeError, goneError, noTpmError, openError, tpm20Error } from "./device_error.ts";
import { type Libc, type LibcError, openLibc } from "./libc.ts";
import { TpmSysfs } from "./sysfs.ts";

const SEEK_CUR = 1;

/** What a TPM 2.0 answers to a command of TPM 1.2, in the form of a TPM 1.2. */
const TPM_BADTAG = 0x1e;
/** Where a TPM is looked for when no path is given. */
const PATHS = ["/dev/tpm0", "/dev/tpm"];
/** The kernel's buffer for a command and an answer (TPM_BUFSIZE). */
const BUFFER_SIZE = 4096;
/** Milliseconds without a byte after which a device that sent nonsense is taken to be done. */
const QUIET = 20;

/** A TPM behind the kernel's driver, or anything else that behaves as one. */
export class DeviceChannel implements Channel {
  readonly kind = "device";
  readonly bufferSize: number = BUFFER_SIZE;
  readonly framed = true;
  /** How long the TPM says its commands take. */
  durations: Durations | undefined;
  readonly #paths: readonly string[];
  readonly #sysfsRoot: string | undefined;
  readonly #buffer = new Uint8Array(2 * BUFFER_SIZE);
  #path: string;
  #descriptor: Descriptor | undefined;
  #sysfs: TpmSysfs | undefined;
  #exchange: Promise<unknown> | undefined;
  #cancelling: Promise<unknown> | undefined;

  /** A channel to the device at `path`, or to the first TPM there is; nothing is opened. */
  constructor(path?: string, options: {
    /** Folder with an entry for each TPM; `/sys/class/tpm` when absent. */
    readonly sysfs?: string;
  } = {}) {
    this.#paths = path === undefined ? PATHS : [path];
    this.#path = this.#paths[0]!;
    this.#sysfsRoot = options.sysfs;
  }

  /** Where the TPM is, as a connection string. */
  get name(): string {
    return `device:${this.#path}`;
  }

  /** Opens the device and makes sure that it is a TPM 1.2. */
  async connect(signal: AbortSignal): Promise<void> {
    const libc = openLibc(`open ${this.#path}`);
    const giveUp = () => this.#descriptor?.wake();
    signal.addEventListener("abort", giveUp);
    try {
      this.#descriptor = this.#open(libc);
      const sysfs = new TpmSysfs(libc, this.#path, this.#sysfsRoot);
      if (sysfs.versionMajor() === 2) throw tpm20Error(this.#path);
      this.#sysfs = sysfs.canCancel() ? sysfs : undefined;
      await this.#probe();
      signal.throwIfAborted();
    } catch (error) {
      await this.disconnect();
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Sends a command and gives the answer. */
  exchange(command: Uint8Array): Promise<Uint8Array> {
    const exchange = this.#exchangeNow(command).catch((error) => {
      throw exchangeError(this.#path, error);
    });
    const ended = exchange.catch(() => {}).then(() => {
      if (this.#exchange === ended) this.#exchange = undefined;
    });
    this.#exchange = ended;
    return exchange;
  }

  /** Cancels the command if the driver can, and waits for its answer: there is but one device. */
  async abandon(): Promise<void> {
    if (this.#exchange === undefined) return await this.#drain();
    const cancelling = this.cancel?.().catch(() => {}); // without it the command ends by itself
    await this.#exchange;
    await cancelling;
  }

  /** Has the driver cancel the command under way; absent where it cannot. */
  get cancel(): (() => Promise<void>) | undefined {
    const sysfs = this.#sysfs;
    if (sysfs === undefined) return undefined;
    return () => {
      const cancelling = sysfs.cancel().catch((error) => {
        throw exchangeError(this.#path, error);
      });
      this.#cancelling = Promise.allSettled([this.#cancelling, cancelling]);
      return cancelling;
    };
  }

  /** Closes the device. The kernel waits with that until the TPM has ended its command. */
  async disconnect(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    descriptor?.wake();
    await this.#exchange;
    await this.#cancelling;
    await descriptor?.closeSlowly();
    this.#sysfs = undefined;
  }

  #open(libc: Libc): Descriptor {
    let failure: LibcError | undefined;
    for (const path of this.#paths) {
      const name = new TextEncoder().encode(`${path}\0`);
      const fd = libc.symbols.open(name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
      if (fd < 0) {
        failure ??= libc.failure("open");
        continue;
      }
      this.#path = path;
      if (libc.symbols.lseek(fd, 0n, SEEK_CUR) < 0n) return new Descriptor(libc, fd);
      libc.symbols.close(fd);
      throw noTpmError(path);
    }
    throw openError(this.#path, failure!);
  }

  /** Asks for the durations, whose answer also tells a TPM 2.0. */
  async #probe(): Promise<void> {
    const { returnCode, reported } = splitDurations(await this.exchange(durationsRequest()));
    if (returnCode === TPM_BADTAG) throw tpm20Error(this.#path);
    this.durations = returnCode === 0 ? durationsFrom(reported) : undefined;
  }

  async #exchangeNow(command: Uint8Array): Promise<Uint8Array> {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw this.#closed();
    this.#discard(descriptor);
    for (let rest = command as Uint8Array<ArrayBuffer>; rest.length > 0;) {
      const written = await descriptor.writeSlowly(rest);
      if (written > 0) rest = rest.subarray(written);
      else if (await descriptor.wait(POLLOUT) === 0) throw this.#closed();
    }
    return await this.#receive(descriptor);
  }

  /**
   * A driver gives an answer in one read as a rule, but need not. While a command is under way
   * Linux holds up even a poll() that is not to wait, so this thread must not make one.
   */
  async #receive(descriptor: Descriptor): Promise<Uint8Array> {
    for (let length = 0;;) {
      if (await descriptor.wait(POLLIN) === 0) throw this.#closed();
      const received = descriptor.read(this.#buffer.subarray(length));
      if (received === NOTHING_NOW) continue;
      if (received === 0) throw goneError(this.#path);
      length += received;
      const answer = this.#buffer.subarray(0, length);
      const size = checkHeader(answer, this);
      if (size === length) return answer.slice();
      if (size !== undefined && size < length) throw this.#tooMuch(size, length);
    }
  }

  /** Throws away what is there to read. */
  #discard(descriptor: Descriptor): void {
    while (descriptor.ready(POLLIN) !== 0 && descriptor.read(this.#buffer) > 0);
  }

  /** Throws away what comes until nothing comes any more. */
  async #drain(): Promise<void> {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    do {
      this.#discard(descriptor);
      await new Promise((resolve) => setTimeout(resolve, QUIET));
    } while (this.#descriptor === descriptor && (descriptor.ready(POLLIN | POLLHUP) === POLLIN));
  }

  #tooMuch(size: number, length: number): Error {
    const detail = `an answer of ${this.#path} says ${size} bytes in its header and has ${length}`;
    return tddlError("TDDL_E_IOERROR", detail);
  }

  #closed(): Error {
    return new Error(`${this.#path} was closed`);
  }
}
