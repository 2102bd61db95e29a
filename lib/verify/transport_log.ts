import { encode } from "../codec/mod.ts";
import { sha1 } from "../crypto/mod.ts";
import { TPM_TAG_TRANSPORT_LOG_IN } from "../tpm12/constants/mod.ts";
import {
  TPM_DIGEST,
  TPM_TRANSPORT_LOG_IN,
  TPM_TRANSPORT_LOG_OUT,
  type TpmTransportLogIn,
  type TpmTransportLogOut,
} from "../tpm12/structures/mod.ts";
import { checkBytes, decodeEvidence } from "./checks.ts";
import { encodeSignInfo, EVIDENCE, type SignInfoEvidence, verifySignInfo } from "./sign_info.ts";

/** An entry of a transport session's log. */
export type TransportLogEntry = TpmTransportLogIn | TpmTransportLogOut;

const WHAT = EVIDENCE.transport;

/** The TPM_SIGN_INFO of a transport log, from its digest and the nonce given at its end. */
export function transportLogSignInfo(transDigest: Uint8Array, nonce: Uint8Array): Uint8Array {
  return encodeSignInfo("transport", { nonce, data: transDigest });
}

/** The digest of a transport log: 20 zeros, extended by each entry (Part 3, 24.2). */
export function transportLogDigest(entries: Iterable<TransportLogEntry>): Uint8Array {
  let digest: Uint8Array = new Uint8Array(20);
  for (const entry of entries) digest = sha1(digest, encodeEntry(entry));
  return digest;
}

/**
 * Verifies what TPM_ReleaseTransportSigned answers: the nonce, the signature and, where they are
 * given, the entries the log should have, the one of the release included. Gives the log's digest.
 * Throws `VerifyError` that says which field does not match; a `TypeError` when the nonce has not
 * 20 bytes.
 */
export function verifyTransportLog(
  evidence: SignInfoEvidence & { readonly entries?: Iterable<TransportLogEntry> },
): Uint8Array {
  const transDigest = decodeEvidence(TPM_DIGEST, verifySignInfo("transport", evidence), WHAT);
  if (evidence.entries) {
    const expected = transportLogDigest(evidence.entries);
    checkBytes(transDigest, { expected, field: "transDigest", evidence: WHAT });
  }
  return transDigest;
}

function encodeEntry(entry: TransportLogEntry): Uint8Array {
  return entry.tag === TPM_TAG_TRANSPORT_LOG_IN
    ? encode(TPM_TRANSPORT_LOG_IN, entry)
    : encode(TPM_TRANSPORT_LOG_OUT, entry);
}
