import {
  bitLength,
  bytesToBigint,
  equalBytes,
  isProbablePrime,
  modInverse,
  modPow,
  type RandomSource,
  rsaOaepEncrypt,
  type RsaPublicKey,
  sha1,
} from "../../crypto/mod.ts";
import { TSS_DAA_LENGTH_HASH, TSS_DAA_LENGTH_N } from "../constants/daa.ts";
import { tspError } from "../tsp_error.ts";
import { type AttributeSelection, reopenCommitment } from "./commitments.ts";
import { credentialBase, issueChallenge, type IssuedCredential } from "./credential.ts";
import { type DaaKeyPair, type DaaPublicKey, isPseudonym, namedBase } from "./issuer_key.ts";
import { type CredentialRequest, joinChallenge } from "./join.ts";
import {
  BITS_E,
  BITS_E_PRIME,
  BITS_F,
  BITS_HASH,
  BITS_N,
  BITS_R_F,
  BITS_SAFETY,
  BITS_V,
} from "./lengths.ts";
import { hashAll, type Power, product, randomBelow, randomBits, uint32 } from "./numbers.ts";

/** An issuer's side of a join. */
export interface IssuerSession {
  /** U', as the platform told it. */
  readonly capitalUprime: bigint;
  /** Tells several credentials of one platform apart. */
  readonly daaCounter: number;
  /** Modulus of the root of the keys that authenticate the issuer, 256 bytes. */
  readonly rootModulus: Uint8Array;
  /** The issuer's nonce, 20 bytes. */
  readonly nonceIssuer: Uint8Array;
  /** The nonce that the endorsement key alone can decrypt, 20 bytes. */
  readonly nonceEndorsement: Uint8Array;
}

/** Challenges a platform by its endorsement key (Tspi_DAA_Issuer_InitCredential). */
export function issuerInitCredential(
  endorsementKey: RsaPublicKey,
  { random, ...joining }:
    & Pick<IssuerSession, "capitalUprime" | "daaCounter" | "rootModulus">
    & { readonly random: RandomSource },
): { authenticationChallenge: Uint8Array; session: IssuerSession } {
  const nonceIssuer = random(TSS_DAA_LENGTH_HASH);
  const nonceEndorsement = random(TSS_DAA_LENGTH_HASH);
  return {
    authenticationChallenge: rsaOaepEncrypt(endorsementKey, nonceEndorsement, { random }),
    session: { ...joining, nonceIssuer, nonceEndorsement },
  };
}

/** What an issuer decides of a credential. */
export interface IssueOptions {
  /** Its side of the join. */
  readonly session: IssuerSession;
  /** The attributes that the issuer chooses, each below 2^104. */
  readonly attributesIssuer?: readonly bigint[];
  /** Commitments that the platform was to make. */
  readonly selections?: readonly AttributeSelection[];
  /** Secrets f of TPMs that were broken. */
  readonly rogues?: readonly bigint[];
  /** Random bytes. */
  readonly random: RandomSource;
}

/** Checks a request and issues the credential (Tspi_DAA_Issuer_IssueCredential). */
export function issueCredential(
  keyPair: DaaKeyPair,
  request: CredentialRequest,
  options: IssueOptions,
): IssuedCredential {
  const { publicKey: key, productPQprime } = keyPair;
  const { attributesIssuer = [], random } = options;
  if (attributesIssuer.length !== key.capitalY.length - key.platformAttributes) {
    throw tspError("TSS_E_BAD_PARAMETER", "the key is made for another number of attributes");
  }
  requireTpm(request, options.session);
  requireHonest(key, request, options.rogues ?? []);
  requireProof(key, request, options);
  const vPrimePrime = (1n << BigInt(BITS_V - 1)) + randomBits(random, BITS_V - 1);
  const e = chooseExponent(random);
  const { capitalU, noncePlatform } = request;
  const base = credentialBase(key, { capitalU, vPrimePrime, attributesIssuer });
  const inverse = modInverse(e, productPQprime);
  const capitalA = modPow(base, inverse, key.modulus);
  const rE = 1n + randomBelow(random, productPQprime);
  const capitalAtilde = modPow(base, rE, key.modulus);
  const cPrime = issueChallenge(key, { vPrimePrime, capitalA, capitalAtilde, noncePlatform });
  const sE = (rE - bytesToBigint(cPrime) * inverse) % productPQprime;
  return {
    capitalA,
    e,
    vPrimePrime,
    attributesIssuer,
    cPrime,
    sE: sE < 0n ? sE + productPQprime : sE,
  };
}

function chooseExponent(random: RandomSource): bigint {
  for (;;) {
    const e = (1n << BigInt(BITS_E - 1)) + (randomBits(random, BITS_E_PRIME - 1) | 1n);
    if (isProbablePrime(e, random)) return e;
  }
}

/** The TPM that made U' has the endorsement key. */
function requireTpm({ authenticationProof }: CredentialRequest, session: IssuerSession): void {
  const { capitalUprime, daaCounter, rootModulus, nonceEndorsement } = session;
  const joined = hashAll([
    [capitalUprime, TSS_DAA_LENGTH_N],
    uint32(daaCounter),
    sha1(rootModulus),
  ]);
  if (!equalBytes(authenticationProof, sha1(joined, nonceEndorsement))) {
    throw tspError("TSS_E_DAA_AUTHENTICATION_ERROR", "the TPM did not decrypt its challenge");
  }
}

/** The TPM is none of those that were broken. */
function requireHonest(
  key: DaaPublicKey,
  { capitalNi }: CredentialRequest,
  rogues: readonly bigint[],
): void {
  const zeta = namedBase(key, key.issuerBaseName);
  if (!isPseudonym(key, capitalNi) || isRogue(key, { zeta, pseudonym: capitalNi, rogues })) {
    throw tspError("TSS_E_DAA_PSEUDONYM_ERROR", "the pseudonym is that of no honest TPM");
  }
}

/** Whether a pseudonym is zeta^f for a published f. */
export function isRogue(
  { capitalGamma }: DaaPublicKey,
  { zeta, pseudonym, rogues }: {
    readonly zeta: bigint;
    readonly pseudonym: bigint;
    readonly rogues: readonly bigint[];
  },
): boolean {
  return rogues.some((f) => modPow(zeta, f, capitalGamma) === pseudonym);
}

/** The platform knows all secrets in U, U' and the pseudonym. */
function requireProof(
  key: DaaPublicKey,
  request: CredentialRequest,
  { session, selections = [] }: IssueOptions,
): void {
  const { modulus, capitalS, capitalR0, capitalR1, capitalY, capitalGamma } = key;
  const { capitalU, capitalNi, sF0, sF1, sVprime, sVtildePrime, sA } = request;
  const { capitalUprime } = session;
  const refuse = (detail: string) => tspError("TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR", detail);
  if (capitalU < 1n || capitalU >= modulus) throw refuse("U is no number mod n");
  if (sA.length !== key.platformAttributes) throw refuse("an attribute has no answer");
  if ([sF0, sF1, ...sA].some((answer) => bitLength(answer) > BITS_R_F + 1)) {
    throw refuse("an answer is too long");
  }
  const longest = BITS_N + 2 * BITS_SAFETY + BITS_HASH + 1;
  if (bitLength(sVprime) > longest || bitLength(sVtildePrime) > longest) {
    throw refuse("an answer for v' is too long");
  }
  const c = bytesToBigint(request.challenge);
  const platform = product([[capitalU, 1n], [capitalUprime, -1n]], modulus);
  const commitments = selections.map((selection, i) => {
    const commitment = request.attributeCommitments[i];
    const reopened = commitment === undefined
      ? null
      : reopenCommitment(key, commitment, { selection, challenge: c, sA });
    if (reopened === null) throw refuse("a commitment is missing or wrong");
    return reopened;
  });
  const hostChallenge = joinChallenge(key, {
    capitalU,
    capitalUprime,
    capitalUtilde: product([
      [platform, -c],
      [capitalS, sVtildePrime],
      ...sA.map((answer, i): Power => [capitalY[i]!, answer]),
    ], modulus),
    capitalUprimeTilde: product([
      [capitalUprime, -c],
      [capitalR0, sF0],
      [capitalR1, sF1],
      [capitalS, sVprime],
    ], modulus),
    capitalNi,
    capitalNiTilde: product([
      [capitalNi, -c],
      [namedBase(key, key.issuerBaseName), sF0 + (sF1 << BigInt(BITS_F))],
    ], capitalGamma),
    commitments,
    nonceIssuer: session.nonceIssuer,
  });
  if (!equalBytes(request.challenge, sha1(hostChallenge, request.nonceTpm))) {
    throw refuse("the proof is wrong");
  }
}
