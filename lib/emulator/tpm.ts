import { encode } from "../codec/mod.ts";
import { equalBytes, type RandomSource, type Sha1, sha1 } from "../crypto/mod.ts";
import type { Command } from "../tpm12/commands/mod.ts";
import { TPM_KH_EK, TPM_KH_SRK } from "../tpm12/constants/mod.ts";
import { selectedPcrs } from "../tpm12/pcr_selection.ts";
import {
  TPM_PCR_COMPOSITE,
  type TpmNvDataSensitive,
  type TpmPcrComposite,
} from "../tpm12/structures/mod.ts";
import { type ReturnCodeName, tpmError } from "../tpm12/tss_error.ts";
import type { Execution } from "./dispatcher.ts";
import type { Limits } from "./state/limits.ts";
import type { Key, LoadedKey } from "./state/key.ts";
import type { Counter, PermanentState } from "./state/permanent.ts";
import { ALL_LOCALITIES, type ReleaseCondition } from "./state/release_condition.ts";
import type { StateStore } from "./state/state_store.ts";
import { VolatileState } from "./state/volatile.ts";

/** Gives the time in microseconds, never falling. */
export type Clock = () => bigint;

/** What an emulated TPM is made of. */
export interface TpmParts {
  /** What survives power off. */
  readonly permanent: PermanentState;
  /** Where states are kept. */
  readonly store: StateStore;
  /** Random bytes. */
  readonly random: RandomSource;
  /** The time. */
  readonly clock: Clock;
  /** How much of everything there is. */
  readonly limits: Limits;
  /** Serve the commands of 1.1 that 1.2 deleted. */
  readonly deletedCommands: boolean;
}

/**
 * The machine: its states and what every command needs of them. It does no I/O; what happens when
 * a command comes in is the dispatcher's part.
 */
export class Tpm {
  /** What survives power off. */
  permanent: PermanentState;
  /** What does not. */
  volatile: VolatileState;
  /** Where states are kept. */
  readonly store: StateStore;
  /** Random bytes. */
  readonly random: RandomSource;
  /** The time. */
  readonly clock: Clock;
  /** How much of everything there is. */
  readonly limits: Limits;
  /** Serve the commands of 1.1 that 1.2 deleted. */
  readonly deletedCommands: boolean;
  /** Locality of the command being executed, 0 to 4 (TPM_STANY_FLAGS.localityModifier). */
  locality = 0;
  /** Whether the platform signals physical presence in hardware. */
  hardwarePresence = false;
  /** Between TPM_Init and TPM_Startup (TPM_STANY_FLAGS.postInitialise). */
  postInitialise = true;
  /** Hash of the dynamic launch that is being measured; `null` when none is. */
  launchHash: Sha1 | null = null;
  /** Why the TPM is in failure mode; `null` when it is not. */
  failure: string | null = null;
  /** Told of each command that came wrapped in another; both are copies. */
  onWrapped: ((request: Uint8Array, execution: Execution) => void) | null = null;
  #permanentChanged = false;

  /** Powers on: the state TPM_Init leaves. */
  constructor(parts: TpmParts) {
    this.permanent = parts.permanent;
    this.store = parts.store;
    this.random = parts.random;
    this.clock = parts.clock;
    this.limits = parts.limits;
    this.deletedCommands = parts.deletedCommands;
    this.volatile = new VolatileState(parts.limits);
  }

  /** Says that the permanent state was changed; it is saved before the command is answered. */
  changed(): void {
    this.#permanentChanged = true;
  }

  /** Saves the permanent state if it was changed. */
  saveChanges(): void {
    if (!this.#permanentChanged) return;
    this.store.savePermanent(this.permanent);
    this.#permanentChanged = false;
  }

  /** Whether a command is served: 1.2 deleted some of 1.1, and TPM_Init is a signal. */
  knows(command: Command): boolean {
    return !command.powerSignal && (!command.deletedBy12 || this.deletedCommands);
  }

  /** Whether an ordinal is audited now. */
  auditsOrdinal(ordinal: number): boolean {
    return this.permanent.auditedOrdinals.includes(ordinal);
  }

  /** Physical presence, by command or by hardware (Part 1, 10.5). */
  get physicalPresence(): boolean {
    const { flags } = this.permanent;
    return (flags.physicalPresenceCMDEnable && this.volatile.flags.physicalPresence) ||
      (flags.physicalPresenceHWEnable && this.hardwarePresence);
  }

  /** Throws TPM_BAD_PRESENCE without physical presence. */
  requirePhysicalPresence(): void {
    if (!this.physicalPresence) {
      throw tpmError("TPM_BAD_PRESENCE", "physical presence is not asserted");
    }
  }

  /** TPM_LOC_* bit of the current locality. */
  get localityBit(): number {
    return 1 << this.locality;
  }

  /**
   * The key with a handle, TPM_KH_SRK among them. Throws TPM_KEYNOTFOUND for an SRK that is not
   * there and for the EK, TPM_INVALID_RESOURCE for other fixed handles, TPM_INVALID_KEYHANDLE.
   */
  loadedKey(handle: number): LoadedKey {
    const loaded = this.volatile.keys.get(handle);
    if (loaded !== undefined) return loaded;
    if (handle === TPM_KH_SRK) {
      const { srk } = this.permanent;
      if (srk === null) throw tpmError("TPM_KEYNOTFOUND", "there is no storage root key");
      return { handle, key: srk, parentPCRStatus: false, ownerEvict: false };
    }
    if (handle === TPM_KH_EK) {
      throw tpmError("TPM_KEYNOTFOUND", "the endorsement key cannot be used by its handle");
    }
    if (handle > TPM_KH_SRK && handle < TPM_KH_EK) {
      throw tpmError("TPM_INVALID_RESOURCE", `handle ${hex(handle)} is not a key's`);
    }
    throw tpmError("TPM_INVALID_KEYHANDLE", `no key is loaded at ${hex(handle)}`);
  }

  /** The counter with an identifier; throws TPM_BAD_COUNTER. */
  counter(countID: number): Counter {
    const counter = this.permanent.counters.find((entry) => entry.countID === countID);
    if (counter === undefined) throw tpmError("TPM_BAD_COUNTER", `there is no counter ${countID}`);
    return counter;
  }

  /** The NV area with an index; throws TPM_BADINDEX. */
  nvArea(nvIndex: number): TpmNvDataSensitive {
    const area = this.permanent.nvAreas.find(({ pubInfo }) => pubInfo.nvIndex === nvIndex);
    if (area === undefined) throw tpmError("TPM_BADINDEX", `there is no NV area ${hex(nvIndex)}`);
    return area;
  }

  /** The endorsement key; throws TPM_NO_ENDORSEMENT. */
  get endorsementKey(): Key {
    const key = this.permanent.endorsementKey;
    if (key === null) throw tpmError("TPM_NO_ENDORSEMENT", "there is no endorsement key");
    return key;
  }

  /** The values of selected PCRs (Part 2, 8.2). */
  pcrComposite(pcrSelect: Uint8Array): TpmPcrComposite {
    const pcrValue = selectedPcrs(pcrSelect).map((index) => this.volatile.pcrs.read(index));
    return { select: { pcrSelect }, pcrValue };
  }

  /** SHA-1 of the composite, 20 bytes; zeros when nothing is selected. */
  pcrCompositeDigest(pcrSelect: Uint8Array): Uint8Array {
    if (pcrSelect.every((byte) => byte === 0)) return new Uint8Array(20);
    return sha1(encode(TPM_PCR_COMPOSITE, this.pcrComposite(pcrSelect)));
  }

  /**
   * Throws unless PCRs and locality are as they must be: TPM_WRONGPCRVAL, and `badLocality` for the
   * locality.
   */
  requireRelease(
    release: ReleaseCondition | null,
    badLocality: ReturnCodeName = "TPM_BAD_LOCALITY",
  ): void {
    if (release === null) return;
    this.requirePcrs(release);
    this.requireLocality(release, badLocality);
  }

  /** The PCRs of {@linkcode requireRelease} alone. */
  requirePcrs({ pcrSelect, digestAtRelease }: ReleaseCondition): void {
    if (pcrSelect.every((byte) => byte === 0)) return;
    if (!equalBytes(this.pcrCompositeDigest(pcrSelect), digestAtRelease)) {
      throw tpmError("TPM_WRONGPCRVAL", "a selected PCR does not have its value at release");
    }
  }

  /** The locality of {@linkcode requireRelease} alone. */
  requireLocality(
    { localityAtRelease }: ReleaseCondition,
    badLocality: ReturnCodeName = "TPM_BAD_LOCALITY",
  ): void {
    if (localityAtRelease === ALL_LOCALITIES || localityAtRelease & this.localityBit) return;
    throw tpmError(badLocality, `locality ${this.locality} is not among those at release`);
  }

  /** Microseconds of the tick counter (Part 1, 20). */
  get ticks(): bigint {
    return this.clock() - this.volatile.tickStart;
  }

  /** Goes into failure mode until the next TPM_Init. */
  fail(reason: string): void {
    this.failure ??= reason;
  }
}

function hex(handle: number): string {
  return `0x${handle.toString(16).padStart(8, "0")}`;
}
