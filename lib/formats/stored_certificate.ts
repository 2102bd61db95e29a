import { CodecError, decode, Reader, SIZED16, Writer } from "../codec/mod.ts";

/** NV index of the endorsement key's certificate (PC client specification). */
export const NV_INDEX_EK_CERTIFICATE = 0x1000f000;

/** TCG_TAG_PCCLIENT_STORED_CERT. */
const TAG_STORED_CERT = 0x1001;
/** TCG_TAG_PCCLIENT_FULL_CERT. */
const TAG_FULL_CERT = 0x1002;
/** TCG_FULL_CERT; 1 is a part of a certificate that is found elsewhere. */
const FULL_CERT = 0;
const HEADER_SIZE = 5;
const SEQUENCE = 0x30;

/**
 * A certificate as it is stored in NV: TCG_PCCLIENT_STORED_CERT with a TCG_FULL_CERT (PC client
 * specification for conventional BIOS 1.21, 7.3.2). Takes at most 65533 bytes.
 */
export function encodeStoredCertificate(certificate: Uint8Array): Uint8Array {
  const full = new Writer(certificate.length + 2);
  full.u16(TAG_FULL_CERT);
  full.bytes(certificate);
  const writer = new Writer(certificate.length + HEADER_SIZE + 2);
  writer.u16(TAG_STORED_CERT);
  writer.u8(FULL_CERT);
  SIZED16.write(writer, full.finish());
  return writer.finish();
}

/** Bytes from the start of the NV area that tell its length to {@linkcode storedCertificateSize}. */
export const STORED_CERTIFICATE_HEADER_SIZE: number = HEADER_SIZE;

/**
 * Bytes of the NV area that hold the certificate, from its first five. Throws
 * {@linkcode CodecError} when no certificate is stored there.
 */
export function storedCertificateSize(header: Uint8Array): number {
  const reader = new Reader(header.subarray(0, HEADER_SIZE));
  const tag = reader.u16();
  if (tag !== TAG_STORED_CERT) {
    throw new CodecError(
      "tag",
      `Cannot decode stored certificate: its tag is 0x${tag.toString(16)}`,
    );
  }
  const type = reader.u8();
  if (type !== FULL_CERT) {
    const detail = type === 1 ? "it is a part of one" : `its type is ${type}`;
    throw new CodecError("value", `Cannot decode stored certificate: ${detail}`);
  }
  return HEADER_SIZE + reader.u16();
}

/**
 * The DER of the certificate in an NV area; what follows it in the area is ignored, and the inner
 * tag may be missing. Throws {@linkcode CodecError}.
 */
export function decodeStoredCertificate(area: Uint8Array): Uint8Array {
  const size = storedCertificateSize(area);
  const body = decode(SIZED16, area.subarray(HEADER_SIZE - 2, size));
  const reader = new Reader(body);
  if (reader.peekU16() === TAG_FULL_CERT) reader.u16();
  if (reader.peekU8() !== SEQUENCE) {
    throw new CodecError("value", "Cannot decode stored certificate: it is no DER");
  }
  return reader.bytes(reader.remaining);
}
