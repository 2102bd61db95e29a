/** Where this TPM answers otherwise than libtpms, and why. */
export interface Difference {
  /** The commands, or `any`. */
  readonly command: string;
  /** Where the specification says it. */
  readonly spec: string;
  /** In which case. */
  readonly when: string;
  /** What this TPM answers. */
  readonly ours: string;
  /** What libtpms 0.9.2 answers. */
  readonly libtpms: string;
  /** Why. */
  readonly reason: string;
}

/** The differences that were decided on, in the order of Part 3. */
export const DIFFERENCES: readonly Difference[] = [
  {
    command: "any",
    spec: "Part 2, 10.3",
    when: "a key begins with 00 but its tag is not TPM_TAG_KEY12",
    ours: "TPM_INVALID_STRUCTURE",
    libtpms: "TPM_BAD_KEY_PROPERTY",
    reason: "a wrong tag is that in every structure; Part 3, 11.7, action 12 names this code",
  },
  {
    command: "any",
    spec: "Part 2, 8 and 10.1",
    when: "bytes are left over in PCRInfo, sealInfo or the parms of a key",
    ours: "TPM_BAD_PARAM_SIZE",
    libtpms: "TPM_SUCCESS, the bytes are dropped",
    reason: "what the TPM does not understand it does not vouch for",
  },
  {
    command: "any",
    spec: "Part 2, 10.1",
    when: "the parms of a key cannot be read, or its algorithm is another than RSA",
    ours: "the same code, and the session ends",
    libtpms: "the session stays open",
    reason: "what parms hold depends on the algorithm, which the actions check, not the parser",
  },
  {
    command: "TPM_Seal, TPM_Sealx",
    spec: "Part 3, 10.1, action 15",
    when: "150 to 191 bytes are sealed under a key of 2048 bits, which takes 149",
    ours: "TPM_BAD_DATASIZE",
    libtpms: "TPM_ENCRYPT_ERROR (TPM_BAD_DATASIZE from 192 on)",
    reason: "the action names the code",
  },
  {
    command: "TPM_Seal, TPM_Sealx",
    spec: "Part 3, 10.1, action 11",
    when: "bytes are left over in pcrInfo",
    ours: "TPM_BADINDEX",
    libtpms: "TPM_SUCCESS",
    reason: "it is not a valid structure, for which the action names the code",
  },
  {
    command: "TPM_UnBind",
    spec: "Part 3, 10.3, actions 1 and 2",
    when: "inData is empty, and the key or its secret is wrong too",
    ours: "TPM_INVALID_KEYHANDLE or TPM_AUTHFAIL",
    libtpms: "TPM_BAD_PARAMETER",
    reason: "keys and secrets are checked in one place, before the actions of any command",
  },
  {
    command: "TPM_LoadKey, TPM_LoadKey2",
    spec: "Part 3, 10.5, action 7.g",
    when: "the modulus is longer or shorter than keyLength says",
    ours: "TPM_BAD_KEY_PROPERTY",
    libtpms: "TPM_SUCCESS",
    reason: "a storage key of 512 bits that says 2048 would pass for one of 2048",
  },
  {
    command: "TPM_AuthorizeMigrationKey",
    spec: "Part 3, 11.3, action 1",
    when: "the modulus is shorter than keyLength says",
    ours: "TPM_BAD_KEY_PROPERTY",
    libtpms: "TPM_SUCCESS",
    reason: "the strength is to be checked, not what the key says of it",
  },
  {
    command: "TPM_CreateMigrationBlob, TPM_CMK_CreateBlob",
    spec: "Part 3, 11.1, action 6.a",
    when: "encData holds a prime of fewer than 16 bytes",
    ours: "TPM_INVALID_STRUCTURE",
    libtpms: "TPM_FAIL, and failure mode",
    reason: "a blob that anybody can make must not put the TPM out of order",
  },
  {
    command: "TPM_ConvertMigrationBlob, TPM_CMK_ConvertMigration",
    spec: "Part 3, 11.2, action 6",
    when: "the travelling private key gives itself a length beyond 64 KiB",
    ours: "TPM_BAD_PARAM_SIZE",
    libtpms: "TPM_SIZE",
    reason: "so is every other length that runs past its end",
  },
  {
    command: "TPM_CMK_CreateKey",
    spec: "Part 3, 11.7, action 12",
    when: "keyInfo is a TPM_KEY, and something else is wrong too",
    ours: "TPM_INVALID_STRUCTURE",
    libtpms: "the code of the other fault, if its action comes before 12",
    reason: "the parameter is a TPM_KEY12, so no other form is read",
  },
  {
    command: "TPM_CMK_ConvertMigration",
    spec: "Part 3, 11.10",
    when: "migratedKey is a TPM_KEY",
    ours: "TPM_INVALID_STRUCTURE",
    libtpms: "TPM_SUCCESS",
    reason: "the parameter is a TPM_KEY12, as every certified migratable key is",
  },
  {
    command: "TPM_CMK_ConvertMigration",
    spec: "Part 2, 20.2.3",
    when: "a delegation of the parent key allows the command by its bit",
    ours: "TPM_SUCCESS",
    libtpms: "TPM_AUTHFAIL",
    reason: "libtpms looks for the bit among those of the owner",
  },
  {
    command: "TPM_CreateMaintenanceArchive and the four others of Part 3, 12",
    spec: "Part 3, 12",
    when: "always",
    ours: "they work",
    libtpms: "TPM_BAD_ORDINAL",
    reason: "Debian's libtpms is built without them",
  },
  {
    command: "any",
    spec: "Part 1, 21",
    when: "the power goes off and on after failed authorisations",
    ours: "their count is kept, and a lockout begins anew",
    libtpms: "the count starts at 0 at TPM_Startup(ST_CLEAR)",
    reason: "otherwise whoever can reset the TPM can guess without end",
  },
  {
    command: "TPM_GetCapability",
    spec: "Part 3, 7.1",
    when: "manufacturer and version are asked for",
    ours: '"DENO" and 1.2.0.1',
    libtpms: '"IBM" and its own version',
    reason: "another make",
  },
  {
    command: "TPM_GetCapability",
    spec: "Part 2, 21.1",
    when: "TPM_CAP_ORD asks for TPM_Init",
    ours: "FALSE",
    libtpms: "TRUE",
    reason: "no command can be sent with that ordinal",
  },
  {
    command: "TPM_GetCapability",
    spec: "Part 2, 21.1",
    when: "TPM_CAP_ORD asks for maintenance, TPM_SetRedirection or TPM_FieldUpgrade",
    ours: "TRUE",
    libtpms: "FALSE",
    reason: "they are served here",
  },
  {
    command: "TPM_GetCapabilityOwner",
    spec: "Part 3, 7.3, action 4",
    when: "always",
    ours: "version 1.2.0.1",
    libtpms: "its own version",
    reason: "another make",
  },
  {
    command: "TPM_SetCapability",
    spec: "Part 3, 7.2, action 4",
    when: "there is no such capArea",
    ours: "TPM_BAD_PARAMETER",
    libtpms: "TPM_BAD_MODE",
    reason: "action 4 names the code",
  },
  {
    command: "TPM_SetCapability",
    spec: "Part 2, 2.3.1",
    when: "a BOOL is neither 0 nor 1",
    ours: "TPM_BAD_PARAMETER",
    libtpms: "TPM_SUCCESS, and the flag is told as it came",
    reason: "a flag has two values, and so are other BOOLs refused",
  },
  {
    command: "TPM_SetCapability",
    spec: "Part 2, 7.4",
    when: "daaProof is set without the owner's session",
    ours: "TPM_AUTHFAIL",
    libtpms: "TPM_SUCCESS",
    reason: "anybody could make all DAA credentials worthless",
  },
];
