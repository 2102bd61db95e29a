import { encode } from "../codec/mod.ts";
import { sha1 } from "../crypto/mod.ts";
import { TPM_TAG_AUDIT_EVENT_IN, TPM_TAG_AUDIT_EVENT_OUT } from "../tpm12/constants/mod.ts";
import { TPM_AUDIT_EVENT_IN, TPM_AUDIT_EVENT_OUT } from "../tpm12/structures/mod.ts";
import { requestDigest, responseDigest } from "../wire/mod.ts";
import type { Call } from "./call.ts";
import type { Tpm } from "./tpm.ts";

const NO_PARAMETERS = new Uint8Array(0);

/**
 * Folds one executed command into the audit digest (Part 3, 8.1). Inside an encrypted transport
 * session the parameters stay out of it: only ordinal and return code count.
 */
export function auditCommand(tpm: Tpm, call: Call, answerDigest: Uint8Array): void {
  const { ordinal } = call.command;
  const hidden = call.wrapping?.encrypted === true;
  const { input, output } = call.audited ?? { input: call.digest, output: answerDigest };
  auditInput(tpm, hidden ? requestDigest(ordinal, NO_PARAMETERS) : input);
  const outputParms = hidden ? responseDigest(ordinal, NO_PARAMETERS) : output;
  const auditCount = tpm.permanent.auditMonotonicCounter;
  extendAudit(
    tpm,
    encode(TPM_AUDIT_EVENT_OUT, { tag: TPM_TAG_AUDIT_EVENT_OUT, outputParms, auditCount }),
  );
}

/** The first half of {@linkcode auditCommand}, which TPM_SaveState makes by itself (action 3.a). */
export function auditInput(tpm: Tpm, inputParms: Uint8Array): void {
  const { auditMonotonicCounter } = tpm.permanent;
  // 2.a. The first event after the digest was nulled opens a new audit session.
  if (tpm.volatile.auditDigest.every((byte) => byte === 0)) {
    auditMonotonicCounter.counter++;
    tpm.changed();
  }
  const auditCount = auditMonotonicCounter;
  extendAudit(
    tpm,
    encode(TPM_AUDIT_EVENT_IN, { tag: TPM_TAG_AUDIT_EVENT_IN, inputParms, auditCount }),
  );
}

/** 2.c, 2.e. auditDigest := SHA1(auditDigest ‖ event). */
function extendAudit(tpm: Tpm, event: Uint8Array): void {
  tpm.volatile.auditDigest = sha1(tpm.volatile.auditDigest, event);
}
