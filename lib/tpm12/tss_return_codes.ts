/** Which part of the stack a result comes from; it stands in bits 12 to 15 (TSS 1.2, 2.3). */
export type TssLayer = "tpm" | "tddl" | "tcs" | "tsp";

/** The layers by their number. */
export const TSS_LAYERS: readonly TssLayer[] = ["tpm", "tddl", "tcs", "tsp"];

/** A return code of the TSS. */
export interface TssReturnCode {
  /** The number without its layer. */
  readonly code: number;
  /** The name in the specification. */
  readonly name: string;
  /** What it says. */
  readonly meaning: string;
}

const row = (code: number, name: string, meaning: string): TssReturnCode => ({
  code,
  name,
  meaning,
});

/** Codes that every layer but the TPM's has. */
export const TSS_COMMON_CODES: readonly TssReturnCode[] = [
  row(0x002, "TSS_E_FAIL", "an internal error occurred"),
  row(0x003, "TSS_E_BAD_PARAMETER", "a parameter is wrong"),
  row(0x004, "TSS_E_INTERNAL_ERROR", "an internal error occurred"),
  row(0x005, "TSS_E_OUTOFMEMORY", "there is no room left"),
  row(0x006, "TSS_E_NOTIMPL", "it is not implemented"),
  row(0x008, "TSS_E_KEY_ALREADY_REGISTERED", "the key is registered already"),
  row(0x010, "TSS_E_TPM_UNEXPECTED", "the TPM answered something unexpected"),
  row(0x011, "TSS_E_COMM_FAILURE", "the connection to the TPM failed"),
  row(0x012, "TSS_E_TIMEOUT", "it took too long"),
  row(0x014, "TSS_E_TPM_UNSUPPORTED_FEATURE", "the TPM does not have the feature"),
  row(0x016, "TSS_E_CANCELED", "it was cancelled"),
  row(0x020, "TSS_E_PS_KEY_NOTFOUND", "the key is not in persistent storage"),
  row(0x021, "TSS_E_PS_KEY_EXISTS", "the key is in persistent storage already"),
  row(0x022, "TSS_E_PS_BAD_KEY_STATE", "the key's entry in persistent storage is bad"),
];

/** Codes of the device driver library. */
export const TDDL_CODES: readonly TssReturnCode[] = [
  row(0x081, "TDDL_E_ALREADY_OPENED", "the TPM is open already"),
  row(0x082, "TDDL_E_ALREADY_CLOSED", "the TPM is closed already"),
  row(0x083, "TDDL_E_INSUFFICIENT_BUFFER", "the answer is longer than the buffer"),
  row(0x084, "TDDL_E_COMMAND_COMPLETED", "the command was complete already"),
  row(0x085, "TDDL_E_COMMAND_ABORTED", "the command was cancelled"),
  row(0x087, "TDDL_E_IOERROR", "reading or writing failed"),
  row(0x088, "TDDL_E_BADTAG", "the capability is unknown"),
  row(0x089, "TDDL_E_COMPONENT_NOT_FOUND", "there is no TPM"),
];

/** Codes of the core services. */
export const TCS_CODES: readonly TssReturnCode[] = [
  row(0x0c1, "TCS_E_INVALID_CONTEXTHANDLE", "there is no such context"),
  row(0x0c2, "TCS_E_INVALID_KEYHANDLE", "there is no such key"),
  row(0x0c3, "TCS_E_INVALID_AUTHHANDLE", "there is no such authorisation session"),
  row(0x0c4, "TCS_E_INVALID_AUTHSESSION", "the authorisation session is not valid"),
  row(0x0c5, "TCS_E_INVALID_KEY", "the key is not valid"),
  row(0x0c8, "TCS_E_KEY_MISMATCH", "the key does not match"),
  row(0x0ca, "TCS_E_KM_LOADFAILED", "the key could not be loaded"),
  row(0x0cc, "TCS_E_KEY_CONTEXT_RELOAD", "the key could not be brought back"),
  row(0x0cd, "TCS_E_BAD_INDEX", "the index is out of range"),
];

/** Codes of the service provider. */
export const TSP_CODES: readonly TssReturnCode[] = [
  row(0x101, "TSS_E_INVALID_OBJECT_TYPE", "there is no such type of object"),
  row(0x102, "TSS_E_NO_CONNECTION", "the context is not connected"),
  row(0x103, "TSS_E_CONNECTION_FAILED", "the connection could not be made"),
  row(0x104, "TSS_E_CONNECTION_BROKEN", "the connection was lost"),
  row(0x105, "TSS_E_HASH_INVALID_ALG", "the hash algorithm does not allow it"),
  row(0x106, "TSS_E_HASH_INVALID_LENGTH", "the hash value has the wrong length"),
  row(0x107, "TSS_E_HASH_NO_DATA", "the hash object has no value"),
  row(0x109, "TSS_E_INVALID_ATTRIB_FLAG", "the object has no such attribute"),
  row(0x10a, "TSS_E_INVALID_ATTRIB_SUBFLAG", "the attribute has no such part"),
  row(0x10b, "TSS_E_INVALID_ATTRIB_DATA", "the attribute cannot have this value"),
  row(0x10c, "TSS_E_INVALID_OBJECT_INITFLAG", "the object cannot be made so"),
  row(0x10d, "TSS_E_NO_PCRS_SET", "no PCRs are selected"),
  row(0x10e, "TSS_E_KEY_NOT_LOADED", "the key is not loaded"),
  row(0x10f, "TSS_E_KEY_NOT_SET", "the key has no public part yet"),
  row(0x110, "TSS_E_VALIDATION_FAILED", "the validation data does not fit"),
  row(0x111, "TSS_E_TSP_AUTHREQUIRED", "authorisation is required"),
  row(0x112, "TSS_E_TSP_AUTH2REQUIRED", "a second authorisation is required"),
  row(0x113, "TSS_E_TSP_AUTHFAIL", "the answer's authorisation is wrong"),
  row(0x114, "TSS_E_TSP_AUTH2FAIL", "the answer's second authorisation is wrong"),
  row(0x115, "TSS_E_KEY_NO_MIGRATION_POLICY", "the key has no migration policy"),
  row(0x116, "TSS_E_POLICY_NO_SECRET", "the policy has no secret"),
  row(0x117, "TSS_E_INVALID_OBJ_ACCESS", "the object's state does not allow it"),
  row(0x118, "TSS_E_INVALID_ENCSCHEME", "the encryption scheme does not suit"),
  row(0x119, "TSS_E_INVALID_SIGSCHEME", "the signature scheme does not suit"),
  row(0x120, "TSS_E_ENC_INVALID_LENGTH", "the data has the wrong length"),
  row(0x121, "TSS_E_ENC_NO_DATA", "the object holds no encrypted data"),
  row(0x122, "TSS_E_ENC_INVALID_TYPE", "the encrypted data is of another type"),
  row(0x123, "TSS_E_INVALID_KEYUSAGE", "the key is for another use"),
  row(0x124, "TSS_E_VERIFICATION_FAILED", "the signature is wrong"),
  row(0x125, "TSS_E_HASH_NO_IDENTIFIER", "the hash object has no algorithm identifier"),
  row(0x126, "TSS_E_INVALID_HANDLE", "there is no such object"),
  row(0x127, "TSS_E_SILENT_CONTEXT", "the context may not ask the user"),
  row(0x128, "TSS_E_EK_CHECKSUM", "the endorsement key's checksum is wrong"),
  row(0x129, "TSS_E_DELEGATION_NOTSET", "the policy holds no delegation"),
  row(0x130, "TSS_E_DELFAMILY_NOTFOUND", "there is no such delegation family"),
  row(0x131, "TSS_E_DELFAMILY_ROWEXISTS", "the row of the table is in use"),
  row(0x132, "TSS_E_VERSION_MISMATCH", "the versions do not fit"),
  row(0x133, "TSS_E_DAA_AR_DECRYPTION_ERROR", "the encrypted pseudonym cannot be opened"),
  row(0x134, "TSS_E_DAA_AUTHENTICATION_ERROR", "the TPM could not be authenticated"),
  row(0x135, "TSS_E_DAA_CHALLENGE_RESPONSE_ERROR", "the answer to the challenge is wrong"),
  row(0x136, "TSS_E_DAA_CREDENTIAL_PROOF_ERROR", "the credential's proof is wrong"),
  row(0x137, "TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR", "the request's proof is wrong"),
  row(0x138, "TSS_E_DAA_ISSUER_KEY_ERROR", "the issuer's key is wrong"),
  row(0x139, "TSS_E_DAA_PSEUDONYM_ERROR", "the pseudonym is wrong"),
  row(0x13a, "TSS_E_INVALID_RESOURCE", "the resource does not suit"),
  row(0x13b, "TSS_E_NV_AREA_EXIST", "the NV area exists already"),
  row(0x13c, "TSS_E_NV_AREA_NOT_EXIST", "there is no such NV area"),
  row(0x13d, "TSS_E_TSP_TRANS_AUTHFAIL", "the transport session's authorisation is wrong"),
  row(0x13e, "TSS_E_TSP_TRANS_AUTHREQUIRED", "the transport session needs authorisation"),
  row(0x13f, "TSS_E_TSP_TRANS_NOTEXCLUSIVE", "the transport session is not exclusive"),
  row(0x140, "TSS_E_TSP_TRANS_FAIL", "the transport session failed"),
  row(0x141, "TSS_E_TSP_TRANS_NO_PUBKEY", "the key of a logged command is not known"),
  row(0x142, "TSS_E_NO_ACTIVE_COUNTER", "no counter is active"),
];

const LAYER_CODES: Readonly<Record<Exclude<TssLayer, "tpm">, readonly TssReturnCode[]>> = {
  tddl: TDDL_CODES,
  tcs: TCS_CODES,
  tsp: TSP_CODES,
};

let byName: Map<string, TssReturnCode> | undefined;

/** The code of a layer with this number; `undefined` when there is none. */
export function tssReturnCode(
  layer: Exclude<TssLayer, "tpm">,
  code: number,
): TssReturnCode | undefined {
  const matches = (entry: TssReturnCode) => entry.code === code;
  return LAYER_CODES[layer].find(matches) ?? TSS_COMMON_CODES.find(matches);
}

/** The code with this name, for example `TSS_E_BAD_PARAMETER`; `undefined` when there is none. */
export function tssReturnCodeByName(name: string): TssReturnCode | undefined {
  byName ??= new Map(
    [TSS_COMMON_CODES, TDDL_CODES, TCS_CODES, TSP_CODES].flat().map((entry) => [entry.name, entry]),
  );
  return byName.get(name);
}
