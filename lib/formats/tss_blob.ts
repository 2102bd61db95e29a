import { CodecError, Writer } from "../codec/mod.ts";
import { DerReader } from "./der_reader.ts";
import { DER } from "./der_tags.ts";

/** What a TSS blob holds: the numbers of TSS_BLOB_TYPE. */
export const TSS_BLOB_TYPE = {
  /** TPM_KEY. */ KEY: 0x01,
  /** TPM_PUBKEY. */ PUBKEY: 0x02,
  /** A migration key blob. */ MIGKEY: 0x03,
  /** TPM_STORED_DATA or TPM_STORED_DATA12. */ SEALEDDATA: 0x04,
  /** Bound data: one RSA block. */ BOUNDDATA: 0x05,
  /** TPM_MIGRATIONKEYAUTH. */ MIGTICKET: 0x06,
  /** A private key. */ PRIVATEKEY: 0x07,
  /** A private key as one prime. */ PRIVATEKEY_MOD1: 0x08,
  /** The random string that a migration blob is masked with. */ RANDOM_XOR: 0x09,
  /** TPM_CERTIFY_INFO. */ CERTIFY_INFO: 0x0a,
  /** TPM_KEY12. */ KEY_1_2: 0x0b,
  /** TPM_CERTIFY_INFO2. */ CERTIFY_INFO_2: 0x0c,
  /** A certified migratable key's blob. */ CMK_MIG_KEY: 0x0d,
  /** A certified migratable key's byte stream. */ CMK_BYTE_STREAM: 0x0e,
} as const;

/** Name of a TSS_BLOB_TYPE. */
export type TssBlobType = keyof typeof TSS_BLOB_TYPE;

/** A blob and what it is. */
export interface TssBlob {
  /** What it is. */
  readonly type: TssBlobType;
  /** The structure, 1 to 65519 bytes. */
  readonly blob: Uint8Array;
}

const STRUCT_VERSION = 1;
/** Bytes of the SEQUENCE before those of the blob. */
const HEADER = 16;

/**
 * TSS_BLOB in TrouSerS' form (Tspi_EncodeDER_TssBlob): a header of 20 bytes whatever the length,
 * which is BER but not DER. Throws {@linkcode CodecError} for a blob that is empty or too long.
 */
export function encodeTssBlob({ type, blob }: TssBlob): Uint8Array {
  const size = blob.length;
  if (size === 0 || size + HEADER > 0xffff) {
    throw blobError(`it takes 1 to ${0xffff - HEADER} bytes, ${size} given`, "encode");
  }
  const writer = new Writer(size + HEADER + 4);
  writer.u16(DER.SEQUENCE << 8 | 0x82);
  writer.u16(size + HEADER);
  for (const number of [STRUCT_VERSION, TSS_BLOB_TYPE[type]]) {
    writer.u16(DER.INTEGER << 8 | 1);
    writer.u8(number);
  }
  writer.u16(DER.INTEGER << 8 | 4);
  writer.u32(size);
  writer.u16(DER.OCTET_STRING << 8 | 0x82);
  writer.u16(size);
  writer.bytes(blob);
  return writer.finish();
}

/**
 * A TSS_BLOB in any BER form, TrouSerS' among them (Tspi_DecodeBER_TssBlob). Throws
 * {@linkcode CodecError} when it is malformed, of a later version or an unknown type, or when its
 * two lengths differ.
 */
export function decodeTssBlob(bytes: Uint8Array): TssBlob {
  const file = new DerReader(bytes, "TSS blob", { ber: true });
  const sequence = file.sequence("TSS_BLOB");
  file.end();
  const version = sequence.number("structVersion");
  if (version > STRUCT_VERSION) throw blobError(`its version is ${version}`);
  const number = sequence.number("blobType");
  const length = sequence.number("blobLength");
  const blob = sequence.octets("blob");
  sequence.end();
  const type = (Object.keys(TSS_BLOB_TYPE) as TssBlobType[])
    .find((name) => TSS_BLOB_TYPE[name] === number);
  if (!type) throw blobError(`its type is ${number}, which is none`);
  if (length !== blob.length) {
    throw blobError(`blobLength says ${length} bytes, the octet string has ${blob.length}`);
  }
  return { type, blob };
}

function blobError(detail: string, action = "decode"): CodecError {
  return new CodecError("value", `Cannot ${action} TSS blob: ${detail}`);
}
