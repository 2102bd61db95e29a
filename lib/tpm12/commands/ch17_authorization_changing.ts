import { SIZED32 } from "../../codec/mod.ts";
import { TPM_KEY_DELEGATE_ChangeAuth } from "../constants/mod.ts";
import { TPM_ENCAUTH } from "../structures/mod.ts";
import { command, type CommandRows, OPERATIONAL, SHARED_SECRET } from "./command.ts";
import { TPM_ENTITY_TYPE, TPM_KEY_HANDLE, TPM_PROTOCOL_ID } from "./scalars.ts";

/** What the commands of chapter 17 take and answer, by the groups of their rows. */
export interface AuthorizationChangingCommands {
  TPM_ChangeAuth: {
    handles: { parentHandle: number };
    in: { protocolID: number; newAuth: Uint8Array; entityType: number; encData: Uint8Array };
    out: { outData: Uint8Array };
  };
  TPM_ChangeAuthOwner: {
    in: { protocolID: number; newAuth: Uint8Array; entityType: number };
  };
}

/** Part 3, chapter 17: Changing AuthData. */
export const AUTHORIZATION_CHANGING: CommandRows<AuthorizationChangingCommands> = {
  TPM_ChangeAuth: command({
    ordinal: 0x0c,
    spec: "Part 3, 17.1",
    handles: { parentHandle: TPM_KEY_HANDLE },
    auth: [
      {
        for: "parentHandle",
        sessions: SHARED_SECRET,
        adip: { newAuth: "even" },
        ends: "always",
        inTurn: true,
      },
      { for: "entity", sessions: ["OIAP"], ends: "always" },
    ],
    in: {
      protocolID: TPM_PROTOCOL_ID,
      newAuth: TPM_ENCAUTH,
      entityType: TPM_ENTITY_TYPE,
      encData: SIZED32,
    },
    out: { outData: SIZED32 },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_ChangeAuth },
    duration: "medium",
  }),
  TPM_ChangeAuthOwner: command({
    ordinal: 0x10,
    spec: "Part 3, 17.2",
    // DSAP too, for which action 1 comes before action 2: nothing can be delegated.
    auth: [{ for: "owner", sessions: SHARED_SECRET, adip: { newAuth: "even" }, ends: "always" }],
    in: { protocolID: TPM_PROTOCOL_ID, newAuth: TPM_ENCAUTH, entityType: TPM_ENTITY_TYPE },
    needs: OPERATIONAL,
    audit: "default",
  }),
};
