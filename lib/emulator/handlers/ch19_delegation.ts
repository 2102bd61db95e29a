import { copyBytes } from "../../crypto/mod.ts";
import {
  TPM_DEL_KEY_BITS,
  TPM_DEL_OWNER_BITS,
  TPM_TAG_DELEGATE_OWNER_BLOB,
  TPM_TAG_DELEGATE_TABLE_ROW,
  TPM_TAG_DELG_KEY_BLOB,
} from "../../tpm12/constants/mod.ts";
import { TPM_DELEGATE_INDEX } from "../../tpm12/commands/mod.ts";
import { decode } from "../../codec/mod.ts";
import type {
  TpmDelegateOwnerBlob,
  TpmDelegatePublic,
  TpmFamilyTableEntry,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import type { Call } from "../call.ts";
import {
  delegationInRow,
  endDelegations,
  familyOf,
  requireCurrent,
  requireEnabled,
  requireSameFamily,
} from "../delegation.ts";
import {
  decodeBlob,
  encodeBlob,
  hideSecret,
  requireGenuine,
  revealSecret,
  secretIn,
  signBlob,
} from "../delegation_blob.ts";
import { ownerEntity } from "../entities.ts";
import { nextWriteWithoutOwner } from "../nv.ts";
import type { Tpm } from "../tpm.ts";
import { requireUnlocked } from "./ch19_family.ts";
import type { Handler } from "./handler.ts";

const NO_DIGEST = new Uint8Array(20);

/** TPM_Delegate_CreateKeyDelegation (Part 3, 19.2). */
export const TPM_Delegate_CreateKeyDelegation: Handler<"TPM_Delegate_CreateKeyDelegation"> = (
  tpm,
  { publicInfo, delAuth },
  call,
) => {
  // 2 to 4.
  const family = permitDelegation(tpm, publicInfo, {
    by: call.delegation("keyHandle"),
    delegateType: TPM_DEL_KEY_BITS,
    legal: ALL_KEY_BITS,
  });
  // 6.
  const authValue = call.decryptAuth("delAuth", delAuth);
  // 7 to 12, 14.
  const blob = signBlob(tpm, {
    tag: TPM_TAG_DELG_KEY_BLOB,
    pub: { ...publicInfo, verificationCount: family.verificationCount },
    integrityDigest: NO_DIGEST,
    pubKeyDigest: call.key("keyHandle").key.storePubkeyDigest,
    ...hideSecret(tpm, authValue),
  });
  return { blob };
};

/** The bits of TPM_KEY_DELEGATE_* (Part 2, 20.2.3). */
const ALL_KEY_BITS = 0x1fffffff;
const ALL_OWNER_BITS = 0xffffffff;

/** 19.2, actions 2 to 4, and 19.3 likewise. Gives the family. */
function permitDelegation(
  tpm: Tpm,
  { familyID, permissions }: TpmDelegatePublic,
  { by, delegateType, legal }: {
    readonly by: TpmDelegatePublic | null;
    readonly delegateType: number;
    readonly legal: number;
  },
): TpmFamilyTableEntry {
  const family = familyOf(tpm, familyID);
  // 3. That its family is enabled was found with the session.
  requireSameFamily(by, familyID);
  if (by !== null && (permissions.per1 & ~by.permissions.per1) !== 0) {
    throw tpmError("TPM_AUTHFAIL", "a delegation cannot give more than it has");
  }
  if (permissions.delegateType !== delegateType) {
    throw tpmError("TPM_BAD_PARAMETER", `delegateType is ${permissions.delegateType}`);
  }
  if ((permissions.per1 & ~legal) !== 0 || permissions.per2 !== 0) {
    throw tpmError("TPM_BAD_PARAMETER", "permissions without meaning are set");
  }
  return family;
}

/** TPM_Delegate_CreateOwnerDelegation (Part 3, 19.3). */
export const TPM_Delegate_CreateOwnerDelegation: Handler<"TPM_Delegate_CreateOwnerDelegation"> = (
  tpm,
  { increment, publicInfo, delAuth },
  call,
) => {
  // 2 to 4.
  const family = permitDelegation(tpm, publicInfo, {
    by: call.delegation("owner"),
    delegateType: TPM_DEL_OWNER_BITS,
    legal: ALL_OWNER_BITS,
  });
  // 7. Before the session that hides it ends.
  const authValue = call.decryptAuth("delAuth", delAuth);
  // 6.
  if (increment) {
    family.verificationCount++;
    endDelegations(tpm, call);
    tpm.changed();
  }
  // 8 to 13, 15.
  const blob = signBlob(tpm, {
    tag: TPM_TAG_DELEGATE_OWNER_BLOB,
    pub: { ...publicInfo, verificationCount: family.verificationCount },
    integrityDigest: NO_DIGEST,
    ...hideSecret(tpm, authValue),
  });
  return { blob };
};

/** TPM_Delegate_LoadOwnerDelegation (Part 3, 19.4). */
export const TPM_Delegate_LoadOwnerDelegation: Handler<"TPM_Delegate_LoadOwnerDelegation"> = (
  tpm,
  { index, blob },
  call,
) => {
  const { permanent, limits } = tpm;
  // 2, 3.
  const family = familyOf(tpm, blob.pub.familyID);
  // 4, 5.
  const writes = permitLoading(tpm, call, family);
  // 6.
  requireEnabled(family);
  // 7 to 9.
  const authValue = secretToLoad(tpm, blob);
  if (blob.pub.permissions.delegateType !== TPM_DEL_OWNER_BITS) {
    throw tpmError("TPM_INVALID_STRUCTURE", "the delegation is not the owner's");
  }
  // 10.
  if (index >= limits.delegateRows) {
    throw tpmError("TPM_BADINDEX", `there are ${limits.delegateRows} rows, none is ${index}`);
  }
  // 11, 12.c, 12.d.
  endDelegations(tpm, call);
  // 12.
  const row = { tag: TPM_TAG_DELEGATE_TABLE_ROW, pub: blob.pub, authValue } as const;
  permanent.delegateTable = [
    ...permanent.delegateTable.filter((other) => other.index !== index),
    { index, row },
  ].sort((a, b) => a.index - b.index);
  // 5.c.iv.
  permanent.noOwnerNVWrite = writes;
  tpm.changed();
  return {};
};

/** 4, 5. Who may load; gives the count of writes without owner. */
function permitLoading(tpm: Tpm, call: Call, family: TpmFamilyTableEntry): number {
  const { permanent } = tpm;
  if (permanent.ownerInstalled) {
    call.authorize("owner", ownerEntity(tpm));
    requireSameFamily(call.delegation("owner"), family.familyID);
    return permanent.noOwnerNVWrite;
  }
  if (call.has("owner")) throw tpmError("TPM_AUTHFAIL", "there is no owner to authorise this");
  requireUnlocked(family);
  return nextWriteWithoutOwner(tpm);
}

/** 7 to 9. While there is no owner the blob is neither signed nor encrypted. */
function secretToLoad(tpm: Tpm, blob: TpmDelegateOwnerBlob): Uint8Array {
  const badTag = "TPM_INVALID_STRUCTURE";
  if (!tpm.permanent.ownerInstalled) return copyBytes(secretIn(blob.sensitiveArea, badTag));
  requireGenuine(tpm, blob);
  return revealSecret(tpm, blob, badTag);
}

/** TPM_Delegate_UpdateVerification (Part 3, 19.6). */
export const TPM_Delegate_UpdateVerification: Handler<"TPM_Delegate_UpdateVerification"> = (
  tpm,
  { inputData },
  call,
) => {
  const by = call.delegation("owner");
  // 2.
  if (inputData.length === 4) {
    const row = delegationInRow(tpm, decode(TPM_DELEGATE_INDEX, inputData));
    // 4 to 8.
    row.pub = { ...row.pub, verificationCount: currentCount(tpm, row.pub, by) };
    tpm.changed();
    return { outputData: new Uint8Array(0) };
  }
  const blob = decodeBlob(inputData);
  // 3.
  requireGenuine(tpm, blob);
  // 4 to 8.
  const verificationCount = currentCount(tpm, blob.pub, by);
  // 9, 10.
  const updated = signBlob(tpm, { ...blob, pub: { ...blob.pub, verificationCount } });
  return { outputData: encodeBlob(updated) };
};

/** 4 to 8. That the family of `by` is enabled was found with the session. */
function currentCount(
  tpm: Tpm,
  { familyID }: TpmDelegatePublic,
  by: TpmDelegatePublic | null,
): number {
  const { verificationCount } = familyOf(tpm, familyID);
  requireSameFamily(by, familyID);
  return verificationCount;
}

/** TPM_Delegate_VerifyDelegation (Part 3, 19.7). */
export const TPM_Delegate_VerifyDelegation: Handler<"TPM_Delegate_VerifyDelegation"> = (
  tpm,
  { delegation },
) => {
  // 1 to 3.
  const blob = decodeBlob(delegation);
  // 4 to 7.
  requireCurrent(tpm, blob.pub);
  // 8.
  requireGenuine(tpm, blob);
  // 9, 10.
  revealSecret(tpm, blob, "TPM_BAD_PARAMETER").fill(0);
  return {};
};
