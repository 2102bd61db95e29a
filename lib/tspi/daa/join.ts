import {
  bigintToBytes,
  bitLength,
  bytesToBigint,
  equalBytes,
  isProbablePrime,
  modPow,
  type RandomSource,
  sha1,
} from "../../crypto/mod.ts";
import { encode } from "../../codec/mod.ts";
import { DAA_SIZE_v0, DAA_SIZE_v1 } from "../../tpm12/constants/mod.ts";
import { TPM_DAA_ISSUER } from "../../tpm12/structures/mod.ts";
import { TSS_DAA_LENGTH_GAMMA, TSS_DAA_LENGTH_N, TSS_DAA_LENGTH_V } from "../constants/daa.ts";
import { tspError } from "../tsp_error.ts";
import {
  type AttributeCommitment,
  type AttributeSelection,
  closeCommitment,
  commit,
  type HashedCommitment,
  hashedCommitments,
} from "./commitments.ts";
import { type DaaDialogue, openSession, StageSpeaker } from "./dialogue.ts";
import {
  capitalSprime,
  type DaaPublicKey,
  encodePublicKey,
  issuerSettings,
  namedBase,
  stageBytes,
} from "./issuer_key.ts";
import {
  BITS_E,
  BITS_E_PRIME,
  BITS_F,
  BITS_HASH,
  BITS_N,
  BITS_R_F,
  BITS_S,
  BITS_SAFETY,
  BITS_V,
} from "./lengths.ts";
import {
  concat,
  hashAll,
  type Hashed,
  type Power,
  product,
  randomBits,
  toNumber,
  uint32,
} from "./numbers.ts";

/** How an issuer's key is authenticated to the TPM: a chain of RSA keys of 2048 bits. */
export interface DaaAuthentication {
  /** Moduli of the keys, the root first. */
  readonly moduli: readonly Uint8Array[];
  /** Signatures: of each key by the one before it, and last of the issuer settings. */
  readonly signatures: readonly Uint8Array[];
}

/** A join between its parts. */
export interface JoinSession {
  /** The session in the TPM. */
  readonly daaHandle: number;
  /** The issuer. */
  readonly key: DaaPublicKey;
  /** Tells several credentials of one platform apart. */
  readonly daaCounter: number;
  /** U', the TPM's half of U. */
  readonly capitalUprime: bigint;
}

/** Stages 0 to 7: the TPM gets to know the issuer and gives its U' (Tspi_TPM_DAA_JoinInit). */
export function* joinInit(
  key: DaaPublicKey,
  { authentication, daaCounter }: {
    readonly authentication: DaaAuthentication;
    readonly daaCounter: number;
  },
): DaaDialogue<JoinSession> {
  const { moduli, signatures } = authentication;
  const tpm = yield* openSession(concat(uint32(moduli.length)));
  yield* tpm.say(moduli[0]!);
  for (const [i, modulus] of moduli.slice(1).entries()) {
    yield {
      daaHandle: tpm.daaHandle,
      stage: 1,
      inputData0: modulus,
      inputData1: signatures[i]!,
    };
  }
  yield* tpm.say(encode(TPM_DAA_ISSUER, issuerSettings(key)), signatures.at(-1)!);
  yield* tpm.say(concat(uint32(daaCounter)));
  const capitalUprime = yield* sayBases(tpm, key);
  return { daaHandle: tpm.daaHandle, key, daaCounter, capitalUprime };
}

/** The four stages that raise R0, R1, S and S' to secrets; gives their product. */
export function* sayBases(tpm: StageSpeaker, key: DaaPublicKey): DaaDialogue<bigint> {
  const n = stageBytes(key.modulus);
  yield* tpm.say(stageBytes(key.capitalR0), n);
  yield* tpm.say(stageBytes(key.capitalR1), n);
  yield* tpm.say(stageBytes(key.capitalS), n);
  return bytesToBigint(yield* tpm.say(stageBytes(capitalSprime(key)), n));
}

/** What a platform asks its issuer with (TSS_DAA_CREDENTIAL_REQUEST). */
export interface CredentialRequest {
  /** U, which holds all that is secret to the platform. */
  readonly capitalU: bigint;
  /** Pseudonym of the TPM with this issuer. */
  readonly capitalNi: bigint;
  /** Proves that the TPM has its endorsement key, 20 bytes. */
  readonly authenticationProof: Uint8Array;
  /** Challenge of the proof that follows, 20 bytes. */
  readonly challenge: Uint8Array;
  /** The TPM's nonce, 20 bytes. */
  readonly nonceTpm: Uint8Array;
  /** The platform's nonce, for the issuer's proof. */
  readonly noncePlatform: Uint8Array;
  /** Answer for f0. */
  readonly sF0: bigint;
  /** Answer for f1. */
  readonly sF1: bigint;
  /** Answer for the TPM's v'. */
  readonly sVprime: bigint;
  /** Answer for the platform's v'. */
  readonly sVtildePrime: bigint;
  /** Answers for the attributes that the platform chose. */
  readonly sA: readonly bigint[];
  /** Commitments to these attributes. */
  readonly attributeCommitments: readonly AttributeCommitment[];
}

/** A join that awaits its credential. */
export interface JoinedSession extends JoinSession {
  /** U. */
  readonly capitalU: bigint;
  /** The platform's half of v'. */
  readonly vTildePrime: bigint;
  /** The attributes that the platform chose. */
  readonly attributesPlatform: readonly bigint[];
  /** Its nonce. */
  readonly noncePlatform: Uint8Array;
}

/** What the host adds to a join. */
export interface DaaPubKeyOptions {
  /** What the issuer encrypted to the endorsement key, 256 bytes. */
  readonly authenticationChallenge: Uint8Array;
  /** The issuer's nonce, 20 bytes. */
  readonly nonceIssuer: Uint8Array;
  /** The attributes that the platform chooses, each below 2^104. */
  readonly attributesPlatform: readonly bigint[];
  /** Commitments to make to some of these. */
  readonly selections?: readonly AttributeSelection[];
  /** Random bytes. */
  readonly random: RandomSource;
}

/** Stages 8 to 21: the request for a credential (Tspi_TPM_DAA_JoinCreateDaaPubKey). */
export function* joinCreateDaaPubKey(
  session: JoinSession,
  options: DaaPubKeyOptions,
): DaaDialogue<{ credentialRequest: CredentialRequest; session: JoinedSession }> {
  const { key, capitalUprime } = session;
  const { attributesPlatform, random, selections = [] } = options;
  const { modulus, capitalS, capitalGamma } = key;
  if (attributesPlatform.length !== key.platformAttributes) {
    throw tspError("TSS_E_BAD_PARAMETER", `there are ${key.platformAttributes} to choose`);
  }
  const vTildePrime = randomBits(random, BITS_N + BITS_SAFETY);
  const capitalU = product([
    [capitalUprime, 1n],
    [capitalS, vTildePrime],
    ...platformPowers(key, attributesPlatform),
  ], modulus);
  const tpm = new StageSpeaker(session.daaHandle, 8);
  const authenticationProof = yield* tpm.say(options.authenticationChallenge);
  const capitalUprimeTilde = yield* sayBases(tpm, key);
  const zeta = namedBase(key, key.issuerBaseName);
  const { pseudonym, pseudonymTilde } = yield* sayPseudonym(tpm, key, zeta);
  const randomAttributes = attributesPlatform.map(() => randomBits(random, BITS_R_F));
  const rVtildePrime = randomBits(random, BITS_N + 2 * BITS_SAFETY + BITS_HASH);
  const capitalUtilde = product(
    [[capitalS, rVtildePrime], ...platformPowers(key, randomAttributes)],
    modulus,
  );
  const commitments = selections.map((selection) =>
    commit(key, selection, { attributes: attributesPlatform, randomAttributes, random })
  );
  const hostChallenge = joinChallenge(key, {
    capitalU,
    capitalUprime,
    capitalUtilde,
    capitalUprimeTilde,
    capitalNi: pseudonym,
    capitalNiTilde: pseudonymTilde,
    commitments,
    nonceIssuer: options.nonceIssuer,
  });
  const nonceTpm = yield* tpm.say(hostChallenge);
  const sF0 = bytesToBigint(yield* tpm.say());
  const sF1 = bytesToBigint(yield* tpm.say());
  const s2 = bytesToBigint(yield* tpm.say());
  const challenge = yield* tpm.say();
  const s3 = bytesToBigint(yield* tpm.say());
  requireChallenge(challenge, sha1(hostChallenge, nonceTpm));
  const c = bytesToBigint(challenge);
  const noncePlatform = random(BITS_SAFETY / 4);
  const credentialRequest: CredentialRequest = {
    capitalU,
    capitalNi: pseudonym,
    authenticationProof,
    challenge,
    nonceTpm,
    noncePlatform,
    sF0,
    sF1,
    sVprime: s2 + (s3 << BigInt(BITS_S)),
    sVtildePrime: rVtildePrime + c * vTildePrime,
    sA: attributesPlatform.map((attribute, i) => randomAttributes[i]! + c * attribute),
    attributeCommitments: commitments.map((commitment) => closeCommitment(key, commitment, c)),
  };
  void capitalGamma;
  return {
    credentialRequest,
    session: { ...session, capitalU, vTildePrime, attributesPlatform, noncePlatform },
  };
}

function platformPowers({ capitalY }: DaaPublicKey, exponents: readonly bigint[]): Power[] {
  return exponents.map((exponent, i): Power => [capitalY[i]!, exponent]);
}

/** The three stages about a pseudonym: its base, itself, and the commitment of its proof. */
export function* sayPseudonym(
  tpm: StageSpeaker,
  { capitalGamma }: DaaPublicKey,
  zeta: bigint,
): DaaDialogue<{ pseudonym: bigint; pseudonymTilde: bigint }> {
  const gamma = stageBytes(capitalGamma);
  yield* tpm.say(gamma, bigintToBytes(zeta, TSS_DAA_LENGTH_N));
  const pseudonym = bytesToBigint(yield* tpm.say(gamma));
  const pseudonymTilde = bytesToBigint(yield* tpm.say(gamma));
  return { pseudonym, pseudonymTilde };
}

/** What the challenge of a join is made of. */
export interface JoinCommitments {
  /** U. */
  readonly capitalU: bigint;
  /** U'. */
  readonly capitalUprime: bigint;
  /** Commitment of the proof about U. */
  readonly capitalUtilde: bigint;
  /** Commitment of the proof about U'. */
  readonly capitalUprimeTilde: bigint;
  /** The pseudonym. */
  readonly capitalNi: bigint;
  /** Commitment of the proof about it. */
  readonly capitalNiTilde: bigint;
  /** Commitments to attributes. */
  readonly commitments: readonly HashedCommitment[];
  /** The issuer's nonce. */
  readonly nonceIssuer: Uint8Array;
}

/** The host's challenge of a join, before the TPM adds its nonce; 20 bytes. */
export function joinChallenge(key: DaaPublicKey, proof: JoinCommitments): Uint8Array {
  const { capitalU, capitalUprime, capitalUtilde, capitalUprimeTilde } = proof;
  return hashAll([
    encodePublicKey(key),
    ...[capitalU, capitalUprime, capitalUtilde, capitalUprimeTilde].map((value): Hashed => [
      value,
      TSS_DAA_LENGTH_N,
    ]),
    [proof.capitalNi, TSS_DAA_LENGTH_GAMMA],
    [proof.capitalNiTilde, TSS_DAA_LENGTH_GAMMA],
    ...hashedCommitments(proof.commitments),
    proof.nonceIssuer,
  ]);
}

/** Throws unless the TPM answered the challenge it was given. */
export function requireChallenge(given: Uint8Array, expected: Uint8Array): void {
  if (!equalBytes(given, expected)) {
    throw tspError("TSS_E_DAA_CHALLENGE_RESPONSE_ERROR", "the TPM answered another challenge");
  }
}

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
export interface DaaCredential {
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
): DaaDialogue<DaaCredential> {
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
