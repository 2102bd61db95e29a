import { encode } from "../codec/mod.ts";
import { sha1, SHA1_SIZE } from "../crypto/mod.ts";
import { TPM_LOC_ALL, TPM_LOC_ZERO, TPM_TAG_PCR_INFO_LONG } from "../tpm12/constants/mod.ts";
import { pcrSelect, selectedPcrs } from "../tpm12/pcr_selection.ts";
import {
  TPM_PCR_COMPOSITE,
  type TpmPcrComposite,
  type TpmPcrInfo,
  type TpmPcrInfoLong,
  type TpmPcrInfoShort,
  type TpmPcrSelection,
} from "../tpm12/structures/mod.ts";
import type { Context } from "./context.ts";
import { TSS_OBJECT_TYPE_PCRS } from "./constants/object_types.ts";
import {
  TSS_PCRS_DIRECTION_CREATION,
  TSS_PCRS_DIRECTION_RELEASE,
  TSS_PCRS_STRUCT_DEFAULT,
  TSS_PCRS_STRUCT_INFO,
  TSS_PCRS_STRUCT_INFO_LONG,
  TSS_PCRS_STRUCT_INFO_SHORT,
} from "./constants/pcrs.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";

/** Most PCRs a selection of this TSS can name. */
const PCR_COUNT = 24;

/**
 * PCRs, their values, and localities: what keys and data are bound to, and what is quoted. Made by
 * `context.createPcrComposite()`.
 */
export class PcrComposite extends TspObject {
  /** TSS_OBJECT_TYPE_PCRS. */
  override readonly objectType: number = TSS_OBJECT_TYPE_PCRS;
  /** The context it belongs to. */
  override readonly context: Context;
  /** TSS_PCRS_STRUCT_INFO, TSS_PCRS_STRUCT_INFO_LONG or TSS_PCRS_STRUCT_INFO_SHORT. */
  readonly structType: number;
  readonly #creation = new Set<number>();
  readonly #release = new Set<number>();
  readonly #values = new Map<number, Uint8Array>();
  #locality = TPM_LOC_ALL;
  /** The release digest that TPM_Quote2 answered, in place of values. */
  #digest: Uint8Array | null = null;

  /** Made by `context.createPcrComposite()`; throws TSS_E_INVALID_OBJECT_INITFLAG. */
  constructor(context: Context, initFlags: number) {
    super();
    if (initFlags > TSS_PCRS_STRUCT_INFO_SHORT) {
      throw tspError("TSS_E_INVALID_OBJECT_INITFLAG", `there is no PCR structure ${initFlags}`);
    }
    this.context = context;
    this.structType = initFlags !== TSS_PCRS_STRUCT_DEFAULT
      ? initFlags
      : context.defaultKey12
      ? TSS_PCRS_STRUCT_INFO_LONG
      : TSS_PCRS_STRUCT_INFO;
  }

  /** The selected PCRs, rising: those at release, or at creation. */
  selected(direction: number = TSS_PCRS_DIRECTION_RELEASE): number[] {
    const set = direction === TSS_PCRS_DIRECTION_CREATION ? this.#creation : this.#release;
    return [...set].sort((a, b) => a - b);
  }

  /**
   * `Tspi_PcrComposite_SelectPcrIndex`: selects a PCR, 0 to 23. Throws TSS_E_BAD_PARAMETER for
   * another, TSS_E_INVALID_OBJ_ACCESS unless the object is a TSS_PCRS_STRUCT_INFO.
   */
  selectPcrIndex(pcrIndex: number): void {
    this.#requireType([TSS_PCRS_STRUCT_INFO]);
    this.#select(pcrIndex, this.#release);
  }

  /**
   * `Tspi_PcrComposite_SelectPcrIndexEx`: selects a PCR, 0 to 23, for what it is at creation or
   * must be at release (TSS_PCRS_DIRECTION_*). Throws TSS_E_BAD_PARAMETER for another PCR or
   * direction, TSS_E_INVALID_OBJ_ACCESS for a TSS_PCRS_STRUCT_INFO.
   */
  selectPcrIndexEx(pcrIndex: number, direction: number): void {
    this.#requireType([TSS_PCRS_STRUCT_INFO_LONG, TSS_PCRS_STRUCT_INFO_SHORT]);
    const release = direction === TSS_PCRS_DIRECTION_RELEASE;
    const creation = direction === TSS_PCRS_DIRECTION_CREATION &&
      this.structType === TSS_PCRS_STRUCT_INFO_LONG;
    if (!release && !creation) {
      throw tspError("TSS_E_BAD_PARAMETER", `there is no direction ${direction}`);
    }
    this.#select(pcrIndex, release ? this.#release : this.#creation);
  }

  /**
   * `Tspi_PcrComposite_SetPcrValue`: the value, 20 bytes, that a PCR must have at release; selects
   * it. Throws TSS_E_BAD_PARAMETER for another PCR than 0 to 23 or another length.
   */
  setPcrValue(pcrIndex: number, pcrValue: Uint8Array): void {
    this.opened();
    if (pcrValue.length !== SHA1_SIZE) {
      throw tspError("TSS_E_BAD_PARAMETER", `a PCR has 20 bytes, ${pcrValue.length} given`);
    }
    this.#select(pcrIndex, this.#release);
    this.#values.set(pcrIndex, pcrValue.slice());
    this.#digest = null;
  }

  /**
   * `Tspi_PcrComposite_GetPcrValue`: the value of a PCR, as it was set or quoted. Throws
   * TSS_E_BAD_PARAMETER for a PCR that is not selected, TSS_E_INVALID_OBJ_ACCESS for one without
   * value.
   */
  getPcrValue(pcrIndex: number): Uint8Array {
    this.opened();
    if (!this.#release.has(pcrIndex)) {
      throw tspError("TSS_E_BAD_PARAMETER", `PCR ${pcrIndex} is not selected`);
    }
    const value = this.#values.get(pcrIndex);
    if (value !== undefined) return value.slice();
    throw tspError("TSS_E_INVALID_OBJ_ACCESS", `the value of PCR ${pcrIndex} was not set`);
  }

  /**
   * `Tspi_PcrComposite_SetPcrLocality`: the localities of the release, TPM_LOC_* bits. Throws
   * TSS_E_BAD_PARAMETER for none or unknown ones, TSS_E_INVALID_OBJ_ACCESS for a
   * TSS_PCRS_STRUCT_INFO.
   */
  setPcrLocality(localityValue: number): void {
    this.#requireType([TSS_PCRS_STRUCT_INFO_LONG, TSS_PCRS_STRUCT_INFO_SHORT]);
    if (localityValue === 0 || (localityValue & ~TPM_LOC_ALL) !== 0) {
      throw tspError("TSS_E_BAD_PARAMETER", `there are no localities ${localityValue}`);
    }
    this.#locality = localityValue;
  }

  /**
   * `Tspi_PcrComposite_GetPcrLocality`: the localities of the release, TPM_LOC_* bits. Throws
   * TSS_E_INVALID_OBJ_ACCESS for a TSS_PCRS_STRUCT_INFO.
   */
  getPcrLocality(): number {
    this.#requireType([TSS_PCRS_STRUCT_INFO_LONG, TSS_PCRS_STRUCT_INFO_SHORT]);
    return this.#locality;
  }

  /**
   * `Tspi_PcrComposite_GetCompositeHash`: the digest of the selected PCRs' values at release, 20
   * bytes. Throws TSS_E_NO_PCRS_SET when none is selected, TSS_E_INVALID_OBJ_ACCESS when a value
   * is missing.
   */
  getCompositeHash(): Uint8Array {
    this.opened();
    if (this.#release.size === 0) throw tspError("TSS_E_NO_PCRS_SET");
    return this.#digest?.slice() ?? sha1(encode(TPM_PCR_COMPOSITE, this.composite));
  }

  /** The selected PCRs with their values. */
  get composite(): TpmPcrComposite {
    const indices = this.selected();
    return {
      select: this.releaseSelection,
      pcrValue: indices.map((index) => this.getPcrValue(index)),
    };
  }

  /** The PCRs selected for release. */
  get releaseSelection(): TpmPcrSelection {
    return { pcrSelect: pcrSelect(this.#release) };
  }

  /** Takes values that the TPM told. */
  adoptValues({ select, pcrValue }: TpmPcrComposite): void {
    this.#digest = null;
    selectedPcrs(select.pcrSelect).forEach((index, i) => {
      this.#release.add(index);
      this.#values.set(index, pcrValue[i]!.slice());
    });
  }

  /** Takes localities and digest that the TPM told. */
  adoptInfoShort({ localityAtRelease, digestAtRelease }: TpmPcrInfoShort): void {
    this.#locality = localityAtRelease;
    this.#digest = digestAtRelease.slice();
  }

  /** As TPM_PCR_INFO, whatever the object's own structure. */
  toPcrInfo(): TpmPcrInfo {
    return {
      pcrSelection: this.releaseSelection,
      digestAtRelease: this.#releaseDigest(),
      digestAtCreation: new Uint8Array(SHA1_SIZE),
    };
  }

  /** As TPM_PCR_INFO_LONG. A TPM_PCR_INFO selects the same PCRs at creation. */
  toPcrInfoLong(): TpmPcrInfoLong {
    const creation = this.structType === TSS_PCRS_STRUCT_INFO ? this.#release : this.#creation;
    return {
      tag: TPM_TAG_PCR_INFO_LONG,
      localityAtCreation: TPM_LOC_ZERO,
      localityAtRelease: this.#locality,
      creationPCRSelection: { pcrSelect: pcrSelect(creation) },
      releasePCRSelection: this.releaseSelection,
      digestAtCreation: new Uint8Array(SHA1_SIZE),
      digestAtRelease: this.#releaseDigest(),
    };
  }

  /** As TPM_PCR_INFO_SHORT. */
  toPcrInfoShort(): TpmPcrInfoShort {
    return {
      pcrSelection: this.releaseSelection,
      localityAtRelease: this.#locality,
      digestAtRelease: this.#releaseDigest(),
    };
  }

  /** The composite of no PCRs is all zero. */
  #releaseDigest(): Uint8Array {
    return this.#release.size === 0 ? new Uint8Array(SHA1_SIZE) : this.getCompositeHash();
  }

  #select(pcrIndex: number, set: Set<number>): void {
    if (!Number.isInteger(pcrIndex) || pcrIndex < 0 || pcrIndex >= PCR_COUNT) {
      throw tspError("TSS_E_BAD_PARAMETER", `there is no PCR ${pcrIndex}`);
    }
    set.add(pcrIndex);
  }

  #requireType(types: readonly number[]): void {
    if (this.opened() && types.includes(this.structType)) return;
    throw tspError("TSS_E_INVALID_OBJ_ACCESS", "this structure of PCRs does not have it");
  }
}
