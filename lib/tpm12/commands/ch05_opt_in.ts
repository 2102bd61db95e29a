import { BOOL } from "../../codec/mod.ts";
import { TPM_DELEGATE_OwnerSetDisable } from "../constants/mod.ts";
import { TPM_SECRET } from "../structures/mod.ts";
import {
  ACTIVE,
  ALWAYS,
  command,
  type CommandRows,
  ENABLED,
  type NoValues,
  OWNED,
} from "./command.ts";

/** What the commands of chapter 5 take and answer, by the groups of their rows. */
export interface OptInCommands {
  TPM_SetOwnerInstall: {
    in: { state: boolean };
  };
  TPM_OwnerSetDisable: {
    in: { disableState: boolean };
  };
  TPM_PhysicalEnable: NoValues;
  TPM_PhysicalDisable: NoValues;
  TPM_PhysicalSetDeactivated: {
    in: { state: boolean };
  };
  TPM_SetTempDeactivated: NoValues;
  TPM_SetOperatorAuth: {
    in: { operatorAuth: Uint8Array };
  };
}

/** Part 3, chapter 5: Admin Opt-in. */
export const OPT_IN: CommandRows<OptInCommands> = {
  TPM_SetOwnerInstall: command({
    ordinal: 0x71,
    spec: "Part 3, 5.1",
    in: { state: BOOL },
    needs: ACTIVE,
    audit: "default",
  }),
  TPM_OwnerSetDisable: command({
    ordinal: 0x6e,
    spec: "Part 3, 5.2",
    auth: [{ for: "owner" }],
    in: { disableState: BOOL },
    needs: OWNED,
    delegate: { owner: TPM_DELEGATE_OwnerSetDisable },
    audit: "default",
  }),
  TPM_PhysicalEnable: command({
    ordinal: 0x6f,
    spec: "Part 3, 5.3",
    needs: ALWAYS,
    audit: "default",
  }),
  TPM_PhysicalDisable: command({
    ordinal: 0x70,
    spec: "Part 3, 5.4",
    needs: ENABLED,
    audit: "default",
  }),
  TPM_PhysicalSetDeactivated: command({
    ordinal: 0x72,
    spec: "Part 3, 5.5",
    in: { state: BOOL },
    needs: ENABLED,
    audit: "default",
  }),
  TPM_SetTempDeactivated: command({
    ordinal: 0x73,
    spec: "Part 3, 5.6",
    auth: [{ for: "operator", sessions: ["OIAP"], optional: true }],
    needs: { ...ALWAYS, activated: true },
    audit: "default",
  }),
  TPM_SetOperatorAuth: command({
    ordinal: 0x74,
    spec: "Part 3, 5.7",
    in: { operatorAuth: TPM_SECRET },
    needs: ACTIVE,
  }),
};
