import { decode, encode } from "../codec/mod.ts";
import { rsaOaepEncrypt, type RsaPublicKey, sha1, SHA1_SIZE } from "../crypto/mod.ts";
import { TPM_KH_SRK, TPM_PT_ASYM } from "../tpm12/constants/mod.ts";
import {
  TPM_KEY_ANY,
  TPM_PCR_INFO,
  TPM_PCR_INFO_LONG,
  TPM_PUBKEY,
  TPM_STORE_ASYMKEY,
} from "../tpm12/structures/mod.ts";
import type { NewSecret } from "./authorizer.ts";
import type { Key } from "./key.ts";
import { decoded, KeyBase } from "./key_base.ts";
import type { PcrComposite } from "./pcr_composite.ts";
import { tspError } from "./tsp_error.ts";
import {
  challengeOf,
  requireSignature,
  type TssValidation,
  type ValidationOptions,
} from "./validation.ts";

/** Making, loading and certifying keys. */
export abstract class KeyUse extends KeyBase {
  /**
   * `Tspi_Key_CreateKey`: has the TPM make the key that the object describes, under a loaded
   * storage key, bound to the PCRs of a composite. The secrets of the usage policy (when the key
   * takes authorisation) and of the migration policy (when it is migratable) become the key's. A
   * certified migratable key takes its authorities and the owner's approval of them instead, which
   * `tpm.cmkApproveMA()` gives. The key is not loaded then.
   *
   * Throws TSS_E_KEY_NOT_LOADED when the wrapping key is not loaded,
   * TSS_E_KEY_NO_MIGRATION_POLICY for a migratable key without migration policy,
   * TSS_E_INVALID_OBJ_ACCESS when this key is loaded; for a certified migratable key
   * TSS_E_BAD_PARAMETER without approval, TPM_MA_AUTHORITY when it is of other authorities.
   */
  async createKey(wrappingKey: Key, pcrComposite: PcrComposite | null = null): Promise<void> {
    this.requireUnloaded();
    this.bindToPcrs(pcrComposite);
    const request = { parentHandle: wrappingKey.tcsHandle, keyInfo: this.blob };
    const auth = [wrappingKey.boundAuthorizer()];
    const dataUsageAuth = this.newUsageSecret();
    if (this.isCertifiedMigratable) {
      const { wrappedKey } = await this.context.execute("TPM_CMK_CreateKey", {
        request: { ...request, ...this.#authorities() },
        auth,
        secrets: { dataUsageAuth },
      });
      this.adoptBlob(wrappedKey);
      return;
    }
    const { wrappedKey } = await this.context.execute("TPM_CreateWrapKey", {
      request,
      auth,
      secrets: { dataUsageAuth, dataMigrationAuth: this.#newMigrationSecret() },
    });
    this.adoptBlob(wrappedKey);
  }

  /**
   * `Tspi_Key_WrapKey`: wraps a key that was made outside, of which modulus and private part (one
   * prime) have been set, for a storage key; no TPM takes part, but to tell the public part of a
   * loaded storage key that the object does not know. The key must be migratable.
   *
   * Throws TSS_E_KEY_NOT_SET when either key lacks a part, TSS_E_KEY_NO_MIGRATION_POLICY without
   * migration policy, TSS_E_BAD_PARAMETER when the key is not migratable.
   */
  async wrapKey(wrappingKey: Key, pcrComposite: PcrComposite | null = null): Promise<void> {
    this.requireUnloaded();
    if (this.tpmPubkey && this.fields.encData.length === 0) throw tspError("TSS_E_KEY_NOT_SET");
    if (!this.isMigratable || this.isCertifiedMigratable) {
      throw tspError("TSS_E_BAD_PARAMETER", "only a TPM can wrap a key that is not migratable");
    }
    const publicKey = await publicKeyOf(wrappingKey);
    this.bindToPcrs(pcrComposite);
    const { random } = this.context;
    const usageAuth = await secretOf(this.newUsageSecret());
    const migrationAuth = await secretOf(this.#newMigrationSecret());
    const sensitive = encode(TPM_STORE_ASYMKEY, {
      payload: TPM_PT_ASYM,
      usageAuth,
      migrationAuth,
      pubDataDigest: pubDataDigest(this.fields),
      privKey: { key: this.fields.encData },
    });
    try {
      this.change({ encData: rsaOaepEncrypt(publicKey, sensitive, { random }) });
    } finally {
      for (const secret of [usageAuth, migrationAuth, sensitive]) secret.fill(0);
    }
  }

  /**
   * `Tspi_Key_LoadKey`: loads the key under the loaded key that it was made under; one that is
   * loaded is unloaded first. Throws TSS_E_KEY_NOT_LOADED when the other is not loaded,
   * TPM_AUTHFAIL when its secret is wrong.
   */
  async loadKey(unwrappingKey: Key): Promise<void> {
    const parentHandle = unwrappingKey.tcsHandle;
    if (this.opened().isLoaded) await this.unloadKey();
    const { inkeyHandle } = await this.context.execute("TPM_LoadKey2", {
      request: { parentHandle, inKey: this.blob },
      auth: [unwrappingKey.usageAuthorizer()],
    });
    this.adoptHandle(inkeyHandle);
  }

  /** `Tspi_Key_UnloadKey`: takes the key out of the TPM. Throws TSS_E_KEY_NOT_LOADED. */
  async unloadKey(): Promise<void> {
    const hKey = this.tcsHandle;
    try {
      if (hKey !== TPM_KH_SRK) await this.context.evictKey(hKey);
    } finally {
      this.adoptHandle(null);
    }
  }

  /**
   * `Tspi_Key_GetPubKey`: the encoded TPM_PUBKEY of a loaded key, from the TPM. Throws
   * TSS_E_KEY_NOT_LOADED; TPM_INVALID_KEYHANDLE for the SRK unless the TPM lets it be read.
   */
  async getPubKey(): Promise<Uint8Array> {
    const { pubKey } = await this.context.execute("TPM_GetPubKey", {
      request: { keyHandle: this.tcsHandle },
      auth: [this.usageAuthorizer({ readsPublic: true })],
    });
    this.adoptPublicPart(decoded(() => decode(TPM_PUBKEY, pubKey)));
    return pubKey;
  }

  /**
   * `Tspi_Key_CertifyKey`: a loaded signing or identity key signs what this loaded key is: a
   * TPM_CERTIFY_INFO or TPM_CERTIFY_INFO2. Throws TSS_E_KEY_NOT_LOADED, and
   * TSS_E_VERIFICATION_FAILED when no challenge is given and the signature is wrong.
   */
  async certifyKey(
    certifyingKey: Key,
    options: ValidationOptions = {},
  ): Promise<TssValidation> {
    const { context } = this;
    const { nonce, verifies } = challengeOf(options, context.random);
    const certifier = certifyingKey.usageAuthorizer();
    const certified = this.usageAuthorizer({ readsPublic: true });
    const handles = { certHandle: certifyingKey.tcsHandle, keyHandle: this.tcsHandle };
    // A single session of TPM_CertifyKey is the certified key's, one of TPM_CertifyKey2 the other's.
    const second = this.isCertifiedMigratable || certifier !== null && certified === null;
    const { certifyInfo, outData } = second
      ? await context.execute("TPM_CertifyKey2", {
        request: {
          ...handles,
          antiReplay: nonce,
          migrationPubDigest: this.migrationAuthorityDigest ?? new Uint8Array(SHA1_SIZE),
        },
        auth: [certified, certifier],
      })
      : await context.execute("TPM_CertifyKey", {
        request: { ...handles, antiReplay: nonce },
        auth: [certifier, certified],
      });
    const validation = { externalData: nonce, data: certifyInfo, validationData: outData };
    if (verifies) requireSignature(validation, await publicKeyOf(certifyingKey));
    return validation;
  }

  /** Binds a key to be made to the PCRs of a composite; `null` leaves it as it is. */
  bindToPcrs(pcrComposite: PcrComposite | null): void {
    if (pcrComposite === null) return;
    const PCRInfo = "tag" in this.fields
      ? encode(TPM_PCR_INFO_LONG, pcrComposite.toPcrInfoLong())
      : encode(TPM_PCR_INFO, pcrComposite.toPcrInfo());
    this.change({ PCRInfo });
  }

  /** The secret that the key gets. */
  newUsageSecret(): NewSecret {
    return { policy: this.secretPolicy, object: this };
  }

  /** Evicts the key. */
  protected override async releaseResources(): Promise<void> {
    const hKey = this.handle;
    this.adoptHandle(null);
    if (hKey === null || hKey === TPM_KH_SRK || !this.context.isConnected) return;
    await this.context.evictKey(hKey);
  }

  #newMigrationSecret(): NewSecret {
    if (!this.isMigratable) return { policy: null, object: this };
    const policy = this.migrationPolicy;
    if (policy === undefined) throw tspError("TSS_E_KEY_NO_MIGRATION_POLICY");
    return { policy, object: this };
  }

  #authorities() {
    const { migrationAuthorityApproval, migrationAuthorityDigest } = this;
    if (migrationAuthorityApproval === null || migrationAuthorityDigest === null) {
      throw tspError("TSS_E_BAD_PARAMETER", "the key's migration authorities have not been set");
    }
    return { migrationAuthorityApproval, migrationAuthorityDigest };
  }
}

/** The RSA key of a key object; asks the TPM for it when the object does not know. */
export async function publicKeyOf(key: Key): Promise<RsaPublicKey> {
  const { key: modulus } = key.fields.pubKey;
  const known = modulus.some((byte) => byte !== 0);
  if (!known && key.isLoaded) await key.getPubKey();
  return key.publicKey;
}

/** SHA-1 of the key without its private part. */
function pubDataDigest(key: KeyBase["fields"]): Uint8Array {
  const whole = encode(TPM_KEY_ANY, { ...key, encData: new Uint8Array(0) });
  // Less the UINT32 length of the private part that is not there.
  return sha1(whole.subarray(0, whole.length - 4));
}

async function secretOf({ policy }: NewSecret): Promise<Uint8Array> {
  return await policy?.getSecret({ confirm: true }) ?? new Uint8Array(SHA1_SIZE);
}
