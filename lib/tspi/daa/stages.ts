import { bigintToBytes, bytesToBigint, equalBytes } from "../../crypto/mod.ts";
import { TSS_DAA_LENGTH_N } from "../constants/daa.ts";
import { tspError } from "../tsp_error.ts";
import type { DaaDialogue, StageSpeaker } from "./dialogue.ts";
import { capitalSprime, type DaaPublicKey, stageBytes } from "./issuer_key.ts";

/** The four stages that raise R0, R1, S and S' to secrets; gives their product. */
export function* sayBases(tpm: StageSpeaker, key: DaaPublicKey): DaaDialogue<bigint> {
  const n = stageBytes(key.modulus);
  yield* tpm.say(stageBytes(key.capitalR0), n);
  yield* tpm.say(stageBytes(key.capitalR1), n);
  yield* tpm.say(stageBytes(key.capitalS), n);
  return bytesToBigint(yield* tpm.say(stageBytes(capitalSprime(key)), n));
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

/** Throws unless the TPM answered the challenge it was given. */
export function requireChallenge(given: Uint8Array, expected: Uint8Array): void {
  if (!equalBytes(given, expected)) {
    throw tspError("TSS_E_DAA_CHALLENGE_RESPONSE_ERROR", "the TPM answered another challenge");
  }
}
