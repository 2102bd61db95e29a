import { type Operation, operation, OWN_ORDINALS } from "../operation.ts";
import { auth, authOr, digest, encAuth, nonce, sized, type Slot, u32 } from "../slot.ts";

/** TPM_Seal and TPM_Sealx have the same parameters. */
const SEAL_IN: readonly Slot[] = [
  u32("keyHandle"),
  encAuth("encAuth"),
  sized("pcrInfo", { omitEmpty: true }),
  sized("inData", { omitEmpty: true }),
  authOr("omitted", 0),
];
const SEAL_OUT: readonly Slot[] = [authOr("omitted", 0), sized("sealedData")];

/** Sealing, binding, signing, certifying and random numbers. */
export const STORAGE_OPERATIONS: readonly Operation[] = [
  operation({
    ordinal: 36,
    name: "SEAL",
    method: "seal",
    command: "TPM_Seal",
    remote: ["seal"],
    in: SEAL_IN,
    out: SEAL_OUT,
  }),
  operation({
    ordinal: 37,
    name: "UNSEAL",
    method: "unseal",
    command: "TPM_Unseal",
    remote: ["unseal"],
    // libtspi and TrouSerS' daemon disagree about the place of the second session when the first
    // is missing: either form is understood.
    in: [u32("parentHandle"), sized("inData"), authOr("gap", 0), auth(1)],
    out: [authOr("zeros", 0), auth(1), sized("secret")],
  }),
  operation({
    ordinal: 38,
    name: "UNBIND",
    method: "unBind",
    command: "TPM_UnBind",
    remote: ["unbind"],
    in: [u32("keyHandle"), sized("inData"), authOr("omitted", 0)],
    out: [authOr("omitted", 0), sized("outData")],
  }),
  operation({
    ordinal: 42,
    name: "CERTIFYKEY",
    method: "certifyKey",
    command: "TPM_CertifyKey",
    in: [
      u32("certHandle"),
      u32("keyHandle"),
      nonce("antiReplay"),
      authOr("zeros", 0),
      authOr("zeros", 1),
    ],
    out: [authOr("omitted", 0), authOr("omitted", 1), sized("certifyInfo"), sized("outData")],
  }),
  operation({
    ordinal: 43,
    name: "SIGN",
    method: "sign",
    command: "TPM_Sign",
    remote: ["sign"],
    in: [u32("keyHandle"), sized("areaToSign"), authOr("omitted", 0)],
    out: [authOr("omitted", 0), sized("sig")],
  }),
  operation({
    ordinal: 44,
    name: "GETRANDOM",
    method: "getRandom",
    command: "TPM_GetRandom",
    remote: ["+random"],
    in: [u32("bytesRequested")],
    out: [sized("randomBytes")],
  }),
  operation({
    ordinal: 45,
    name: "STIRRANDOM",
    method: "stirRandom",
    command: "TPM_StirRandom",
    remote: ["+random"],
    in: [sized("inData")],
  }),
  operation({
    ordinal: 98,
    name: "SEALX",
    method: "sealx",
    command: "TPM_Sealx",
    in: SEAL_IN,
    out: SEAL_OUT,
  }),
  operation({
    ordinal: OWN_ORDINALS + 1,
    name: "CERTIFYKEY2",
    method: "certifyKey2",
    command: "TPM_CertifyKey2",
    trousers: "unknown",
    in: [
      u32("keyHandle"),
      u32("certHandle"),
      digest("migrationPubDigest"),
      nonce("antiReplay"),
      authOr("zeros", 0),
      authOr("zeros", 1),
    ],
    out: [authOr("omitted", 0), authOr("omitted", 1), sized("certifyInfo"), sized("outData")],
  }),
];
