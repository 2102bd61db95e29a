import { SIZED32, U32 } from "../../codec/mod.ts";
import { TPM_NONCE } from "../structures/mod.ts";
import { ALWAYS, command, type CommandRows, OPERATIONAL, OWNED } from "./command.ts";
import { TPM_AUTHHANDLE, TPM_ENTITY_TYPE, TPM_KEY_HANDLE } from "./scalars.ts";

/** What the commands of chapter 18 take and answer, by the groups of their rows. */
export interface SessionsCommands {
  TPM_OIAP: {
    outHandles: { authHandle: number; nonceEven: Uint8Array };
  };
  TPM_OSAP: {
    handles: { entityType: number; entityValue: number; nonceOddOSAP: Uint8Array };
    outHandles: { authHandle: number; nonceEven: Uint8Array; nonceEvenOSAP: Uint8Array };
  };
  TPM_DSAP: {
    handles: { entityType: number; keyHandle: number; nonceOddDSAP: Uint8Array };
    in: { entityValue: Uint8Array };
    outHandles: { authHandle: number; nonceEven: Uint8Array; nonceEvenDSAP: Uint8Array };
  };
  TPM_SetOwnerPointer: {
    in: { entityType: number; entityValue: number };
  };
}

/** Part 3, chapter 18: Authorization Sessions. */
export const SESSIONS: CommandRows<SessionsCommands> = {
  TPM_OIAP: command({
    ordinal: 0x0a,
    spec: "Part 3, 18.1",
    outHandles: { authHandle: TPM_AUTHHANDLE, nonceEven: TPM_NONCE },
    needs: ALWAYS,
  }),
  TPM_OSAP: command({
    ordinal: 0x0b,
    spec: "Part 3, 18.2",
    handles: { entityType: TPM_ENTITY_TYPE, entityValue: U32, nonceOddOSAP: TPM_NONCE },
    outHandles: { authHandle: TPM_AUTHHANDLE, nonceEven: TPM_NONCE, nonceEvenOSAP: TPM_NONCE },
    needs: OWNED,
  }),
  TPM_DSAP: command({
    ordinal: 0x11,
    spec: "Part 3, 18.3",
    handles: { entityType: TPM_ENTITY_TYPE, keyHandle: TPM_KEY_HANDLE, nonceOddDSAP: TPM_NONCE },
    in: { entityValue: SIZED32 },
    outHandles: { authHandle: TPM_AUTHHANDLE, nonceEven: TPM_NONCE, nonceEvenDSAP: TPM_NONCE },
    needs: OWNED,
    // entityValue alone is encrypted and logged, without its size (Part 3, 24.2, Description 6.g).
    inTransport: { clear: 4, logsKeys: false },
  }),
  TPM_SetOwnerPointer: command({
    ordinal: 0x75,
    spec: "Part 3, 18.4",
    in: { entityType: TPM_ENTITY_TYPE, entityValue: U32 },
    needs: OPERATIONAL,
  }),
};
