import { CodecError, decode } from "../codec/mod.ts";
import {
  TPM_DELEGATE_KEY_BLOB,
  TPM_DELEGATE_OWNER_BLOB,
  TPM_TAG_DELEGATE_OWNER_BLOB,
  TPM_TAG_DELG_KEY_BLOB,
  type TpmDelegatePublic,
} from "../tpm12/mod.ts";
import {
  TSS_DELEGATIONTYPE_KEY,
  TSS_DELEGATIONTYPE_NONE,
  TSS_DELEGATIONTYPE_OWNER,
} from "./constants/policy.ts";
import { tspError } from "./tsp_error.ts";

/**
 * The delegation of a policy: the blob that the TPM made, or the row of the TPM's table that holds
 * it; and what a delegation still to be made shall allow.
 */
export class PolicyDelegation {
  #type: number = TSS_DELEGATIONTYPE_NONE;
  #blob: Uint8Array | null = null;
  #index: number | null = null;
  /** TPM_DELEGATE_* or TPM_KEY_DELEGATE_* bits for a delegation to be made. */
  per1 = 0;
  /** 0. */
  per2 = 0;

  /** TSS_DELEGATIONTYPE_*. */
  get type(): number {
    return this.#type;
  }

  /** Sets the type, which takes blob and row away. Throws TSS_E_INVALID_ATTRIB_DATA. */
  set type(type: number) {
    if (type < TSS_DELEGATIONTYPE_NONE || type > TSS_DELEGATIONTYPE_KEY) {
      throw tspError("TSS_E_INVALID_ATTRIB_DATA", `there is no delegation type ${type}`);
    }
    this.#type = type;
    this.#blob = null;
    this.#index = null;
  }

  /** Whether sessions of the policy are DSAP sessions. */
  get isSet(): boolean {
    return this.#blob !== null || this.#index !== null;
  }

  /** Row of the TPM's table that holds the delegation; `null` when a blob does. */
  get index(): number | null {
    return this.#index;
  }

  /** Names a row of the TPM's table: a delegation of the owner. */
  set index(index: number | null) {
    this.#index = index;
    this.#blob = null;
    this.#type = index === null ? TSS_DELEGATIONTYPE_NONE : TSS_DELEGATIONTYPE_OWNER;
  }

  /** The delegation blob; throws TSS_E_INVALID_OBJ_ACCESS when there is none. */
  get blob(): Uint8Array {
    if (this.#blob !== null) return this.#blob;
    throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the policy holds no delegation blob");
  }

  /** Takes a blob, which says its type. Throws TSS_E_BAD_PARAMETER for bytes that are none. */
  set blob(blob: Uint8Array) {
    const type = typeOf(blob);
    publicOf(blob, type);
    this.#type = type;
    this.#blob = blob.slice();
    this.#index = null;
  }

  /** What the blob says; throws TSS_E_INVALID_OBJ_ACCESS when there is none. */
  get pub(): TpmDelegatePublic {
    return publicOf(this.blob, this.#type);
  }
}

function typeOf(blob: Uint8Array): number {
  const tag = blob.length < 2 ? 0 : blob[0]! << 8 | blob[1]!;
  if (tag === TPM_TAG_DELEGATE_OWNER_BLOB) return TSS_DELEGATIONTYPE_OWNER;
  if (tag === TPM_TAG_DELG_KEY_BLOB) return TSS_DELEGATIONTYPE_KEY;
  throw tspError("TSS_E_BAD_PARAMETER", "the bytes are no delegation blob");
}

function publicOf(blob: Uint8Array, type: number): TpmDelegatePublic {
  const codec = type === TSS_DELEGATIONTYPE_OWNER ? TPM_DELEGATE_OWNER_BLOB : TPM_DELEGATE_KEY_BLOB;
  try {
    return decode<{ pub: TpmDelegatePublic }>(codec as never, blob).pub;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw tspError("TSS_E_BAD_PARAMETER", error.message);
  }
}
