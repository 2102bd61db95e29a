import { SIZED32 } from "../../codec/mod.ts";
import { TPM_DELEGATE_DisableOwnerClear, TPM_DELEGATE_OwnerClear } from "../constants/mod.ts";
import { TPM_KEY_ANY, type TpmKey, type TpmKey12 } from "../structures/mod.ts";
import {
  ACTIVE,
  ALWAYS,
  command,
  type CommandRows,
  ENABLED,
  type NoValues,
  OPERATIONAL,
} from "./command.ts";
import { TPM_PHYSICAL_PRESENCE, TPM_PROTOCOL_ID } from "./scalars.ts";

/** What the commands of chapter 6 take and answer, by the groups of their rows. */
export interface OwnershipCommands {
  TPM_TakeOwnership: {
    in: {
      protocolID: number;
      encOwnerAuth: Uint8Array;
      encSrkAuth: Uint8Array;
      srkParams: TpmKey | TpmKey12;
    };
    out: { srkPub: TpmKey | TpmKey12 };
  };
  TPM_OwnerClear: NoValues;
  TPM_ForceClear: NoValues;
  TPM_DisableOwnerClear: NoValues;
  TPM_DisableForceClear: NoValues;
  TSC_PhysicalPresence: {
    in: { physicalPresence: number };
  };
  TSC_ResetEstablishmentBit: NoValues;
}

/** Part 3, chapter 6: Admin Ownership. */
export const OWNERSHIP: CommandRows<OwnershipCommands> = {
  TPM_TakeOwnership: command({
    ordinal: 0x0d,
    spec: "Part 3, 6.1",
    auth: [{ for: "newOwner", sessions: ["OIAP"] }],
    in: {
      protocolID: TPM_PROTOCOL_ID,
      encOwnerAuth: SIZED32,
      encSrkAuth: SIZED32,
      srkParams: TPM_KEY_ANY,
    },
    out: { srkPub: TPM_KEY_ANY },
    secret: ["encOwnerAuth", "encSrkAuth"],
    needs: ENABLED,
    audit: "default",
    duration: "long",
  }),
  TPM_OwnerClear: command({
    ordinal: 0x5b,
    spec: "Part 3, 6.2",
    auth: [{ for: "owner", ends: "always" }],
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_OwnerClear },
    audit: "default",
  }),
  TPM_ForceClear: command({
    ordinal: 0x5d,
    spec: "Part 3, 6.3",
    needs: ACTIVE,
    audit: "default",
  }),
  TPM_DisableOwnerClear: command({
    ordinal: 0x5c,
    spec: "Part 3, 6.4",
    auth: [{ for: "owner" }],
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_DisableOwnerClear },
    audit: "default",
  }),
  TPM_DisableForceClear: command({
    ordinal: 0x5e,
    spec: "Part 3, 6.5",
    needs: ACTIVE,
    audit: "default",
  }),
  TSC_PhysicalPresence: command({
    ordinal: 0x4000000a,
    spec: "Part 3, 6.6",
    in: { physicalPresence: TPM_PHYSICAL_PRESENCE },
    needs: ALWAYS,
  }),
  TSC_ResetEstablishmentBit: command({
    ordinal: 0x4000000b,
    spec: "Part 3, 6.7",
    needs: ALWAYS,
  }),
};
