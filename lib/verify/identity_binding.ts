import { encode } from "../codec/mod.ts";
import { type RsaPublicKey, sha1 } from "../crypto/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_IDENTITY_CONTENTS,
  TPM_PUBKEY,
  type TpmPubkey,
} from "../tpm12/structures/mod.ts";
import { checkBytes, checkSignature } from "./checks.ts";

/** The binding of an identity key to its label and privacy CA. */
export interface IdentityEvidence {
  /** The identity key. */
  readonly identityPubKey: TpmPubkey;
  /** The same key, ready for verification; its modulus must be that of `identityPubKey`. */
  readonly publicKey: RsaPublicKey;
  /** The signature TPM_MakeIdentity answers: identityBinding. */
  readonly signature: Uint8Array;
  /** What the identity is bound to; see {@linkcode labelPrivCADigest}. */
  readonly labelPrivCADigest: Uint8Array;
}

const WHAT = "identity binding";
/** The ordinal that TPM_IDENTITY_CONTENTS names: TPM_MakeIdentity. */
const ORDINAL_MAKE_IDENTITY = 0x79;

/** TPM_CHOSENID_HASH of a label, byte for byte as given to the TPM, and the CA's public key. */
export function labelPrivCADigest(label: Uint8Array, caPubKey: TpmPubkey): Uint8Array {
  return sha1(label, encode(TPM_PUBKEY, caPubKey));
}

/** The bytes a new identity signs: TPM_IDENTITY_CONTENTS (Part 2, 12.5). */
export function identityContents(
  identityPubKey: TpmPubkey,
  labelPrivCADigest: Uint8Array,
): Uint8Array {
  return encode(TPM_IDENTITY_CONTENTS, {
    ver: STRUCT_VER_1_1,
    ordinal: ORDINAL_MAKE_IDENTITY,
    labelPrivCADigest,
    identityPubKey,
  });
}

/**
 * Verifies, for a privacy CA, that an identity key was made for this label and CA, by its own
 * signature. Throws `VerifyError` when it was not, or when the two forms of the key differ; a
 * `TypeError` when the digest has not 20 bytes.
 */
export function verifyIdentityBinding(evidence: IdentityEvidence): void {
  const { identityPubKey, publicKey, labelPrivCADigest } = evidence;
  if (labelPrivCADigest.length !== 20) {
    throw new TypeError(`Cannot verify ${WHAT}: labelPrivCADigest takes 20 bytes`);
  }
  checkBytes(identityPubKey.pubKey.key, {
    expected: publicKey.modulus,
    field: "identityPubKey.pubKey",
    evidence: WHAT,
  });
  const contents = identityContents(identityPubKey, labelPrivCADigest);
  checkSignature(contents, { ...evidence, evidence: WHAT });
}
