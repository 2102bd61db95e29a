import type { LibTpms, LibTpmsState } from "../peers/mod.ts";
import type { Machine } from "./side.ts";

/** libtpms as one side of a comparison; opening and closing it stays with the caller. */
export class LibTpmsMachine implements Machine {
  readonly #tpm: LibTpms;

  /** Round a TPM that has power. */
  constructor(tpm: LibTpms) {
    this.#tpm = tpm;
  }

  /** As {@linkcode Machine.execute}. */
  execute(command: Uint8Array): Uint8Array {
    return this.#tpm.execute(command);
  }

  /** As {@linkcode Machine.reset}. */
  reset(): void {
    this.#tpm.reset();
  }

  /** As {@linkcode Machine.setLocality}. */
  setLocality(locality: number): void {
    this.#tpm.setLocality(locality);
  }

  /** As {@linkcode Machine.save}. */
  save(): LibTpmsState {
    return this.#tpm.state({ volatile: true });
  }

  /** As {@linkcode Machine.restore}. */
  restore(state: LibTpmsState): void {
    this.#tpm.powerOn({ state });
  }
}
