import { CodecError, Reader, Writer } from "../codec/mod.ts";
import { U16_LE, U32_LE } from "./little_endian.ts";
import { inRecord } from "./records.ts";
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

const WHAT = "key storage";
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
  U32_LE.write(writer, keys.length);
  keys.forEach((key, number) => inRecord(WHAT, number, () => writeKey(writer, key)));
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
  const count = inRecord(WHAT, "count", () => U32_LE.read(reader));
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
  return inRecord(WHAT, number, () => {
    const uuid = swapUuid(reader.bytes(16));
    const parentUuid = swapUuid(reader.bytes(16));
    const publicSize = U16_LE.read(reader);
    const blobSize = U16_LE.read(reader);
    const vendorSize = U32_LE.read(reader);
    const flags = U16_LE.read(reader);
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

function writeKey(writer: Writer, key: StoredKey): void {
  if (key.uuid.length !== 16 || key.parentUuid.length !== 16) {
    throw storageError("a UUID takes 16 bytes", "encode");
  }
  if (key.vendorData.length > 0 && uuidToString(key.uuid) === uuidToString(SRK_UUID)) {
    throw storageError("TrouSerS cannot read an SRK with vendor data", "encode");
  }
  writer.bytes(swapUuid(key.uuid));
  writer.bytes(swapUuid(key.parentUuid));
  U16_LE.write(writer, key.publicKey.length);
  U16_LE.write(writer, key.blob.length);
  U32_LE.write(writer, key.vendorData.length);
  const flags = (key.valid ? FLAG_VALID : 0) |
    (key.parentInSystemStorage ? FLAG_PARENT_SYSTEM : 0);
  U16_LE.write(writer, flags);
  writer.bytes(key.publicKey);
  writer.bytes(key.blob);
  writer.bytes(key.vendorData);
}

/** The file has the C structure of a little-endian machine: the first three fields are swapped. */
function swapUuid(uuid: Uint8Array): Uint8Array {
  const at = (...indices: number[]): number[] => indices.map((index) => uuid[index]!);
  return Uint8Array.of(...at(3, 2, 1, 0, 5, 4, 7, 6), ...uuid.subarray(UUID_TAIL));
}

function storageError(detail: string, action = "decode"): CodecError {
  return new CodecError("value", `Cannot ${action} key storage: ${detail}`);
}
