import { encode } from "../codec/mod.ts";
import { sha1 } from "../crypto/mod.ts";
import {
  TPM_CERTIFY_INFO_ANY,
  TPM_KEY_PARMS,
  TPM_PCR_INFO,
  TPM_PCR_INFO_SHORT,
  type TpmCertifyInfo,
  type TpmCertifyInfo2,
  type TpmKey,
  type TpmKey12,
  type TpmPcrInfo,
  type TpmPcrInfoShort,
  type TpmPubkey,
} from "../tpm12/structures/mod.ts";
import {
  checkBytes,
  checkNonce,
  checkSignature,
  decodeEvidence,
  type SignedEvidence,
} from "./checks.ts";
import { VerifyError } from "./verify_error.ts";

/** A certified key and what it should be. */
export interface CertifyEvidence extends SignedEvidence {
  /** The signed bytes: TPM_CERTIFY_INFO or TPM_CERTIFY_INFO2. */
  readonly certifyInfo: Uint8Array;
  /** The key that should be certified: its public part alone, or the whole key. */
  readonly key?: TpmPubkey | TpmKey | TpmKey12;
}

/** What a certify info proves of a key. */
export interface VerifiedKey {
  /** All that was signed. */
  readonly info: TpmCertifyInfo | TpmCertifyInfo2;
  /** The PCRs the key is bound to, in the form of its structure; `null` for none. */
  readonly pcrInfo: TpmPcrInfo | TpmPcrInfoShort | null;
}

const WHAT = "certify info";
/** Fields that a whole key and its certify info have in common. */
const COMMON = ["keyUsage", "keyFlags", "authDataUsage"] as const;

/**
 * Verifies what TPM_CertifyKey or TPM_CertifyKey2 answers: the nonce, that it is about the key
 * given, and the signature. Whether such a key is trustworthy, not migratable for instance, is in
 * what it returns. Throws {@linkcode VerifyError} that says which field does not match; a
 * `TypeError` when the nonce has not 20 bytes.
 */
export function verifyCertifyInfo(evidence: CertifyEvidence): VerifiedKey {
  const { certifyInfo, nonce, key } = evidence;
  const info = decodeEvidence(TPM_CERTIFY_INFO_ANY, certifyInfo, WHAT);
  const pcrInfo = info.PCRInfo.length === 0
    ? null
    : "tag" in info
    ? decodeEvidence(TPM_PCR_INFO_SHORT, info.PCRInfo, WHAT)
    : decodeEvidence(TPM_PCR_INFO, info.PCRInfo, WHAT);
  checkNonce(info.data, { nonce, field: "data", evidence: WHAT });
  if (key) checkKey(info, key);
  checkSignature(certifyInfo, { ...evidence, evidence: WHAT });
  return { info, pcrInfo };
}

function checkKey(
  info: TpmCertifyInfo | TpmCertifyInfo2,
  key: TpmPubkey | TpmKey | TpmKey12,
): void {
  checkBytes(info.pubkeyDigest, {
    expected: sha1(key.pubKey.key),
    field: "pubkeyDigest",
    evidence: WHAT,
  });
  checkBytes(encode(TPM_KEY_PARMS, info.algorithmParms), {
    expected: encode(TPM_KEY_PARMS, key.algorithmParms),
    field: "algorithmParms",
    evidence: WHAT,
  });
  if (!("keyUsage" in key)) return;
  for (const field of COMMON) {
    if (info[field] === key[field]) continue;
    const detail = `it is 0x${info[field].toString(16)}, the key has 0x${key[field].toString(16)}`;
    throw new VerifyError(WHAT, { reason: "mismatch", field, detail });
  }
}
