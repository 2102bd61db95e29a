/** A return code of the TPM (Part 2, 16). */
export interface ReturnCode {
  /** The number on the wire. */
  readonly code: number;
  /** The name in the specification. */
  readonly name: `TPM_${string}`;
  /** What it says. */
  readonly meaning: string;
  /** What to do about it, where there is something to do. */
  readonly hint?: string;
}

function row(code: number, name: `TPM_${string}`, meaning: string, hint?: string): ReturnCode {
  return hint === undefined ? { code, name, meaning } : { code, name, meaning, hint };
}

/** Every return code of TPM 1.2, by rising number. 96 is not assigned. */
export const TPM_RETURN_CODES: readonly ReturnCode[] = [
  row(0, "TPM_SUCCESS", "it was done"),
  row(
    1,
    "TPM_AUTHFAIL",
    "the authorisation is wrong",
    "Give the right secret; a wrong one counts towards the lockout.",
  ),
  row(2, "TPM_BADINDEX", "the index of a PCR, DIR or other register is wrong"),
  row(3, "TPM_BAD_PARAMETER", "a parameter is wrong"),
  row(4, "TPM_AUDITFAILURE", "the audit failed"),
  row(
    5,
    "TPM_CLEAR_DISABLED",
    "clearing is disabled",
    "TPM_ForceClear works again after a restart, TPM_OwnerClear no more.",
  ),
  row(
    6,
    "TPM_DEACTIVATED",
    "the TPM is deactivated",
    "Activate it (TPM_PhysicalSetDeactivated FALSE with physical presence) and restart.",
  ),
  row(
    7,
    "TPM_DISABLED",
    "the TPM is disabled",
    "Enable it (TPM_PhysicalEnable with physical presence, or the owner).",
  ),
  row(8, "TPM_DISABLED_CMD", "the command is disabled"),
  row(9, "TPM_FAIL", "the operation failed", "The TPM is in failure mode until it is restarted."),
  row(10, "TPM_BAD_ORDINAL", "the TPM does not have the command"),
  row(
    11,
    "TPM_INSTALL_DISABLED",
    "an owner cannot be installed",
    "Allow it with TPM_SetOwnerInstall and physical presence.",
  ),
  row(12, "TPM_INVALID_KEYHANDLE", "there is no key with this handle"),
  row(13, "TPM_KEYNOTFOUND", "the key was not found"),
  row(14, "TPM_INAPPROPRIATE_ENC", "the encryption scheme does not suit"),
  row(15, "TPM_MIGRATEFAIL", "migration authorisation failed"),
  row(16, "TPM_INVALID_PCR_INFO", "the PCR information cannot be read"),
  row(17, "TPM_NOSPACE", "there is no room to load a key or for the NV area"),
  row(18, "TPM_NOSRK", "there is no storage root key", "Take ownership first (tss takeownership)."),
  row(19, "TPM_NOTSEALED_BLOB", "the blob was not sealed, or by another TPM"),
  row(20, "TPM_OWNER_SET", "there is an owner already", "Clear the TPM to install another."),
  row(
    21,
    "TPM_RESOURCES",
    "the TPM has no resources left",
    "Close sessions that are no longer needed.",
  ),
  row(22, "TPM_SHORTRANDOM", "the random string was too short"),
  row(23, "TPM_SIZE", "the TPM has no room for the answer"),
  row(
    24,
    "TPM_WRONGPCRVAL",
    "a PCR does not have the value it must have",
    "The platform is in another state than the data or key was bound to.",
  ),
  row(25, "TPM_BAD_PARAM_SIZE", "the size of the request is wrong"),
  row(26, "TPM_SHA_THREAD", "there is no SHA-1 thread", "Start one with TPM_SHA1Start."),
  row(27, "TPM_SHA_ERROR", "the SHA-1 thread met an error"),
  row(28, "TPM_FAILEDSELFTEST", "the self-test failed and the TPM has shut down", "Restart it."),
  row(
    29,
    "TPM_AUTH2FAIL",
    "the second authorisation is wrong",
    "Give the right secret; a wrong one counts towards the lockout.",
  ),
  row(30, "TPM_BADTAG", "the tag does not suit the command"),
  row(31, "TPM_IOERROR", "moving data to or from the TPM failed"),
  row(32, "TPM_ENCRYPT_ERROR", "the data cannot be encrypted"),
  row(33, "TPM_DECRYPT_ERROR", "the data cannot be decrypted"),
  row(34, "TPM_INVALID_AUTHHANDLE", "there is no such authorisation session"),
  row(35, "TPM_NO_ENDORSEMENT", "there is no endorsement key", "Make one first (tss createek)."),
  row(36, "TPM_INVALID_KEYUSAGE", "the key is for another use"),
  row(37, "TPM_WRONG_ENTITYTYPE", "this entity is not allowed here"),
  row(38, "TPM_INVALID_POSTINIT", "TPM_Startup has not run, or has run already"),
  row(39, "TPM_INAPPROPRIATE_SIG", "the key cannot sign this"),
  row(40, "TPM_BAD_KEY_PROPERTY", "the TPM does not have such keys"),
  row(41, "TPM_BAD_MIGRATION", "the key cannot migrate so"),
  row(42, "TPM_BAD_SCHEME", "the scheme is not allowed"),
  row(43, "TPM_BAD_DATASIZE", "the data is too long or too short"),
  row(44, "TPM_BAD_MODE", "a mode or session of another kind is needed"),
  row(45, "TPM_BAD_PRESENCE", "physical presence is missing, or cannot be set so"),
  row(46, "TPM_BAD_VERSION", "the TPM does not have this version"),
  row(47, "TPM_NO_WRAP_TRANSPORT", "the command cannot come in a transport session"),
  row(48, "TPM_AUDITFAIL_UNSUCCESSFUL", "the command failed, and so did its audit"),
  row(49, "TPM_AUDITFAIL_SUCCESSFUL", "the command succeeded, but its audit failed"),
  row(50, "TPM_NOTRESETABLE", "the PCR cannot be reset"),
  row(51, "TPM_NOTLOCAL", "another locality must reset the PCR"),
  row(52, "TPM_BAD_TYPE", "the blob is of another type"),
  row(53, "TPM_INVALID_RESOURCE", "the resource is of another type than said"),
  row(54, "TPM_NOTFIPS", "FIPS mode does not allow it"),
  row(55, "TPM_INVALID_FAMILY", "there is no such delegation family"),
  row(56, "TPM_NO_NV_PERMISSION", "NV storage cannot be changed so"),
  row(57, "TPM_REQUIRES_SIGN", "the session must be signed"),
  row(58, "TPM_KEY_NOTSUPPORTED", "the key cannot be loaded by this command"),
  row(
    59,
    "TPM_AUTH_CONFLICT",
    "the NV area is authorised in another way",
    "An area with an owner permission takes the owner, one with an area permission its own secret.",
  ),
  row(60, "TPM_AREA_LOCKED", "the NV area is locked"),
  row(61, "TPM_BAD_LOCALITY", "the locality does not suit"),
  row(62, "TPM_READ_ONLY", "the NV area is read-only"),
  row(63, "TPM_PER_NOWRITE", "the NV area has no protection against writing"),
  row(64, "TPM_FAMILYCOUNT", "the delegation is of another verification count"),
  row(65, "TPM_WRITE_LOCKED", "the NV area was written already"),
  row(66, "TPM_BAD_ATTRIBUTES", "the attributes contradict each other"),
  row(67, "TPM_INVALID_STRUCTURE", "a structure is wrong"),
  row(68, "TPM_KEY_OWNER_CONTROL", "the owner alone can evict the key"),
  row(69, "TPM_BAD_COUNTER", "there is no such counter, or another is active"),
  row(70, "TPM_NOT_FULLWRITE", "the NV area must be written as a whole"),
  row(71, "TPM_CONTEXT_GAP", "saved contexts lie too far apart"),
  row(
    72,
    "TPM_MAXNVWRITES",
    "too many NV writes without an owner",
    "Take ownership, or clear the TPM.",
  ),
  row(73, "TPM_NOOPERATOR", "no operator secret is set"),
  row(74, "TPM_RESOURCEMISSING", "the resource of a saved context is not loaded"),
  row(75, "TPM_DELEGATE_LOCK", "the delegation family is locked"),
  row(76, "TPM_DELEGATE_FAMILY", "a delegation may manage its own family alone"),
  row(77, "TPM_DELEGATE_ADMIN", "delegation tables cannot be managed now"),
  row(
    78,
    "TPM_TRANSPORT_NOTEXCLUSIVE",
    "another command came between an exclusive transport session",
  ),
  row(79, "TPM_OWNER_CONTROL", "the owner controls the context of this key"),
  row(80, "TPM_DAA_RESOURCES", "there is no room for a DAA command"),
  row(81, "TPM_DAA_INPUT_DATA0", "inputData0 of the DAA command is wrong"),
  row(82, "TPM_DAA_INPUT_DATA1", "inputData1 of the DAA command is wrong"),
  row(83, "TPM_DAA_ISSUER_SETTINGS", "the issuer settings are inconsistent"),
  row(84, "TPM_DAA_TPM_SETTINGS", "the TPM settings are inconsistent"),
  row(85, "TPM_DAA_STAGE", "it is another stage of the DAA command"),
  row(86, "TPM_DAA_ISSUER_VALIDITY", "the issuer cannot be verified"),
  row(87, "TPM_DAA_WRONG_W", "w is not of the right order"),
  row(88, "TPM_BAD_HANDLE", "the handle is wrong"),
  row(89, "TPM_BAD_DELEGATE", "the delegation is wrong"),
  row(90, "TPM_BADCONTEXT", "the context blob is wrong"),
  row(91, "TPM_TOOMANYCONTEXTS", "too many contexts are saved"),
  row(92, "TPM_MA_TICKET_SIGNATURE", "the migration authority's signature is wrong"),
  row(93, "TPM_MA_DESTINATION", "the migration destination is not authorised"),
  row(94, "TPM_MA_SOURCE", "the migration source is wrong"),
  row(95, "TPM_MA_AUTHORITY", "the migration authority is wrong"),
  row(97, "TPM_PERMANENTEK", "the endorsement key cannot be revoked"),
  row(98, "TPM_BAD_SIGNATURE", "the signature is wrong"),
  row(99, "TPM_NOCONTEXTSPACE", "there is no room in the context list"),
  row(0x800, "TPM_RETRY", "the TPM is busy", "Send the command again."),
  row(0x801, "TPM_NEEDS_SELFTEST", "the self-test has not run", "Run TPM_ContinueSelfTest."),
  row(0x802, "TPM_DOING_SELFTEST", "the self-test is running", "Send the command again later."),
  row(
    0x803,
    "TPM_DEFEND_LOCK_RUNNING",
    "too many authorisations failed",
    "Wait, or let the owner reset the lockout (TPM_ResetLockValue).",
  ),
];

let byCode: Map<number, ReturnCode> | undefined;
let byName: Map<string, ReturnCode> | undefined;

/** The return code with this number; `undefined` when TPM 1.2 assigns none. */
export function returnCodeByNumber(code: number): ReturnCode | undefined {
  byCode ??= new Map(TPM_RETURN_CODES.map((entry) => [entry.code, entry]));
  return byCode.get(code);
}

/** The return code with this name, for example `TPM_AUTHFAIL`; `undefined` when there is none. */
export function returnCodeByName(name: string): ReturnCode | undefined {
  byName ??= new Map(TPM_RETURN_CODES.map((entry) => [entry.name, entry]));
  return byName.get(name);
}
