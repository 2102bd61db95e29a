import { BOOL, SIZED32 } from "../../codec/mod.ts";
import { TPM_NONCE, TPM_VERSION, type TpmVersion } from "../structures/mod.ts";
import { ACTIVE, command, type CommandRows, type NoValues, OPERATIONAL } from "./command.ts";
import { TPM_CAPABILITY_AREA, TPM_COMMAND_CODE, TPM_KEY_HANDLE } from "./scalars.ts";

// The rows say how a 1.1 TPM takes them; a 1.2 TPM answers each with TPM_BAD_ORDINAL (rule 1).

/** What the commands of chapter 28 take and answer, by the groups of their rows. */
export interface DeletedCommands {
  TPM_GetCapabilitySigned: {
    handles: { keyHandle: number };
    in: { antiReplay: Uint8Array; capArea: number; subCap: Uint8Array };
    out: { version: TpmVersion; resp: Uint8Array; sig: Uint8Array };
  };
  TPM_GetOrdinalAuditStatus: {
    in: { ordinalToQuery: number };
    out: { state: boolean };
  };
  TPM_CertifySelfTest: {
    handles: { keyHandle: number };
    in: { antiReplay: Uint8Array };
    out: { sig: Uint8Array };
  };
  TPM_GetAuditEvent: NoValues;
  TPM_GetAuditEventSigned: NoValues;
}

/** Part 3, chapter 28: Deleted Commands. */
export const DELETED: CommandRows<DeletedCommands> = {
  TPM_GetCapabilitySigned: command({
    ordinal: 0x64,
    spec: "Part 3, 28.1",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true }],
    in: { antiReplay: TPM_NONCE, capArea: TPM_CAPABILITY_AREA, subCap: SIZED32 },
    out: { version: TPM_VERSION, resp: SIZED32, sig: SIZED32 },
    needs: OPERATIONAL,
    deletedBy12: true,
  }),
  TPM_GetOrdinalAuditStatus: command({
    ordinal: 0x8c,
    spec: "Part 3, 28.2",
    in: { ordinalToQuery: TPM_COMMAND_CODE },
    out: { state: BOOL },
    needs: ACTIVE,
    audit: "never",
    deletedBy12: true,
  }),
  TPM_CertifySelfTest: command({
    ordinal: 0x52,
    spec: "Part 3, 28.3",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true }],
    in: { antiReplay: TPM_NONCE },
    out: { sig: SIZED32 },
    needs: OPERATIONAL,
    deletedBy12: true,
  }),
  // The two audit commands of 1.1 are in no 1.2 text: only their ordinals remain, and the
  // parameters are left empty.
  TPM_GetAuditEvent: command({
    ordinal: 0x82,
    spec: "TCPA Main 1.1b",
    needs: ACTIVE,
    audit: "never",
    deletedBy12: true,
  }),
  TPM_GetAuditEventSigned: command({
    ordinal: 0x83,
    spec: "TCPA Main 1.1b",
    needs: OPERATIONAL,
    audit: "never",
    deletedBy12: true,
  }),
};
