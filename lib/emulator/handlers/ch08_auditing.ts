import { encode, untilEnd } from "../../codec/mod.ts";
import { sha1 } from "../../crypto/mod.ts";
import { commandByOrdinal, TPM_COMMAND_CODE } from "../../tpm12/commands/mod.ts";
import { TPM_KEY_IDENTITY } from "../../tpm12/constants/mod.ts";
import { TPM_COUNTER_VALUE } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { requireSigningUsage, signInfo, signsDigests } from "../keys/signing.ts";
import type { Key } from "../state/key.ts";
import type { Handler } from "./handler.ts";

/** A list of ordinals. */
const ORDINALS = untilEnd(TPM_COMMAND_CODE);

/** TPM_GetAuditDigest (Part 3, 8.3). */
export const TPM_GetAuditDigest: Handler<"TPM_GetAuditDigest"> = (tpm, { startOrdinal }) => {
  const { auditedOrdinals, auditMonotonicCounter } = tpm.permanent;
  // 3. Rising; all of them fit into an answer (4).
  const ordinals = auditedOrdinals.filter((ordinal) => ordinal >= startOrdinal);
  return {
    // 1, 2, 5.
    counterValue: auditMonotonicCounter,
    auditDigest: tpm.volatile.auditDigest,
    more: false,
    ordList: encode(ORDINALS, ordinals),
  };
};

/** TPM_GetAuditDigestSigned (Part 3, 8.4). */
export const TPM_GetAuditDigestSigned: Handler<"TPM_GetAuditDigestSigned"> = (
  tpm,
  { closeAudit, antiReplay },
  call,
) => {
  const { key } = call.key("keyHandle");
  // 2, 3.
  requireSigning(key);
  // 5.b. Asked for before anything is signed.
  if (closeAudit && key.keyUsage !== TPM_KEY_IDENTITY) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "an identity key alone closes the audit");
  }
  // 4.
  const { volatile, permanent } = tpm;
  const { auditDigest } = volatile;
  const counterValue = permanent.auditMonotonicCounter;
  const ordinalDigest = sha1(encode(ORDINALS, permanent.auditedOrdinals));
  const data = Uint8Array.of(
    ...auditDigest,
    ...encode(TPM_COUNTER_VALUE, counterValue),
    ...ordinalDigest,
  );
  const sig = signInfo(key, { fixed: "ADIG", replay: antiReplay, data });
  // 5.a.
  if (closeAudit) volatile.auditDigest = new Uint8Array(20);
  return { counterValue, auditDigest, ordinalDigest, sig };
};

/** 2, 3. */
function requireSigning(key: Key): void {
  requireSigningUsage(key);
  if (!signsDigests(key)) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the key does not sign SHA-1 digests");
  }
}

/** TPM_SetOrdinalAuditStatus (Part 3, 8.5). */
export const TPM_SetOrdinalAuditStatus: Handler<"TPM_SetOrdinalAuditStatus"> = (
  tpm,
  { ordinalToAudit, auditState },
) => {
  const { permanent } = tpm;
  // 2.
  const command = commandByOrdinal(ordinalToAudit);
  if (command === undefined || !tpm.knows(command)) {
    throw tpmError("TPM_BADINDEX", `0x${ordinalToAudit.toString(16)} is the ordinal of no command`);
  }
  if (auditState && command.audit === "never") {
    throw tpmError("TPM_BAD_PARAMETER", `${command.name} is never audited`);
  }
  // 3.
  const others = permanent.auditedOrdinals.filter((ordinal) => ordinal !== ordinalToAudit);
  if (auditState) others.push(ordinalToAudit);
  permanent.auditedOrdinals = others.sort((a, b) => a - b);
  tpm.changed();
  return {};
};
