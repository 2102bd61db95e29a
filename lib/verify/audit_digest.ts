import { type Codec, encode, struct, Writer } from "../codec/mod.ts";
import { sha1 } from "../crypto/mod.ts";
import { TPM_TAG_AUDIT_EVENT_IN } from "../tpm12/constants/mod.ts";
import {
  TPM_AUDIT_EVENT_IN,
  TPM_AUDIT_EVENT_OUT,
  TPM_COUNTER_VALUE,
  TPM_DIGEST,
  type TpmAuditEventIn,
  type TpmAuditEventOut,
  type TpmCounterValue,
} from "../tpm12/structures/mod.ts";
import { checkBytes, decodeEvidence } from "./checks.ts";
import { encodeSignInfo, EVIDENCE, type SignInfoEvidence, verifySignInfo } from "./sign_info.ts";

/** What TPM_GetAuditDigestSigned signs. */
export interface AuditState {
  /** Digest of the audit log since it was last closed: 20 bytes. */
  readonly auditDigest: Uint8Array;
  /** The audit counter: how many logs there have been. */
  readonly counterValue: TpmCounterValue;
  /** Digest of the list of audited ordinals: 20 bytes. */
  readonly ordinalDigest: Uint8Array;
}

/** An entry of the audit log. */
export type AuditEvent = TpmAuditEventIn | TpmAuditEventOut;

/** A signed audit digest and what it should be. */
export interface AuditEvidence extends SignInfoEvidence {
  /** The ordinals that should be audited, rising. */
  readonly ordinals?: readonly number[];
  /** The events the log should have, in order. */
  readonly events?: Iterable<AuditEvent>;
}

/** The data of the TPM_SIGN_INFO (Part 3, 8.4). */
const AUDIT_STATE: Codec<AuditState> = struct("audit digest", {
  auditDigest: TPM_DIGEST,
  counterValue: TPM_COUNTER_VALUE,
  ordinalDigest: TPM_DIGEST,
});
const WHAT = EVIDENCE.audit;

/** The TPM_SIGN_INFO of an audit digest, from what TPM_GetAuditDigestSigned answers. */
export function auditSignInfo(state: AuditState, nonce: Uint8Array): Uint8Array {
  return encodeSignInfo("audit", { nonce, data: encode(AUDIT_STATE, state) });
}

/** The digest of an audit log: 20 zeros, extended by each event (Part 3, 8.1). */
export function auditLogDigest(events: Iterable<AuditEvent>): Uint8Array {
  let digest: Uint8Array = new Uint8Array(20);
  for (const event of events) digest = sha1(digest, encodeEvent(event));
  return digest;
}

/** The digest of a list of ordinals, UINT32 each. */
export function ordinalListDigest(ordinals: readonly number[]): Uint8Array {
  const writer = new Writer();
  for (const ordinal of ordinals) writer.u32(ordinal);
  return sha1(writer.finish());
}

/**
 * Verifies what TPM_GetAuditDigestSigned answers: the nonce, the signature and, where they are
 * given, the audited ordinals and the events. Throws `VerifyError` that says which field does not
 * match; a `TypeError` when the nonce has not 20 bytes.
 */
export function verifyAuditDigest(evidence: AuditEvidence): AuditState {
  const state = decodeEvidence(AUDIT_STATE, verifySignInfo("audit", evidence), WHAT);
  const { ordinals, events } = evidence;
  if (ordinals) {
    const expected = ordinalListDigest(ordinals);
    checkBytes(state.ordinalDigest, { expected, field: "ordinalDigest", evidence: WHAT });
  }
  if (events) {
    const expected = auditLogDigest(events);
    checkBytes(state.auditDigest, { expected, field: "auditDigest", evidence: WHAT });
  }
  return state;
}

function encodeEvent(event: AuditEvent): Uint8Array {
  return event.tag === TPM_TAG_AUDIT_EVENT_IN
    ? encode(TPM_AUDIT_EVENT_IN, event)
    : encode(TPM_AUDIT_EVENT_OUT, event);
}
