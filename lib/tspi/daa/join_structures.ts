import { type Codec, counted, named, SIZED32, U32 } from "../../codec/mod.ts";
import { TPM_DIGEST } from "../../tpm12/structures/mod.ts";
import {
  TSS_DAA_LENGTH_E,
  TSS_DAA_LENGTH_F,
  TSS_DAA_LENGTH_GAMMA,
  TSS_DAA_LENGTH_N,
  TSS_DAA_LENGTH_RHO,
  TSS_DAA_LENGTH_V,
} from "../constants/daa.ts";
import type { AttributeCommitment } from "./commitments.ts";
import type { IssuedCredential, StoredCredential } from "./credential.ts";
import type { IssuerSession } from "./issue.ts";
import type { CredentialRequest, JoinSession } from "./join.ts";
import { TSS_DAA_PK } from "./key_structures.ts";
import { BITS_HASH, BITS_N, BITS_R_F, BITS_SAFETY } from "./lengths.ts";
import { daaStruct, number, numbers, shortNumber, SIZED_HASH } from "./number_codecs.ts";

/** Bytes of an answer for an attribute. */
export const LENGTH_S_A: number = BITS_R_F / 8;
/** Most bytes of an answer for f0 or f1: there may be a carry. */
export const LENGTH_S_F: number = LENGTH_S_A + 1;
/** Most bytes of an answer for v'. */
const LENGTH_S_V_PRIME = (BITS_N + 2 * BITS_SAFETY + BITS_HASH) / 8 + 1;

/** TSS_DAA_ATTRIB_COMMIT: a commitment to hidden attributes. */
export const TSS_DAA_ATTRIB_COMMIT: Codec<AttributeCommitment> = daaStruct(
  "TSS_DAA_ATTRIB_COMMIT",
  { beta: number(TSS_DAA_LENGTH_GAMMA), sMu: number(TSS_DAA_LENGTH_RHO) },
);

/** TSS_DAA_CREDENTIAL_REQUEST: what a platform asks its issuer with. */
export const TSS_DAA_CREDENTIAL_REQUEST: Codec<CredentialRequest> = daaStruct(
  "TSS_DAA_CREDENTIAL_REQUEST",
  {
    capitalU: number(TSS_DAA_LENGTH_N),
    capitalNi: number(TSS_DAA_LENGTH_GAMMA),
    authenticationProof: SIZED_HASH,
    challenge: SIZED_HASH,
    nonceTpm: SIZED_HASH,
    noncePlatform: SIZED32,
    sF0: shortNumber(LENGTH_S_F),
    sF1: shortNumber(LENGTH_S_F),
    sVprime: shortNumber(LENGTH_S_V_PRIME),
    sVtildePrime: shortNumber(LENGTH_S_V_PRIME),
    sA: numbers(LENGTH_S_A),
    attributeCommitments: counted(U32, TSS_DAA_ATTRIB_COMMIT),
  },
);

/** TSS_DAA_CRED_ISSUER: what an issuer sends for a request. */
export const TSS_DAA_CRED_ISSUER: Codec<IssuedCredential> = daaStruct("TSS_DAA_CRED_ISSUER", {
  capitalA: number(TSS_DAA_LENGTH_N),
  e: number(TSS_DAA_LENGTH_E),
  vPrimePrime: number(TSS_DAA_LENGTH_V),
  attributesIssuer: numbers(TSS_DAA_LENGTH_F),
  cPrime: SIZED_HASH,
  sE: shortNumber(TSS_DAA_LENGTH_N),
});

/** TSS_DAA_CREDENTIAL: a credential, with which its TPM alone can sign. */
export const TSS_DAA_CREDENTIAL: Codec<StoredCredential> = daaStruct("TSS_DAA_CREDENTIAL", {
  capitalA: number(TSS_DAA_LENGTH_N),
  exponent: number(TSS_DAA_LENGTH_E),
  vBar0: SIZED32,
  vBar1: SIZED32,
  attributes: numbers(TSS_DAA_LENGTH_F),
  issuerPK: TSS_DAA_PK,
  tpmSpecificEnc: SIZED32,
  daaCounter: U32,
});

/** TSS_DAA_IDENTITY_PROOF: the credentials that tell an issuer which TPM asks. */
export interface DaaIdentityProof {
  /** Certificate of the endorsement key, or where there is none the key itself as TPM_PUBKEY. */
  readonly endorsementCredential: Uint8Array;
  /** Certificate of the platform; may be empty. */
  readonly platform: Uint8Array;
  /** Certificate of the TPM's conformance; may be empty. */
  readonly conformance: Uint8Array;
}

/** Byte form of {@linkcode DaaIdentityProof}. */
export const TSS_DAA_IDENTITY_PROOF: Codec<DaaIdentityProof> = daaStruct(
  "TSS_DAA_IDENTITY_PROOF",
  { endorsementCredential: SIZED32, platform: SIZED32, conformance: SIZED32 },
);

/** A platform's join session, which is opaque to the caller. */
export const JOIN_SESSION: Codec<JoinSession> = daaStruct("joinSession", {
  key: TSS_DAA_PK,
  capitalUprime: number(TSS_DAA_LENGTH_N),
  daaCounter: U32,
  daaHandle: named("daaHandle", U32),
});

/** An issuer's join session, which is opaque to the caller, and for which of its keys it is. */
export const ISSUER_JOIN_SESSION: Codec<IssuerSession & { readonly keyDigest: Uint8Array }> =
  daaStruct("issuerJoinSession", {
    keyDigest: TPM_DIGEST,
    capitalUprime: number(TSS_DAA_LENGTH_N),
    daaCounter: U32,
    rootModulus: SIZED32,
    nonceIssuer: SIZED_HASH,
    nonceEndorsement: SIZED_HASH,
  });
