import { BOOL, optionalSized32, SIZED32 } from "../../codec/mod.ts";
import { TPM_KEY_DELEGATE_Quote, TPM_KEY_DELEGATE_Quote2 } from "../constants/mod.ts";
import {
  TPM_CAP_VERSION_INFO,
  TPM_DIGEST,
  TPM_NONCE,
  TPM_PCR_COMPOSITE,
  TPM_PCR_INFO_SHORT,
  TPM_PCR_SELECTION,
  TPM_PCRVALUE,
  type TpmCapVersionInfo,
  type TpmPcrComposite,
  type TpmPcrInfoShort,
  type TpmPcrSelection,
} from "../structures/mod.ts";
import { ACTIVE, ALWAYS, command, type CommandRows, OPERATIONAL } from "./command.ts";
import { TPM_KEY_HANDLE, TPM_PCRINDEX } from "./scalars.ts";

/** What the commands of chapter 16 take and answer, by the groups of their rows. */
export interface IntegrityCommands {
  TPM_Extend: {
    in: { pcrNum: number; inDigest: Uint8Array };
    out: { outDigest: Uint8Array };
  };
  TPM_PCRRead: {
    in: { pcrIndex: number };
    out: { outDigest: Uint8Array };
  };
  TPM_Quote: {
    handles: { keyHandle: number };
    in: { externalData: Uint8Array; targetPCR: TpmPcrSelection };
    out: { pcrData: TpmPcrComposite; sig: Uint8Array };
  };
  TPM_PCR_Reset: {
    in: { pcrSelection: TpmPcrSelection };
  };
  TPM_Quote2: {
    handles: { keyHandle: number };
    in: { externalData: Uint8Array; targetPCR: TpmPcrSelection; addVersion: boolean };
    out: { pcrData: TpmPcrInfoShort; versionInfo: TpmCapVersionInfo | null; sig: Uint8Array };
  };
}

/** Part 3, chapter 16: Integrity Collection and Reporting. */
export const INTEGRITY: CommandRows<IntegrityCommands> = {
  TPM_Extend: command({
    ordinal: 0x14,
    spec: "Part 3, 16.1",
    in: { pcrNum: TPM_PCRINDEX, inDigest: TPM_DIGEST },
    out: { outDigest: TPM_PCRVALUE },
    needs: ALWAYS,
  }),
  TPM_PCRRead: command({
    ordinal: 0x15,
    spec: "Part 3, 16.2",
    in: { pcrIndex: TPM_PCRINDEX },
    out: { outDigest: TPM_PCRVALUE },
    needs: ACTIVE,
  }),
  TPM_Quote: command({
    ordinal: 0x16,
    spec: "Part 3, 16.3",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true }],
    in: { externalData: TPM_NONCE, targetPCR: TPM_PCR_SELECTION },
    out: { pcrData: TPM_PCR_COMPOSITE, sig: SIZED32 },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_Quote },
    duration: "medium",
  }),
  TPM_PCR_Reset: command({
    ordinal: 0xc8,
    spec: "Part 3, 16.4",
    in: { pcrSelection: TPM_PCR_SELECTION },
    needs: ALWAYS,
  }),
  TPM_Quote2: command({
    ordinal: 0x3e,
    spec: "Part 3, 16.5",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true }],
    in: { externalData: TPM_NONCE, targetPCR: TPM_PCR_SELECTION, addVersion: BOOL },
    out: {
      pcrData: TPM_PCR_INFO_SHORT,
      versionInfo: optionalSized32(TPM_CAP_VERSION_INFO),
      sig: SIZED32,
    },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_Quote2 },
    duration: "medium",
  }),
};
