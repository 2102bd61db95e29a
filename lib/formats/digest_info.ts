import { CodecError } from "../codec/mod.ts";
import { DerReader } from "./der_reader.ts";
import { DER, OID } from "./der_tags.ts";
import { derNull, derOctets, derOid, derSequence } from "./der_writer.ts";

/** The hash algorithms of a DigestInfo. */
export type DigestAlgorithm = "sha1" | "sha256" | "sha384" | "sha512";

/** Bytes of a digest by its algorithm. */
const SIZES: Readonly<Record<DigestAlgorithm, number>> = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** What PKCS#1 v1.5 signs: an algorithm and a digest. */
export interface DigestInfo {
  /** The hash algorithm. */
  readonly algorithm: DigestAlgorithm;
  /** The digest: 20, 32, 48 or 64 bytes. */
  readonly digest: Uint8Array;
}

/**
 * DER of a DigestInfo (RFC 8017, 9.2): what a key of scheme TPM_SS_RSASSAPKCS1v15_DER is given to
 * sign with SHA-256 and the like. Throws {@linkcode CodecError} for a digest of another length.
 */
export function encodeDigestInfo({ algorithm, digest }: DigestInfo): Uint8Array {
  checkLength(algorithm, digest);
  return derSequence(derSequence(derOid(OID[algorithm]), derNull()), derOctets(digest));
}

/** Undoes {@linkcode encodeDigestInfo}; NULL may be left out. Throws {@linkcode CodecError}. */
export function decodeDigestInfo(bytes: Uint8Array): DigestInfo {
  const file = new DerReader(bytes, "PKCS#1");
  const info = file.sequence("DigestInfo");
  file.end();
  const identifier = info.sequence("digestAlgorithm");
  const oid = identifier.oid("algorithm");
  if (!identifier.done && identifier.content(DER.NULL, "parameters").length > 0) {
    throw identifier.fail("parameters", "NULL is not empty");
  }
  identifier.end();
  const digest = info.octets("digest");
  info.end();
  const algorithm = (Object.keys(SIZES) as DigestAlgorithm[]).find((name) => OID[name] === oid);
  if (!algorithm) throw identifier.fail("algorithm", `${oid} is no hash known here`);
  checkLength(algorithm, digest);
  return { algorithm, digest };
}

function checkLength(algorithm: DigestAlgorithm, digest: Uint8Array): void {
  if (digest.length !== SIZES[algorithm]) {
    const detail = `${algorithm} has ${SIZES[algorithm]} bytes, ${digest.length} given`;
    throw new CodecError("value", `Cannot use a digest: ${detail}`);
  }
}
