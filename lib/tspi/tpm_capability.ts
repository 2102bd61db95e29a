import { encode, U32 } from "../codec/mod.ts";
import * as C from "../tpm12/constants/mod.ts";
import * as T from "./constants/tpm_capabilities.ts";
import { ALGORITHMS, ENC_SCHEMES, toTpm } from "./key_numbers.ts";
import { subCapNumber } from "./sub_cap.ts";
import { isTssError, tspError } from "./tsp_error.ts";

/** What TPM_GetCapability is asked. */
interface CapabilityRequest {
  readonly capArea: number;
  readonly subCap: Uint8Array;
}

/** TSS_TPMCAP_PROP_* and the TPM's own number. */
const PROPERTIES: readonly (readonly [tss: number, tpm: number])[] = [
  [T.TSS_TPMCAP_PROP_PCR, C.TPM_CAP_PROP_PCR],
  [T.TSS_TPMCAP_PROP_DIR, C.TPM_CAP_PROP_DIR],
  [T.TSS_TPMCAP_PROP_MANUFACTURER, C.TPM_CAP_PROP_MANUFACTURER],
  [T.TSS_TPMCAP_PROP_SLOTS, C.TPM_CAP_PROP_KEYS],
  [T.TSS_TPMCAP_PROP_FAMILYROWS, C.TPM_CAP_PROP_FAMILYROWS],
  [T.TSS_TPMCAP_PROP_DELEGATEROWS, C.TPM_CAP_PROP_DELEGATE_ROW],
  [T.TSS_TPMCAP_PROP_OWNER, C.TPM_CAP_PROP_OWNER],
  [T.TSS_TPMCAP_PROP_MAXKEYS, C.TPM_CAP_PROP_MAX_KEYS],
  [T.TSS_TPMCAP_PROP_AUTHSESSIONS, C.TPM_CAP_PROP_AUTHSESS],
  [T.TSS_TPMCAP_PROP_MAXAUTHSESSIONS, C.TPM_CAP_PROP_MAX_AUTHSESS],
  [T.TSS_TPMCAP_PROP_TRANSESSIONS, C.TPM_CAP_PROP_TRANSESS],
  [T.TSS_TPMCAP_PROP_MAXTRANSESSIONS, C.TPM_CAP_PROP_MAX_TRANSESS],
  [T.TSS_TPMCAP_PROP_SESSIONS, C.TPM_CAP_PROP_SESSIONS],
  [T.TSS_TPMCAP_PROP_MAXSESSIONS, C.TPM_CAP_PROP_MAX_SESSIONS],
  [T.TSS_TPMCAP_PROP_CONTEXTS, C.TPM_CAP_PROP_CONTEXT],
  [T.TSS_TPMCAP_PROP_MAXCONTEXTS, C.TPM_CAP_PROP_MAX_CONTEXT],
  [T.TSS_TPMCAP_PROP_DAASESSIONS, C.TPM_CAP_PROP_DAASESS],
  [T.TSS_TPMCAP_PROP_MAXDAASESSIONS, C.TPM_CAP_PROP_MAX_DAASESS],
  [T.TSS_TPMCAP_PROP_DAA_INTERRUPT, C.TPM_CAP_PROP_DAA_INTERRUPT],
  [T.TSS_TPMCAP_PROP_COUNTERS, C.TPM_CAP_PROP_COUNTERS],
  [T.TSS_TPMCAP_PROP_MAXCOUNTERS, C.TPM_CAP_PROP_MAX_COUNTERS],
  [T.TSS_TPMCAP_PROP_ACTIVECOUNTER, C.TPM_CAP_PROP_ACTIVE_COUNTER],
  [T.TSS_TPMCAP_PROP_MIN_COUNTER, C.TPM_CAP_PROP_MIN_COUNTER],
  [T.TSS_TPMCAP_PROP_TISTIMEOUTS, C.TPM_CAP_PROP_TIS_TIMEOUT],
  [T.TSS_TPMCAP_PROP_STARTUPEFFECTS, C.TPM_CAP_PROP_STARTUP_EFFECT],
  [T.TSS_TPMCAP_PROP_MAXCONTEXTCOUNTDIST, C.TPM_CAP_PROP_CONTEXT_DIST],
  [T.TSS_TPMCAP_PROP_CMKRESTRICTION, C.TPM_CAP_PROP_CMK_RESTRICTION],
  [T.TSS_TPMCAP_PROP_DURATION, C.TPM_CAP_PROP_DURATION],
  [T.TSS_TPMCAP_PROP_MAXNVAVAILABLE, C.TPM_CAP_PROP_MAX_NV_AVAILABLE],
  [T.TSS_TPMCAP_PROP_INPUTBUFFERSIZE, C.TPM_CAP_PROP_INPUT_BUFFER],
];

/** TSS_RT_* and TPM_RT_*. */
const RESOURCES: typeof PROPERTIES = [
  [T.TSS_RT_KEY, C.TPM_RT_KEY],
  [T.TSS_RT_AUTH, C.TPM_RT_AUTH],
  [T.TSS_RT_TRANS, C.TPM_RT_TRANS],
  [T.TSS_RT_COUNTER, C.TPM_RT_COUNTER],
];

type Rule = readonly [
  area: number,
  /** How the TSS's part becomes the TPM's; absent: as it is. */
  numbers?: typeof PROPERTIES,
];

/** The TPM's area for each TSS_TPMCAP_*. */
const AREAS: Readonly<Record<number, Rule | undefined>> = {
  [T.TSS_TPMCAP_ORD]: [C.TPM_CAP_ORD],
  [T.TSS_TPMCAP_ALG]: [C.TPM_CAP_ALG, ALGORITHMS],
  [T.TSS_TPMCAP_PROPERTY]: [C.TPM_CAP_PROPERTY, PROPERTIES],
  [T.TSS_TPMCAP_VERSION]: [C.TPM_CAP_VERSION],
  [T.TSS_TPMCAP_VERSION_VAL]: [C.TPM_CAP_VERSION_VAL],
  [T.TSS_TPMCAP_NV_LIST]: [C.TPM_CAP_NV_LIST],
  [T.TSS_TPMCAP_NV_INDEX]: [C.TPM_CAP_NV_INDEX],
  [T.TSS_TPMCAP_MFR]: [C.TPM_CAP_MFR],
  [T.TSS_TPMCAP_SYM_MODE]: [C.TPM_CAP_SYM_MODE],
  [T.TSS_TPMCAP_HANDLE]: [C.TPM_CAP_HANDLE, RESOURCES],
  [T.TSS_TPMCAP_TRANS_ES]: [C.TPM_CAP_TRANS_ES, ENC_SCHEMES],
  [T.TSS_TPMCAP_AUTH_ENCRYPT]: [C.TPM_CAP_AUTH_ENCRYPT, ALGORITHMS],
  [T.TSS_TPMCAP_DA_LOGIC]: [C.TPM_CAP_DA_LOGIC],
};

/** Areas whose part is a UINT16 to the TPM. */
const SHORT_PARTS: readonly number[] = [T.TSS_TPMCAP_TRANS_ES, T.TSS_TPMCAP_DA_LOGIC];

/** What the TPM is asked for a TSS_TPMCAP_* area; throws TSS_E_BAD_PARAMETER for one it has not. */
export function tpmCapability(capArea: number, subCap: Uint8Array): CapabilityRequest {
  const rule = AREAS[capArea];
  if (rule === undefined) {
    throw tspError("TSS_E_BAD_PARAMETER", `there is no TPM capability 0x${capArea.toString(16)}`);
  }
  const [area, numbers] = rule;
  const part = numbers === undefined ? subCap : translated(numbers, subCap);
  const short = SHORT_PARTS.includes(capArea) && part.length === 4;
  return { capArea: area, subCap: short ? part.subarray(2) : part };
}

function translated(numbers: typeof PROPERTIES, subCap: Uint8Array): Uint8Array {
  try {
    return encode(U32, toTpm(numbers, subCapNumber(subCap)));
  } catch (error) {
    if (!isTssError(error, "TSS_E_INVALID_ATTRIB_DATA")) throw error;
    throw tspError("TSS_E_BAD_PARAMETER", error.detail);
  }
}
