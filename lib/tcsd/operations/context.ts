import {
  TSS_TCSCAP_ALG,
  TSS_TCSCAP_MANUFACTURER,
  TSS_TCSCAP_PROP_MANUFACTURER_ID,
} from "../../tcs/constants/capabilities.ts";
import { type Operation, operation, OWN_ORDINALS } from "../operation.ts";
import { sized, u32, type Values } from "../slot.ts";

/** TrouSerS does not convert these answers: they are numbers of the daemon's machine. */
function answerIsHostNumber({ capArea, subCap }: Readonly<Values>): boolean {
  if (capArea === TSS_TCSCAP_ALG) return true;
  if (capArea !== TSS_TCSCAP_MANUFACTURER || !(subCap instanceof Uint8Array)) return false;
  const view = new DataView(subCap.buffer, subCap.byteOffset, subCap.byteLength);
  return subCap.length === 4 && view.getUint32(0) === TSS_TCSCAP_PROP_MANUFACTURER_ID;
}

/** Contexts and what the core services say of themselves. */
export const CONTEXT_OPERATIONS: readonly Operation[] = [
  operation({ ordinal: 0, name: "ERROR", trousers: "refused", contextFree: true }),
  operation({
    ordinal: 1,
    name: "OPENCONTEXT",
    method: "openContext",
    remote: ["+context"],
    contextFree: true,
    out: [u32("hContext"), u32("tpmVersion")],
  }),
  operation({
    ordinal: 2,
    name: "CLOSECONTEXT",
    method: "closeContext",
    remote: ["+context"],
  }),
  operation({
    ordinal: 3,
    name: "FREEMEMORY",
    method: "freeMemory",
    remote: ["+storedKeys", "sign", "random", "getcapability", "selftest"],
    trousers: "refused",
    in: [u32("memory", { otherwise: 0 })],
  }),
  operation({
    ordinal: 4,
    name: "TCSGETCAPABILITY",
    method: "getTcsCapability",
    remote: ["getcapability"],
    in: [u32("capArea"), sized("subCap", { hostOrder: () => true })],
    out: [sized("resp", { hostOrder: answerIsHostNumber })],
  }),
  operation({
    ordinal: 86,
    name: "GETCREDENTIAL",
    method: "getCredential",
    in: [u32("ulCredentialType"), u32("ulCredentialAccessMode")],
    out: [sized("rgbCredentialData")],
  }),
  // Of no context, and for peers on this machine alone.
  operation({
    ordinal: OWN_ORDINALS + 4,
    name: "STATUS",
    method: "status",
    trousers: "unknown",
    contextFree: true,
    out: [sized("status")],
  }),
];
