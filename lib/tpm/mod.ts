/**
 * A TPM 1.2 in a few lines: seal and unseal, keys, quotes, PCRs, random numbers, counters, NV storage.
 *
 * ```ts
 * import { openTpm } from "@deno-tss/tss";
 *
 * await using tpm = await openTpm("emulator");
 * const sealed = await tpm.seal(new TextEncoder().encode("hello"));
 * console.assert(new TextDecoder().decode(await tpm.unseal(sealed)) === "hello");
 * ```
 *
 * @module
 */
export type { RsaPublicKey } from "../crypto/mod.ts";
export type { PcrEvent } from "../tcs/mod.ts";
export { MonotonicCounter } from "./counter.ts";
export type { CreateKeyOptions } from "./create_key.ts";
export type { KeySize, SignatureSchemeName } from "./key_template.ts";
export { NvSlot } from "./nv_slot.ts";
export { openTpm, type OpenTpmOptions } from "./open_tpm.ts";
export type { OwnerSecrets } from "./owner.ts";
export type { RequiredPcrs } from "./pcr_values.ts";
export { type Quote, verifyQuote, type VerifyQuoteOptions } from "./quote.ts";
export { type Secret, WELL_KNOWN_SECRET } from "./secrets.ts";
export { type SealOptions, Tpm } from "./tpm.ts";
export { type ExportedKeys, type KeyPurpose, type SignatureHash, TpmCryptoKey } from "./tpm_key.ts";
