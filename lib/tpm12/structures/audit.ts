import { type Codec, struct, tag } from "../../codec/mod.ts";
import { TPM_TAG_AUDIT_EVENT_IN, TPM_TAG_AUDIT_EVENT_OUT } from "../constants/mod.ts";
import { TPM_COUNTER_VALUE, TPM_DIGEST, type TpmCounterValue } from "./basics.ts";

/** TPM_AUDIT_EVENT_IN: audit event of a request (Part 2, 14.1). */
export interface TpmAuditEventIn {
  /** TPM_TAG_AUDIT_EVENT_IN. */
  tag: typeof TPM_TAG_AUDIT_EVENT_IN;
  /** Digest of the request parameters. */
  inputParms: Uint8Array;
  /** The audit counter. */
  auditCount: TpmCounterValue;
}

/** Wire form of {@linkcode TpmAuditEventIn}. */
export const TPM_AUDIT_EVENT_IN: Codec<TpmAuditEventIn> = struct("TPM_AUDIT_EVENT_IN", {
  tag: tag(TPM_TAG_AUDIT_EVENT_IN),
  inputParms: TPM_DIGEST,
  auditCount: TPM_COUNTER_VALUE,
});

/** TPM_AUDIT_EVENT_OUT: audit event of an answer (Part 2, 14.2). */
export interface TpmAuditEventOut {
  /** TPM_TAG_AUDIT_EVENT_OUT. */
  tag: typeof TPM_TAG_AUDIT_EVENT_OUT;
  /** Digest of the answer parameters. */
  outputParms: Uint8Array;
  /** The audit counter. */
  auditCount: TpmCounterValue;
}

/** Wire form of {@linkcode TpmAuditEventOut}. */
export const TPM_AUDIT_EVENT_OUT: Codec<TpmAuditEventOut> = struct("TPM_AUDIT_EVENT_OUT", {
  tag: tag(TPM_TAG_AUDIT_EVENT_OUT),
  outputParms: TPM_DIGEST,
  auditCount: TPM_COUNTER_VALUE,
});
