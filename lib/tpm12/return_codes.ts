/** A return code of the TPM (Part 2, 16). */
export interface ReturnCode {
  /** The number on the wire. */
  readonly code: number;
  /** The name in the specification. */
  readonly name: string;
}

const row = (code: number, name: string): ReturnCode => ({ code, name });

/** Every return code of TPM 1.2, by rising number. 96 is not assigned. */
export const TPM_RETURN_CODES: readonly ReturnCode[] = [
  row(0, "TPM_SUCCESS"),
  row(1, "TPM_AUTHFAIL"),
  row(2, "TPM_BADINDEX"),
  row(3, "TPM_BAD_PARAMETER"),
  row(4, "TPM_AUDITFAILURE"),
  row(5, "TPM_CLEAR_DISABLED"),
  row(6, "TPM_DEACTIVATED"),
  row(7, "TPM_DISABLED"),
  row(8, "TPM_DISABLED_CMD"),
  row(9, "TPM_FAIL"),
  row(10, "TPM_BAD_ORDINAL"),
  row(11, "TPM_INSTALL_DISABLED"),
  row(12, "TPM_INVALID_KEYHANDLE"),
  row(13, "TPM_KEYNOTFOUND"),
  row(14, "TPM_INAPPROPRIATE_ENC"),
  row(15, "TPM_MIGRATEFAIL"),
  row(16, "TPM_INVALID_PCR_INFO"),
  row(17, "TPM_NOSPACE"),
  row(18, "TPM_NOSRK"),
  row(19, "TPM_NOTSEALED_BLOB"),
  row(20, "TPM_OWNER_SET"),
  row(21, "TPM_RESOURCES"),
  row(22, "TPM_SHORTRANDOM"),
  row(23, "TPM_SIZE"),
  row(24, "TPM_WRONGPCRVAL"),
  row(25, "TPM_BAD_PARAM_SIZE"),
  row(26, "TPM_SHA_THREAD"),
  row(27, "TPM_SHA_ERROR"),
  row(28, "TPM_FAILEDSELFTEST"),
  row(29, "TPM_AUTH2FAIL"),
  row(30, "TPM_BADTAG"),
  row(31, "TPM_IOERROR"),
  row(32, "TPM_ENCRYPT_ERROR"),
  row(33, "TPM_DECRYPT_ERROR"),
  row(34, "TPM_INVALID_AUTHHANDLE"),
  row(35, "TPM_NO_ENDORSEMENT"),
  row(36, "TPM_INVALID_KEYUSAGE"),
  row(37, "TPM_WRONG_ENTITYTYPE"),
  row(38, "TPM_INVALID_POSTINIT"),
  row(39, "TPM_INAPPROPRIATE_SIG"),
  row(40, "TPM_BAD_KEY_PROPERTY"),
  row(41, "TPM_BAD_MIGRATION"),
  row(42, "TPM_BAD_SCHEME"),
  row(43, "TPM_BAD_DATASIZE"),
  row(44, "TPM_BAD_MODE"),
  row(45, "TPM_BAD_PRESENCE"),
  row(46, "TPM_BAD_VERSION"),
  row(47, "TPM_NO_WRAP_TRANSPORT"),
  row(48, "TPM_AUDITFAIL_UNSUCCESSFUL"),
  row(49, "TPM_AUDITFAIL_SUCCESSFUL"),
  row(50, "TPM_NOTRESETABLE"),
  row(51, "TPM_NOTLOCAL"),
  row(52, "TPM_BAD_TYPE"),
  row(53, "TPM_INVALID_RESOURCE"),
  row(54, "TPM_NOTFIPS"),
  row(55, "TPM_INVALID_FAMILY"),
  row(56, "TPM_NO_NV_PERMISSION"),
  row(57, "TPM_REQUIRES_SIGN"),
  row(58, "TPM_KEY_NOTSUPPORTED"),
  row(59, "TPM_AUTH_CONFLICT"),
  row(60, "TPM_AREA_LOCKED"),
  row(61, "TPM_BAD_LOCALITY"),
  row(62, "TPM_READ_ONLY"),
  row(63, "TPM_PER_NOWRITE"),
  row(64, "TPM_FAMILYCOUNT"),
  row(65, "TPM_WRITE_LOCKED"),
  row(66, "TPM_BAD_ATTRIBUTES"),
  row(67, "TPM_INVALID_STRUCTURE"),
  row(68, "TPM_KEY_OWNER_CONTROL"),
  row(69, "TPM_BAD_COUNTER"),
  row(70, "TPM_NOT_FULLWRITE"),
  row(71, "TPM_CONTEXT_GAP"),
  row(72, "TPM_MAXNVWRITES"),
  row(73, "TPM_NOOPERATOR"),
  row(74, "TPM_RESOURCEMISSING"),
  row(75, "TPM_DELEGATE_LOCK"),
  row(76, "TPM_DELEGATE_FAMILY"),
  row(77, "TPM_DELEGATE_ADMIN"),
  row(78, "TPM_TRANSPORT_NOTEXCLUSIVE"),
  row(79, "TPM_OWNER_CONTROL"),
  row(80, "TPM_DAA_RESOURCES"),
  row(81, "TPM_DAA_INPUT_DATA0"),
  row(82, "TPM_DAA_INPUT_DATA1"),
  row(83, "TPM_DAA_ISSUER_SETTINGS"),
  row(84, "TPM_DAA_TPM_SETTINGS"),
  row(85, "TPM_DAA_STAGE"),
  row(86, "TPM_DAA_ISSUER_VALIDITY"),
  row(87, "TPM_DAA_WRONG_W"),
  row(88, "TPM_BAD_HANDLE"),
  row(89, "TPM_BAD_DELEGATE"),
  row(90, "TPM_BADCONTEXT"),
  row(91, "TPM_TOOMANYCONTEXTS"),
  row(92, "TPM_MA_TICKET_SIGNATURE"),
  row(93, "TPM_MA_DESTINATION"),
  row(94, "TPM_MA_SOURCE"),
  row(95, "TPM_MA_AUTHORITY"),
  row(97, "TPM_PERMANENTEK"),
  row(98, "TPM_BAD_SIGNATURE"),
  row(99, "TPM_NOCONTEXTSPACE"),
  row(0x800, "TPM_RETRY"),
  row(0x801, "TPM_NEEDS_SELFTEST"),
  row(0x802, "TPM_DOING_SELFTEST"),
  row(0x803, "TPM_DEFEND_LOCK_RUNNING"),
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
