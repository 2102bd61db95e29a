import { type Seen, spared } from "./seen.ts";

/** What in a title says that the parms of a key are not as they should be. */
const PARMS = /(algorithmParms|tempKeyParms|keyInfo)\.(parms|algorithmID)/;
/** Commands whose last structure is a key, so that what is missing at the end is of its parms. */
const WITH_PARMS = new Set(["TPM_KeyControlOwner", "TPM_ChangeAuthAsymStart"]);
const LEFT_OVER = /(twice|a byte more|random bytes)/;
const PERMISSIONS = /permissions\.(delegateType|per1|per2)/;
const DELEGATED = /^TPM_(DSAP|Delegate_)/;
const CONTEXT = /^TPM_Load(Key|Auth)?Context$/;
const LENGTH = /(#| length) /;

const codes = (seen: Seen, ours: string, libtpms: string): boolean =>
  seen.where === "answer" && seen.ours === ours && seen.libtpms === libtpms;
/** The first fault is the parser's on libtpms, and an action's or a check's on the emulator. */
const early = ({ where, libtpms }: Seen): boolean =>
  where === "sessions" || where === "answer" &&
    ["TPM_BAD_KEY_PROPERTY", "TPM_BAD_PARAM_SIZE", "TPM_SIZE", "TPM_BAD_PARAMETER"]
      .includes(libtpms);

/**
 * How rows of the table of differences show in generated sequences: the beginning of the row's
 * `when`, and whether what is seen is that. The first that fits is taken.
 */
export const SIGNS: readonly (readonly [when: string, shows: (seen: Seen) => boolean])[] = [
  ["offset and dataSize together", (seen) => /_NV_/.test(seen.command) && spared(seen)],
  [
    "the number is that of no row",
    (seen) => seen.command === "TPM_Delegate_UpdateVerification" && spared(seen),
  ],
  [
    "there is no owner, and the request has a session",
    (seen) => seen.command === "TPM_Delegate_LoadOwnerDelegation" && spared(seen),
  ],
  ["a byte string says it is longer", (seen) => codes(seen, "TPM_BAD_PARAM_SIZE", "TPM_SIZE")],
  [
    "a key begins with 00 but",
    (seen) =>
      /\.(tag|ver\.major|fill) |parameters/.test(seen.title) &&
      codes(seen, "TPM_INVALID_STRUCTURE", "TPM_BAD_KEY_PROPERTY"),
  ],
  [
    "bytes are left over in PCRInfo",
    ({ title, where, ours }) =>
      where === "answer" && /(PCRInfo|parms)/.test(title) && LEFT_OVER.test(title) &&
      ["TPM_BAD_PARAM_SIZE", "TPM_AUTHFAIL", "TPM_BAD_PARAMETER"].includes(ours),
  ],
  ["the parms of a key cannot be read", (seen) => PARMS.test(seen.title) && early(seen)],
  [
    "the parms of a key cannot be read",
    (seen) =>
      WITH_PARMS.has(seen.command) && /parameters/.test(seen.title) && early(seen) &&
      seen.ours === "TPM_BAD_PARAMETER",
  ],
  [
    "its type is none",
    ({ command, where, ours }) =>
      command === "TPM_Startup" && where === "flags" && ours === "TPM_INVALID_POSTINIT",
  ],
  [
    "it comes before TPM_Startup",
    (seen) =>
      seen.command === "TPM_Startup" && /with NV locked/.test(seen.title) &&
      codes(seen, "TPM_SUCCESS", "TPM_FAILEDSELFTEST"),
  ],
  [
    "no command has asked for all tests",
    ({ command, where, ours, libtpms }) =>
      command === "TPM_GetTestResult" && where === "answer" && ours === libtpms,
  ],
  [
    "srkParams asks for more",
    (seen) =>
      seen.command === "TPM_TakeOwnership" &&
      (spared(seen) || codes(seen, "TPM_BAD_KEY_PROPERTY", "TPM_SUCCESS")),
  ],
  [
    "there is no such capArea",
    (seen) =>
      seen.command === "TPM_SetCapability" && codes(seen, "TPM_BAD_PARAMETER", "TPM_BAD_MODE"),
  ],
  [
    "a BOOL is neither",
    ({ command, title, where, ours }) =>
      where === "answer" && ours === "TPM_BAD_PARAMETER" &&
      (command === "TPM_KeyControlOwner" && /bitValue 0x(2|80|ff)|length/.test(title) ||
        command === "TPM_SetCapability" && /setValue/.test(title)),
  ],
  [
    "ordinalToAudit is the ordinal of no command",
    (seen) =>
      seen.command === "TPM_SetOrdinalAuditStatus" &&
      codes(seen, "TPM_BADINDEX", "TPM_BAD_PARAMETER"),
  ],
  [
    "bytes are left over in pcrInfo",
    (seen) =>
      /^TPM_Sealx?$/.test(seen.command) && /pcrInfo/.test(seen.title) &&
      codes(seen, "TPM_BADINDEX", "TPM_SUCCESS"),
  ],
  [
    "inData is empty, and the key",
    (seen) => seen.command === "TPM_UnBind" && /inData empty/.test(seen.title),
  ],
  [
    "the exponent is one that no key has here",
    (seen) =>
      /^TPM_LoadKey2?$/.test(seen.command) && /exponent/.test(seen.title) &&
      codes(seen, "TPM_BAD_KEY_PROPERTY", "TPM_AUTHFAIL"),
  ],
  [
    "the modulus is longer or shorter",
    (seen) =>
      /^TPM_LoadKey2?$/.test(seen.command) && /keyLength|pubKey\.key twice/.test(seen.title) &&
      seen.where === "answer" && seen.ours === "TPM_BAD_KEY_PROPERTY",
  ],
  [
    "the modulus is shorter than keyLength says",
    (seen) =>
      seen.command === "TPM_AuthorizeMigrationKey" &&
      codes(seen, "TPM_BAD_KEY_PROPERTY", "TPM_SUCCESS"),
  ],
  [
    "keyInfo is a TPM_KEY",
    ({ command, where, ours }) =>
      command === "TPM_CMK_CreateKey" && where === "answer" && ours === "TPM_INVALID_STRUCTURE",
  ],
  [
    "migratedKey is a TPM_KEY",
    (seen) =>
      seen.command === "TPM_CMK_ConvertMigration" &&
      codes(seen, "TPM_INVALID_STRUCTURE", "TPM_BAD_VERSION"),
  ],
  [
    "msaList says it has",
    (seen) => /^TPM_CMK_(CreateBlob|ConvertMigration)$/.test(seen.command) && spared(seen),
  ],
  [
    "msaList cannot be read",
    ({ command, title, where, ours }) =>
      /^TPM_CMK_(CreateBlob|ConvertMigration)$/.test(command) && /msaList/.test(title) &&
      where === "answer" &&
      ["TPM_BAD_PARAM_SIZE", "TPM_INVALID_STRUCTURE"].includes(ours),
  ],
  [
    "the exponent of pubKey is even",
    (seen) => seen.command === "TPM_MigrateKey" && codes(seen, "TPM_ENCRYPT_ERROR", "TPM_SUCCESS"),
  ],
  [
    "the modulus is 0",
    (seen) =>
      /^TPM_LoadKey2?$/.test(seen.command) && /pubKey\.key all zeros/.test(seen.title) &&
      codes(seen, "TPM_BAD_PARAMETER", "TPM_AUTHFAIL"),
  ],
  [
    "the handle of the key is wrong, and",
    ({ command, where, ours }) =>
      /^TPM_(ChangeAuth|ActivateIdentity)$/.test(command) && where === "answer" &&
      ["TPM_INVALID_KEYHANDLE", "TPM_KEYNOTFOUND", "TPM_INVALID_RESOURCE"].includes(ours),
  ],
  [
    "the second session is delegated, and",
    (seen) => seen.command === "TPM_ChangeAuth" && codes(seen, "TPM_BAD_MODE", "TPM_AUTHFAIL"),
  ],
  [
    "encScheme is not that of the key",
    (seen) => /encScheme/.test(seen.title) && codes(seen, "TPM_SUCCESS", "TPM_BAD_KEY_PROPERTY"),
  ],
  [
    "the public exponent is not 65537",
    (seen) => /exponent/.test(seen.title) && codes(seen, "TPM_BAD_KEY_PROPERTY", "TPM_SUCCESS"),
  ],
  [
    "an HMAC is wrong",
    (seen) =>
      seen.command === "TPM_ActivateIdentity" &&
      (codes(seen, "TPM_AUTHFAIL", "TPM_AUTH2FAIL") ||
        codes(seen, "TPM_AUTH2FAIL", "TPM_AUTHFAIL")),
  ],
  [
    "bytes are left over after the blob",
    ({ command, title, where, ours }) =>
      DELEGATED.test(command) && where === "answer" &&
      ["TPM_BAD_PARAM_SIZE", "TPM_WRONG_ENTITYTYPE"].includes(ours) &&
      / (twice|a byte more|\d+ random bytes|a bit changed)|entityType is/.test(title),
  ],
  [
    "permissions are set that mean nothing",
    (seen) =>
      DELEGATED.test(seen.command) && early(seen) &&
      (PERMISSIONS.test(seen.title) || /a bit changed|cut at/.test(seen.title) &&
          seen.libtpms === "TPM_BAD_PARAMETER"),
  ],
  [
    "only the localities for writing",
    ({ command, title, where, ours, libtpms }) =>
      command === "TPM_NV_DefineSpace" && /localityAtRelease/.test(title) &&
      where === "answer" && [ours, libtpms].includes("TPM_PER_NOWRITE"),
  ],
  [
    "an area that is there is to be defined anew",
    ({ command, libtpms }) => command === "TPM_NV_DefineSpace" && libtpms === "TPM_FAIL",
  ],
  [
    "the HMAC of the owner's session is wrong, before nvLocked",
    ({ command, where, ours }) =>
      command === "TPM_NV_ReadValue" && where === "answer" && ours === "TPM_AUTHFAIL",
  ],
  [
    "the length before the blob",
    ({ command, title, where, ours }) =>
      (CONTEXT.test(command) || command === "TPM_Delegate_LoadOwnerDelegation") &&
      (/[bB]lob/.test(title) && LENGTH.test(title) || /parameters|request cut/.test(title)) &&
      where === "answer" &&
      ours === "TPM_BAD_PARAM_SIZE",
  ],
  [
    "the blob cannot be read, and",
    ({ command, title, where, libtpms }) =>
      /^TPM_Load(Key|Auth)Context$/.test(command) && /Blob/.test(title) && where === "answer" &&
      ["TPM_INVALID_STRUCTURE", "TPM_BAD_PARAM_SIZE"].includes(libtpms),
  ],
  [
    "sensitiveData or the type was changed",
    ({ command, where, ours }) =>
      CONTEXT.test(command) && where === "answer" && ours === "TPM_BADCONTEXT",
  ],
  [
    "keepHandle is TRUE, and another",
    ({ command, where }) => command === "TPM_LoadContext" && where === "handles",
  ],
  [
    "there is no such transport or DAA session",
    ({ command, where, ours, libtpms }) =>
      ours === "TPM_BAD_PARAMETER" &&
      (where === "transport" && libtpms === "TPM_INVALID_AUTHHANDLE" ||
        command === "TPM_FlushSpecific" &&
          ["TPM_INVALID_AUTHHANDLE", "TPM_BAD_HANDLE"].includes(libtpms)),
  ],
  [
    "the answer is longer than the buffer",
    ({ where, ours, libtpms }) =>
      where === "transport" && ours === "TPM_BAD_PARAMETER" && libtpms === "TPM_SUCCESS",
  ],
  [
    "TPM_ChangeAuthAsymFinish is wrapped",
    ({ command, title, libtpms }) =>
      command === "TPM_ChangeAuthAsymFinish" && /in a transport session/.test(title) &&
      libtpms === "TPM_AUTH2FAIL",
  ],
  [
    "transAuth is wrong",
    (seen) =>
      seen.command === "TPM_ExecuteTransport" && codes(seen, "TPM_AUTHFAIL", "TPM_AUTH2FAIL"),
  ],
  [
    "the wrapped command is known but not served",
    (seen) =>
      seen.command === "TPM_ExecuteTransport" && codes(seen, "TPM_BAD_PARAMETER", "TPM_SUCCESS"),
  ],
  [
    "the wrapped command is unknown",
    ({ command, where, ours, libtpms }) =>
      command === "TPM_ExecuteTransport" && where === "answer" && ours === "TPM_BAD_PARAMETER" &&
      ["TPM_BAD_ORDINAL", "TPM_BAD_PARAM_SIZE", "TPM_AUTH2FAIL"].includes(libtpms),
  ],
  [
    "the session of the key is bound to another",
    (seen) =>
      seen.command === "TPM_ReleaseTransportSigned" &&
      codes(seen, "TPM_INVALID_KEYUSAGE", "TPM_AUTHFAIL"),
  ],
  [
    "the request is cut off in its sessions",
    ({ command, where }) => command === "TPM_ReleaseTransportSigned" && where === "sessions",
  ],
  [
    "the session is bound to the owner",
    (seen) =>
      /^TPM_(Increment|Release)Counter$/.test(seen.command) &&
      codes(seen, "TPM_AUTHFAIL", "TPM_SUCCESS"),
  ],
  [
    "the session of the request cannot be read",
    (seen) => /^TPM_DAA_/.test(seen.command) && codes(seen, "TPM_SUCCESS", "TPM_BAD_HANDLE"),
  ],
];
