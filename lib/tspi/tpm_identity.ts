import { decode, encode } from "../codec/mod.ts";
import {
  type AttestationBlobs,
  caEncrypts,
  encryptIdentityProof,
  sessionDecrypt,
  sessionKeyParms,
} from "../formats/mod.ts";
import { TPM_ALG_3DES, TPM_ALG_AES128, TPM_ALG_DES } from "../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_IDENTITY_PROOF,
  TPM_IDENTITY_REQ,
  TPM_SYM_CA_ATTESTATION,
  TPM_SYMMETRIC_KEY,
  type TpmIdentityReq,
} from "../tpm12/structures/mod.ts";
import { labelPrivCADigest } from "../verify/mod.ts";
import type { CollateIdentity, CollateIdentityInput, TssCallback } from "./callbacks.ts";
import { TSS_ALG_3DES, TSS_ALG_AES, TSS_ALG_DES } from "./constants/algorithms.ts";
import type { Key } from "./key.ts";
import { decoded } from "./key_base.ts";
import { makeIdentity, type NewIdentity } from "./make_identity.ts";
import { TpmRecords } from "./tpm_records.ts";
import { tspError } from "./tsp_error.ts";

/** What {@linkcode TpmIdentity.collateIdentityRequest} makes a request of. */
export interface IdentityRequestOptions {
  /** Name of the identity, byte for byte as it is hashed; TrouSerS' programs write UTF-16LE. */
  readonly identityLabelData: Uint8Array;
  /** The identity key to be made, with the policy that has its secret. */
  readonly identityKey: Key;
  /** TSS_ALG_AES, TSS_ALG_3DES or TSS_ALG_DES: what the proof is encrypted with. */
  readonly algID: number;
}

/** The algorithms of a session key. */
const ALGORITHMS: Readonly<Record<number, number | undefined>> = {
  [TSS_ALG_AES]: TPM_ALG_AES128,
  [TSS_ALG_3DES]: TPM_ALG_3DES,
  [TSS_ALG_DES]: TPM_ALG_DES,
};

/** Making and activating identities. */
export abstract class TpmIdentity extends TpmRecords {
  /**
   * `Tspi_TPM_CollateIdentityRequest`: makes an identity key under the SRK, as the owner, bound to
   * a label and to a privacy CA's public key. Gives the request that goes to this CA, an encoded
   * TPM_IDENTITY_REQ: the key, what binds it and the platform's credentials, all encrypted. The
   * credentials are those set on the TPM object, or else those that the core services know; they
   * tell none in a transport session.
   *
   * Throws TSS_E_BAD_PARAMETER for another algorithm, TSS_E_KEY_NOT_SET when the CA's key is not
   * known, TSS_E_INVALID_ENCSCHEME when it has no scheme to encrypt with, TSS_E_KEY_NOT_LOADED,
   * TPM_AUTHFAIL and TPM_AUTH2FAIL when the secret of SRK or owner is wrong, TPM_INVALID_KEYUSAGE
   * unless the key is an identity, and what the callback throws.
   */
  async collateIdentityRequest(
    keySRK: Key,
    caPubKey: Key,
    { identityLabelData, identityKey, algID }: IdentityRequestOptions,
  ): Promise<Uint8Array> {
    const algorithm = ALGORITHMS[algID];
    if (algorithm === undefined) {
      throw tspError("TSS_E_BAD_PARAMETER", `0x${algID.toString(16)} is no cipher of a request`);
    }
    const ca = caPubKey.tpmPubkey;
    const { collateIdentity } = this.callbacks;
    if (collateIdentity === null && !caEncrypts(ca)) throw tspError("TSS_E_INVALID_ENCSCHEME");
    const identity = await makeIdentity(identityKey, {
      srk: keySRK,
      labelPrivCADigest: labelPrivCADigest(identityLabelData, ca),
    });
    const proof = this.#proof(identity, { identityLabelData, identityKey });
    const encrypted = collateIdentity === null
      ? encryptIdentityProof(proof, { caPubKey: ca, algId: algorithm, random: this.context.random })
      : await encryptByCallback(collateIdentity, { identityProof: proof, alg: algID });
    return encode(TPM_IDENTITY_REQ, {
      asymAlgorithm: ca.algorithmParms,
      symAlgorithm: sessionKeyParms(algorithm),
      ...encrypted,
    });
  }

  /**
   * `Tspi_TPM_ActivateIdentity`: has the TPM decrypt the session key that a privacy CA has sent for
   * a loaded identity key, as the owner, and gives the credential that it decrypts.
   *
   * Throws TSS_E_BAD_PARAMETER for a TPM_SYM_CA_ATTESTATION that cannot be read or decrypted,
   * TSS_E_KEY_NOT_LOADED, TPM_BAD_PARAMETER when it is for another identity, TPM_DECRYPT_ERROR when
   * it is for another TPM, TPM_AUTHFAIL and TPM_AUTH2FAIL when the secret of key or owner is wrong,
   * and what the callback throws.
   */
  async activateIdentity(
    identKey: Key,
    { asymCAContentsBlob, symCAAttestationBlob }: AttestationBlobs,
  ): Promise<Uint8Array> {
    const attestation = decoded(() => decode(TPM_SYM_CA_ATTESTATION, symCAAttestationBlob));
    const { symmetricKey } = await this.context.execute("TPM_ActivateIdentity", {
      request: { idKeyHandle: identKey.tcsHandle, blob: asymCAContentsBlob },
      auth: [identKey.usageAuthorizer(), this.ownerAuthorizer()],
    });
    try {
      const { activateIdentity } = this.callbacks;
      if (activateIdentity !== null) {
        const { callback, appData } = activateIdentity;
        const { credential } = attestation;
        return await callback({ appData, sessionKey: symmetricKey, credential });
      }
      return decoded(() =>
        sessionDecrypt(decode(TPM_SYMMETRIC_KEY, symmetricKey), attestation.credential)
      );
    } finally {
      symmetricKey.fill(0);
    }
  }

  /** The plain TPM_IDENTITY_PROOF. */
  #proof(
    identity: NewIdentity,
    { identityLabelData, identityKey }: Omit<IdentityRequestOptions, "algID">,
  ): Uint8Array {
    const { endorsement, platform, tpmConformance } = this.credentials;
    const given = (own: Uint8Array, other: Uint8Array) => own.length > 0 ? own : other;
    return encode(TPM_IDENTITY_PROOF, {
      ver: STRUCT_VER_1_1,
      identityKey: identityKey.tpmPubkey,
      labelArea: identityLabelData,
      identityBinding: identity.identityBinding,
      endorsementCredential: given(endorsement, identity.endorsementCredential),
      platformCredential: given(platform, identity.platformCredential),
      conformanceCredential: given(tpmConformance, identity.conformanceCredential),
    });
  }
}

async function encryptByCallback(
  { callback, appData }: TssCallback<CollateIdentity>,
  input: Omit<CollateIdentityInput, "appData">,
): Promise<Pick<TpmIdentityReq, "asymBlob" | "symBlob">> {
  const { sessionKey, identityProof } = await callback({ appData, ...input });
  return { asymBlob: sessionKey, symBlob: identityProof };
}
