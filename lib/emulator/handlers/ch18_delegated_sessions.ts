import { sharedSecret } from "../../auth/mod.ts";
import { type Codec, CodecError, decode } from "../../codec/mod.ts";
import { equalBytes } from "../../crypto/mod.ts";
import {
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_DEL_OWNER_BLOB,
  TPM_ET_DEL_ROW,
  TPM_ET_OWNER,
  TPM_KH_OWNER,
  TPM_PID_DSAP,
} from "../../tpm12/constants/mod.ts";
import { TPM_DELEGATE_INDEX } from "../../tpm12/commands/mod.ts";
import {
  TPM_DELEGATE_KEY_BLOB,
  TPM_DELEGATE_OWNER_BLOB,
  type TpmDelegatePublic,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { delegationInRow, requireCurrent } from "../delegation.ts";
import { requireGenuine, revealSecret } from "../delegation_blob.ts";
import { keyEntity } from "../entities.ts";
import type { Tpm } from "../tpm.ts";
import { openSession, requireAdip } from "./ch18_sessions.ts";
import type { Handler } from "./handler.ts";

/** A delegation that is good now. */
interface Delegation {
  readonly pub: TpmDelegatePublic;
  /** Its secret, 20 bytes. */
  readonly authValue: Uint8Array;
  /** Names the delegated key, 20 bytes; zeros for the owner's. */
  readonly entityDigest: Uint8Array;
}

const OWNERS = new Uint8Array(20);

/** TPM_DSAP (Part 3, 18.3). */
export const TPM_DSAP: Handler<"TPM_DSAP"> = (
  tpm,
  { entityType, keyHandle, nonceOddDSAP, entityValue },
) => {
  // 1 to 4.
  const kind = entityType & 0xff;
  const { pub, authValue, entityDigest } = findDelegation(tpm, kind, { keyHandle, entityValue });
  requireAdip(tpm, entityType);
  tpm.volatile.authSessions.requireRoom();
  // 6.
  const nonceEvenDSAP = tpm.random(20);
  // 5, 7.
  const session = openSession(tpm, {
    protocolID: TPM_PID_DSAP,
    entityType: kind,
    adipScheme: entityType >> 8,
    sharedSecret: sharedSecret(authValue, {
      nonceEvenOSAP: nonceEvenDSAP,
      nonceOddOSAP: nonceOddDSAP,
    }),
    entityDigest,
    delegation: { ...pub },
  });
  return { authHandle: session.handle, nonceEven: session.nonceEven, nonceEvenDSAP };
};

function findDelegation(
  tpm: Tpm,
  kind: number,
  { keyHandle, entityValue }: { readonly keyHandle: number; readonly entityValue: Uint8Array },
): Delegation {
  switch (kind) {
    case TPM_ET_DEL_OWNER_BLOB: { // 1.
      const blob = readBlob(TPM_DELEGATE_OWNER_BLOB, entityValue);
      requireCurrent(tpm, blob.pub);
      requireGenuine(tpm, blob);
      const authValue = revealSecret(tpm, blob, "TPM_BAD_DELEGATE");
      return { pub: blob.pub, authValue, entityDigest: OWNERS };
    }
    case TPM_ET_DEL_ROW: { // 2.
      const row = delegationInRow(tpm, decode(TPM_DELEGATE_INDEX, entityValue));
      requireCurrent(tpm, row.pub);
      return { ...row, entityDigest: OWNERS };
    }
    case TPM_ET_DEL_KEY_BLOB: { // 3.
      const blob = readBlob(TPM_DELEGATE_KEY_BLOB, entityValue);
      requireCurrent(tpm, blob.pub);
      requireGenuine(tpm, blob);
      const { key } = tpm.loadedKey(keyHandle);
      if (!equalBytes(key.storePubkeyDigest, blob.pubKeyDigest)) {
        throw tpmError("TPM_KEYNOTFOUND", "the delegation is of another key");
      }
      const authValue = revealSecret(tpm, blob, "TPM_BAD_DELEGATE");
      return { pub: blob.pub, authValue, entityDigest: keyEntity(key).entityDigest };
    }
    default: // 4.
      throw tpmError("TPM_BAD_PARAMETER", `no DSAP session is for entity type ${kind}`);
  }
}

function readBlob<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return decode(codec, bytes);
  } catch (error) {
    throw error instanceof CodecError ? tpmError("TPM_WRONG_ENTITYTYPE", error.message) : error;
  }
}

/** TPM_SetOwnerPointer (Part 3, 18.4). */
export const TPM_SetOwnerPointer: Handler<"TPM_SetOwnerPointer"> = (
  tpm,
  { entityType, entityValue },
) => {
  const { volatile } = tpm;
  if (entityType === TPM_ET_DEL_ROW) { // 2.
    requireCurrent(tpm, delegationInRow(tpm, entityValue).pub);
    volatile.ownerReference = entityValue;
  } else if (entityType === TPM_ET_OWNER) volatile.ownerReference = TPM_KH_OWNER; // 3.
  else throw tpmError("TPM_BAD_PARAMETER", `the owner pointer takes no entity type ${entityType}`);
  return {};
};
