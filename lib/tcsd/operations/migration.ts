import { type Operation, operation, OWN_ORDINALS } from "../operation.ts";
import { auth, authOr, digest, encAuth, fixed, sized, u16, u32 } from "../slot.ts";

/** Bytes of a TPM_CMK_AUTH, which TrouSerS sends without its size. */
const TPM_CMK_AUTH_SIZE = 60;

/** Migration and certified migratable keys. */
export const MIGRATION_OPERATIONS: readonly Operation[] = [
  operation({
    ordinal: 39,
    name: "CREATEMIGRATIONBLOB",
    method: "createMigrationBlob",
    in: [
      u32("parentHandle"),
      u16("migrationType"),
      sized("migrationKeyAuth"),
      sized("encData"),
      authOr("omitted", 0),
      auth(1),
    ],
    out: [
      authOr("omitted", 0),
      auth(1),
      sized("random", { omitEmpty: true }),
      sized("outData"),
    ],
  }),
  operation({
    ordinal: 40,
    name: "CONVERTMIGRATIONBLOB",
    method: "convertMigrationBlob",
    in: [u32("parentHandle"), sized("inData"), sized("random"), authOr("omitted", 0)],
    out: [authOr("omitted", 0), sized("outData")],
  }),
  operation({
    ordinal: 41,
    name: "AUTHORIZEMIGRATIONKEY",
    method: "authorizeMigrationKey",
    in: [u16("migrationScheme"), sized("migrationKey"), auth(0)],
    out: [auth(0), sized("outData")],
  }),
  operation({
    ordinal: 114,
    name: "CMK_SETRESTRICTIONS",
    method: "cmkSetRestrictions",
    in: [u32("restriction"), auth(0)],
    out: [auth(0)],
  }),
  operation({
    ordinal: 115,
    name: "CMK_APPROVEMA",
    method: "cmkApproveMA",
    in: [digest("migrationAuthorityDigest"), auth(0)],
    out: [auth(0), digest("outData")],
  }),
  operation({
    ordinal: 116,
    name: "CMK_CREATEKEY",
    method: "cmkCreateKey",
    in: [
      u32("parentHandle"),
      encAuth("dataUsageAuth"),
      digest("migrationAuthorityApproval"),
      digest("migrationAuthorityDigest"),
      sized("keyInfo"),
      authOr("zeros", 0),
    ],
    out: [sized("wrappedKey"), authOr("omitted", 0)],
  }),
  operation({
    ordinal: 117,
    name: "CMK_CREATETICKET",
    method: "cmkCreateTicket",
    in: [sized("verificationKey"), digest("signedData"), sized("signatureValue"), auth(0)],
    out: [auth(0), digest("sigTicket")],
  }),
  operation({
    ordinal: 118,
    name: "CMK_CREATEBLOB",
    method: "cmkCreateBlob",
    in: [
      u32("parentHandle"),
      u16("migrationType"),
      sized("migrationKeyAuth"),
      digest("pubSourceKeyDigest"),
      sized("msaList"),
      sized("restrictTicket"),
      sized("sigTicket"),
      sized("encData"),
      authOr("zeros", 0),
    ],
    out: [authOr("omitted", 0), sized("random"), sized("outData")],
  }),
  operation({
    ordinal: 119,
    name: "CMK_CONVERTMIGRATION",
    method: "cmkConvertMigration",
    in: [
      u32("parentHandle"),
      fixed("restrictTicket", TPM_CMK_AUTH_SIZE),
      digest("sigTicket"),
      sized("migratedKey"),
      sized("msaList"),
      sized("random"),
      authOr("zeros", 0),
    ],
    out: [authOr("omitted", 0), sized("outData")],
  }),
  operation({
    ordinal: OWN_ORDINALS + 2,
    name: "MIGRATEKEY",
    method: "migrateKey",
    trousers: "unknown",
    in: [u32("maKeyHandle"), sized("pubKey"), sized("inData"), authOr("omitted", 0)],
    out: [authOr("omitted", 0), sized("outData")],
  }),
];
