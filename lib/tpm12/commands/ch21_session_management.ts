import { BOOL, sized32 } from "../../codec/mod.ts";
import { TPM_DELEGATE_KeyControlOwner } from "../constants/mod.ts";
import {
  TPM_CONTEXT_BLOB,
  TPM_PUBKEY,
  type TpmContextBlob,
  type TpmPubkey,
} from "../structures/mod.ts";
import { command, type CommandRows, OPERATIONAL } from "./command.ts";
import {
  CONTEXT_LABEL,
  TPM_HANDLE,
  TPM_KEY_CONTROL,
  TPM_KEY_HANDLE,
  TPM_RESOURCE_TYPE,
} from "./scalars.ts";

/** What the commands of chapter 21 take and answer, by the groups of their rows. */
export interface SessionManagementCommands {
  TPM_KeyControlOwner: {
    handles: { keyHandle: number };
    in: { pubKey: TpmPubkey; bitName: number; bitValue: boolean };
  };
  TPM_SaveContext: {
    handles: { handle: number };
    in: { resourceType: number; label: Uint8Array };
    out: { contextBlob: TpmContextBlob };
  };
  TPM_LoadContext: {
    handles: { entityHandle: number };
    in: { keepHandle: boolean; contextBlob: TpmContextBlob };
    outHandles: { handle: number };
  };
}

/** Part 3, chapter 21: Session Management. */
export const SESSION_MANAGEMENT: CommandRows<SessionManagementCommands> = {
  TPM_KeyControlOwner: command({
    ordinal: 0x23,
    spec: "Part 3, 21.1",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "owner" }],
    in: { pubKey: TPM_PUBKEY, bitName: TPM_KEY_CONTROL, bitValue: BOOL },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_KeyControlOwner },
  }),
  TPM_SaveContext: command({
    ordinal: 0xb8,
    spec: "Part 3, 21.2",
    handles: { handle: TPM_HANDLE },
    in: { resourceType: TPM_RESOURCE_TYPE, label: CONTEXT_LABEL },
    out: { contextBlob: sized32(TPM_CONTEXT_BLOB) },
    needs: OPERATIONAL,
  }),
  TPM_LoadContext: command({
    ordinal: 0xb9,
    spec: "Part 3, 21.3",
    handles: { entityHandle: TPM_HANDLE },
    in: { keepHandle: BOOL, contextBlob: sized32(TPM_CONTEXT_BLOB) },
    outHandles: { handle: TPM_HANDLE },
    needs: OPERATIONAL,
  }),
};
