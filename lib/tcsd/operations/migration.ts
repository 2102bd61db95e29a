import { schemeOfTss } from "../conversion.ts";
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
    command: "TPM_CreateMigrationBlob",
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
    command: "TPM_ConvertMigrationBlob",
    in: [u32("parentHandle"), sized("inData"), sized("random"), authOr("omitted", 0)],
    out: [authOr("omitted", 0), sized("outData")],
  }),
  operation({
    ordinal: 41,
    name: "AUTHORIZEMIGRATIONKEY",
    method: "authorizeMigrationKey",
    command: "TPM_AuthorizeMigrationKey",
    conversion: schemeOfTss("migrationScheme"),
    in: [u16("migrationScheme"), sized("migrationKey"), auth(0)],
    out: [auth(0), sized("outData")],
  }),
  operation({
    ordinal: 114,
    name: "CMK_SETRESTRICTIONS",
    method: "cmkSetRestrictions",
    command: "TPM_CMK_SetRestrictions",
    in: [u32("restriction"), auth(0)],
    out: [auth(0)],
  }),
  operation({
    ordinal: 115,
    name: "CMK_APPROVEMA",
    method: "cmkApproveMA",
    command: "TPM_CMK_ApproveMA",
    in: [digest("migrationAuthorityDigest"), auth(0)],
    out: [auth(0), digest("outData")],
  }),
  operation({
    ordinal: 116,
    name: "CMK_CREATEKEY",
    method: "cmkCreateKey",
    command: "TPM_CMK_CreateKey",
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
    command: "TPM_CMK_CreateTicket",
    in: [sized("verificationKey"), digest("signedData"), sized("signatureValue"), auth(0)],
    out: [auth(0), digest("sigTicket")],
  }),
  operation({
    ordinal: 118,
    name: "CMK_CREATEBLOB",
    method: "cmkCreateBlob",
    command: "TPM_CMK_CreateBlob",
    in: [
      u32("parentHandle"),
      u16("migrationType"),
      sized("migrationKeyAuth"),
      digest("pubSourceKeyDigest"),
      sized("msaList", { lengthInside: true }),
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
    command: "TPM_CMK_ConvertMigration",
    in: [
      u32("parentHandle"),
      fixed("restrictTicket", TPM_CMK_AUTH_SIZE),
      digest("sigTicket"),
      sized("migratedKey"),
      sized("msaList", { lengthInside: true }),
      sized("random"),
      authOr("zeros", 0),
    ],
    out: [authOr("omitted", 0), sized("outData")],
  }),
  operation({
    ordinal: OWN_ORDINALS + 2,
    name: "MIGRATEKEY",
    method: "migrateKey",
    command: "TPM_MigrateKey",
    trousers: "unknown",
    in: [u32("maKeyHandle"), sized("pubKey"), sized("inData"), authOr("omitted", 0)],
    out: [authOr("omitted", 0), sized("outData")],
  }),
];
