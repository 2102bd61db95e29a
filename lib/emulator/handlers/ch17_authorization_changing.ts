import { type Codec, CodecError, decode } from "../../codec/mod.ts";
import {
  TPM_ET_DATA,
  TPM_ET_KEY,
  TPM_ET_OWNER,
  TPM_ET_SRK,
  TPM_KEY_STORAGE,
  TPM_KH_SRK,
  TPM_PID_ADCP,
} from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { authorizeInTurn, requireSessions } from "../authorization.ts";
import { looseEntity } from "../entities.ts";
import { decryptUnder, encryptUnder } from "../keys/key_blob.ts";
import { openEntity } from "../keys/open_entity.ts";
import { Key } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_ChangeAuth (Part 3, 17.1). */
export const TPM_ChangeAuth: Handler<"TPM_ChangeAuth"> = (
  tpm,
  { protocolID, newAuth, entityType, encData },
  call,
) => {
  const parent = call.key("parentHandle").key;
  // 1.
  if (entityType !== TPM_ET_DATA && entityType !== TPM_ET_KEY) {
    throw tpmError("TPM_WRONG_ENTITYTYPE", "only a key or sealed data can get another secret so");
  }
  // 2, 3.
  requireSessions(tpm, call);
  // 4.
  requireAdcp(protocolID);
  // 7. What is decrypted depends on it.
  authorizeInTurn(tpm, call, "parentHandle");
  // 6.
  const secret = call.decryptAuth("newAuth", newAuth);
  // 8.
  if (parent.keyUsage !== TPM_KEY_STORAGE) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the parent is not a storage key");
  }
  // 9, 10, 11.
  const plain = decryptUnder(parent, encData);
  const entity = openEntity(plain, { entityType, read: parse });
  call.authorize("entity", looseEntity(entity.secret));
  // 12, 13.
  return { outData: encryptUnder(tpm, parent, entity.withSecret(secret)) };
};

function parse<T>(codec: Codec<T>, plain: Uint8Array): T {
  try {
    return decode(codec, plain);
  } catch (error) {
    throw error instanceof CodecError ? tpmError("TPM_INVALID_STRUCTURE", error.message) : error;
  }
}

function requireAdcp(protocolID: number): void {
  if (protocolID !== TPM_PID_ADCP) {
    throw tpmError("TPM_BAD_PARAMETER", "the protocol of this command is TPM_PID_ADCP");
  }
}

/** TPM_ChangeAuthOwner (Part 3, 17.2). */
export const TPM_ChangeAuthOwner: Handler<"TPM_ChangeAuthOwner"> = (
  tpm,
  { protocolID, newAuth, entityType },
  call,
) => {
  // 3.
  requireAdcp(protocolID);
  // 4.
  if (entityType !== TPM_ET_OWNER && entityType !== TPM_ET_SRK) {
    throw tpmError("TPM_WRONG_ENTITYTYPE", "only owner and SRK get another secret so");
  }
  // 5.
  const secret = call.decryptAuth("newAuth", newAuth);
  // 7.
  if (entityType === TPM_ET_OWNER) {
    tpm.permanent.ownerAuth.fill(0);
    tpm.permanent.ownerAuth = secret;
  } else {
    const srk = tpm.loadedKey(TPM_KH_SRK).key;
    tpm.permanent.srk = withUsageAuth(srk, secret);
    // Both share everything else.
    srk.usageAuth.fill(0);
  }
  tpm.changed();
  // 8.
  endOwnerSessions(tpm, call.use("owner")!.block.authHandle);
  return {};
};

function withUsageAuth({ publicPart, sensitive, rsa }: Key, usageAuth: Uint8Array): Key {
  return new Key({ publicPart, sensitive: { ...sensitive, usageAuth } }, rsa);
}

/** Ends all sessions of the owner but the one in use, which ends with the answer. */
function endOwnerSessions({ volatile }: Tpm, inUse: number): void {
  volatile.authSessions.deleteWhere(({ handle, entityType, delegation }) =>
    handle !== inUse && (entityType === TPM_ET_OWNER || delegation !== null)
  );
  volatile.contextList = volatile.contextList.map(() => 0);
}
