import { BOOL, type Codec, opaque32, SIZED32, sized32, struct, untilEnd } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_Delegate_CreateOwnerDelegation,
  TPM_DELEGATE_Delegate_LoadOwnerDelegation,
  TPM_DELEGATE_Delegate_Manage,
  TPM_DELEGATE_Delegate_UpdateVerification,
  TPM_KEY_DELEGATE_Delegate_CreateKeyDelegation,
} from "../constants/mod.ts";
import {
  TPM_DELEGATE_KEY_BLOB,
  TPM_DELEGATE_OWNER_BLOB,
  TPM_DELEGATE_PUBLIC,
  TPM_ENCAUTH,
  TPM_FAMILY_TABLE_ENTRY,
  type TpmDelegateKeyBlob,
  type TpmDelegateOwnerBlob,
  type TpmDelegatePublic,
} from "../structures/mod.ts";
import { ACTIVE, command, type CommandRows, OPERATIONAL, SHARED_SECRET } from "./command.ts";
import {
  TPM_DELEGATE_INDEX,
  TPM_FAMILY_ID,
  TPM_FAMILY_OPERATION,
  TPM_KEY_HANDLE,
} from "./scalars.ts";

/** One of the pairs that make up delegateTable of TPM_Delegate_ReadTable (Part 3, 19.5). */
export interface DelegateTableEntry {
  /** Number of the row. */
  tableIndex: number;
  /** Public part of the row. */
  pubInfo: TpmDelegatePublic;
}

/** Wire form of {@linkcode DelegateTableEntry}. */
export const DELEGATE_TABLE_ENTRY: Codec<DelegateTableEntry> = struct("DELEGATE_TABLE_ENTRY", {
  tableIndex: TPM_DELEGATE_INDEX,
  pubInfo: TPM_DELEGATE_PUBLIC,
});

/** What the commands of chapter 19 take and answer, by the groups of their rows. */
export interface DelegationCommands {
  TPM_Delegate_Manage: {
    in: { familyID: number; opCode: number; opData: Uint8Array };
    out: { retData: Uint8Array };
  };
  TPM_Delegate_CreateKeyDelegation: {
    handles: { keyHandle: number };
    in: { publicInfo: TpmDelegatePublic; delAuth: Uint8Array };
    out: { blob: TpmDelegateKeyBlob };
  };
  TPM_Delegate_CreateOwnerDelegation: {
    in: { increment: boolean; publicInfo: TpmDelegatePublic; delAuth: Uint8Array };
    out: { blob: TpmDelegateOwnerBlob };
  };
  TPM_Delegate_LoadOwnerDelegation: {
    in: { index: number; blob: TpmDelegateOwnerBlob };
  };
  TPM_Delegate_ReadTable: {
    out: { familyTable: Uint8Array; delegateTable: Uint8Array };
  };
  TPM_Delegate_UpdateVerification: {
    in: { inputData: Uint8Array };
    out: { outputData: Uint8Array };
  };
  TPM_Delegate_VerifyDelegation: {
    in: { delegation: Uint8Array };
  };
}

/** Part 3, chapter 19: Delegation Commands. */
export const DELEGATION: CommandRows<DelegationCommands> = {
  TPM_Delegate_Manage: command({
    ordinal: 0xd2,
    spec: "Part 3, 19.1",
    auth: [{ for: "owner", optional: true, ends: "DSAP", inTurn: true }],
    in: { familyID: TPM_FAMILY_ID, opCode: TPM_FAMILY_OPERATION, opData: SIZED32 },
    out: { retData: SIZED32 },
    needs: ACTIVE,
    delegate: { owner: TPM_DELEGATE_Delegate_Manage },
  }),
  TPM_Delegate_CreateKeyDelegation: command({
    ordinal: 0xd4,
    spec: "Part 3, 19.2",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{
      for: "keyHandle",
      sessions: SHARED_SECRET,
      isNoUse: true,
      adip: { delAuth: "even" },
      ends: "always",
    }],
    in: { publicInfo: TPM_DELEGATE_PUBLIC, delAuth: TPM_ENCAUTH },
    out: { blob: sized32(TPM_DELEGATE_KEY_BLOB) },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_Delegate_CreateKeyDelegation },
  }),
  TPM_Delegate_CreateOwnerDelegation: command({
    ordinal: 0xd5,
    spec: "Part 3, 19.3",
    auth: [{ for: "owner", sessions: SHARED_SECRET, adip: { delAuth: "even" }, ends: "always" }],
    in: { increment: BOOL, publicInfo: TPM_DELEGATE_PUBLIC, delAuth: TPM_ENCAUTH },
    out: { blob: sized32(TPM_DELEGATE_OWNER_BLOB) },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_Delegate_CreateOwnerDelegation },
  }),
  TPM_Delegate_LoadOwnerDelegation: command({
    ordinal: 0xd8,
    spec: "Part 3, 19.4",
    auth: [{ for: "owner", optional: true, ends: "DSAP", inTurn: true }],
    in: { index: TPM_DELEGATE_INDEX, blob: sized32(TPM_DELEGATE_OWNER_BLOB) },
    needs: ACTIVE,
    delegate: { owner: TPM_DELEGATE_Delegate_LoadOwnerDelegation },
  }),
  TPM_Delegate_ReadTable: command({
    ordinal: 0xdb,
    spec: "Part 3, 19.5",
    out: {
      familyTable: opaque32(untilEnd(TPM_FAMILY_TABLE_ENTRY)),
      delegateTable: opaque32(untilEnd(DELEGATE_TABLE_ENTRY)),
    },
    needs: ACTIVE,
  }),
  TPM_Delegate_UpdateVerification: command({
    ordinal: 0xd1,
    spec: "Part 3, 19.6",
    auth: [{ for: "owner" }],
    in: { inputData: SIZED32 },
    out: { outputData: SIZED32 },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_Delegate_UpdateVerification },
  }),
  TPM_Delegate_VerifyDelegation: command({
    ordinal: 0xd6,
    spec: "Part 3, 19.7",
    in: { delegation: SIZED32 },
    needs: OPERATIONAL,
  }),
};
