import { BOOL } from "../../codec/mod.ts";
import { TPM_DELEGATE_OwnerReadInternalPub } from "../constants/mod.ts";
import {
  TPM_DIGEST,
  TPM_KEY_PARMS,
  TPM_NONCE,
  TPM_PUBKEY,
  type TpmKeyParms,
  type TpmPubkey,
} from "../structures/mod.ts";
import { ACTIVE, command, type CommandRows, OPERATIONAL } from "./command.ts";
import { TPM_KEY_HANDLE } from "./scalars.ts";

/** What the commands of chapter 14 take and answer, by the groups of their rows. */
export interface CredentialsCommands {
  TPM_CreateEndorsementKeyPair: {
    in: { antiReplay: Uint8Array; keyInfo: TpmKeyParms };
    out: { pubEndorsementKey: TpmPubkey; checksum: Uint8Array };
  };
  TPM_CreateRevocableEK: {
    in: {
      antiReplay: Uint8Array;
      keyInfo: TpmKeyParms;
      generateReset: boolean;
      inputEKreset: Uint8Array;
    };
    out: { pubEndorsementKey: TpmPubkey; checksum: Uint8Array; outputEKreset: Uint8Array };
  };
  TPM_RevokeTrust: {
    in: { EKReset: Uint8Array };
  };
  TPM_ReadPubek: {
    in: { antiReplay: Uint8Array };
    out: { pubEndorsementKey: TpmPubkey; checksum: Uint8Array };
  };
  TPM_OwnerReadInternalPub: {
    in: { keyHandle: number };
    out: { publicPortion: TpmPubkey };
  };
}

/** Part 3, chapter 14: Endorsement Key Handling. */
export const CREDENTIALS: CommandRows<CredentialsCommands> = {
  TPM_CreateEndorsementKeyPair: command({
    ordinal: 0x78,
    spec: "Part 3, 14.1",
    in: { antiReplay: TPM_NONCE, keyInfo: TPM_KEY_PARMS },
    out: { pubEndorsementKey: TPM_PUBKEY, checksum: TPM_DIGEST },
    needs: ACTIVE,
    duration: "long",
  }),
  TPM_CreateRevocableEK: command({
    ordinal: 0x7f,
    spec: "Part 3, 14.2",
    in: {
      antiReplay: TPM_NONCE,
      keyInfo: TPM_KEY_PARMS,
      generateReset: BOOL,
      inputEKreset: TPM_NONCE,
    },
    out: { pubEndorsementKey: TPM_PUBKEY, checksum: TPM_DIGEST, outputEKreset: TPM_NONCE },
    secret: ["inputEKreset", "outputEKreset"],
    needs: ACTIVE,
    duration: "long",
  }),
  TPM_RevokeTrust: command({
    ordinal: 0x80,
    spec: "Part 3, 14.3",
    in: { EKReset: TPM_NONCE },
    secret: ["EKReset"],
    needs: ACTIVE,
  }),
  TPM_ReadPubek: command({
    ordinal: 0x7c,
    spec: "Part 3, 14.4",
    in: { antiReplay: TPM_NONCE },
    out: { pubEndorsementKey: TPM_PUBKEY, checksum: TPM_DIGEST },
    needs: ACTIVE,
    audit: "default",
  }),
  // Its key handle stands inside the digest: only two fixed values are possible.
  TPM_OwnerReadInternalPub: command({
    ordinal: 0x81,
    spec: "Part 3, 14.5",
    auth: [{ for: "owner" }],
    in: { keyHandle: TPM_KEY_HANDLE },
    out: { publicPortion: TPM_PUBKEY },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_OwnerReadInternalPub },
  }),
};
