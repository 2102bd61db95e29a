import { BOOL, SIZED32 } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_CreateMaintenanceArchive,
  TPM_DELEGATE_KillMaintenanceFeature,
  TPM_DELEGATE_LoadMaintenanceArchive,
} from "../constants/mod.ts";
import { TPM_DIGEST, TPM_NONCE, TPM_PUBKEY, type TpmPubkey } from "../structures/mod.ts";
import { ACTIVE, command, type CommandRows, type NoValues, OPERATIONAL } from "./command.ts";

/** What the commands of chapter 12 take and answer, by the groups of their rows. */
export interface MaintenanceCommands {
  TPM_CreateMaintenanceArchive: {
    in: { generateRandom: boolean };
    out: { random: Uint8Array; archive: Uint8Array };
  };
  TPM_LoadMaintenanceArchive: {
    in: { archive: Uint8Array };
  };
  TPM_KillMaintenanceFeature: NoValues;
  TPM_LoadManuMaintPub: {
    in: { antiReplay: Uint8Array; pubKey: TpmPubkey };
    out: { checksum: Uint8Array };
  };
  TPM_ReadManuMaintPub: {
    in: { antiReplay: Uint8Array };
    out: { checksum: Uint8Array };
  };
}

/** Part 3, chapter 12: Maintenance Functions. */
export const MAINTENANCE: CommandRows<MaintenanceCommands> = {
  TPM_CreateMaintenanceArchive: command({
    ordinal: 0x2c,
    spec: "Part 3, 12.1",
    auth: [{ for: "owner" }],
    in: { generateRandom: BOOL },
    out: { random: SIZED32, archive: SIZED32 },
    secret: ["random"],
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_CreateMaintenanceArchive },
    duration: "medium",
  }),
  // The specification gives the archive, and leaves what follows it and the whole answer to the
  // vendor: nothing here.
  TPM_LoadMaintenanceArchive: command({
    ordinal: 0x2d,
    spec: "Part 3, 12.2",
    auth: [{ for: "owner" }],
    in: { archive: SIZED32 },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_LoadMaintenanceArchive },
    duration: "medium",
  }),
  TPM_KillMaintenanceFeature: command({
    ordinal: 0x2e,
    spec: "Part 3, 12.3",
    auth: [{ for: "owner" }],
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_KillMaintenanceFeature },
  }),
  TPM_LoadManuMaintPub: command({
    ordinal: 0x2f,
    spec: "Part 3, 12.4",
    in: { antiReplay: TPM_NONCE, pubKey: TPM_PUBKEY },
    out: { checksum: TPM_DIGEST },
    needs: ACTIVE,
  }),
  TPM_ReadManuMaintPub: command({
    ordinal: 0x30,
    spec: "Part 3, 12.5",
    in: { antiReplay: TPM_NONCE },
    out: { checksum: TPM_DIGEST },
    needs: ACTIVE,
  }),
};
