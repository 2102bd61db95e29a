import type { RandomSource } from "../../crypto/mod.ts";
import { type ReturnCodeName, tpmError } from "../../tpm12/tss_error.ts";

/** Whatever the TPM knows by a handle. */
export interface Handled {
  /** TPM_HANDLE, unique in its table. */
  handle: number;
}

/** How a table hands out handles. */
export interface HandleTableOptions {
  /** Most entries. */
  readonly limit: number;
  /** The code when the table is full. */
  readonly full: ReturnCodeName;
  /** What one entry is called in messages. */
  readonly entry: string;
}

/** Loaded resources of one kind, by handle. Handles are random, so that none can be guessed. */
export class HandleTable<T extends Handled> {
  readonly #entries = new Map<number, T>();
  readonly #options: HandleTableOptions;

  /** Makes an empty table. */
  constructor(options: HandleTableOptions) {
    this.#options = options;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many more there is room for. */
  get free(): number {
    return this.#options.limit - this.#entries.size;
  }

  /** The entry with a handle. */
  get(handle: number): T | undefined {
    return this.#entries.get(handle);
  }

  /** Throws unless there is room for one more. */
  requireRoom(): void {
    if (this.free > 0) return;
    const { entry, limit, full } = this.#options;
    throw tpmError(full, `all ${limit} ${entry}s are in use`);
  }

  /**
   * A handle that is free: `wanted` when that one is, else a random one whose top byte is not 0x40
   * (those name fixed entities).
   */
  freeHandle(random: RandomSource, wanted?: number): number {
    if (wanted !== undefined && this.#isFree(wanted)) return wanted;
    for (;;) {
      const bytes = random(4);
      const handle = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      if (this.#isFree(handle)) return handle;
    }
  }

  /** Adds an entry under its handle. */
  add(entry: T): T {
    this.requireRoom();
    this.#entries.set(entry.handle, entry);
    return entry;
  }

  /** Takes an entry out; tells whether it was there. */
  delete(handle: number): boolean {
    return this.#entries.delete(handle);
  }

  /** Takes all entries out that a condition holds for. */
  deleteWhere(condition: (entry: T) => boolean): void {
    for (const entry of this.#entries.values()) {
      if (condition(entry)) this.#entries.delete(entry.handle);
    }
  }

  /** Takes all entries out. */
  clear(): void {
    this.#entries.clear();
  }

  /** The entries, oldest first. */
  values(): IterableIterator<T> {
    return this.#entries.values();
  }

  #isFree(handle: number): boolean {
    return handle !== 0 && handle !== 0xffffffff && handle >>> 24 !== 0x40 &&
      !this.#entries.has(handle);
  }
}
