import { onlyField } from "../conversion.ts";
import { type Operation, operation } from "../operation.ts";
import { auth, authOr, bool, byte, digest, list, nonce, pcrEvent, sized, u32 } from "../slot.ts";

/** PCRs, their event log, quotes and data integrity registers. */
export const INTEGRITY_OPERATIONS: readonly Operation[] = [
  operation({
    ordinal: 17,
    name: "LOGPCREVENT",
    method: "logPcrEvent",
    in: [pcrEvent("event")],
    out: [u32("ulEventNumber")],
  }),
  operation({
    ordinal: 18,
    name: "GETPCREVENT",
    method: "getPcrEvent",
    in: [u32("pcrIndex"), u32("eventNumber"), byte("lengthOnly", { flag: true })],
    out: [u32("number"), pcrEvent("event", { optional: true })],
  }),
  operation({
    ordinal: 19,
    name: "GETPCREVENTBYPCR",
    method: "getPcrEventsByPcr",
    in: [u32("pcrIndex"), u32("firstEvent"), u32("eventCount")],
    out: [list("PCR_EVENT", "events")],
    conversion: onlyField("events"),
  }),
  operation({
    ordinal: 20,
    name: "GETPCREVENTLOG",
    method: "getPcrEventLog",
    out: [list("PCR_EVENT", "events")],
    conversion: onlyField("events"),
  }),
  operation({
    ordinal: 31,
    name: "EXTEND",
    method: "extend",
    command: "TPM_Extend",
    in: [u32("pcrNum"), digest("inDigest")],
    out: [digest("outDigest")],
  }),
  operation({
    ordinal: 32,
    name: "PCRREAD",
    method: "pcrRead",
    command: "TPM_PCRRead",
    in: [u32("pcrIndex")],
    out: [digest("outDigest")],
  }),
  operation({
    ordinal: 33,
    name: "QUOTE",
    method: "quote",
    command: "TPM_Quote",
    remote: ["quote"],
    in: [u32("keyHandle"), nonce("externalData"), sized("targetPCR"), authOr("omitted", 0)],
    out: [authOr("omitted", 0), sized("pcrData"), sized("sig")],
  }),
  operation({
    ordinal: 34,
    name: "DIRWRITEAUTH",
    method: "dirWriteAuth",
    command: "TPM_DirWriteAuth",
    in: [u32("dirIndex"), digest("newContents"), auth(0)],
    out: [auth(0)],
  }),
  operation({
    ordinal: 35,
    name: "DIRREAD",
    method: "dirRead",
    command: "TPM_DirRead",
    in: [u32("dirIndex")],
    out: [digest("dirContents")],
  }),
  operation({
    ordinal: 78,
    name: "PCRRESET",
    method: "pcrReset",
    command: "TPM_PCR_Reset",
    in: [sized("pcrSelection")],
  }),
  operation({
    ordinal: 113,
    name: "QUOTE2",
    method: "quote2",
    command: "TPM_Quote2",
    in: [
      u32("keyHandle"),
      nonce("externalData"),
      sized("targetPCR"),
      bool("addVersion"),
      authOr("omitted", 0),
    ],
    out: [
      authOr("omitted", 0),
      sized("pcrData"),
      sized("versionInfo", { lengthInside: true, omitEmpty: true }),
      sized("sig"),
    ],
  }),
];
