import {
  bigintToBytes,
  bitLength,
  equalBytes,
  isProbablePrime,
  modPow,
  type RandomSource,
} from "../../crypto/mod.ts";
import { DAA_SIZE_v0, DAA_SIZE_v1 } from "../../tpm12/constants/mod.ts";
import { TSS_DAA_LENGTH_N, TSS_DAA_LENGTH_V } from "../constants/daa.ts";
import { tspError } from "../tsp_error.ts";
import { type DaaDialogue, StageSpeaker } from "./dialogue.ts";
import { type DaaPublicKey, encodePublicKey } from "./issuer_key.ts";
import type { JoinedSession } from "./join.ts";
import { BITS_E, BITS_E_PRIME, BITS_F, BITS_S, BITS_V } from "./lengths.ts";
import { hashAll, type Power, product, toNumber } from "./numbers.ts";

/** What an issuer sends for a request (TSS_DAA_CRED_ISSUER). */
export interface IssuedCredential {
  /** A. */
  readonly capitalA: bigint;
  /** The prime e. */
  readonly e: bigint;
  /** v''. */
  readonly vPrimePrime: bigint;
  /** The attributes that the issuer chose. */
  readonly attributesIssuer: readonly bigint[];
  /** Challenge of the issuer's proof, 20 bytes. */
  readonly cPrime: Uint8Array;
  /** Answer of the issuer's proof. */
  readonly sE: bigint;
}

/** A credential, with which its TPM alone can sign (TSS_DAA_CREDENTIAL). */
export interface StoredCredential {
  /** A. */
  readonly capitalA: bigint;
  /** The prime e. */
  readonly exponent: bigint;
  /** v0, encrypted by the TPM to itself. */
  readonly vBar0: Uint8Array;
  /** v1, encrypted by the TPM to itself. */
  readonly vBar1: Uint8Array;
  /** All attributes, those of the platform first. */
  readonly attributes: readonly bigint[];
  /** The issuer. */
  readonly issuerPK: DaaPublicKey;
  /** What the TPM has with the issuer, encrypted by it to itself. */
  readonly tpmSpecificEnc: Uint8Array;
  /** Tells several credentials of one platform apart. */
  readonly daaCounter: number;
}

/** Z / (U S^v'' and a Y_i^a_i for each attribute of the issuer): A^e, where all is right. */
export function credentialBase(
  key: DaaPublicKey,
  { capitalU, vPrimePrime, attributesIssuer }: {
    readonly capitalU: bigint;
    readonly vPrimePrime: bigint;
    readonly attributesIssuer: readonly bigint[];
  },
): bigint {
  const { modulus, capitalS, capitalZ, capitalY, platformAttributes } = key;
  const powers: Power[] = [[capitalU, 1n], [capitalS, vPrimePrime]];
  attributesIssuer.forEach((attribute, j) => {
    powers.push([capitalY[platformAttributes + j]!, attribute]);
  });
  return product([[capitalZ, 1n], [product(powers, modulus), -1n]], modulus);
}

/** Challenge of the issuer's proof that A is a power of the base. */
export function issueChallenge(
  key: DaaPublicKey,
  { vPrimePrime, capitalA, capitalAtilde, noncePlatform }: {
    readonly vPrimePrime: bigint;
    readonly capitalA: bigint;
    readonly capitalAtilde: bigint;
    readonly noncePlatform: Uint8Array;
  },
): Uint8Array {
  return hashAll([
    encodePublicKey(key),
    [vPrimePrime, TSS_DAA_LENGTH_V],
    [capitalA, TSS_DAA_LENGTH_N],
    [capitalAtilde, TSS_DAA_LENGTH_N],
    noncePlatform,
  ]);
}

/** Stages 22 to 24: checks a credential and keeps it (Tspi_TPM_DAA_JoinStoreCredential). */
export function* joinStoreCredential(
  session: JoinedSession,
  issued: IssuedCredential,
  random: RandomSource,
): DaaDialogue<StoredCredential> {
  requireCredential(session, issued, random);
  const { key, attributesPlatform, daaCounter } = session;
  const x = issued.vPrimePrime + session.vTildePrime;
  const tpm = new StageSpeaker(session.daaHandle, 22);
  const vBar0 = yield* tpm.say(bigintToBytes(BigInt.asUintN(BITS_S, x), DAA_SIZE_v0));
  const vBar1 = yield* tpm.say(bigintToBytes(x >> BigInt(BITS_S), DAA_SIZE_v1));
  const tpmSpecificEnc = yield* tpm.say();
  return {
    capitalA: issued.capitalA,
    exponent: issued.e,
    vBar0,
    vBar1,
    attributes: [...attributesPlatform, ...issued.attributesIssuer],
    issuerPK: key,
    tpmSpecificEnc,
    daaCounter,
  };
}

/** Whether e is a prime of the interval that exponents are chosen from. */
function isExponent(e: bigint, random: RandomSource): boolean {
  const low = 1n << BigInt(BITS_E - 1);
  return e >= low && e <= low + (1n << BigInt(BITS_E_PRIME - 1)) && isProbablePrime(e, random);
}

function requireCredential(
  { key, capitalU, noncePlatform }: JoinedSession,
  issued: IssuedCredential,
  random: RandomSource,
): void {
  const { modulus, capitalY, platformAttributes } = key;
  const { capitalA, e, vPrimePrime, attributesIssuer, cPrime, sE } = issued;
  const refuse = (detail: string) => tspError("TSS_E_DAA_CREDENTIAL_PROOF_ERROR", detail);
  if (!isExponent(e, random)) throw refuse("e is no prime of its interval");
  if (bitLength(vPrimePrime) !== BITS_V) throw refuse("v'' has not its length");
  if (attributesIssuer.length !== capitalY.length - platformAttributes) {
    throw refuse("there are not as many attributes as the issuer's key is made for");
  }
  if (attributesIssuer.some((attribute) => bitLength(attribute) > BITS_F)) {
    throw refuse("an attribute is too long");
  }
  const base = credentialBase(key, { capitalU, vPrimePrime, attributesIssuer });
  const capitalAtilde = product([[capitalA, toNumber(cPrime)], [base, sE]], modulus);
  const hashed = { vPrimePrime, capitalA, capitalAtilde, noncePlatform };
  if (!equalBytes(issueChallenge(key, hashed), cPrime)) throw refuse("the issuer's proof is wrong");
  if (modPow(capitalA, e, modulus) !== base) throw refuse("it does not fit the request");
}
