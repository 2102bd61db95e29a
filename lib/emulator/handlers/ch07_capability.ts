import {
  BOOL,
  type Codec,
  CodecError,
  decode,
  encode,
  Reader,
  U16,
  U32,
  untilEnd,
} from "../../codec/mod.ts";
import { commandByOrdinal } from "../../tpm12/commands/mod.ts";
import * as C from "../../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_CAP_VERSION_INFO,
  TPM_KEY_HANDLE_LIST,
  TPM_KEY_PARMS,
  TPM_NV_DATA_PUBLIC,
  TPM_PERMANENT_FLAGS,
  TPM_SELECT_SIZE,
  TPM_STCLEAR_FLAGS,
  TPM_STRUCT_VER,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { capabilityProperty, PROPERTIES_IN_FAILURE } from "../capability_property.ts";
import { dictionaryAttackInfo } from "../dictionary_attack.ts";
import { rsaParms } from "../keys/key_rules.ts";
import { PCR_COUNT } from "../state/pcr_bank.ts";
import type { Tpm } from "../tpm.ts";
import { capVersionInfo } from "../version.ts";
import type { Handler } from "./handler.ts";

/** The answer to one capability area. */
type Area = (tpm: Tpm, subCap: Uint8Array) => Uint8Array;

/** Most bytes of a PCR selection. */
const SELECTION_BYTES = PCR_COUNT / 8;
/** In TPM_KEY_PARMS: none. */
const NO_ALGORITHM = 0;

const bool = (value: boolean): Uint8Array => encode(BOOL, value);

/** TPM_CAPABILITY_AREA (Part 2, 21.1). */
const AREAS: ReadonlyMap<number, Area> = new Map<number, Area>([
  [C.TPM_CAP_ORD, (tpm, subCap) => {
    const command = commandByOrdinal(read(U32, subCap));
    return bool(command !== undefined && tpm.knows(command));
  }],
  // RSA alone is said to be there, as libtpms says it.
  [C.TPM_CAP_ALG, (_tpm, subCap) => bool(read(U32, subCap) === C.TPM_ALG_RSA)],
  [C.TPM_CAP_PID, (_tpm, subCap) => {
    const protocol = read(U16, subCap);
    return bool(protocol >= C.TPM_PID_OIAP && protocol <= C.TPM_PID_TRANSPORT);
  }],
  [C.TPM_CAP_FLAG, (tpm, subCap) => {
    const which = read(U32, subCap);
    if (which === C.TPM_CAP_FLAG_PERMANENT) return encode(TPM_PERMANENT_FLAGS, tpm.permanent.flags);
    if (which === C.TPM_CAP_FLAG_VOLATILE) return encode(TPM_STCLEAR_FLAGS, tpm.volatile.flags);
    throw tpmError("TPM_BAD_MODE", `there are no flags 0x${which.toString(16)}`);
  }],
  [C.TPM_CAP_PROPERTY, (tpm, subCap) => {
    const which = read(U32, subCap);
    const value = capabilityProperty(tpm, which);
    if (value !== undefined) return value;
    throw tpmError("TPM_BAD_MODE", `there is no property 0x${which.toString(16)}`);
  }],
  [C.TPM_CAP_VERSION, () => encode(TPM_STRUCT_VER, STRUCT_VER_1_1)],
  [C.TPM_CAP_KEY_HANDLE, (tpm) => handleList(tpm.volatile.keys.values())],
  [C.TPM_CAP_CHECK_LOADED, (tpm, subCap) => {
    const parms = TPM_KEY_PARMS.read(new Reader(subCap));
    if (parms.algorithmID === NO_ALGORITHM) return bool(false);
    rsaParms(parms);
    return bool(tpm.volatile.keys.free > 0);
  }],
  [C.TPM_CAP_SYM_MODE, (_tpm, subCap) => {
    read(U32, subCap);
    return bool(false);
  }],
  [C.TPM_CAP_KEY_STATUS, (tpm, subCap) => {
    const loaded = tpm.volatile.keys.get(read(U32, subCap));
    if (loaded !== undefined) return bool(loaded.ownerEvict);
    throw tpmError("TPM_INVALID_KEYHANDLE", "no key is loaded there");
  }],
  [
    C.TPM_CAP_NV_LIST,
    (tpm) => encode(untilEnd(U32), tpm.permanent.nvAreas.map(({ pubInfo }) => pubInfo.nvIndex)),
  ],
  [C.TPM_CAP_MFR, (_tpm, subCap) => {
    const which = read(U32, subCap);
    throw tpmError("TPM_BAD_MODE", `the maker tells nothing under 0x${which.toString(16)}`);
  }],
  [
    C.TPM_CAP_NV_INDEX,
    (tpm, subCap) => encode(TPM_NV_DATA_PUBLIC, tpm.nvArea(read(U32, subCap)).pubInfo),
  ],
  [C.TPM_CAP_TRANS_ALG, (_tpm, subCap) => isOneOf(U32, subCap, [C.TPM_ALG_MGF1, C.TPM_ALG_AES128])],
  [C.TPM_CAP_HANDLE, (tpm, subCap) => handlesOfType(tpm, read(U32, subCap))],
  [
    C.TPM_CAP_TRANS_ES,
    (_tpm, subCap) => isOneOf(U16, subCap, [C.TPM_ES_SYM_CTR, C.TPM_ES_SYM_OFB]),
  ],
  [
    C.TPM_CAP_AUTH_ENCRYPT,
    (_tpm, subCap) => isOneOf(U32, subCap, [C.TPM_ALG_XOR, C.TPM_ALG_AES128]),
  ],
  [C.TPM_CAP_SELECT_SIZE, (_tpm, subCap) => {
    // The version is judged before what follows it is read.
    const [major = 1, minor = 1] = subCap;
    if (major !== 1 || minor < 1 || minor > 2) {
      throw tpmError("TPM_BAD_PARAMETER", `this is no TPM of version ${major}.${minor}`);
    }
    const { reqSize } = TPM_SELECT_SIZE.read(new Reader(subCap));
    return bool(reqSize >= 1 && reqSize <= SELECTION_BYTES);
  }],
  // Whatever entity is asked for: the count is one for all.
  [C.TPM_CAP_DA_LOGIC, (tpm) => dictionaryAttackInfo(tpm)],
  [C.TPM_CAP_VERSION_VAL, () => encode(TPM_CAP_VERSION_INFO, capVersionInfo())],
]);

/** Areas that a TPM in failure mode tells too (action 3). */
const AREAS_IN_FAILURE: readonly number[] = [
  C.TPM_CAP_VERSION,
  C.TPM_CAP_VERSION_VAL,
  C.TPM_CAP_MFR,
];

/** TPM_GetCapability (Part 3, 7.1). */
export const TPM_GetCapability: Handler<"TPM_GetCapability"> = (tpm, { capArea, subCap }) => {
  // 3.
  if (tpm.failure !== null && !toldInFailure(capArea, subCap)) {
    throw tpmError("TPM_FAILEDSELFTEST", `the TPM is in failure mode: ${tpm.failure}`);
  }
  // 1, 2.
  const area = AREAS.get(capArea);
  if (area === undefined) {
    throw tpmError("TPM_BAD_MODE", `there is no capability area 0x${capArea.toString(16)}`);
  }
  return { resp: area(tpm, subCap) };
};

function toldInFailure(capArea: number, subCap: Uint8Array): boolean {
  if (capArea !== C.TPM_CAP_PROPERTY) return AREAS_IN_FAILURE.includes(capArea);
  return subCap.length === 4 && PROPERTIES_IN_FAILURE.includes(decode(U32, subCap));
}

/** A sub-capability that is a number; throws TPM_BAD_MODE for one of another size. */
function read<T>(codec: Codec<T>, subCap: Uint8Array): T {
  try {
    return decode(codec, subCap);
  } catch (error) {
    throw error instanceof CodecError ? tpmError("TPM_BAD_MODE", error.message) : error;
  }
}

function isOneOf(codec: Codec<number>, subCap: Uint8Array, values: readonly number[]): Uint8Array {
  return bool(values.includes(read(codec, subCap)));
}

function handleList(entries: Iterable<{ readonly handle: number }>): Uint8Array {
  return encode(TPM_KEY_HANDLE_LIST, { handle: Array.from(entries, ({ handle }) => handle) });
}

/** TPM_CAP_HANDLE: the handles of one resource type. */
function handlesOfType(tpm: Tpm, resourceType: number): Uint8Array {
  const { volatile, permanent } = tpm;
  switch (resourceType) {
    case C.TPM_RT_KEY:
      return handleList(volatile.keys.values());
    case C.TPM_RT_AUTH:
      return handleList(volatile.authSessions.values());
    case C.TPM_RT_TRANS:
      return handleList(volatile.transportSessions.values());
    case C.TPM_RT_DAA_TPM:
      return handleList(volatile.daaSessions.values());
    case C.TPM_RT_COUNTER:
      return handleList(permanent.counters.map(({ countID }) => ({ handle: countID })));
    case C.TPM_RT_CONTEXT:
      return handleList(
        volatile.contextList.filter((count) => count !== 0).map((handle) => ({ handle })),
      );
    default:
      throw tpmError("TPM_BAD_PARAMETER", `resource type ${resourceType} has no handles`);
  }
}

/** TPM_GetCapabilityOwner (Part 3, 7.3). */
export const TPM_GetCapabilityOwner: Handler<"TPM_GetCapabilityOwner"> = (tpm) => ({
  // 4.
  version: capVersionInfo().version,
  // 2, 3.
  non_volatile_flags: flagBits(encode(TPM_PERMANENT_FLAGS, tpm.permanent.flags)),
  volatile_flags: flagBits(encode(TPM_STCLEAR_FLAGS, tpm.volatile.flags)),
});

/** Description 1 to 4. Bit N is flag N of the structure, which follow its tag. */
function flagBits(encoded: Uint8Array): number {
  return encoded.subarray(2).reduce((bits, flag, n) => bits + flag * 2 ** n, 0);
}
