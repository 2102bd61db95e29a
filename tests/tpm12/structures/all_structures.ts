import { type Codec, encode } from "../../../lib/codec/mod.ts";
import * as structures from "../../../lib/tpm12/structures/mod.ts";
import { generate, type Seeded } from "../../codec/generate.ts";

/** Every codec of Part 2 by the name it is exported under, the 20-byte strings too. */
export const CODECS: ReadonlyMap<string, Codec<unknown>> = new Map(
  Object.entries(structures as Record<string, unknown>)
    .filter(([name]) => name.startsWith("TPM_"))
    .map(([name, codec]) => [name, codec as Codec<unknown>]),
);

/** The structures of Part 2, without `TPM_`. */
export const STRUCTURE_NAMES: readonly string[] = `
  ASYM_CA_CONTENTS AUDIT_EVENT_IN AUDIT_EVENT_OUT BOUND_DATA CAP_VERSION_INFO CERTIFY_INFO
  CERTIFY_INFO2 CHANGEAUTH_VALIDATE CMK_AUTH CMK_MA_APPROVAL CMK_MIGAUTH CMK_SIGTICKET
  CONTEXT_BLOB CONTEXT_SENSITIVE COUNTER_VALUE CURRENT_TICKS DAA_BLOB DAA_CONTEXT DAA_ISSUER
  DAA_JOINDATA DAA_SENSITIVE DAA_TPM DA_ACTION_TYPE DA_INFO DA_INFO_LIMITED
  DELEGATE_KEY_BLOB DELEGATE_OWNER_BLOB DELEGATE_PUBLIC DELEGATE_SENSITIVE
  DELEGATE_TABLE_ROW DELEGATIONS EK_BLOB EK_BLOB_ACTIVATE EK_BLOB_AUTH FAMILY_TABLE_ENTRY
  IDENTITY_CONTENTS IDENTITY_PROOF IDENTITY_REQ KEY KEY12 KEY_HANDLE_LIST KEY_PARMS
  MIGRATE_ASYMKEY MIGRATIONKEYAUTH MSA_COMPOSITE NV_ATTRIBUTES NV_DATA_PUBLIC
  NV_DATA_SENSITIVE PCR_ATTRIBUTES PCR_COMPOSITE PCR_INFO PCR_INFO_LONG PCR_INFO_SHORT
  PCR_SELECTION PERMANENT_FLAGS PUBKEY QUOTE_INFO QUOTE_INFO2 RSA_KEY_PARMS SEALED_DATA
  SELECT_SIZE SIGN_INFO STCLEAR_FLAGS STORED_DATA STORED_DATA12 STORE_ASYMKEY STORE_PRIVKEY
  STORE_PUBKEY STRUCT_VER SYMMETRIC_KEY SYMMETRIC_KEY_PARMS SYM_CA_ATTESTATION
  TRANSPORT_AUTH TRANSPORT_INTERNAL TRANSPORT_LOG_IN TRANSPORT_LOG_OUT TRANSPORT_PUBLIC
  VERSION
`.trim().split(/\s+/);

/** Strings of 20 bytes, without `TPM_`. */
export const DIGEST_NAMES: readonly string[] = `
  DIGEST CHOSENID_HASH COMPOSITE_HASH DIRVALUE HMAC PCRVALUE NONCE AUTHDATA SECRET ENCAUTH
`.trim().split(/\s+/);

/** Unions of an old and a new form, without `TPM_`. */
export const UNION_NAMES: readonly string[] = [
  "CERTIFY_INFO_ANY",
  "KEY_ANY",
  "PCR_INFO_ANY",
  "STORED_DATA_ANY",
];

/** The structures that end in bytes up to the end, so that some prefixes are structures too. */
export const OPEN_ENDED: ReadonlySet<string> = new Set(["TPM_BOUND_DATA"]);

/** A value of a structure. */
export function valueOf(codec: Codec<unknown>, random: Seeded): unknown {
  if (codec === structures.TPM_NV_DATA_SENSITIVE) return nvDataSensitive(random);
  return generate(codec, random);
}

/** The only structure in which one field says how long another is. */
function nvDataSensitive(random: Seeded): structures.TpmNvDataSensitive {
  const pubInfo = generate(
    structures.TPM_NV_DATA_PUBLIC,
    random,
  ) as structures.TpmNvDataPublic;
  const dataSize = random.below(40);
  return {
    tag: 0x0019,
    pubInfo: { ...pubInfo, dataSize },
    authValue: random.bytes(20),
    data: random.bytes(dataSize),
  };
}

/** The bytes of a value of a structure. */
export function bytesOf(codec: Codec<unknown>, random: Seeded): Uint8Array {
  return encode(codec, valueOf(codec, random));
}
