import { encode, Reader } from "../../codec/mod.ts";
import { equalBytes, hmacSha1, RsaError, sha1, verifyPkcs1Sha1 } from "../../crypto/mod.ts";
import {
  TPM_ALG_RSA,
  TPM_ES_NONE,
  TPM_KEY_AUTHCHANGE,
  TPM_KEY_IDENTITY,
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_MS_RESTRICT_APPROVE,
  TPM_MS_RESTRICT_MIGRATE,
  TPM_PT_ASYM,
  TPM_PT_CMK_MIGRATE,
  TPM_PT_MIGRATE_EXTERNAL,
  TPM_PT_MIGRATE_RESTRICTED,
  TPM_SS_NONE,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_SS_RSASSAPKCS1v15_SHA1,
  TPM_TAG_CMK_MA_APPROVAL,
  TPM_TAG_CMK_MIGAUTH,
  TPM_TAG_CMK_SIGTICKET,
} from "../../tpm12/constants/mod.ts";
import type { Request } from "../../tpm12/commands/mod.ts";
import {
  TPM_CMK_AUTH,
  TPM_CMK_MA_APPROVAL,
  TPM_CMK_MIGAUTH,
  TPM_CMK_SIGTICKET,
  TPM_HMAC,
  TPM_MSA_COMPOSITE,
  TPM_PUBKEY,
  TPM_STORE_ASYMKEY,
  type TpmCmkAuth,
  type TpmKey12,
  type TpmMsaComposite,
  type TpmPubkey,
  type TpmStoreAsymkey,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import {
  createKey,
  decryptUnder,
  encryptUnder,
  requireMatchingHalves,
  unwrapSensitive,
  wrapKey,
} from "../keys/key_blob.ts";
import { requireKeyRules, requireStorage, requireUnmovable } from "../keys/key_rules.ts";
import { unpackTravelling, xorBytes } from "../keys/migration_blob.ts";
import { withPcrsAtCreation } from "../keys/pcr_info.ts";
import { rsaPublicKey } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import { requireAuthorized, sendAway } from "./ch11_migration.ts";
import type { Handler } from "./handler.ts";

/** TPM_CMK_SetRestrictions (Part 3, 11.5). What it restricts is checked with each delegation. */
export const TPM_CMK_SetRestrictions: Handler<"TPM_CMK_SetRestrictions"> = (
  tpm,
  { restriction },
) => {
  // 2.
  tpm.permanent.restrictDelegate = restriction;
  tpm.changed();
  // 3.
  return {};
};

/** TPM_CMK_ApproveMA (Part 3, 11.6). */
export const TPM_CMK_ApproveMA: Handler<"TPM_CMK_ApproveMA"> = (
  tpm,
  { migrationAuthorityDigest },
) => ({
  // 2 to 4.
  outData: approvalTicket(tpm, migrationAuthorityDigest),
});

/** HMAC(tpmProof, TPM_CMK_MA_APPROVAL), 20 bytes. */
function approvalTicket(tpm: Tpm, migrationAuthorityDigest: Uint8Array): Uint8Array {
  const tag = TPM_TAG_CMK_MA_APPROVAL;
  const approval = encode(TPM_CMK_MA_APPROVAL, { tag, migrationAuthorityDigest });
  return hmacSha1(tpm.permanent.tpmProof, approval);
}

/** HMAC(tpmProof, TPM_CMK_MIGAUTH), 20 bytes: the migration secret of a CMK. */
export function migrationAuthOf(
  tpm: Tpm,
  digests: { readonly msaDigest: Uint8Array; readonly pubKeyDigest: Uint8Array },
): Uint8Array {
  const migAuth = encode(TPM_CMK_MIGAUTH, { tag: TPM_TAG_CMK_MIGAUTH, ...digests });
  return hmacSha1(tpm.permanent.tpmProof, migAuth);
}

/** HMAC(tpmProof, TPM_CMK_SIGTICKET), 20 bytes. */
function signatureTicket(
  tpm: Tpm,
  digests: { readonly verKeyDigest: Uint8Array; readonly signedData: Uint8Array },
): Uint8Array {
  const ticket = encode(TPM_CMK_SIGTICKET, { tag: TPM_TAG_CMK_SIGTICKET, ...digests });
  return hmacSha1(tpm.permanent.tpmProof, ticket);
}

function pubkeyDigest(key: TpmPubkey): Uint8Array {
  return sha1(encode(TPM_PUBKEY, key));
}

function msaDigestOf(msaList: TpmMsaComposite): Uint8Array {
  return sha1(encode(TPM_MSA_COMPOSITE, msaList));
}

/** TPM_CMK_CreateKey (Part 3, 11.7). Action 12 is the row's: it takes no other key form. */
export const TPM_CMK_CreateKey: Handler<"TPM_CMK_CreateKey"> = (
  tpm,
  { dataUsageAuth, keyInfo, migrationAuthorityApproval, migrationAuthorityDigest },
  call,
) => {
  const { key: parent } = call.key("parentHandle");
  // 4, 5.
  requireUnmovable(parent);
  // 6, 7.
  requireCmkFlags(keyInfo);
  // 8.
  if (!equalBytes(migrationAuthorityApproval, approvalTicket(tpm, migrationAuthorityDigest))) {
    throw tpmError("TPM_MA_AUTHORITY", "the owner did not approve these migration authorities");
  }
  // 9.
  const { keyUsage } = keyInfo;
  if (keyUsage === TPM_KEY_IDENTITY || keyUsage === TPM_KEY_AUTHCHANGE) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "a key of this usage cannot be certified migratable");
  }
  // 3, 10, 11.
  requireKeyRules(tpm, keyInfo);
  // 13 to 16, 17.a, 17.b, 18.
  const key = createKey(tpm, withPcrsAtCreation(tpm, keyInfo), {
    usageAuth: call.decryptAuth("dataUsageAuth", dataUsageAuth),
    migrationAuth: new Uint8Array(20),
    payload: TPM_PT_MIGRATE_RESTRICTED,
  });
  // 17.c to 17.e. The migration secret follows from the new public key.
  key.sensitive.migrationAuth = migrationAuthOf(tpm, {
    msaDigest: migrationAuthorityDigest,
    pubKeyDigest: key.pubkeyDigest,
  });
  // 19, 20.
  const wrappedKey = wrapKey(tpm, parent, key) as TpmKey12;
  key.wipe();
  return { wrappedKey };
};

function requireCmkFlags({ keyFlags }: TpmKey12): void {
  if ((keyFlags & TPM_MIGRATABLE) === 0 || (keyFlags & TPM_MIGRATEAUTHORITY) === 0) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the key is not migratable under an authority");
  }
}

/** TPM_CMK_CreateTicket (Part 3, 11.8). */
export const TPM_CMK_CreateTicket: Handler<"TPM_CMK_CreateTicket"> = (
  tpm,
  { verificationKey, signedData, signatureValue },
) => {
  // 2.
  const { algorithmID, encScheme, sigScheme } = verificationKey.algorithmParms;
  if (algorithmID !== TPM_ALG_RSA) throw tpmError("TPM_BAD_KEY_PROPERTY", "the key is no RSA key");
  if (encScheme !== TPM_ES_NONE) {
    throw tpmError("TPM_INAPPROPRIATE_ENC", "a key that encrypts does not sign for an authority");
  }
  if (sigScheme !== TPM_SS_RSASSAPKCS1v15_SHA1 && sigScheme !== TPM_SS_RSASSAPKCS1v15_INFO) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the key does not sign SHA-1 digests");
  }
  // 3.
  if (!isSignature(verificationKey, signedData, signatureValue)) {
    throw tpmError("TPM_BAD_SIGNATURE", "the signature is not by this key over this digest");
  }
  // 4 to 6.
  const verKeyDigest = pubkeyDigest(verificationKey);
  return { sigTicket: signatureTicket(tpm, { verKeyDigest, signedData }) };
};

function isSignature(key: TpmPubkey, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verifyPkcs1Sha1(rsaPublicKey(key), digest, signature);
  } catch (error) {
    if (error instanceof RsaError) return false;
    throw error;
  }
}

/** TPM_CMK_CreateBlob (Part 3, 11.9). */
export const TPM_CMK_CreateBlob: Handler<"TPM_CMK_CreateBlob"> = (tpm, request, call) => {
  const { migrationKeyAuth, msaList, pubSourceKeyDigest, encData } = request;
  const { key: parent } = call.key("parentHandle");
  // 2.a. migrationType is ignored; 3.
  requireUnmovable(parent);
  // 4.
  const d1 = unwrapSensitive(parent, encData);
  // 5.
  requireAuthorized(tpm, migrationKeyAuth);
  // 6.
  if (d1.payload === TPM_PT_ASYM) {
    throw tpmError("TPM_INVALID_STRUCTURE", "the key is not certified migratable");
  }
  // 7.
  const msaDigest = msaDigestOf(msaList);
  const migrationAuth = migrationAuthOf(tpm, { msaDigest, pubKeyDigest: pubSourceKeyDigest });
  if (!equalBytes(d1.migrationAuth, migrationAuth)) {
    throw tpmError("TPM_MA_AUTHORITY", "the key has other migration authorities");
  }
  // 8 to 10.
  requireDestination(tpm, request);
  // 11 to 17.
  return sendAway(tpm, migrationKeyAuth.migrationKey, {
    ...d1,
    payload: TPM_PT_CMK_MIGRATE,
    pHash: sha1(msaDigest, pubSourceKeyDigest),
  });
};

/** Actions 8 to 10 of TPM_CMK_CreateBlob. */
function requireDestination(tpm: Tpm, request: Request<"TPM_CMK_CreateBlob">): void {
  const { migrationKeyAuth, msaList, restrictTicket, sigTicket } = request;
  const { migrationKey, migrationScheme } = migrationKeyAuth;
  const destination = pubkeyDigest(migrationKey);
  if (migrationScheme === TPM_MS_RESTRICT_MIGRATE) {
    // 8.a.
    if (!msaList.migAuthDigest.some((digest) => equalBytes(digest, destination))) {
      throw tpmError("TPM_MA_TICKET_SIGNATURE", "the destination is no migration authority");
    }
    // 8.b. Its algorithm and encryption scheme were checked when it was authorised.
    if (migrationKey.algorithmParms.sigScheme !== TPM_SS_NONE) {
      throw tpmError("TPM_INVALID_KEYUSAGE", "the destination signs");
    }
    // 8.c, 8.d.
    if (restrictTicket.length > 0 || sigTicket.length > 0) {
      throw tpmError("TPM_BAD_PARAMETER", "an authority as destination takes no tickets");
    }
  } else if (migrationScheme === TPM_MS_RESTRICT_APPROVE) {
    // 9.a.
    const ticket = TPM_HMAC.read(new Reader(sigTicket));
    requireTicket(tpm, msaList, { sigTicket: ticket, restrictTicket });
    const restriction = TPM_CMK_AUTH.read(new Reader(restrictTicket));
    requireRestriction(restriction, { destination });
    requireRestriction(restriction, { source: request.pubSourceKeyDigest });
  } else {
    // 10.
    throw tpmError("TPM_BAD_PARAMETER", `migration scheme ${migrationScheme} is not for this key`);
  }
}

/** 11.9, action 9.a.i, and 11.10, action 11: an authority of the list signed the restriction. */
function requireTicket(
  tpm: Tpm,
  { migAuthDigest }: TpmMsaComposite,
  { sigTicket, restrictTicket }: {
    readonly sigTicket: Uint8Array;
    readonly restrictTicket: Uint8Array;
  },
): void {
  const signedData = sha1(restrictTicket);
  const genuine = migAuthDigest.some((verKeyDigest) =>
    equalBytes(sigTicket, signatureTicket(tpm, { verKeyDigest, signedData }))
  );
  if (genuine) return;
  throw tpmError("TPM_MA_TICKET_SIGNATURE", "no migration authority of the list signed the ticket");
}

/** Throws TPM_MA_DESTINATION or TPM_MA_SOURCE unless a restriction is about these keys. */
function requireRestriction(
  restriction: TpmCmkAuth,
  { destination, source }: { readonly destination?: Uint8Array; readonly source?: Uint8Array },
): void {
  if (destination !== undefined && !equalBytes(restriction.destinationKeyDigest, destination)) {
    throw tpmError("TPM_MA_DESTINATION", "the ticket is for another destination");
  }
  if (source !== undefined && !equalBytes(restriction.sourceKeyDigest, source)) {
    throw tpmError("TPM_MA_SOURCE", "the ticket is for another key");
  }
}

/** TPM_CMK_ConvertMigration (Part 3, 11.10). */
export const TPM_CMK_ConvertMigration: Handler<"TPM_CMK_ConvertMigration"> = (
  tpm,
  { restrictTicket, sigTicket, migratedKey, msaList, random },
  call,
) => {
  const { key: parent } = call.key("parentHandle");
  // 2.
  requireStorage(parent);
  // 3 to 5, 7.
  const m1 = unpackTravelling(xorBytes(decryptUnder(parent, migratedKey.encData), random));
  // 6.
  const msaDigest = msaDigestOf(msaList);
  const pubKeyDigest = pubkeyDigest(publicKeyOf(migratedKey));
  if (!equalBytes(m1.pHash, sha1(msaDigest, pubKeyDigest))) {
    throw tpmError("TPM_AUTHFAIL", "the blob is of another key, or has other authorities");
  }
  // 9.
  requireUnmovable(parent);
  // 10.
  if (m1.payload !== TPM_PT_CMK_MIGRATE) {
    throw tpmError("TPM_BAD_MIGRATION", `payload type ${m1.payload} is not TPM_PT_CMK_MIGRATE`);
  }
  // 11.
  const encoded = encode(TPM_CMK_AUTH, restrictTicket);
  requireTicket(tpm, msaList, { sigTicket, restrictTicket: encoded });
  // 12, 13.
  requireRestriction(restrictTicket, { destination: parent.pubkeyDigest });
  // 8, 18, 19.
  const d2: TpmStoreAsymkey = {
    payload: TPM_PT_MIGRATE_EXTERNAL,
    usageAuth: m1.usageAuth,
    migrationAuth: migrationAuthOf(tpm, { msaDigest, pubKeyDigest }),
    pubDataDigest: m1.pubDataDigest,
    privKey: m1.privKey,
  };
  // 14.
  requireMatchingHalves(migratedKey, d2);
  // 15, 16.
  requireCmkFlags(migratedKey);
  // 17.
  requireRestriction(restrictTicket, { source: pubKeyDigest });
  // 20.
  return { outData: encryptUnder(tpm, parent, encode(TPM_STORE_ASYMKEY, d2)) };
};

function publicKeyOf({ algorithmParms, pubKey }: TpmKey12): TpmPubkey {
  return { algorithmParms, pubKey };
}
