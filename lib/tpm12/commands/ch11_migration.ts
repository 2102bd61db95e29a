import { opaque32, SIZED32, sized32 } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_AuthorizeMigrationKey,
  TPM_DELEGATE_CMK_ApproveMA,
  TPM_DELEGATE_CMK_CreateTicket,
  TPM_KEY_DELEGATE_CMK_ConvertMigration,
  TPM_KEY_DELEGATE_CMK_CreateBlob,
  TPM_KEY_DELEGATE_CMK_CreateKey,
  TPM_KEY_DELEGATE_ConvertMigrationBlob,
  TPM_KEY_DELEGATE_CreateMigrationBlob,
  TPM_KEY_DELEGATE_MigrateKey,
} from "../constants/mod.ts";
import {
  TPM_CMK_AUTH,
  TPM_DIGEST,
  TPM_ENCAUTH,
  TPM_HMAC,
  TPM_KEY12,
  TPM_MIGRATIONKEYAUTH,
  TPM_MSA_COMPOSITE,
  TPM_PUBKEY,
  type TpmCmkAuth,
  type TpmKey12,
  type TpmMigrationkeyauth,
  type TpmMsaComposite,
  type TpmPubkey,
} from "../structures/mod.ts";
import { command, type CommandRows, OPERATIONAL, SHARED_SECRET } from "./command.ts";
import { TPM_CMK_DELEGATE, TPM_KEY_HANDLE, TPM_MIGRATE_SCHEME } from "./scalars.ts";

/** What the commands of chapter 11 take and answer, by the groups of their rows. */
export interface MigrationCommands {
  TPM_CreateMigrationBlob: {
    handles: { parentHandle: number };
    in: { migrationType: number; migrationKeyAuth: TpmMigrationkeyauth; encData: Uint8Array };
    out: { random: Uint8Array; outData: Uint8Array };
  };
  TPM_ConvertMigrationBlob: {
    handles: { parentHandle: number };
    in: { inData: Uint8Array; random: Uint8Array };
    out: { outData: Uint8Array };
  };
  TPM_AuthorizeMigrationKey: {
    in: { migrationScheme: number; migrationKey: TpmPubkey };
    out: { outData: TpmMigrationkeyauth };
  };
  TPM_MigrateKey: {
    handles: { maKeyHandle: number };
    in: { pubKey: TpmPubkey; inData: Uint8Array };
    out: { outData: Uint8Array };
  };
  TPM_CMK_SetRestrictions: {
    in: { restriction: number };
  };
  TPM_CMK_ApproveMA: {
    in: { migrationAuthorityDigest: Uint8Array };
    out: { outData: Uint8Array };
  };
  TPM_CMK_CreateKey: {
    handles: { parentHandle: number };
    in: {
      dataUsageAuth: Uint8Array;
      keyInfo: TpmKey12;
      migrationAuthorityApproval: Uint8Array;
      migrationAuthorityDigest: Uint8Array;
    };
    out: { wrappedKey: TpmKey12 };
  };
  TPM_CMK_CreateTicket: {
    in: { verificationKey: TpmPubkey; signedData: Uint8Array; signatureValue: Uint8Array };
    out: { sigTicket: Uint8Array };
  };
  TPM_CMK_CreateBlob: {
    handles: { parentHandle: number };
    in: {
      migrationType: number;
      migrationKeyAuth: TpmMigrationkeyauth;
      pubSourceKeyDigest: Uint8Array;
      msaList: TpmMsaComposite;
      restrictTicket: Uint8Array;
      sigTicket: Uint8Array;
      encData: Uint8Array;
    };
    out: { random: Uint8Array; outData: Uint8Array };
  };
  TPM_CMK_ConvertMigration: {
    handles: { parentHandle: number };
    in: {
      restrictTicket: TpmCmkAuth;
      sigTicket: Uint8Array;
      migratedKey: TpmKey12;
      msaList: TpmMsaComposite;
      random: Uint8Array;
    };
    out: { outData: Uint8Array };
  };
}

/** Part 3, chapter 11: Migration. */
export const MIGRATION: CommandRows<MigrationCommands> = {
  TPM_CreateMigrationBlob: command({
    ordinal: 0x28,
    spec: "Part 3, 11.1",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [
      { for: "parentHandle", optional: true },
      { for: "entity", role: "migration", sessions: ["OIAP"] },
    ],
    in: {
      migrationType: TPM_MIGRATE_SCHEME,
      migrationKeyAuth: TPM_MIGRATIONKEYAUTH,
      encData: SIZED32,
    },
    out: { random: SIZED32, outData: SIZED32 },
    secret: ["random"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_CreateMigrationBlob },
    audit: "default",
    duration: "medium",
  }),
  TPM_ConvertMigrationBlob: command({
    ordinal: 0x2a,
    spec: "Part 3, 11.2",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [{ for: "parentHandle", optional: true }],
    in: { inData: SIZED32, random: SIZED32 },
    out: { outData: SIZED32 },
    secret: ["random"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_ConvertMigrationBlob },
    audit: "default",
    duration: "medium",
  }),
  TPM_AuthorizeMigrationKey: command({
    ordinal: 0x2b,
    spec: "Part 3, 11.3",
    auth: [{ for: "owner" }],
    in: { migrationScheme: TPM_MIGRATE_SCHEME, migrationKey: TPM_PUBKEY },
    out: { outData: TPM_MIGRATIONKEYAUTH },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_AuthorizeMigrationKey },
    audit: "default",
  }),
  TPM_MigrateKey: command({
    ordinal: 0x25,
    spec: "Part 3, 11.4",
    handles: { maKeyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "maKeyHandle", optional: true }],
    in: { pubKey: TPM_PUBKEY, inData: SIZED32 },
    out: { outData: SIZED32 },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_MigrateKey },
    duration: "medium",
  }),
  // Delegation is refused on purpose: it has no permission bit (11.5).
  TPM_CMK_SetRestrictions: command({
    ordinal: 0x1c,
    spec: "Part 3, 11.5",
    auth: [{ for: "owner" }],
    in: { restriction: TPM_CMK_DELEGATE },
    needs: OPERATIONAL,
  }),
  TPM_CMK_ApproveMA: command({
    ordinal: 0x1d,
    spec: "Part 3, 11.6",
    auth: [{ for: "owner" }],
    in: { migrationAuthorityDigest: TPM_DIGEST },
    out: { outData: TPM_HMAC },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_CMK_ApproveMA },
  }),
  TPM_CMK_CreateKey: command({
    ordinal: 0x13,
    spec: "Part 3, 11.7",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [{
      for: "parentHandle",
      sessions: SHARED_SECRET,
      adip: { dataUsageAuth: "even" },
      ends: "always",
    }],
    in: {
      dataUsageAuth: TPM_ENCAUTH,
      keyInfo: TPM_KEY12,
      migrationAuthorityApproval: TPM_HMAC,
      migrationAuthorityDigest: TPM_DIGEST,
    },
    out: { wrappedKey: TPM_KEY12 },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_CMK_CreateKey },
    duration: "long",
  }),
  TPM_CMK_CreateTicket: command({
    ordinal: 0x12,
    spec: "Part 3, 11.8",
    auth: [{ for: "owner" }],
    in: { verificationKey: TPM_PUBKEY, signedData: TPM_DIGEST, signatureValue: SIZED32 },
    out: { sigTicket: TPM_HMAC },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_CMK_CreateTicket },
    duration: "medium",
  }),
  TPM_CMK_CreateBlob: command({
    ordinal: 0x1b,
    spec: "Part 3, 11.9",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [{ for: "parentHandle" }],
    in: {
      migrationType: TPM_MIGRATE_SCHEME,
      migrationKeyAuth: TPM_MIGRATIONKEYAUTH,
      pubSourceKeyDigest: TPM_DIGEST,
      msaList: sized32(TPM_MSA_COMPOSITE),
      restrictTicket: opaque32(TPM_CMK_AUTH),
      sigTicket: opaque32(TPM_HMAC),
      encData: SIZED32,
    },
    out: { random: SIZED32, outData: SIZED32 },
    secret: ["random"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_CMK_CreateBlob },
    duration: "medium",
  }),
  TPM_CMK_ConvertMigration: command({
    ordinal: 0x24,
    spec: "Part 3, 11.10",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [{ for: "parentHandle" }],
    in: {
      restrictTicket: TPM_CMK_AUTH,
      sigTicket: TPM_HMAC,
      migratedKey: TPM_KEY12,
      msaList: sized32(TPM_MSA_COMPOSITE),
      random: SIZED32,
    },
    out: { outData: SIZED32 },
    secret: ["random"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_CMK_ConvertMigration },
    duration: "medium",
  }),
};
