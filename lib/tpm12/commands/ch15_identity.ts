import { SIZED32 } from "../../codec/mod.ts";
import {
  TPM_DELEGATE_ActivateIdentity,
  TPM_DELEGATE_MakeIdentity,
  TPM_KEY_DELEGATE_ActivateIdentity,
  TPM_KEY_DELEGATE_MakeIdentity,
} from "../constants/mod.ts";
import {
  TPM_CHOSENID_HASH,
  TPM_ENCAUTH,
  TPM_KEY_ANY,
  TPM_SYMMETRIC_KEY,
  type TpmKey,
  type TpmKey12,
  type TpmSymmetricKey,
} from "../structures/mod.ts";
import { command, type CommandRows, OPERATIONAL, SHARED_SECRET } from "./command.ts";
import { TPM_KEY_HANDLE } from "./scalars.ts";

/** What the commands of chapter 15 take and answer, by the groups of their rows. */
export interface IdentityCommands {
  TPM_MakeIdentity: {
    in: { identityAuth: Uint8Array; labelPrivCADigest: Uint8Array; idKeyParams: TpmKey | TpmKey12 };
    out: { idKey: TpmKey | TpmKey12; identityBinding: Uint8Array };
  };
  TPM_ActivateIdentity: {
    handles: { idKeyHandle: number };
    in: { blob: Uint8Array };
    out: { symmetricKey: TpmSymmetricKey };
  };
}

/** Part 3, chapter 15: Identity Creation and Activation. */
export const IDENTITY: CommandRows<IdentityCommands> = {
  TPM_MakeIdentity: command({
    ordinal: 0x79,
    spec: "Part 3, 15.1",
    // Both are checked after the template, the second first.
    auth: [
      { for: "srk", optional: true, ends: "always", inTurn: true },
      {
        for: "owner",
        sessions: SHARED_SECRET,
        adip: { identityAuth: "even" },
        ends: "always",
        inTurn: true,
      },
    ],
    in: {
      identityAuth: TPM_ENCAUTH,
      labelPrivCADigest: TPM_CHOSENID_HASH,
      idKeyParams: TPM_KEY_ANY,
    },
    out: { idKey: TPM_KEY_ANY, identityBinding: SIZED32 },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_MakeIdentity, key: TPM_KEY_DELEGATE_MakeIdentity },
    audit: "default",
    duration: "long",
  }),
  TPM_ActivateIdentity: command({
    ordinal: 0x7a,
    spec: "Part 3, 15.2",
    handles: { idKeyHandle: TPM_KEY_HANDLE },
    // The owner's is checked first.
    auth: [
      { for: "idKeyHandle", optional: true, inTurn: true },
      { for: "owner", inTurn: true },
    ],
    in: { blob: SIZED32 },
    out: { symmetricKey: TPM_SYMMETRIC_KEY },
    secret: ["symmetricKey"],
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_ActivateIdentity, key: TPM_KEY_DELEGATE_ActivateIdentity },
    audit: "default",
    duration: "medium",
  }),
};
