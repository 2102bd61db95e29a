import { CodecError, decode, encode } from "../codec/mod.ts";
import type { RsaPublicKey } from "../crypto/mod.ts";
import { publicKeyFromTpm } from "../formats/mod.ts";
import {
  TPM_AUTH_NEVER,
  TPM_ET_KEYHANDLE,
  TPM_ET_SRK,
  TPM_KH_SRK,
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_NO_READ_PUBKEY_AUTH,
} from "../tpm12/constants/mod.ts";
import {
  TPM_KEY_ANY,
  TPM_PCR_INFO_ANY,
  TPM_PUBKEY,
  TPM_RSA_KEY_PARMS,
  type TpmPcrInfo,
  type TpmPcrInfoLong,
  type TpmPubkey,
} from "../tpm12/structures/mod.ts";
import type { Attribute } from "./attributes.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Context } from "./context.ts";
import { TSS_KEY_AUTHORIZATION, TSS_KEY_TSP_SRK } from "./constants/keys.ts";
import { TSS_OBJECT_TYPE_RSAKEY } from "./constants/object_types.ts";
import { TSS_POLICY_MIGRATION, TSS_POLICY_USAGE } from "./constants/policy.ts";
import { KEY_ATTRIBUTES } from "./key_attributes.ts";
import { type AnyTpmKey, keyTemplate, rsaParms } from "./key_template.ts";
import type { Policy } from "./policy.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";

/** What a key object holds: the key as the TPM's structure, its handle, its name in storage. */
export abstract class KeyBase extends TspObject {
  /** TSS_OBJECT_TYPE_RSAKEY. */
  override readonly objectType: number = TSS_OBJECT_TYPE_RSAKEY;
  /** The context it belongs to. */
  override readonly context: Context;
  /** Its name in persistent storage; `null` when it is not registered. */
  uuid: string | null = null;
  /** Where it is registered: TSS_PS_TYPE_*; 0 when it is not. */
  storageType = 0;
  /** Approval of the migration authorities of a key to be made, 20 bytes; `null` for none. */
  migrationAuthorityApproval: Uint8Array | null = null;
  /** Digest of the migration authorities of a key to be made, 20 bytes; `null` for none. */
  migrationAuthorityDigest: Uint8Array | null = null;
  #key: AnyTpmKey;
  #tcsHandle: number | null = null;

  /** Made by `context.createRsaKey()`. */
  constructor(context: Context, initFlags: number) {
    super();
    this.context = context;
    this.#key = keyTemplate(initFlags, { key12: context.defaultKey12 });
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<KeyBase>[] {
    return KEY_ATTRIBUTES;
  }

  /** Usage and migration policies. */
  protected override get policyTypes(): readonly number[] {
    return [TSS_POLICY_USAGE, TSS_POLICY_MIGRATION];
  }

  /** A copy of the key as it is now: TPM_KEY or TPM_KEY12. */
  get tpmKey(): AnyTpmKey {
    return structuredClone(this.#key);
  }

  /** Fields of the key, to look at. */
  get fields(): Readonly<AnyTpmKey> {
    return this.#key;
  }

  /** The key's encoded TPM_KEY or TPM_KEY12. */
  get blob(): Uint8Array {
    return encode(TPM_KEY_ANY, this.#key);
  }

  /** Takes a whole key. Throws TSS_E_BAD_PARAMETER for bytes that are none. */
  set blob(blob: Uint8Array) {
    this.requireUnloaded();
    this.#key = decoded(() => decode(TPM_KEY_ANY, blob.slice()));
  }

  /** The public part as TPM_PUBKEY; throws TSS_E_KEY_NOT_SET when it is not known. */
  get tpmPubkey(): TpmPubkey {
    const { algorithmParms, pubKey } = this.#key;
    if (pubKey.key.length === 0 || pubKey.key.every((byte) => byte === 0)) {
      throw tspError("TSS_E_KEY_NOT_SET");
    }
    return { algorithmParms, pubKey };
  }

  /** The encoded TPM_PUBKEY; throws TSS_E_KEY_NOT_SET when it is not known. */
  get publicBlob(): Uint8Array {
    return encode(TPM_PUBKEY, this.tpmPubkey);
  }

  /** Takes a public part. Throws TSS_E_BAD_PARAMETER for bytes that are no TPM_PUBKEY. */
  set publicBlob(blob: Uint8Array) {
    const { algorithmParms, pubKey } = decoded(() => decode(TPM_PUBKEY, blob.slice()));
    this.change({ algorithmParms, pubKey });
  }

  /** The RSA key, to verify and encrypt with; throws TSS_E_KEY_NOT_SET when it is not known. */
  get publicKey(): RsaPublicKey {
    return decoded(() => publicKeyFromTpm(this.tpmPubkey));
  }

  /** Bits of the modulus. */
  get size(): number {
    return decode(TPM_RSA_KEY_PARMS, this.#key.algorithmParms.parms).keyLength;
  }

  /** Sets the bits of the modulus of a key to be made. */
  set size(keyLength: number) {
    const { algorithmParms } = this.#key;
    const { exponent } = decode(TPM_RSA_KEY_PARMS, algorithmParms.parms);
    this.change({ algorithmParms: { ...algorithmParms, parms: rsaParms(keyLength, exponent) } });
  }

  /** The PCRs the key is bound to; `null` for none. */
  get pcrInfo(): TpmPcrInfo | TpmPcrInfoLong | null {
    const { PCRInfo } = this.#key;
    return PCRInfo.length === 0 ? null : decode(TPM_PCR_INFO_ANY, PCRInfo);
  }

  /** Whether the key may leave its TPM. */
  get isMigratable(): boolean {
    return (this.#key.keyFlags & TPM_MIGRATABLE) !== 0;
  }

  /** Whether migration authorities control its migration. */
  get isCertifiedMigratable(): boolean {
    return (this.#key.keyFlags & TPM_MIGRATEAUTHORITY) !== 0;
  }

  /** Whether the key is loaded. */
  get isLoaded(): boolean {
    return this.#tcsHandle !== null;
  }

  /** The core services' handle; `null` when the key is not loaded. */
  protected get handle(): number | null {
    return this.#tcsHandle;
  }

  /** The core services' handle; throws TSS_E_KEY_NOT_LOADED. */
  get tcsHandle(): number {
    this.opened();
    if (this.#tcsHandle === null) throw tspError("TSS_E_KEY_NOT_LOADED");
    return this.#tcsHandle;
  }

  /** Takes the handle of the loaded key, or `null` when it is loaded no longer. */
  adoptHandle(tcsHandle: number | null): void {
    this.#tcsHandle = tcsHandle;
  }

  /** Changes fields of a key that is not loaded; throws TSS_E_INVALID_OBJ_ACCESS. */
  change(fields: Partial<AnyTpmKey>): void {
    this.requireUnloaded();
    this.#key = { ...this.#key, ...fields } as AnyTpmKey;
  }

  /** Takes what the TPM made of the key: TPM_KEY or TPM_KEY12. */
  adoptBlob(blob: Uint8Array): void {
    this.#key = decoded(() => decode(TPM_KEY_ANY, blob.slice()));
  }

  /** Takes the private part that the TPM encrypted anew. */
  adoptEncData(encData: Uint8Array): void {
    this.#key = { ...this.#key, encData: encData.slice() };
  }

  /** Takes a public part that the TPM told of a loaded key. */
  adoptPublicPart({ algorithmParms, pubKey }: TpmPubkey): void {
    this.#key = { ...this.#key, algorithmParms, pubKey };
  }

  /** Who authorises the key's use; `null` when it takes no authorisation. */
  usageAuthorizer({ readsPublic = false }: {
    /** Only the public part is read. */
    readonly readsPublic?: boolean;
  } = {}): Authorizer | null {
    const { authDataUsage } = this.#key;
    if (authDataUsage === TPM_AUTH_NEVER) return null;
    if (readsPublic && authDataUsage === TPM_NO_READ_PUBKEY_AUTH) return null;
    return this.boundAuthorizer();
  }

  /** Who authorises the key's use, for a command that takes no key without authorisation. */
  boundAuthorizer(): Authorizer {
    const entityValue = this.tcsHandle;
    const entityType = entityValue === TPM_KH_SRK ? TPM_ET_SRK : TPM_ET_KEYHANDLE;
    const policy = this.secretPolicy ?? this.context.zeroPolicy;
    return { object: this, policy, entityType, entityValue };
  }

  /**
   * The policy with the key's secret; `null` for zeros. A key that takes no authorisation has a
   * secret, too, which commands with a shared secret prove: its policy's, if that knows one.
   */
  get secretPolicy(): Policy | null {
    const policy = this.usagePolicy;
    const asked = this.#key.authDataUsage !== TPM_AUTH_NEVER || policy.hasSecret;
    return asked ? policy : null;
  }

  /** Throws TSS_E_INVALID_OBJ_ACCESS when the key is loaded. */
  protected requireUnloaded(): void {
    this.opened();
    if (!this.isLoaded) return;
    throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the key is loaded");
  }
}

/** The flags of a key object for an SRK whose secret has to be proved. */
export const SRK_INIT_FLAGS: number = TSS_KEY_TSP_SRK | TSS_KEY_AUTHORIZATION;

/** Runs a decoder on what the caller gave; throws TSS_E_BAD_PARAMETER when it cannot be read. */
export function decoded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw tspError("TSS_E_BAD_PARAMETER", error.message);
  }
}
