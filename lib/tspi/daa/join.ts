import { encode } from "../../codec/mod.ts";
import { bytesToBigint, type RandomSource, sha1 } from "../../crypto/mod.ts";
import { TPM_DAA_ISSUER } from "../../tpm12/structures/mod.ts";
import { TSS_DAA_LENGTH_GAMMA, TSS_DAA_LENGTH_N } from "../constants/daa.ts";
import { tspError } from "../tsp_error.ts";
import type { DaaAuthentication } from "./authentication.ts";
import {
  type AttributeCommitment,
  type AttributeSelection,
  closeCommitment,
  commit,
  type HashedCommitment,
  hashedCommitments,
} from "./commitments.ts";
import { type DaaDialogue, openSession, StageSpeaker } from "./dialogue.ts";
import { type DaaPublicKey, encodePublicKey, issuerSettings, namedBase } from "./issuer_key.ts";
import { BITS_HASH, BITS_N, BITS_R_F, BITS_S, BITS_SAFETY } from "./lengths.ts";
import {
  concat,
  hashAll,
  type Hashed,
  type Power,
  product,
  randomBits,
  uint32,
} from "./numbers.ts";
import { requireChallenge, sayBases, sayPseudonym } from "./stages.ts";

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
  const { modulus, capitalS } = key;
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
  return {
    credentialRequest,
    session: { ...session, capitalU, vTildePrime, attributesPlatform, noncePlatform },
  };
}

function platformPowers({ capitalY }: DaaPublicKey, exponents: readonly bigint[]): Power[] {
  return exponents.map((exponent, i): Power => [capitalY[i]!, exponent]);
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
