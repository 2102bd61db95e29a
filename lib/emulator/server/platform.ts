import { decode } from "../../codec/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { encodeErrorResponse, HEADER_SIZE } from "../../wire/mod.ts";
import type { Emulator } from "../emulator.ts";
import {
  decodeSections,
  encodeImage,
  type SectionName,
  type SomeSections,
  StateError,
} from "../state/image.ts";
import { PERMANENT_STATE } from "../state/permanent.ts";
import { hashData, hashEnd, hashStart, resetEstablishment } from "../trusted_boot.ts";
import { SET_LOCALITY_ORDINAL } from "./control_protocol.ts";

/** What a platform lets its TPM's users do. */
export interface PlatformOptions {
  /** Whether the TPM is on, as by default; else it waits for {@linkcode Platform.init}. */
  readonly powered?: boolean;
  /** Whether commands may set the locality (ordinal 0x20001000, as the Linux driver does). */
  readonly allowSetLocality?: boolean;
  /** Whether nobody may take locality 4. */
  readonly rejectLocality4?: boolean;
}

/** Sizes of the TPM's buffer in bytes. */
export interface BufferSizes {
  /** As it is, or will be at the next power on. */
  readonly size: number;
  /** Smallest possible. */
  readonly min: number;
  /** Largest possible. */
  readonly max: number;
}

/** The smallest buffer of libtpms. */
const MIN_BUFFER = 3072;
const TPM_FAIL = 0x09;
const TPM_BAD_PARAM_SIZE = 0x19;
const TPM_BAD_LOCALITY = 0x3d;

/**
 * What stands around a TPM: its power switch, the locality of those who talk to it, the signals of
 * a dynamic launch, and its state from outside. Methods throw the TPM's return codes.
 */
export class Platform {
  /** The TPM. */
  readonly emulator: Emulator;
  readonly #options: PlatformOptions;
  readonly #maxBuffer: number;
  #powered: boolean;
  #buffer: number;
  #locality: number;
  /** State to power on with; `null` is for none of that kind. */
  #blobs: { [N in SectionName]?: Uint8Array | null } = {};

  /** Takes over an emulator that has power, whatever `powered` says. */
  constructor(emulator: Emulator, options: PlatformOptions = {}) {
    this.emulator = emulator;
    this.#options = options;
    this.#powered = options.powered ?? true;
    this.#buffer = this.#maxBuffer = emulator.bufferSize;
    this.#locality = emulator.locality;
  }

  /** Whether the TPM is on. */
  get powered(): boolean {
    return this.#powered;
  }

  /** Longest command and answer in bytes that any setting allows. */
  get maxBuffer(): number {
    return this.#maxBuffer;
  }

  /** Executes one command; it never throws. A TPM that is off answers TPM_FAIL, as in swtpm. */
  execute(command: Uint8Array): Uint8Array {
    if (!this.#powered) return encodeErrorResponse(TPM_FAIL);
    if (command.length > this.#buffer) return encodeErrorResponse(TPM_BAD_PARAM_SIZE);
    if (u32(command, 6) === SET_LOCALITY_ORDINAL) {
      return encodeErrorResponse(this.#setLocalityInBand(command));
    }
    return this.emulator.execute(command);
  }

  /**
   * Power off and on, with the state that {@linkcode setStateBlob} set. A running machine that
   * {@linkcode storeVolatile} kept goes on, each time anew unless it is to be deleted.
   */
  init({ deleteVolatile = false }: { readonly deleteVolatile?: boolean } = {}): void {
    this.#powered = false;
    const { emulator } = this;
    const { physicalPresence } = emulator;
    const keep = !deleteVolatile;
    emulator.bufferSize = this.#buffer;
    if (Object.keys(this.#blobs).length > 0) this.#replaceState(keep);
    else emulator.reset({ keep });
    // What the platform signals does not change with the TPM's power.
    Object.assign(emulator, { physicalPresence, locality: this.#locality });
    this.#powered = true;
  }

  /** Power off. */
  stop(): void {
    this.#powered = false;
  }

  /** The locality of all that comes from now on. Throws TPM_BAD_LOCALITY. */
  setLocality(locality: number): void {
    if (!this.#mayTake(locality)) {
      throw tpmError("TPM_BAD_LOCALITY", `locality ${locality} is not to be had`);
    }
    this.#locality = this.emulator.locality = locality;
  }

  /** Whether a dynamic launch was recorded. */
  get established(): boolean {
    return this.emulator.tpm.permanent.flags.tpmEstablished;
  }

  /** Takes the record of a launch back. Throws TPM_BAD_LOCALITY but at 3 and 4. */
  resetEstablished(locality: number): void {
    resetEstablishment(this.emulator.tpm, locality);
    this.#saveChanges();
  }

  /** TPM_HASH_START. */
  hashStart(): void {
    hashStart(this.emulator.tpm);
    this.#saveChanges();
  }

  /** TPM_HASH_DATA. */
  hashData(data: Uint8Array): void {
    hashData(this.emulator.tpm, data);
  }

  /** TPM_HASH_END. */
  hashEnd(): void {
    hashEnd(this.emulator.tpm);
  }

  /** Keeps the running machine for {@linkcode init}. */
  storeVolatile(): void {
    const { tpm } = this.emulator;
    tpm.store.saveRunning(tpm);
  }

  /** One section of the state, as bytes of its own format; `null` when there is none. */
  stateBlob(name: SectionName): Uint8Array | null {
    const { tpm } = this.emulator;
    const section = tpm.store.section(tpm, name);
    return section === null ? null : encodeImage({ [name]: section });
  }

  /**
   * The section to power on with; an empty one for none, which for the permanent one means a TPM
   * as it leaves the factory. Throws TPM_BAD_PARAMETER for what is no such section.
   */
  setStateBlob(name: SectionName, blob: Uint8Array): void {
    this.#blobs[name] = blob.length === 0 ? null : sectionOf(name, blob);
  }

  /** Sets the size of the TPM's buffer at the next power on, moved into the bounds; 0 only asks. */
  setBufferSize(size: number): BufferSizes {
    const max = this.#maxBuffer;
    const min = Math.min(MIN_BUFFER, max);
    if (size > 0) this.#buffer = Math.min(Math.max(size, min), max);
    return { size: this.#buffer, min, max };
  }

  #replaceState(keep: boolean): void {
    const { emulator } = this;
    const { permanent, saved, volatile } = this.#blobs;
    const { sections } = emulator.tpm.store;
    this.#blobs = {};
    try {
      if (permanent === null) emulator.manufacture();
      const image: SomeSections = { ...emulator.tpm.store.sections };
      // Another TPM's endorsement key was certified by somebody else.
      if (permanent) delete image.authority;
      for (const [name, blob] of Object.entries({ permanent, saved, volatile })) {
        if (blob === null && name !== "permanent") delete image[name as SectionName];
        else if (blob) image[name as SectionName] = blob;
      }
      emulator.restore(encodeImage(image), { keep });
    } catch (error) {
      if (sections !== null) emulator.restore(encodeImage(sections));
      const reason = error instanceof Error ? error.message : String(error);
      throw tpmError("TPM_FAIL", `the state that was set cannot be used: ${reason}`);
    }
  }

  /** swtpm answers TPM_FAIL where this is not allowed. */
  #setLocalityInBand(command: Uint8Array): number {
    if (command.length <= HEADER_SIZE) return TPM_BAD_PARAM_SIZE;
    if (!this.#options.allowSetLocality) return TPM_FAIL;
    const locality = command[HEADER_SIZE]!;
    if (!this.#mayTake(locality)) return TPM_BAD_LOCALITY;
    this.setLocality(locality);
    return 0;
  }

  #mayTake(locality: number): boolean {
    return locality <= 4 && !(locality === 4 && this.#options.rejectLocality4);
  }

  #saveChanges(): void {
    const { tpm } = this.emulator;
    try {
      tpm.saveChanges();
    } catch (error) {
      tpm.fail(`the state could not be saved: ${(error as Error).message}`);
      throw tpmError("TPM_FAIL", "the state could not be saved");
    }
  }
}

function sectionOf(name: SectionName, blob: Uint8Array): Uint8Array {
  try {
    const { [name]: section, ...others } = decodeSections(blob.slice());
    if (section === undefined || Object.keys(others).length > 0) {
      throw new StateError(`it is not the ${name} section`);
    }
    if (name === "permanent") decode(PERMANENT_STATE, section);
    return section;
  } catch (error) {
    throw tpmError("TPM_BAD_PARAMETER", `the ${name} state is bad: ${(error as Error).message}`);
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>>
    0;
}
