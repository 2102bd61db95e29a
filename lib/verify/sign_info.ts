import { encode } from "../codec/mod.ts";
import { TPM_TAG_SIGNINFO } from "../tpm12/constants/mod.ts";
import { TPM_SIGN_INFO } from "../tpm12/structures/mod.ts";
import {
  checkFixed,
  checkNonce,
  checkSignature,
  decodeEvidence,
  type SignedEvidence,
} from "./checks.ts";

/** The letters in TPM_SIGN_INFO and the command they stand for. */
export const SIGN_INFO_FIXED = {
  /** TPM_Sign with a key of scheme TPM_SS_RSASSAPKCS1v15_INFO. */ sign: "SIGN",
  /** TPM_TickStampBlob. */ tickStamp: "TSTP",
  /** TPM_ReleaseTransportSigned. */ transport: "TRAN",
  /** TPM_GetAuditDigestSigned. */ audit: "ADIG",
} as const;

/** A signed TPM_SIGN_INFO. */
export interface SignInfoEvidence extends SignedEvidence {
  /** The signed bytes: TPM_SIGN_INFO. */
  readonly signInfo: Uint8Array;
}

/**
 * The TPM_SIGN_INFO that a TPM signs (Part 2, 5.14): what `use` it is for, the 20 bytes of the
 * nonce, and the data.
 */
export function encodeSignInfo(
  use: keyof typeof SIGN_INFO_FIXED,
  { nonce, data }: { nonce: Uint8Array; data: Uint8Array },
): Uint8Array {
  const fixed = new TextEncoder().encode(SIGN_INFO_FIXED[use]);
  return encode(TPM_SIGN_INFO, { tag: TPM_TAG_SIGNINFO, fixed, replay: nonce, data });
}

/**
 * Verifies a signed TPM_SIGN_INFO: its use, the nonce (for TPM_Sign the odd nonce of its session)
 * and the signature. Gives its data. Throws `VerifyError` that says which field does not match; a
 * `TypeError` when the nonce has not 20 bytes.
 */
export function verifySignInfo(
  use: keyof typeof SIGN_INFO_FIXED,
  evidence: SignInfoEvidence,
): Uint8Array {
  const what = EVIDENCE[use];
  const { fixed, replay, data } = decodeEvidence(TPM_SIGN_INFO, evidence.signInfo, what);
  checkFixed(fixed, { expected: SIGN_INFO_FIXED[use], evidence: what });
  checkNonce(replay, { nonce: evidence.nonce, field: "replay", evidence: what });
  checkSignature(evidence.signInfo, { ...evidence, evidence: what });
  return data;
}

/** What messages call a signed TPM_SIGN_INFO by its use. */
export const EVIDENCE: Readonly<Record<keyof typeof SIGN_INFO_FIXED, string>> = {
  sign: "signature of TPM_Sign",
  tickStamp: "tick stamp",
  transport: "transport log",
  audit: "audit digest",
};
