import { type Codec, lengthsFirst, SIZED32, struct, tag, U16, U32 } from "../../codec/mod.ts";
import {
  TPM_TAG_EK_BLOB,
  TPM_TAG_EK_BLOB_ACTIVATE,
  TPM_TAG_EK_BLOB_AUTH,
} from "../constants/mod.ts";
import {
  TPM_CHOSENID_HASH,
  TPM_DIGEST,
  TPM_SECRET,
  TPM_STRUCT_VER,
  type TpmStructVer,
} from "./basics.ts";
import { TPM_KEY_PARMS, TPM_PUBKEY, type TpmKeyParms, type TpmPubkey } from "./keys.ts";
import { TPM_PCR_INFO_SHORT, type TpmPcrInfoShort } from "./pcr.ts";
import { TPM_SYMMETRIC_KEY, type TpmSymmetricKey } from "./storage.ts";

/** TPM_EK_BLOB: what is encrypted to the endorsement key (Part 2, 12.1). */
export interface TpmEkBlob {
  /** TPM_TAG_EK_BLOB. */
  tag: typeof TPM_TAG_EK_BLOB;
  /** TPM_EK_TYPE_*. */
  ekType: number;
  /** Encoded TPM_EK_BLOB_ACTIVATE or TPM_EK_BLOB_AUTH. */
  blob: Uint8Array;
}

/** Wire form of {@linkcode TpmEkBlob}. */
export const TPM_EK_BLOB: Codec<TpmEkBlob> = struct("TPM_EK_BLOB", {
  tag: tag(TPM_TAG_EK_BLOB),
  ekType: U16,
  blob: SIZED32,
});

/** TPM_EK_BLOB_ACTIVATE: the session key of a credential (Part 2, 12.2). */
export interface TpmEkBlobActivate {
  /** TPM_TAG_EK_BLOB_ACTIVATE. */
  tag: typeof TPM_TAG_EK_BLOB_ACTIVATE;
  /** Key of the encrypted credential. */
  sessionKey: TpmSymmetricKey;
  /** SHA-1 of the TPM_PUBKEY of the identity. */
  idDigest: Uint8Array;
  /** PCRs and localities at release. */
  pcrInfo: TpmPcrInfoShort;
}

/** Wire form of {@linkcode TpmEkBlobActivate}. */
export const TPM_EK_BLOB_ACTIVATE: Codec<TpmEkBlobActivate> = struct("TPM_EK_BLOB_ACTIVATE", {
  tag: tag(TPM_TAG_EK_BLOB_ACTIVATE),
  sessionKey: TPM_SYMMETRIC_KEY,
  idDigest: TPM_DIGEST,
  pcrInfo: TPM_PCR_INFO_SHORT,
});

/** TPM_EK_BLOB_AUTH: a secret on its way (Part 2, 12.3). */
export interface TpmEkBlobAuth {
  /** TPM_TAG_EK_BLOB_AUTH. */
  tag: typeof TPM_TAG_EK_BLOB_AUTH;
  /** The secret. */
  authValue: Uint8Array;
}

/** Wire form of {@linkcode TpmEkBlobAuth}. */
export const TPM_EK_BLOB_AUTH: Codec<TpmEkBlobAuth> = struct("TPM_EK_BLOB_AUTH", {
  tag: tag(TPM_TAG_EK_BLOB_AUTH),
  authValue: TPM_SECRET,
});

/** TPM_IDENTITY_CONTENTS: what a new identity signs (Part 2, 12.5). */
export interface TpmIdentityContents {
  /** 1.1. */
  ver: TpmStructVer;
  /** Ordinal of TPM_MakeIdentity. */
  ordinal: number;
  /** Digest of label and privacy CA. */
  labelPrivCADigest: Uint8Array;
  /** The identity. */
  identityPubKey: TpmPubkey;
}

/** Wire form of {@linkcode TpmIdentityContents}. */
export const TPM_IDENTITY_CONTENTS: Codec<TpmIdentityContents> = struct("TPM_IDENTITY_CONTENTS", {
  ver: TPM_STRUCT_VER,
  ordinal: U32,
  labelPrivCADigest: TPM_CHOSENID_HASH,
  identityPubKey: TPM_PUBKEY,
});

/** TPM_ASYM_CA_CONTENTS: the session key of a credential in the form of 1.1 (Part 2, 12.8). */
export interface TpmAsymCaContents {
  /** Key of the encrypted credential. */
  sessionKey: TpmSymmetricKey;
  /** SHA-1 of the TPM_PUBKEY of the identity. */
  idDigest: Uint8Array;
}

/** Wire form of {@linkcode TpmAsymCaContents}. */
export const TPM_ASYM_CA_CONTENTS: Codec<TpmAsymCaContents> = struct("TPM_ASYM_CA_CONTENTS", {
  sessionKey: TPM_SYMMETRIC_KEY,
  idDigest: TPM_DIGEST,
});

/** TPM_SYM_CA_ATTESTATION: a credential on its way from the privacy CA (Part 2, 12.9). */
export interface TpmSymCaAttestation {
  /** Algorithm of the encrypted credential. */
  algorithm: TpmKeyParms;
  /** The encrypted credential. */
  credential: Uint8Array;
}

/** Wire form of {@linkcode TpmSymCaAttestation}. */
export const TPM_SYM_CA_ATTESTATION: Codec<TpmSymCaAttestation> = lengthsFirst(
  "TPM_SYM_CA_ATTESTATION",
  { head: {}, body: { algorithm: TPM_KEY_PARMS }, areas: ["credential"] },
);

/** TPM_IDENTITY_REQ: what goes to the privacy CA (Part 2, 12.6). */
export interface TpmIdentityReq {
  /** Algorithm of asymBlob. */
  asymAlgorithm: TpmKeyParms;
  /** Algorithm of symBlob. */
  symAlgorithm: TpmKeyParms;
  /** Session key encrypted to the privacy CA. */
  asymBlob: Uint8Array;
  /** TPM_IDENTITY_PROOF encrypted with the session key. */
  symBlob: Uint8Array;
}

/** Wire form of {@linkcode TpmIdentityReq}. */
export const TPM_IDENTITY_REQ: Codec<TpmIdentityReq> = lengthsFirst("TPM_IDENTITY_REQ", {
  head: {},
  body: { asymAlgorithm: TPM_KEY_PARMS, symAlgorithm: TPM_KEY_PARMS },
  areas: ["asymBlob", "symBlob"],
});

/** TPM_IDENTITY_PROOF: what the privacy CA judges (Part 2, 12.7). */
export interface TpmIdentityProof {
  /** 1.1. */
  ver: TpmStructVer;
  /** The identity key. */
  identityKey: TpmPubkey;
  /** Label of the identity. */
  labelArea: Uint8Array;
  /** Signature of the identity key over TPM_IDENTITY_CONTENTS. */
  identityBinding: Uint8Array;
  /** Endorsement credential. */
  endorsementCredential: Uint8Array;
  /** Platform credential. */
  platformCredential: Uint8Array;
  /** Conformance credential. */
  conformanceCredential: Uint8Array;
}

/** Wire form of {@linkcode TpmIdentityProof}. */
export const TPM_IDENTITY_PROOF: Codec<TpmIdentityProof> = lengthsFirst("TPM_IDENTITY_PROOF", {
  head: { ver: TPM_STRUCT_VER },
  body: { identityKey: TPM_PUBKEY },
  areas: [
    "labelArea",
    "identityBinding",
    "endorsementCredential",
    "platformCredential",
    "conformanceCredential",
  ],
});
