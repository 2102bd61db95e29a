import { opaque32, SIZED32 } from "../../codec/mod.ts";
import {
  TPM_KEY_DELEGATE_CreateWrapKey,
  TPM_KEY_DELEGATE_GetPubKey,
  TPM_KEY_DELEGATE_LoadKey2,
  TPM_KEY_DELEGATE_Seal,
  TPM_KEY_DELEGATE_Sealx,
  TPM_KEY_DELEGATE_UnBind,
  TPM_KEY_DELEGATE_Unseal,
} from "../constants/mod.ts";
import {
  TPM_ENCAUTH,
  TPM_KEY_ANY,
  TPM_PCR_INFO_ANY,
  TPM_PCR_INFO_LONG,
  TPM_PUBKEY,
  TPM_STORED_DATA_ANY,
  type TpmKey,
  type TpmKey12,
  type TpmPubkey,
  type TpmStoredData,
  type TpmStoredData12,
} from "../structures/mod.ts";
import { command, type CommandRows, OPERATIONAL, SHARED_SECRET } from "./command.ts";
import { TPM_KEY_HANDLE } from "./scalars.ts";

/** What the commands of chapter 10 take and answer, by the groups of their rows. */
export interface StorageCommands {
  TPM_Seal: {
    handles: { keyHandle: number };
    in: { encAuth: Uint8Array; pcrInfo: Uint8Array; inData: Uint8Array };
    out: { sealedData: TpmStoredData | TpmStoredData12 };
  };
  TPM_Unseal: {
    handles: { parentHandle: number };
    in: { inData: TpmStoredData | TpmStoredData12 };
    out: { secret: Uint8Array };
  };
  TPM_UnBind: {
    handles: { keyHandle: number };
    in: { inData: Uint8Array };
    out: { outData: Uint8Array };
  };
  TPM_CreateWrapKey: {
    handles: { parentHandle: number };
    in: { dataUsageAuth: Uint8Array; dataMigrationAuth: Uint8Array; keyInfo: TpmKey | TpmKey12 };
    out: { wrappedKey: TpmKey | TpmKey12 };
  };
  TPM_LoadKey2: {
    handles: { parentHandle: number };
    in: { inKey: TpmKey | TpmKey12 };
    outHandles: { inkeyHandle: number };
  };
  TPM_GetPubKey: {
    handles: { keyHandle: number };
    out: { pubKey: TpmPubkey };
  };
  TPM_Sealx: {
    handles: { keyHandle: number };
    in: { encAuth: Uint8Array; pcrInfo: Uint8Array; inData: Uint8Array };
    out: { sealedData: TpmStoredData | TpmStoredData12 };
  };
}

/** Part 3, chapter 10: Storage functions. */
export const STORAGE: CommandRows<StorageCommands> = {
  TPM_Seal: command({
    ordinal: 0x17,
    spec: "Part 3, 10.1",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{
      for: "keyHandle",
      sessions: SHARED_SECRET,
      adip: { encAuth: "even" },
      ends: "always",
    }],
    in: { encAuth: TPM_ENCAUTH, pcrInfo: opaque32(TPM_PCR_INFO_ANY), inData: SIZED32 },
    out: { sealedData: TPM_STORED_DATA_ANY },
    secret: ["inData"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_Seal },
    duration: "medium",
  }),
  TPM_Unseal: command({
    ordinal: 0x18,
    spec: "Part 3, 10.2",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [
      { for: "parentHandle", optional: true, ends: "encryptedOutput" },
      { for: "data", sessions: ["OIAP"] },
    ],
    in: { inData: TPM_STORED_DATA_ANY },
    out: { secret: SIZED32 },
    secret: ["secret"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_Unseal },
    duration: "medium",
  }),
  TPM_UnBind: command({
    ordinal: 0x1e,
    spec: "Part 3, 10.3",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true }],
    in: { inData: SIZED32 },
    out: { outData: SIZED32 },
    secret: ["outData"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_UnBind },
    duration: "medium",
  }),
  TPM_CreateWrapKey: command({
    ordinal: 0x1f,
    spec: "Part 3, 10.4",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [{
      for: "parentHandle",
      sessions: SHARED_SECRET,
      adip: { dataUsageAuth: "even", dataMigrationAuth: "odd" },
      ends: "always",
    }],
    in: { dataUsageAuth: TPM_ENCAUTH, dataMigrationAuth: TPM_ENCAUTH, keyInfo: TPM_KEY_ANY },
    out: { wrappedKey: TPM_KEY_ANY },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_CreateWrapKey },
    audit: "default",
    duration: "long",
  }),
  TPM_LoadKey2: command({
    ordinal: 0x41,
    spec: "Part 3, 10.5",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [{ for: "parentHandle", optional: true }],
    in: { inKey: TPM_KEY_ANY },
    outHandles: { inkeyHandle: TPM_KEY_HANDLE },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_LoadKey2 },
    duration: "medium",
  }),
  TPM_GetPubKey: command({
    ordinal: 0x21,
    spec: "Part 3, 10.6",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true, readsPublic: true }],
    out: { pubKey: TPM_PUBKEY },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_GetPubKey },
  }),
  // inData comes encrypted too, but over its whole length and with both nonces: its handler's
  // actions 13 and 14.
  TPM_Sealx: command({
    ordinal: 0x3d,
    spec: "Part 3, 10.7",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{
      for: "keyHandle",
      sessions: SHARED_SECRET,
      adip: { encAuth: "even" },
      ends: "always",
    }],
    in: { encAuth: TPM_ENCAUTH, pcrInfo: opaque32(TPM_PCR_INFO_LONG), inData: SIZED32 },
    out: { sealedData: TPM_STORED_DATA_ANY },
    secret: ["inData"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_Sealx },
    duration: "medium",
  }),
};
