import { sha1, signPkcs1Sha1 } from "../../crypto/mod.ts";
import { commandByOrdinal } from "../../tpm12/commands/mod.ts";
import { TPM_SS_RSASSAPKCS1v15_SHA1 } from "../../tpm12/constants/mod.ts";
import { STRUCT_VER_1_1 } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { selfTestContents } from "../../verify/mod.ts";
import { requireSigningUsage } from "../keys/signing.ts";
import type { Key } from "../state/key.ts";
import { TPM_SelfTestFull } from "./ch04_testing.ts";
import { TPM_GetCapability } from "./ch07_capability.ts";
import type { Handler } from "./handler.ts";

// Rule 1 of the chapter has a 1.2 TPM answer these with TPM_BAD_ORDINAL, and so does this one
// unless it was powered on with `deletedCommands`.

/**
 * TPM_GetCapabilitySigned (Part 3, 28.1). No text of its actions is at hand: the capability is that
 * of TPM_GetCapability, and what is signed is SHA1(resp ‖ antiReplay).
 */
export const TPM_GetCapabilitySigned: Handler<"TPM_GetCapabilitySigned"> = (
  tpm,
  { antiReplay, capArea, subCap },
  call,
) => {
  const { key } = call.key("keyHandle");
  requireSigning(key);
  const { resp } = TPM_GetCapability(tpm, { capArea, subCap }, call);
  const sig = signPkcs1Sha1(key.rsa, sha1(resp, antiReplay));
  return { version: STRUCT_VER_1_1, resp, sig };
};

/** TPM_GetOrdinalAuditStatus (Part 3, 28.2). */
export const TPM_GetOrdinalAuditStatus: Handler<"TPM_GetOrdinalAuditStatus"> = (
  tpm,
  { ordinalToQuery },
) => {
  if (commandByOrdinal(ordinalToQuery) === undefined) {
    throw tpmError("TPM_BADINDEX", `0x${ordinalToQuery.toString(16)} is the ordinal of no command`);
  }
  // 1.
  return { state: tpm.auditsOrdinal(ordinalToQuery) };
};

/** TPM_CertifySelfTest (Part 3, 28.3). */
export const TPM_CertifySelfTest: Handler<"TPM_CertifySelfTest"> = (tpm, { antiReplay }, call) => {
  const { key } = call.key("keyHandle");
  requireSigning(key);
  // 1.
  TPM_SelfTestFull(tpm, {}, call);
  // 3 to 5.
  return { sig: signPkcs1Sha1(key.rsa, sha1(selfTestContents(antiReplay))) };
};

/** 28.3, the rule on keys, and action 2.a. */
function requireSigning(key: Key): void {
  requireSigningUsage(key);
  if (key.publicPart.algorithmParms.sigScheme !== TPM_SS_RSASSAPKCS1v15_SHA1) {
    throw tpmError("TPM_BAD_SCHEME", "the key does not sign SHA-1 digests");
  }
}

/**
 * TPM_GetAuditEvent (TCPA Main 1.1b), which read the events one by one out of the TPM. This one
 * keeps no more of them than their digest, as 1.2 has it, so there is never one to give.
 */
export const TPM_GetAuditEvent: Handler<"TPM_GetAuditEvent"> = () => {
  throw noAuditEvents();
};

/** TPM_GetAuditEventSigned (TCPA Main 1.1b): as {@linkcode TPM_GetAuditEvent}. */
export const TPM_GetAuditEventSigned: Handler<"TPM_GetAuditEventSigned"> = () => {
  throw noAuditEvents();
};

function noAuditEvents(): Error {
  return tpmError("TPM_DISABLED_CMD", "audit events are not kept, but for their digest");
}
