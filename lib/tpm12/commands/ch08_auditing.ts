import { BOOL, opaque32, SIZED32, untilEnd } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_SetOrdinalAuditStatus,
  TPM_KEY_DELEGATE_GetAuditDigestSigned,
} from "../constants/mod.ts";
import {
  TPM_COUNTER_VALUE,
  TPM_DIGEST,
  TPM_NONCE,
  type TpmCounterValue,
} from "../structures/mod.ts";
import { ACTIVE, command, type CommandRows, OPERATIONAL } from "./command.ts";
import { TPM_COMMAND_CODE, TPM_KEY_HANDLE } from "./scalars.ts";

/** What the commands of chapter 8 take and answer, by the groups of their rows. */
export interface AuditingCommands {
  TPM_GetAuditDigest: {
    in: { startOrdinal: number };
    out: {
      counterValue: TpmCounterValue;
      auditDigest: Uint8Array;
      more: boolean;
      ordList: Uint8Array;
    };
  };
  TPM_GetAuditDigestSigned: {
    handles: { keyHandle: number };
    in: { closeAudit: boolean; antiReplay: Uint8Array };
    out: {
      counterValue: TpmCounterValue;
      auditDigest: Uint8Array;
      ordinalDigest: Uint8Array;
      sig: Uint8Array;
    };
  };
  TPM_SetOrdinalAuditStatus: {
    in: { ordinalToAudit: number; auditState: boolean };
  };
}

/** Part 3, chapter 8: Auditing. */
export const AUDITING: CommandRows<AuditingCommands> = {
  TPM_GetAuditDigest: command({
    ordinal: 0x85,
    spec: "Part 3, 8.3",
    in: { startOrdinal: TPM_COMMAND_CODE },
    out: {
      counterValue: TPM_COUNTER_VALUE,
      auditDigest: TPM_DIGEST,
      more: BOOL,
      ordList: opaque32(untilEnd(TPM_COMMAND_CODE)),
    },
    needs: ACTIVE,
    audit: "never",
  }),
  TPM_GetAuditDigestSigned: command({
    ordinal: 0x86,
    spec: "Part 3, 8.4",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true }],
    in: { closeAudit: BOOL, antiReplay: TPM_NONCE },
    out: {
      counterValue: TPM_COUNTER_VALUE,
      auditDigest: TPM_DIGEST,
      ordinalDigest: TPM_DIGEST,
      sig: SIZED32,
    },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_GetAuditDigestSigned },
    audit: "never",
    duration: "medium",
  }),
  TPM_SetOrdinalAuditStatus: command({
    ordinal: 0x8d,
    spec: "Part 3, 8.5",
    auth: [{ for: "owner" }],
    in: { ordinalToAudit: TPM_COMMAND_CODE, auditState: BOOL },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_SetOrdinalAuditStatus },
    audit: "default",
  }),
};
