import {
  copyBytes,
  type RandomSource,
  type RsaPrivateKey,
  seededRandom,
  systemRandom,
} from "../crypto/mod.ts";
import { defaultAudit } from "./clear_owner.ts";
import { execute } from "./dispatcher.ts";
import { EndorsementAuthority } from "./endorsement_authority.ts";
import { installEndorsementCertificate, installEndorsementKey } from "./endorsement_key.ts";
import { inspect, type Inspection, type InspectOptions } from "./inspect.ts";
import { DEFAULT_LIMITS, type Limits } from "./state/limits.ts";
import { manufacture } from "./state/permanent.ts";
import { StateStore } from "./state/state_store.ts";
import { MemoryStorage, type Storage } from "./state/storage.ts";
import { type Clock, Tpm } from "./tpm.ts";
import { Trace } from "./trace.ts";

/** Which endorsement key a new TPM gets: none, one it generates, or a given one of 2048 bits. */
export type EndorsementKeyOption = "none" | "generate" | RsaPrivateKey;

/** What an {@linkcode Emulator} is made of; everything may be left out. */
export interface EmulatorOptions {
  /** Makes all random numbers follow from these bytes, keys among them. For tests only. */
  readonly seed?: Uint8Array;
  /** The time in microseconds, never falling; by default that since the process began. */
  readonly clock?: Clock;
  /** Where the state outlives power off; by default in memory, for as long as the object lives. */
  readonly storage?: Storage;
  /** How much of everything there is, where other than libtpms has it. */
  readonly limits?: Partial<Limits>;
  /** Endorsement key of a TPM that is manufactured now; none by default. */
  readonly endorsementKey?: EndorsementKeyOption;
  /**
   * Certificate of that endorsement key in NV 0x1000F000, which anybody may read: by an authority
   * the emulator makes for it alone (`true`), or by one that certifies many. None by default; a
   * TypeError without an endorsement key.
   */
  readonly endorsementCertificate?: boolean | EndorsementAuthority;
  /** Goes on from {@linkcode Emulator.snapshot}; what the storage held is replaced. */
  readonly snapshot?: Uint8Array;
  /** Serve the five commands of 1.1 that 1.2 deleted, for programs of that age. */
  readonly deletedCommands?: boolean;
}

/** How {@linkcode Emulator.reset} powers on again. */
export interface ResetOptions {
  /** Whether a running machine that the storage holds goes on at each reset, not just once. */
  readonly keep?: boolean;
}

/**
 * A whole TPM 1.2 in software. It does no I/O of its own and is synchronous: bytes in, bytes out.
 */
export class Emulator implements Disposable {
  /**
   * Told of every command after it was executed, of one in a transport session before the command
   * it came in. Costs nothing while nobody listens. What it throws, `execute` throws: the command is
   * done nevertheless.
   */
  onTrace: ((trace: Trace) => void) | null = null;
  readonly #options: EmulatorOptions;
  readonly #storage: Storage;
  readonly #random: RandomSource;
  #limits: Limits;
  #tpm: Tpm;

  private constructor(options: EmulatorOptions) {
    this.#options = options;
    this.#storage = options.storage ?? new MemoryStorage();
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#random = options.seed === undefined ? systemRandom : seededRandom(options.seed);
    try {
      this.#tpm = this.#init({ snapshot: options.snapshot });
    } catch (error) {
      this.#storage.close();
      throw error;
    }
  }

  /**
   * A TPM under power and after TPM_Init, manufactured first when its storage is empty: enabled,
   * active, unowned, without endorsement key. The next command must be TPM_Startup. Throws a
   * StateError for a state that is damaged or of a newer version.
   */
  static powerOn(options: EmulatorOptions = {}): Emulator {
    return new Emulator(options);
  }

  /** Executes one command (at most `limits.buffer` bytes); every refusal is an answer too. */
  execute(request: Uint8Array): Uint8Array {
    // What is decoded holds views of the request, and the TPM keeps some of it.
    const { onTrace } = this;
    const traces: Trace[] = [];
    this.#tpm.onWrapped = onTrace &&
      ((wrapped, execution) => traces.push(new Trace(wrapped, execution, { wrapped: true })));
    const execution = execute(this.#tpm, copyBytes(request));
    if (onTrace !== null) {
      // The listener may keep it when the caller has used the buffer again.
      traces.push(new Trace(copyBytes(request), execution));
      for (const trace of traces) onTrace(trace);
    }
    return execution.response;
  }

  /** Power off and on: TPM_Init. What is not permanent is gone, but for a saved state. */
  reset(options: ResetOptions = {}): void {
    this.#tpm = this.#init(options);
  }

  /** Power off, all state thrown away, power on: a TPM as it leaves the factory. */
  manufacture(): void {
    this.#tpm = this.#init({ manufactured: false });
  }

  /** Longest command and answer in bytes; a new one holds from the next power on. */
  get bufferSize(): number {
    return this.#tpm.limits.buffer;
  }

  /** Sets the size that holds from the next power on. */
  set bufferSize(buffer: number) {
    this.#limits = { ...this.#limits, buffer };
  }

  /** Power off for good; the storage is closed. */
  powerOff(): void {
    this.#storage.close();
  }

  /** As {@linkcode powerOff}. */
  [Symbol.dispose](): void {
    this.powerOff();
  }

  /** Locality of the commands to come, 0 to 4. */
  get locality(): number {
    return this.#tpm.locality;
  }

  /** Throws a RangeError for a locality that is none. */
  set locality(locality: number) {
    if (!Number.isInteger(locality) || locality < 0 || locality > 4) {
      throw new RangeError(`Cannot set locality ${locality}: there are 0 to 4`);
    }
    this.#tpm.locality = locality;
  }

  /** The hardware signal of physical presence; it counts once physicalPresenceHWEnable is set. */
  get physicalPresence(): boolean {
    return this.#tpm.hardwarePresence;
  }

  /** Sets or takes back the signal. */
  set physicalPresence(asserted: boolean) {
    this.#tpm.hardwarePresence = asserted;
  }

  /**
   * The whole running machine as bytes: permanent, saved and volatile state, with every secret in
   * it. `powerOn({ snapshot })` makes as many as wanted go on from it.
   */
  snapshot(): Uint8Array {
    return this.#tpm.store.snapshot(this.#tpm);
  }

  /** Goes back to a snapshot. Throws a StateError, and changes nothing, for bytes that are none. */
  restore(snapshot: Uint8Array, options: ResetOptions = {}): void {
    this.#tpm = this.#init({ ...options, snapshot });
  }

  /** PCRs, flags, keys, sessions, NV areas and counters; secrets only when asked for. */
  inspect(options: InspectOptions = {}): Inspection {
    return inspect(this.#tpm, options);
  }

  /**
   * DER of the certificate of who certified the endorsement key, to check its certificate in NV
   * with; `null` when it is not certified.
   */
  get endorsementAuthority(): Uint8Array | null {
    return this.#tpm.store.sections?.authority?.slice() ?? null;
  }

  /**
   * The machine inside, for the emulator's own servers and tests.
   *
   * @internal
   */
  get tpm(): Tpm {
    return this.#tpm;
  }

  /** A snapshot takes the place of what the storage holds once a machine goes on from it. */
  #init(
    { manufactured = true, snapshot, ...resume }: ResetOptions & {
      readonly manufactured?: boolean;
      readonly snapshot?: Uint8Array | undefined;
    } = {},
  ): Tpm {
    const store = new StateStore(this.#storage, snapshot?.slice());
    const { clock = processClock, deletedCommands = false } = this.#options;
    const stored = manufactured ? store.loadPermanent() : null;
    const tpm = new Tpm({
      permanent: stored ?? manufacture(this.#random, defaultAudit()),
      store,
      random: this.#random,
      clock,
      limits: this.#limits,
      deletedCommands,
    });
    if (stored === null) {
      store.saveManufactured(tpm.permanent, this.#endorse(tpm));
    }
    for (const loaded of tpm.permanent.ownerEvictKeys) tpm.volatile.keys.add(loaded);
    store.resume(tpm, resume);
    if (snapshot !== undefined) store.save();
    return tpm;
  }

  /** Gives a TPM that is being made its endorsement key; the certificate of who certified it. */
  #endorse(tpm: Tpm): Uint8Array | null {
    const { endorsementKey = "none", endorsementCertificate = false } = this.#options;
    installEndorsementKey(tpm, endorsementKey);
    if (endorsementCertificate === false) return null;
    const authority = endorsementCertificate === true
      ? new EndorsementAuthority(this.#random)
      : endorsementCertificate;
    installEndorsementCertificate(tpm, authority);
    return authority.certificate;
  }
}

function processClock(): bigint {
  return BigInt(Math.trunc(performance.now() * 1000));
}
