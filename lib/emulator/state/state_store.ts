import { CodecError, decode, encode } from "../../codec/mod.ts";
import type { Tpm } from "../tpm.ts";
import {
  decodeImage,
  encodeImage,
  type SectionName,
  StateError,
  type StateSections,
} from "./image.ts";
import { PERMANENT_STATE, type PermanentState } from "./permanent.ts";
import {
  encodeRunningState,
  encodeSavedState,
  restoreRunningState,
  restoreSavedState,
} from "./saved_state.ts";
import type { Storage } from "./storage.ts";

/** Keeps the permanent state and what TPM_SaveState saved as one image in a storage. */
export class StateStore {
  readonly #storage: Storage;
  #sections: StateSections | null;

  /**
   * Reads what the storage holds, or another image, which {@linkcode save} puts in its place. Throws
   * a StateError when it is damaged or too new.
   */
  constructor(storage: Storage, image: Uint8Array | null = storage.load()) {
    this.#storage = storage;
    this.#sections = image === null ? null : decodeImage(image);
  }

  /** The permanent state last saved; `null` for a TPM that was never manufactured. */
  loadPermanent(): PermanentState | null {
    if (this.#sections === null) return null;
    // What is decoded holds views of the image, so it is copied.
    const bytes = this.#sections.permanent.slice();
    return reading(() => decode(PERMANENT_STATE, bytes));
  }

  /** Keeps what was read. */
  save(): void {
    if (this.#sections !== null) this.#save(this.#sections);
  }

  /** Replaces everything by the state of a TPM just made, and who certified it. */
  saveManufactured(state: PermanentState, authority: Uint8Array | null): void {
    const permanent = encode(PERMANENT_STATE, state);
    this.#save({ permanent, ...authority === null ? {} : { authority } });
  }

  /** Replaces the permanent state; returns once it is safe. */
  savePermanent(state: PermanentState): void {
    this.#save({ ...this.#sections, permanent: encode(PERMANENT_STATE, state) });
  }

  /** Keeps what TPM_SaveState saves. */
  saveVolatile(tpm: Tpm): void {
    this.#save({
      ...this.#sections,
      permanent: encode(PERMANENT_STATE, tpm.permanent),
      saved: encodeSavedState(tpm),
    });
  }

  /** Brings back what TPM_SaveState saved; `false` when there is nothing. */
  loadVolatile(tpm: Tpm): boolean {
    const saved = this.#sections?.saved;
    if (saved === undefined) return false;
    restoreSavedState(tpm, saved.slice());
    return true;
  }

  /** Forgets what TPM_SaveState saved. */
  dropVolatile(): void {
    if (this.#sections?.saved === undefined) return;
    const { saved: _saved, volatile: _volatile, ...rest } = this.#sections;
    this.#save(rest);
  }

  /** An image of the running machine, volatile state and all. */
  snapshot(tpm: Tpm): Uint8Array {
    return encodeImage(this.#withRunning(tpm));
  }

  /** Keeps the running machine as it is now, for {@linkcode resume} after power off. */
  saveRunning(tpm: Tpm): void {
    this.#save(this.#withRunning(tpm));
  }

  /**
   * Brings back the running machine that was kept, or that of a snapshot; `false` when there is
   * none. It serves once, unless it is to be kept.
   */
  resume(tpm: Tpm, { keep = false }: { readonly keep?: boolean } = {}): boolean {
    const running = this.#sections?.volatile;
    if (running === undefined) return false;
    reading(() => restoreRunningState(tpm, running.slice()));
    const { volatile: _, ...rest } = this.#sections!;
    if (!keep) this.#save(rest);
    return true;
  }

  /** One section as it would be kept now; `null` when there is none. */
  section(tpm: Tpm, name: SectionName): Uint8Array | null {
    const sections = name === "saved" ? this.#sections : this.#withRunning(tpm);
    return sections?.[name] ?? null;
  }

  /** What the storage holds; `null` before the TPM is manufactured. */
  get sections(): StateSections | null {
    return this.#sections;
  }

  #withRunning(tpm: Tpm): StateSections {
    return {
      ...this.#sections,
      permanent: encode(PERMANENT_STATE, tpm.permanent),
      volatile: encodeRunningState(tpm),
    };
  }

  #save(sections: StateSections): void {
    this.#storage.save(encodeImage(sections));
    this.#sections = sections;
  }
}

/** What a section holds and cannot be read is a damaged state. */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CodecError ? new StateError(error.message) : error;
  }
}
