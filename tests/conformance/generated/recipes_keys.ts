import { decode, encode } from "../../../lib/codec/mod.ts";
import { hmacSha1, rsaOaepEncrypt, signPkcs1Sha1 } from "../../../lib/crypto/mod.ts";
import * as C from "../../../lib/tpm12/constants/mod.ts";
import { TPM_BOUND_DATA, TPM_STORED_DATA_ANY } from "../../../lib/tpm12/structures/mod.ts";
import { credential } from "../activate_identity.ts";
import { finishRequest, NEW, OLD, start } from "../change_auth_asym.ts";
import {
  BY_TICKET,
  cmkTemplate,
  msaDigest,
  msaOf,
  SIGNER,
  SIGNER_PUB,
  travelling,
} from "../cmk_steps.ts";
import { digestOf } from "../crafted_keys.ts";
import { encDataOf, MIGRATION, OUTSIDE_PUB, pubkeyOf } from "../migration_steps.ts";
import type { Side } from "../side.ts";
import { publicKeyOf } from "../steps.ts";
import { keyTemplate, pcrInfo, pcrInfoLong, rsaParms, secret, ZEROS } from "../templates.ts";
import { type AnyRecipe, recipe } from "./recipe.ts";
import { MIGRATING } from "./worlds.ts";

const DATA = Uint8Array.of(1, 2, 3, 4);
const NONE = new Uint8Array();
const BLOB = secret("blob");

/** A little data bound to the key "bind". */
function bound(side: Side): Uint8Array {
  const ver = { major: 1, minor: 1, revMajor: 0, revMinor: 0 };
  const plain = encode(TPM_BOUND_DATA, { ver, payload: C.TPM_PT_BIND, payloadData: DATA });
  return rsaOaepEncrypt(publicKeyOf(side, "bind"), plain, { random: side.random });
}

/** Chapters 10, 13, 15, 17 and 27.4: keys, and what they seal, sign and certify. */
export const KEYS: readonly AnyRecipe[] = [
  ...[NONE, pcrInfo({ pcrs: [3] }), pcrInfoLong({ pcrs: [3] })].map((pcrInfo) =>
    recipe("TPM_Seal", {
      request: (side) => ({
        keyHandle: side.handle("storage"),
        encAuth: BLOB,
        pcrInfo,
        inData: DATA,
      }),
    })
  ),
  recipe("TPM_Unseal", {
    request: (side) => ({
      parentHandle: side.handle("storage"),
      inData: decode(TPM_STORED_DATA_ANY, side.bytes("sealed")),
    }),
    auths: ["storage", BLOB],
  }),
  recipe("TPM_UnBind", {
    request: (side) => ({ keyHandle: side.handle("bind"), inData: bound(side) }),
  }),
  ...(["TPM_KEY", "TPM_KEY12"] as const).map((form) =>
    recipe("TPM_CreateWrapKey", {
      request: (side) => ({
        parentHandle: side.handle("storage"),
        dataUsageAuth: secret("usage"),
        dataMigrationAuth: secret("migration"),
        keyInfo: keyTemplate("signing", {
          bits: 512,
          form,
          PCRInfo: (form === "TPM_KEY" ? pcrInfo : pcrInfoLong)({ pcrs: [3] }),
        }),
      }),
    })
  ),
  ...(["TPM_LoadKey2", "TPM_LoadKey"] as const).map((command) =>
    recipe(command, {
      request: (side) => ({
        parentHandle: side.handle("storage"),
        inKey: side.key("child").blob!,
      }),
      ...(command === "TPM_LoadKey" && { mask: ["inkeyHandle"] }),
    })
  ),
  recipe("TPM_GetPubKey", { request: (side) => ({ keyHandle: side.handle("signing") }) }),
  ...[NONE, pcrInfoLong({ pcrs: [3] })].map((pcrInfo) =>
    recipe("TPM_Sealx", {
      request: (side) => ({
        keyHandle: side.handle("storage"),
        encAuth: BLOB,
        pcrInfo,
        inData: DATA,
      }),
    })
  ),
  ...["signing", "der", "info", "legacy", "free"].map((key) =>
    recipe("TPM_Sign", {
      request: (side) => ({ keyHandle: side.handle(key), areaToSign: ZEROS }),
      ...(key === "free" && { auths: [] }),
    })
  ),
  recipe("TPM_CertifyKey", {
    request: (side) => ({
      certHandle: side.handle("signing"),
      keyHandle: side.handle("bind"),
      antiReplay: ZEROS,
    }),
  }),
  recipe("TPM_CertifyKey2", {
    request: (side) => ({
      keyHandle: side.handle("bind"),
      certHandle: side.handle("identity"),
      migrationPubDigest: ZEROS,
      antiReplay: ZEROS,
    }),
  }),
  recipe("TPM_MakeIdentity", {
    request: {
      identityAuth: secret("identity"),
      labelPrivCADigest: secret("label"),
      idKeyParams: keyTemplate("identity"),
    },
    auths: ["SRK", "owner"],
  }),
  recipe("TPM_ActivateIdentity", {
    request: (side) => ({ idKeyHandle: side.handle("identity"), blob: credential(side) }),
  }),
  recipe("TPM_ChangeAuth", {
    request: (side) => ({
      parentHandle: side.handle("storage"),
      protocolID: C.TPM_PID_ADCP,
      newAuth: secret("new"),
      entityType: C.TPM_ET_DATA,
      encData: decode(TPM_STORED_DATA_ANY, side.bytes("sealed")).encData,
    }),
    auths: ["storage", BLOB],
  }),
  recipe("TPM_ChangeAuth", {
    request: (side) => ({
      parentHandle: side.handle("storage"),
      protocolID: C.TPM_PID_ADCP,
      newAuth: secret("new"),
      entityType: C.TPM_ET_KEY,
      encData: encDataOf(side, "child"),
    }),
    auths: ["storage", ZEROS],
  }),
  ...[C.TPM_ET_OWNER, C.TPM_ET_SRK].map((entityType) =>
    recipe("TPM_ChangeAuthOwner", {
      request: { protocolID: C.TPM_PID_ADCP, newAuth: secret("new"), entityType },
    })
  ),
  recipe("TPM_TickStampBlob", {
    request: (side) => ({
      keyHandle: side.handle("signing"),
      antiReplay: ZEROS,
      digestToStamp: ZEROS,
    }),
  }),
  recipe("TPM_ChangeAuthAsymStart", {
    request: (side) => ({
      idHandle: side.handle("identity"),
      antiReplay: ZEROS,
      tempKeyParms: rsaParms("storage", { bits: 1024 }),
    }),
    auths: [OLD],
    mask: ["certifyInfo.parentPCRStatus"],
  }),
  recipe("TPM_ChangeAuthAsymFinish", {
    prelude: [start("before", { auths: [OLD] })],
    request: (side) => finishRequest(side, { entity: "child", link: hmacSha1(ZEROS, NEW) }),
    auths: ["storage"],
  }),
];

/** Chapter 11: keys that migrate. */
export const MIGRATIONS: readonly AnyRecipe[] = [
  ...[C.TPM_MS_MIGRATE, C.TPM_MS_REWRAP].map((migrationType) =>
    recipe("TPM_CreateMigrationBlob", {
      world: MIGRATING,
      request: (side) => ({
        parentHandle: side.handle("SRK"),
        migrationType,
        migrationKeyAuth: side.bytes("outside"),
        encData: encDataOf(side, "key"),
      }),
      auths: ["SRK", MIGRATION],
    })
  ),
  recipe("TPM_ConvertMigrationBlob", {
    world: MIGRATING,
    request: (side) => ({
      parentHandle: side.handle("target"),
      inData: side.bytes("blob"),
      random: side.bytes("blob, random"),
    }),
  }),
  recipe("TPM_AuthorizeMigrationKey", {
    world: MIGRATING,
    request: { migrationScheme: C.TPM_MS_MIGRATE, migrationKey: OUTSIDE_PUB },
  }),
  recipe("TPM_MigrateKey", {
    world: MIGRATING,
    request: (side) => ({
      maKeyHandle: side.handle("authority"),
      pubKey: OUTSIDE_PUB,
      inData: side.bytes("for the authority"),
    }),
  }),
  recipe("TPM_CMK_SetRestrictions", {
    world: MIGRATING,
    request: { restriction: C.TPM_CMK_DELEGATE_SIGNING },
  }),
  recipe("TPM_CMK_ApproveMA", {
    world: MIGRATING,
    request: (side) => ({ migrationAuthorityDigest: msaDigest(msaOf(side)) }),
  }),
  recipe("TPM_CMK_CreateKey", {
    world: MIGRATING,
    request: (side) => ({
      parentHandle: side.handle("SRK"),
      dataUsageAuth: ZEROS,
      keyInfo: cmkTemplate(),
      migrationAuthorityApproval: side.bytes("approval"),
      migrationAuthorityDigest: msaDigest(msaOf(side)),
    }),
  }),
  recipe("TPM_CMK_CreateTicket", {
    world: MIGRATING,
    request: {
      verificationKey: SIGNER_PUB,
      signedData: ZEROS,
      signatureValue: signPkcs1Sha1(SIGNER, ZEROS),
    },
  }),
  recipe("TPM_CMK_CreateBlob", {
    world: MIGRATING,
    request: (side) => ({
      parentHandle: side.handle("SRK"),
      migrationType: C.TPM_MS_RESTRICT_MIGRATE,
      migrationKeyAuth: side.bytes("to authority"),
      pubSourceKeyDigest: digestOf(pubkeyOf(side, "cmk")),
      msaList: msaOf(side),
      restrictTicket: NONE,
      sigTicket: NONE,
      encData: encDataOf(side, "cmk"),
    }),
  }),
  recipe("TPM_CMK_CreateBlob", {
    world: MIGRATING,
    request: (side) => ({
      parentHandle: side.handle("SRK"),
      migrationType: C.TPM_MS_RESTRICT_APPROVE,
      migrationKeyAuth: side.bytes("by ticket"),
      pubSourceKeyDigest: digestOf(pubkeyOf(side, "cmk")),
      msaList: msaOf(side),
      restrictTicket: BY_TICKET.restrictTicket!(side),
      sigTicket: BY_TICKET.sigTicket!(side),
      encData: encDataOf(side, "cmk"),
    }),
  }),
  recipe("TPM_CMK_ConvertMigration", {
    world: MIGRATING,
    request: (side) => ({
      parentHandle: side.handle("target"),
      restrictTicket: side.bytes("restriction"),
      sigTicket: side.bytes("restriction, ticket"),
      migratedKey: travelling(side, "certified blob"),
      msaList: msaOf(side),
      random: side.bytes("certified blob, random"),
    }),
  }),
];
