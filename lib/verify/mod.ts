/**
 * Evidence of a TPM 1.2 checked with no TPM: quotes, certified keys, tick stamps, signed logs,
 * identity bindings, and replayed event logs. Pure: runs on a server or in a browser.
 *
 * @module
 */
export * from "./audit_digest.ts";
export * from "./certify_info.ts";
export type { SignedEvidence } from "./checks.ts";
export * from "./identity_binding.ts";
export { compositeDigest, type PcrValues, selectedPcrs } from "./pcr_values.ts";
export * from "./quote.ts";
export * from "./replay.ts";
export * from "./self_test.ts";
export {
  encodeSignInfo,
  SIGN_INFO_FIXED,
  type SignInfoEvidence,
  verifySignInfo,
} from "./sign_info.ts";
export * from "./tick_stamp.ts";
export * from "./transport_log.ts";
export * from "./verify_error.ts";
