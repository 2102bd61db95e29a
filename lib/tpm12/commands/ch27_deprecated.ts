import { opaque32, SIZED32 } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_DirWriteAuth,
  TPM_DELEGATE_DisablePubekRead,
  TPM_DELEGATE_OwnerReadPubek,
  TPM_KEY_DELEGATE_ChangeAuthAsymFinish,
  TPM_KEY_DELEGATE_ChangeAuthAsymStart,
  TPM_KEY_DELEGATE_LoadKey,
} from "../constants/mod.ts";
import {
  TPM_CERTIFY_INFO,
  TPM_CONTEXT_BLOB,
  TPM_DIGEST,
  TPM_DIRVALUE,
  TPM_HMAC,
  TPM_KEY,
  TPM_KEY_ANY,
  TPM_KEY_PARMS,
  TPM_NONCE,
  TPM_PUBKEY,
  type TpmCertifyInfo,
  type TpmKey,
  type TpmKey12,
  type TpmKeyParms,
  type TpmPubkey,
} from "../structures/mod.ts";
import {
  ACTIVE,
  ALWAYS,
  command,
  type CommandRows,
  type NoValues,
  OPERATIONAL,
} from "./command.ts";
import { TPM_AUTHHANDLE, TPM_DIRINDEX, TPM_ENTITY_TYPE, TPM_KEY_HANDLE } from "./scalars.ts";

/** What the commands of chapter 27 take and answer, by the groups of their rows. */
export interface DeprecatedCommands {
  TPM_EvictKey: {
    handles: { evictHandle: number };
  };
  TPM_Terminate_Handle: {
    handles: { authHandle: number };
  };
  TPM_SaveKeyContext: {
    handles: { keyHandle: number };
    out: { keyContextBlob: Uint8Array };
  };
  TPM_LoadKeyContext: {
    in: { keyContextBlob: Uint8Array };
    outHandles: { keyHandle: number };
  };
  TPM_SaveAuthContext: {
    handles: { authHandle: number };
    out: { authContextBlob: Uint8Array };
  };
  TPM_LoadAuthContext: {
    in: { authContextBlob: Uint8Array };
    outHandles: { authHandle: number };
  };
  TPM_DirWriteAuth: {
    in: { dirIndex: number; newContents: Uint8Array };
  };
  TPM_DirRead: {
    in: { dirIndex: number };
    out: { dirContents: Uint8Array };
  };
  TPM_ChangeAuthAsymStart: {
    handles: { idHandle: number };
    in: { antiReplay: Uint8Array; tempKeyParms: TpmKeyParms };
    out: { certifyInfo: TpmCertifyInfo; sig: Uint8Array; ephHandle: number; tempKey: TpmKey };
  };
  TPM_ChangeAuthAsymFinish: {
    handles: { parentHandle: number; ephHandle: number };
    in: {
      entityType: number;
      newAuthLink: Uint8Array;
      encNewAuth: Uint8Array;
      encData: Uint8Array;
    };
    out: { outData: Uint8Array; saltNonce: Uint8Array; changeProof: Uint8Array };
  };
  TPM_Reset: NoValues;
  TPM_OwnerReadPubek: {
    out: { pubEndorsementKey: TpmPubkey };
  };
  TPM_DisablePubekRead: NoValues;
  TPM_LoadKey: {
    handles: { parentHandle: number };
    in: { inKey: TpmKey | TpmKey12 };
    out: { inkeyHandle: number };
  };
}

/** Part 3, chapter 27: Deprecated Commands. */
export const DEPRECATED: CommandRows<DeprecatedCommands> = {
  TPM_EvictKey: command({
    ordinal: 0x22,
    spec: "Part 3, 27.1.1",
    handles: { evictHandle: TPM_KEY_HANDLE },
    needs: OPERATIONAL,
  }),
  TPM_Terminate_Handle: command({
    ordinal: 0x96,
    spec: "Part 3, 27.1.2",
    handles: { authHandle: TPM_AUTHHANDLE },
    needs: ALWAYS,
  }),
  // What the four saved contexts hold is for the TPM to say; the TPMs at hand make context blobs.
  TPM_SaveKeyContext: command({
    ordinal: 0xb4,
    spec: "Part 3, 27.2.1",
    handles: { keyHandle: TPM_KEY_HANDLE },
    out: { keyContextBlob: opaque32(TPM_CONTEXT_BLOB) },
    needs: ACTIVE,
  }),
  TPM_LoadKeyContext: command({
    ordinal: 0xb5,
    spec: "Part 3, 27.2.2",
    in: { keyContextBlob: opaque32(TPM_CONTEXT_BLOB) },
    outHandles: { keyHandle: TPM_KEY_HANDLE },
    needs: ACTIVE,
  }),
  TPM_SaveAuthContext: command({
    ordinal: 0xb6,
    spec: "Part 3, 27.2.3",
    handles: { authHandle: TPM_AUTHHANDLE },
    out: { authContextBlob: opaque32(TPM_CONTEXT_BLOB) },
    needs: ACTIVE,
  }),
  TPM_LoadAuthContext: command({
    ordinal: 0xb7,
    spec: "Part 3, 27.2.4",
    in: { authContextBlob: opaque32(TPM_CONTEXT_BLOB) },
    outHandles: { authHandle: TPM_AUTHHANDLE },
    needs: ACTIVE,
  }),
  TPM_DirWriteAuth: command({
    ordinal: 0x19,
    spec: "Part 3, 27.3.1",
    auth: [{ for: "owner" }],
    in: { dirIndex: TPM_DIRINDEX, newContents: TPM_DIRVALUE },
    needs: ACTIVE,
    delegate: { owner: TPM_DELEGATE_DirWriteAuth },
  }),
  TPM_DirRead: command({
    ordinal: 0x1a,
    spec: "Part 3, 27.3.2",
    in: { dirIndex: TPM_DIRINDEX },
    out: { dirContents: TPM_DIRVALUE },
    needs: ACTIVE,
  }),
  // The handle of the ephemeral key stands inside the digest.
  TPM_ChangeAuthAsymStart: command({
    ordinal: 0x0e,
    spec: "Part 3, 27.4.1",
    handles: { idHandle: TPM_KEY_HANDLE },
    auth: [{ for: "idHandle", optional: true, inTurn: true }],
    in: { antiReplay: TPM_NONCE, tempKeyParms: TPM_KEY_PARMS },
    out: {
      certifyInfo: TPM_CERTIFY_INFO,
      sig: SIZED32,
      ephHandle: TPM_KEY_HANDLE,
      tempKey: TPM_KEY,
    },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_ChangeAuthAsymStart },
    duration: "long",
  }),
  TPM_ChangeAuthAsymFinish: command({
    ordinal: 0x0f,
    spec: "Part 3, 27.4.2",
    handles: { parentHandle: TPM_KEY_HANDLE, ephHandle: TPM_KEY_HANDLE },
    // Under the SRK it is the owner's secret that is proved.
    auth: [{ for: "parentHandle", optional: true, inTurn: true }],
    in: {
      entityType: TPM_ENTITY_TYPE,
      newAuthLink: TPM_HMAC,
      encNewAuth: SIZED32,
      encData: SIZED32,
    },
    out: { outData: SIZED32, saltNonce: TPM_NONCE, changeProof: TPM_DIGEST },
    secret: ["newAuthLink", "encNewAuth"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_ChangeAuthAsymFinish },
    duration: "medium",
  }),
  TPM_Reset: command({
    ordinal: 0x5a,
    spec: "Part 3, 27.5",
    needs: ALWAYS,
  }),
  TPM_OwnerReadPubek: command({
    ordinal: 0x7d,
    spec: "Part 3, 27.6",
    auth: [{ for: "owner" }],
    out: { pubEndorsementKey: TPM_PUBKEY },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_OwnerReadPubek },
    audit: "default",
  }),
  TPM_DisablePubekRead: command({
    ordinal: 0x7e,
    spec: "Part 3, 27.7",
    auth: [{ for: "owner" }],
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_DisablePubekRead },
    audit: "default",
  }),
  // The handle of the loaded key stands inside the digest, unlike that of TPM_LoadKey2.
  TPM_LoadKey: command({
    ordinal: 0x20,
    spec: "Part 3, 27.8",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [{ for: "parentHandle", optional: true }],
    in: { inKey: TPM_KEY_ANY },
    out: { inkeyHandle: TPM_KEY_HANDLE },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_LoadKey },
    duration: "medium",
  }),
};
