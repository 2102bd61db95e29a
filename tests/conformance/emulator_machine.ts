import { Emulator, type EmulatorOptions, MemoryStorage } from "../../lib/emulator/mod.ts";
import type { Machine } from "./side.ts";

/** Our emulator as a machine of a script. */
export class EmulatorMachine implements Machine {
  readonly #options: EmulatorOptions;
  #emulator: Emulator;

  /** A TPM as it leaves the factory, under power; TPM_Startup is left to the caller. */
  constructor(options: EmulatorOptions = {}) {
    this.#options = options;
    this.#emulator = Emulator.powerOn(options);
  }

  /** The emulator as it is now; {@linkcode restore} puts another in its place. */
  get emulator(): Emulator {
    return this.#emulator;
  }

  /** As {@linkcode Machine.execute}. */
  execute(command: Uint8Array): Uint8Array {
    return this.#emulator.execute(command);
  }

  /** As {@linkcode Machine.reset}. */
  reset(): void {
    this.#emulator.reset();
  }

  /** As {@linkcode Machine.setLocality}. */
  setLocality(locality: number): void {
    this.#emulator.locality = locality;
  }

  /** As {@linkcode Machine.save}. */
  save(): Uint8Array {
    const { tpm } = this.#emulator;
    return tpm.store.snapshot(tpm);
  }

  /** As {@linkcode Machine.restore}. */
  restore(state: Uint8Array): void {
    const storage = new MemoryStorage();
    storage.save(state);
    this.#emulator = Emulator.powerOn({ ...this.#options, storage });
    const { tpm } = this.#emulator;
    tpm.store.resume(tpm);
  }
}
