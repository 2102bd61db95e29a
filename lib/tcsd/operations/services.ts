import { type Operation, operation } from "../operation.ts";
import {
  auth,
  authOr,
  bool,
  byte,
  counterValue,
  digest,
  encAuth,
  nonce,
  sized,
  type Slot,
  u32,
} from "../slot.ts";

/** TPM_DAA_Join and TPM_DAA_Sign have the same parameters. */
const DAA_IN: readonly Slot[] = [
  u32("daaHandle"),
  byte("stage"),
  sized("inputData0"),
  sized("inputData1"),
  authOr("omitted", 0),
];
const DAA_OUT: readonly Slot[] = [authOr("omitted", 0), sized("outputData")];

/** Maintenance, DAA, counters, ticks and auditing. */
export const SERVICE_OPERATIONS: readonly Operation[] = [
  operation({
    ordinal: 69,
    name: "CREATEMAINTENANCEARCHIVE",
    method: "createMaintenanceArchive",
    in: [bool("generateRandom"), auth(0)],
    out: [auth(0), sized("random"), sized("archive")],
  }),
  operation({
    ordinal: 70,
    name: "LOADMAINTENANCEARCHIVE",
    method: "loadMaintenanceArchive",
    in: [sized("archive"), auth(0)],
    out: [auth(0), sized("dataOut")],
  }),
  operation({
    ordinal: 71,
    name: "KILLMAINTENANCEFEATURE",
    method: "killMaintenanceFeature",
    in: [auth(0)],
    out: [auth(0)],
  }),
  operation({
    ordinal: 72,
    name: "LOADMANUFACTURERMAINTENANCEPUB",
    method: "loadManuMaintPub",
    in: [nonce("antiReplay"), sized("pubKey")],
    out: [digest("checksum")],
  }),
  operation({
    ordinal: 73,
    name: "READMANUFACTURERMAINTENANCEPUB",
    method: "readManuMaintPub",
    in: [nonce("antiReplay")],
    out: [digest("checksum")],
  }),
  operation({
    ordinal: 74,
    name: "DAAJOIN",
    method: "tpmDaaJoin",
    trousers: "refused",
    in: DAA_IN,
    out: DAA_OUT,
  }),
  operation({
    ordinal: 75,
    name: "DAASIGN",
    method: "tpmDaaSign",
    trousers: "refused",
    in: DAA_IN,
    out: DAA_OUT,
  }),
  operation({
    ordinal: 79,
    name: "READCOUNTER",
    method: "readCounter",
    trousers: "faulty",
    in: [u32("countID")],
    out: [counterValue("count")],
  }),
  operation({
    ordinal: 80,
    name: "CREATECOUNTER",
    method: "createCounter",
    trousers: "faulty",
    in: [sized("label", { exactly: 4 }), encAuth("encAuth"), auth(0)],
    out: [auth(0), u32("countID"), counterValue("counterValue")],
  }),
  operation({
    ordinal: 81,
    name: "INCREMENTCOUNTER",
    method: "incrementCounter",
    trousers: "faulty",
    in: [u32("countID"), auth(0)],
    out: [auth(0), counterValue("count")],
  }),
  operation({
    ordinal: 82,
    name: "RELEASECOUNTER",
    method: "releaseCounter",
    in: [u32("countID"), auth(0)],
    out: [auth(0)],
  }),
  operation({
    ordinal: 83,
    name: "RELEASECOUNTEROWNER",
    method: "releaseCounterOwner",
    in: [u32("countID"), auth(0)],
    out: [auth(0)],
  }),
  operation({
    ordinal: 84,
    name: "READCURRENTTICKS",
    method: "readCurrentTicks",
    out: [sized("currentTime")],
  }),
  operation({
    ordinal: 85,
    name: "TICKSTAMPBLOB",
    method: "tickStampBlob",
    in: [
      u32("keyHandle"),
      nonce("antiReplay"),
      digest("digestToStamp"),
      authOr("omitted", 0),
    ],
    out: [authOr("omitted", 0), sized("sig"), sized("currentTicks")],
  }),
  operation({
    ordinal: 95,
    name: "SETORDINALAUDITSTATUS",
    method: "setOrdinalAuditStatus",
    in: [u32("ordinalToAudit"), bool("auditState"), auth(0)],
    out: [auth(0)],
  }),
  operation({
    ordinal: 96,
    name: "GETAUDITDIGEST",
    method: "getAuditDigest",
    in: [u32("startOrdinal")],
    out: [
      digest("auditDigest"),
      sized("counterValue"),
      bool("more"),
      // Its length is told in ordinals.
      sized("ordList", { unit: 4 }),
    ],
  }),
  operation({
    ordinal: 97,
    name: "GETAUDITDIGESTSIGNED",
    method: "getAuditDigestSigned",
    in: [u32("keyHandle"), bool("closeAudit"), nonce("antiReplay"), authOr("zeros", 0)],
    out: [
      authOr("omitted", 0),
      sized("counterValue"),
      digest("auditDigest"),
      digest("ordinalDigest"),
      sized("sig"),
    ],
  }),
];
