import { encode } from "../codec/mod.ts";
import { equalBytes, sha1, SHA1_SIZE } from "../crypto/mod.ts";
import { TPM_ES_RSAESOAEP_SHA1_MGF1, TPM_KH_EK, TPM_KH_SRK } from "../tpm12/constants/mod.ts";
import { TPM_KEY_PARMS } from "../tpm12/structures/mod.ts";
import { TSS_KEY_SIZE_2048, TSS_KEY_TYPE_LEGACY } from "./constants/keys.ts";
import type { Key } from "./key.ts";
import { TpmBase } from "./tpm_base.ts";
import { tspError } from "./tsp_error.ts";
import {
  type Challenge,
  challengeOf,
  type TssValidation,
  type ValidationOptions,
} from "./validation.ts";

/** What {@linkcode TpmEndorsement.createRevocableEndorsementKey} may take besides. */
export interface RevocableKeyOptions extends ValidationOptions {
  /** The 20 bytes that revoke the key; the TPM draws them when they are left out. */
  readonly ekResetData?: Uint8Array;
}

/** What {@linkcode TpmEndorsement.getPubEndorsementKey} may take besides. */
export interface PubEndorsementKeyOptions extends ValidationOptions {
  /** As the owner, who may when nobody else may. */
  readonly ownerAuthorized?: boolean;
}

/** The endorsement key. */
export abstract class TpmEndorsement extends TpmBase {
  /**
   * `Tspi_TPM_CreateEndorsementKey`: makes the endorsement key that a key object describes; its
   * public part is set in the object. Throws TPM_DISABLED_CMD when there is one,
   * TSS_E_EK_CHECKSUM when no challenge is given and the checksum is wrong.
   */
  async createEndorsementKey(key: Key, options: ValidationOptions = {}): Promise<TssValidation> {
    const challenge = challengeOf(options, this.context.random);
    const answer = await this.context.execute("TPM_CreateEndorsementKeyPair", {
      request: { antiReplay: challenge.nonce, keyInfo: keyInfo(key) },
    });
    key.publicBlob = answer.pubEndorsementKey;
    return checked(challenge, answer);
  }

  /**
   * `Tspi_TPM_CreateRevocableEndorsementKey`: makes an endorsement key that can be taken away
   * again. Gives the 20 bytes that do it. Throws as {@linkcode createEndorsementKey}.
   */
  async createRevocableEndorsementKey(
    key: Key,
    options: RevocableKeyOptions = {},
  ): Promise<{ readonly validation: TssValidation; readonly ekResetData: Uint8Array }> {
    const { ekResetData } = options;
    if (ekResetData !== undefined && ekResetData.length !== SHA1_SIZE) {
      throw tspError("TSS_E_BAD_PARAMETER", `20 bytes revoke, ${ekResetData.length} given`);
    }
    const challenge = challengeOf(options, this.context.random);
    const answer = await this.context.execute("TPM_CreateRevocableEK", {
      request: {
        antiReplay: challenge.nonce,
        keyInfo: keyInfo(key),
        generateReset: ekResetData === undefined,
        inputEKreset: ekResetData ?? new Uint8Array(SHA1_SIZE),
      },
    });
    key.publicBlob = answer.pubEndorsementKey;
    return { validation: checked(challenge, answer), ekResetData: answer.outputEKreset };
  }

  /**
   * `Tspi_TPM_RevokeEndorsementKey`: takes the endorsement key away, and the owner with it, by
   * physical presence and the 20 bytes that came with the key. Throws TPM_PERMANENTEK for a key
   * that cannot be revoked, TPM_AUTHFAIL for other bytes, TPM_BAD_PRESENCE.
   */
  async revokeEndorsementKey(ekResetData: Uint8Array): Promise<void> {
    if (ekResetData.length !== SHA1_SIZE) {
      throw tspError("TSS_E_BAD_PARAMETER", `20 bytes revoke, ${ekResetData.length} given`);
    }
    await this.context.execute("TPM_RevokeTrust", { request: { EKReset: ekResetData } });
    this.context.forgetKeys();
  }

  /**
   * `Tspi_TPM_GetPubEndorsementKey`: the public endorsement key as a key object. Read by anybody it
   * comes with a checksum over it and a challenge; read by the owner without.
   *
   * Throws TPM_NO_ENDORSEMENT when there is none, TPM_DISABLED_CMD when only the owner may read
   * it, TSS_E_EK_CHECKSUM when no challenge is given and the checksum is wrong.
   */
  async getPubEndorsementKey(options: PubEndorsementKeyOptions = {}): Promise<{
    readonly endorsementPubKey: Key;
    readonly validation: TssValidation | null;
  }> {
    const { context } = this;
    const endorsementPubKey = context.createRsaKey(TSS_KEY_TYPE_LEGACY | TSS_KEY_SIZE_2048);
    if (options.ownerAuthorized) {
      endorsementPubKey.publicBlob = await this.#ownerReadInternalPub(TPM_KH_EK);
      return { endorsementPubKey, validation: null };
    }
    const challenge = challengeOf(options, context.random);
    const answer = await context.execute("TPM_ReadPubek", {
      request: { antiReplay: challenge.nonce },
    });
    endorsementPubKey.publicBlob = answer.pubEndorsementKey;
    const { modulus } = endorsementPubKey.publicKey;
    return { endorsementPubKey, validation: checked(challenge, answer, modulus) };
  }

  /**
   * `Tspi_TPM_OwnerGetSRKPubKey`: the encoded TPM_PUBKEY of the storage root key, as the owner.
   * Throws TPM_AUTHFAIL.
   */
  ownerGetSRKPubKey(): Promise<Uint8Array> {
    return this.#ownerReadInternalPub(TPM_KH_SRK);
  }

  async #ownerReadInternalPub(keyHandle: number): Promise<Uint8Array> {
    const { publicPortion } = await this.context.execute("TPM_OwnerReadInternalPub", {
      request: { keyHandle },
      auth: [this.ownerAuthorizer()],
    });
    return publicPortion;
  }
}

/** An endorsement key decrypts with OAEP, whatever the object says. */
function keyInfo(key: Key): Uint8Array {
  const { algorithmParms } = key.fields;
  return encode(TPM_KEY_PARMS, { ...algorithmParms, encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1 });
}

/** The checksum is SHA1(TPM_PUBKEY ‖ nonce), in some old chips SHA1(modulus ‖ nonce). */
function checked(
  { nonce, verifies }: Challenge,
  { pubEndorsementKey, checksum }: {
    readonly pubEndorsementKey: Uint8Array;
    readonly checksum: Uint8Array;
  },
  modulus?: Uint8Array,
): TssValidation {
  const data = Uint8Array.of(...pubEndorsementKey, ...nonce);
  const genuine = equalBytes(sha1(data), checksum) ||
    modulus !== undefined && equalBytes(sha1(modulus, nonce), checksum);
  if (verifies && !genuine) throw tspError("TSS_E_EK_CHECKSUM");
  return { externalData: nonce, data, validationData: checksum };
}
