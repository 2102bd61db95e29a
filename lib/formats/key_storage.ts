import { CodecError, Reader, Writer } from "../codec/mod.ts";
import { uuidToBytes, uuidToString } from "./uuid.ts";

/** A registered key in the persistent storage of TrouSerS. */
export interface StoredKey {
  /** Name of the key: 16 bytes of a TSS_UUID, its integers big-endian. */
  readonly uuid: Uint8Array;
  /** Name of the key above it; all zero for the SRK. */
  readonly parentUuid: Uint8Array;
  /** Public modulus, at most 65535 bytes. */
  readonly publicKey: Uint8Array;
  /** TPM_KEY or TPM_KEY12, at most 65535 bytes. */
  readonly blob: Uint8Array;
  /** The caller's own. */
  readonly vendorData: Uint8Array;
  /** The valid bit, which user storage never sets. */
  readonly valid: boolean;
  /** Whether the parent is in system storage. */
  readonly parentInSystemStorage: boolean;
}

/** Name of the SRK in every storage: 00000000-0000-0000-0000-000000000001. */
export const SRK_UUID: Uint8Array = uuidToBytes("00000000-0000-0000-0000-000000000001");

const VERSION = 1;
const FLAG_VALID = 0x0001;
const FLAG_PARENT_SYSTEM = 0x0002;
const KNOWN_FLAGS = FLAG_VALID | FLAG_PARENT_SYSTEM;
/** Bytes of a UUID that are not swapped. */
const UUID_TAIL = 8;

/**
 * The file `system.data` or `user.data` of TrouSerS, version 1. Throws {@linkcode CodecError} with
 * the number of the record, from 0, when something does not fit, or when an SRK has vendor data:
 * TrouSerS cannot read what follows such a record.
 */
export function encodeKeyStorage(keys: readonly StoredKey[]): Uint8Array {
  const writer = new Writer();
  writer.u8(VERSION);
  writer.u32(swap32(keys.length));
  keys.forEach((key, number) => writeKey(writer, key, number));
  return writer.finish();
}

/**
 * Undoes {@linkcode encodeKeyStorage}. No bytes at all are no keys: TrouSerS makes the file before
 * it writes to it. Throws {@linkcode CodecError} with the number of the record, from 0.
 */
export function decodeKeyStorage(bytes: Uint8Array): StoredKey[] {
  if (bytes.length === 0) return [];
  const reader = new Reader(bytes);
  const version = reader.u8();
  if (version !== VERSION) {
    throw storageError(`version ${version}, only ${VERSION} is known`);
  }
  const count = inField("count", () => swap32(reader.u32()));
  const keys: StoredKey[] = [];
  for (let number = 0; number < count; number++) keys.push(readKey(reader, number));
  if (reader.remaining > 0) {
    throw new CodecError(
      "trailing",
      `Cannot decode key storage: ${reader.remaining} bytes after ${count} records`,
    );
  }
  return keys;
}

function readKey(reader: Reader, number: number): StoredKey {
  return inField(`record ${number}`, () => {
    const uuid = swapUuid(reader.bytes(16));
    const parentUuid = swapUuid(reader.bytes(16));
    const publicSize = swap16(reader.u16());
    const blobSize = swap16(reader.u16());
    const vendorSize = swap32(reader.u32());
    const flags = swap16(reader.u16());
    if ((flags & ~KNOWN_FLAGS) !== 0) {
      throw storageError(`flags 0x${flags.toString(16)} of key ${uuidToString(uuid)}`);
    }
    return {
      uuid,
      parentUuid,
      publicKey: reader.bytes(publicSize),
      blob: reader.bytes(blobSize),
      vendorData: reader.bytes(vendorSize),
      valid: (flags & FLAG_VALID) !== 0,
      parentInSystemStorage: (flags & FLAG_PARENT_SYSTEM) !== 0,
    };
  });
}

function writeKey(writer: Writer, key: StoredKey, number: number): void {
  const refuse = (detail: string): CodecError =>
    new CodecError("value", `Cannot encode key storage: ${detail}`)
      .within("key storage", `record ${number}`);
  if (key.uuid.length !== 16 || key.parentUuid.length !== 16) {
    throw refuse("a UUID takes 16 bytes");
  }
  if (key.publicKey.length > 0xffff || key.blob.length > 0xffff) {
    throw refuse("public key and blob take at most 65535 bytes");
  }
  if (key.vendorData.length > 0 && uuidToString(key.uuid) === uuidToString(SRK_UUID)) {
    throw refuse("TrouSerS cannot read an SRK with vendor data");
  }
  writer.bytes(swapUuid(key.uuid));
  writer.bytes(swapUuid(key.parentUuid));
  writer.u16(swap16(key.publicKey.length));
  writer.u16(swap16(key.blob.length));
  writer.u32(swap32(key.vendorData.length));
  const flags = (key.valid ? FLAG_VALID : 0) |
    (key.parentInSystemStorage ? FLAG_PARENT_SYSTEM : 0);
  writer.u16(swap16(flags));
  writer.bytes(key.publicKey);
  writer.bytes(key.blob);
  writer.bytes(key.vendorData);
}

/** The file has the C structure of a little-endian machine: the first three fields are swapped. */
function swapUuid(uuid: Uint8Array): Uint8Array {
  const at = (...indices: number[]): number[] => indices.map((index) => uuid[index]!);
  return Uint8Array.of(...at(3, 2, 1, 0, 5, 4, 7, 6), ...uuid.subarray(UUID_TAIL));
}

const swap16 = (value: number): number => (value & 0xff) << 8 | value >>> 8;
const swap32 = (value: number): number =>
  (swap16(value & 0xffff) << 16 | swap16(value >>> 16)) >>> 0;

function inField<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CodecError ? error.within("key storage", field) : error;
  }
}

function storageError(detail: string): CodecError {
  return new CodecError("value", `Cannot decode key storage: ${detail}`);
}
