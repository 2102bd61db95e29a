import { encode, U16 } from "../../../lib/codec/mod.ts";
import * as C from "../../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_PARMS } from "../../../lib/tpm12/structures/mod.ts";
import { u32 } from "../../bytes.ts";
import { OLD } from "../change_auth_asym.ts";
import { step } from "../step.ts";
import { locality, powerCycle } from "../steps.ts";
import { rsaOaepEncrypt } from "../../../lib/crypto/mod.ts";
import { keyTemplate, rsaParms, secret, selectPcrs, ZEROS } from "../templates.ts";
import { type AnyRecipe, recipe } from "./recipe.ts";
import { ENDORSED, POWERED, REVOCABLE, STARTED } from "./worlds.ts";

const u16 = (value: number): Uint8Array => encode(U16, value);
const NONE = new Uint8Array();
const TRUE = Uint8Array.of(1);
/** Power off and on, without TPM_Startup. */
const POWER = powerCycle()[0]!;

/** What TPM_GetCapability is asked. */
const CAPABILITIES: readonly (readonly [capArea: number, subCap: Uint8Array])[] = [
  [C.TPM_CAP_ORD, u32(0x14)],
  [C.TPM_CAP_ALG, u32(C.TPM_ALG_RSA)],
  [C.TPM_CAP_PID, u16(C.TPM_PID_OSAP)],
  [C.TPM_CAP_FLAG, u32(C.TPM_CAP_FLAG_PERMANENT)],
  [C.TPM_CAP_FLAG, u32(C.TPM_CAP_FLAG_VOLATILE)],
  [C.TPM_CAP_PROPERTY, u32(C.TPM_CAP_PROP_OWNER)],
  [C.TPM_CAP_PROPERTY, u32(C.TPM_CAP_PROP_DURATION)],
  [C.TPM_CAP_VERSION, NONE],
  [C.TPM_CAP_CHECK_LOADED, encode(TPM_KEY_PARMS, rsaParms("signing"))],
  [C.TPM_CAP_SYM_MODE, u32(2)],
  [C.TPM_CAP_NV_LIST, NONE],
  [C.TPM_CAP_NV_INDEX, u32(0x1000)],
  [C.TPM_CAP_TRANS_ALG, u32(C.TPM_ALG_MGF1)],
  [C.TPM_CAP_TRANS_ES, u16(C.TPM_ES_SYM_CTR)],
  [C.TPM_CAP_AUTH_ENCRYPT, u32(C.TPM_ALG_XOR)],
  [C.TPM_CAP_SELECT_SIZE, Uint8Array.of(1, 1, 0, 3)],
  [C.TPM_CAP_DA_LOGIC, u16(C.TPM_ET_OWNER)],
];

/** What TPM_SetCapability sets, and whether it takes the owner. */
const SETTINGS: readonly (readonly [capArea: number, which: number, auths: string[]])[] = [
  [C.TPM_SET_PERM_FLAGS, C.TPM_PF_READPUBEK, ["owner"]],
  [C.TPM_SET_PERM_FLAGS, C.TPM_PF_DISABLEFULLDALOGICINFO, ["owner"]],
  [C.TPM_SET_STCLEAR_FLAGS, C.TPM_SF_DISABLEFORCECLEAR, []],
];

const PRESENCE = { world: STARTED };

/** Chapters 3 to 9: start, tests, opting in, ownership, capabilities, auditing, administration. */
export const PLATFORM: readonly AnyRecipe[] = [
  recipe("TPM_Startup", { world: POWERED, request: { startupType: C.TPM_ST_CLEAR } }),
  recipe("TPM_Startup", { world: POWERED, request: { startupType: C.TPM_ST_DEACTIVATED } }),
  recipe("TPM_Startup", {
    world: STARTED,
    prelude: [step({ command: "TPM_SaveState" }), POWER],
    request: { startupType: C.TPM_ST_STATE },
  }),
  recipe("TPM_SaveState"),
  recipe("TPM_SelfTestFull"),
  recipe("TPM_ContinueSelfTest"),
  recipe("TPM_GetTestResult", { prelude: [step({ command: "TPM_SelfTestFull" })] }),
  recipe("TPM_SetOwnerInstall", { ...PRESENCE, request: { state: false } }),
  recipe("TPM_OwnerSetDisable", { request: { disableState: true } }),
  recipe("TPM_PhysicalEnable"),
  recipe("TPM_PhysicalDisable"),
  recipe("TPM_PhysicalSetDeactivated", { request: { state: true } }),
  recipe("TPM_SetTempDeactivated", { auths: [] }),
  recipe("TPM_SetTempDeactivated", {
    prelude: [step({ command: "TPM_SetOperatorAuth", request: { operatorAuth: secret("o") } })],
    auths: [secret("o")],
  }),
  recipe("TPM_SetOperatorAuth", { request: { operatorAuth: secret("operator") } }),
  ...(["TPM_KEY", "TPM_KEY12"] as const).map((form) =>
    recipe("TPM_TakeOwnership", {
      world: ENDORSED,
      request: (side) => ({
        protocolID: C.TPM_PID_OWNER,
        encOwnerAuth: rsaOaepEncrypt(side.ek!, ZEROS, { random: side.random }),
        encSrkAuth: rsaOaepEncrypt(side.ek!, ZEROS, { random: side.random }),
        srkParams: keyTemplate("storage", { form }),
      }),
      auths: [ZEROS],
    })
  ),
  recipe("TPM_OwnerClear"),
  recipe("TPM_ForceClear"),
  recipe("TPM_DisableOwnerClear"),
  recipe("TPM_DisableForceClear"),
  ...[
    C.TPM_PHYSICAL_PRESENCE_CMD_ENABLE,
    C.TPM_PHYSICAL_PRESENCE_NOTPRESENT,
    C.TPM_PHYSICAL_PRESENCE_LOCK,
  ].map((physicalPresence) =>
    recipe("TSC_PhysicalPresence", { ...PRESENCE, request: { physicalPresence } })
  ),
  recipe("TSC_ResetEstablishmentBit", { prelude: [locality(3)] }),
  ...CAPABILITIES.map(([capArea, subCap]) =>
    recipe("TPM_GetCapability", { request: { capArea, subCap } })
  ),
  ...SETTINGS.map(([capArea, which, auths]) =>
    recipe("TPM_SetCapability", {
      request: { capArea, subCap: u32(which), setValue: TRUE },
      auths,
    })
  ),
  recipe("TPM_GetCapabilityOwner", { mask: ["version"] }),
  recipe("TPM_GetAuditDigest", { world: STARTED, request: { startOrdinal: 0 } }),
  // Keys have been made, which are in the digest.
  recipe("TPM_GetAuditDigest", { request: { startOrdinal: 0 }, mask: ["auditDigest"] }),
  ...[true, false].map((closeAudit) =>
    recipe("TPM_GetAuditDigestSigned", {
      request: (side) => ({
        keyHandle: side.handle(closeAudit ? "identity" : "signing"),
        closeAudit,
        antiReplay: ZEROS,
      }),
      ...(closeAudit && { auths: [OLD] }),
      mask: ["auditDigest"],
    })
  ),
  recipe("TPM_SetOrdinalAuditStatus", { request: { ordinalToAudit: 0x14, auditState: true } }),
  recipe("TPM_ResetLockValue"),
];

/** Chapters 13 to 16: hashing and random numbers, the endorsement key, PCRs. */
export const MEASURING: readonly AnyRecipe[] = [
  recipe("TPM_SHA1Start"),
  ...(["TPM_SHA1Update", "TPM_SHA1Complete"] as const).map((command) =>
    recipe(command, {
      prelude: [step({ command: "TPM_SHA1Start" })],
      request: { hashData: new Uint8Array(64).fill(5) },
    })
  ),
  recipe("TPM_SHA1CompleteExtend", {
    prelude: [step({ command: "TPM_SHA1Start" })],
    request: { pcrNum: 10, hashData: Uint8Array.of(1, 2, 3) },
  }),
  recipe("TPM_GetRandom", { request: { bytesRequested: 20 } }),
  recipe("TPM_StirRandom", { request: { inData: new Uint8Array(32).fill(3) } }),
  recipe("TPM_CreateEndorsementKeyPair", {
    world: STARTED,
    request: { antiReplay: ZEROS, keyInfo: rsaParms("storage") },
  }),
  ...[true, false].map((generateReset) =>
    recipe("TPM_CreateRevocableEK", {
      world: STARTED,
      request: {
        antiReplay: ZEROS,
        keyInfo: rsaParms("storage"),
        generateReset,
        inputEKreset: secret("EKReset"),
      },
    })
  ),
  recipe("TPM_RevokeTrust", { world: REVOCABLE, request: { EKReset: secret("EKReset") } }),
  recipe("TPM_ReadPubek", { world: ENDORSED, request: { antiReplay: ZEROS } }),
  ...[C.TPM_KH_EK, C.TPM_KH_SRK].map((keyHandle) =>
    recipe("TPM_OwnerReadInternalPub", { request: { keyHandle } })
  ),
  recipe("TPM_Extend", { request: { pcrNum: 3, inDigest: secret("event") } }),
  recipe("TPM_PCRRead", { request: { pcrIndex: 3 } }),
  recipe("TPM_Quote", {
    request: (side) => ({
      keyHandle: side.handle("signing"),
      externalData: ZEROS,
      targetPCR: selectPcrs(0, 16),
    }),
  }),
  recipe("TPM_PCR_Reset", { request: { pcrSelection: selectPcrs(16, 23) } }),
  ...[true, false].map((addVersion) =>
    recipe("TPM_Quote2", {
      request: (side) => ({
        keyHandle: side.handle("identity"),
        externalData: ZEROS,
        targetPCR: selectPcrs(0, 16),
        addVersion,
      }),
      mask: ["versionInfo"],
    })
  ),
];
