import { fromHex } from "./hex.ts";

/** TPM_Startup(ST_CLEAR). */
export const STARTUP: Uint8Array = fromHex("00c1 0000000c 00000099 0001");

/** TPM_Startup(ST_STATE). */
export const STARTUP_STATE: Uint8Array = fromHex("00c1 0000000c 00000099 0002");

/** TPM_SaveState. */
export const SAVE_STATE: Uint8Array = fromHex("00c1 0000000a 00000098");

/** TPM_PCRRead. */
export const pcrRead = (index: number): Uint8Array =>
  fromHex(`00c1 0000000e 00000015 000000${index.toString(16).padStart(2, "0")}`);

/** TPM_Extend by 20 bytes of 0x5a. */
export const extend = (index: number): Uint8Array =>
  fromHex(`00c1 00000022 00000014 000000${index.toString(16).padStart(2, "0")} ${"5a".repeat(20)}`);

/** TPM_Extend of PCR 16. */
export const EXTEND: Uint8Array = extend(16);

/** TPM_CreateEndorsementKeyPair of 2048 bits: the longest that one command takes. */
export const CREATE_EK: Uint8Array = fromHex(
  `00c1 00000036 00000078 ${
    "01".repeat(20)
  } 00000001 0003 0001 0000000c 00000800 00000002 00000000`,
);
