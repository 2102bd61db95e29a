import { type Codec, encode, struct } from "../codec/mod.ts";
import { TPM_CURRENT_TICKS, TPM_DIGEST, type TpmCurrentTicks } from "../tpm12/structures/mod.ts";
import { checkBytes, decodeEvidence } from "./checks.ts";
import { encodeSignInfo, EVIDENCE, type SignInfoEvidence, verifySignInfo } from "./sign_info.ts";

/** What a tick stamp says: at which tick a digest existed. */
export interface TickStamp {
  /** The digest that was stamped: 20 bytes. */
  readonly digestToStamp: Uint8Array;
  /** When, in ticks of one session of the TPM. */
  readonly currentTicks: TpmCurrentTicks;
}

/** What TPM_TickStampBlob signs in the data of its TPM_SIGN_INFO (Part 3, 23.3). */
const TICK_STAMP: Codec<TickStamp> = struct("tick stamp", {
  digestToStamp: TPM_DIGEST,
  currentTicks: TPM_CURRENT_TICKS,
});
const WHAT = EVIDENCE.tickStamp;

/** The TPM_SIGN_INFO of a tick stamp, from what TPM_TickStampBlob was given and answers. */
export function tickStampSignInfo(stamp: TickStamp, nonce: Uint8Array): Uint8Array {
  return encodeSignInfo("tickStamp", { nonce, data: encode(TICK_STAMP, stamp) });
}

/**
 * Verifies a tick stamp: the nonce, the signature and, where it is given, the digest that should
 * be stamped. Throws `VerifyError` that says which field does not match; a `TypeError` when the
 * nonce has not 20 bytes.
 */
export function verifyTickStamp(
  evidence: SignInfoEvidence & { readonly digestToStamp?: Uint8Array },
): TickStamp {
  const stamp = decodeEvidence(TICK_STAMP, verifySignInfo("tickStamp", evidence), WHAT);
  if (evidence.digestToStamp) {
    checkBytes(stamp.digestToStamp, {
      expected: evidence.digestToStamp,
      field: "digestToStamp",
      evidence: WHAT,
    });
  }
  return stamp;
}
