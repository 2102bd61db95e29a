import { CodecError } from "../codec/mod.ts";
import { DerReader } from "./der_reader.ts";
import { DER } from "./der_tags.ts";
import { derOctets } from "./der_writer.ts";
import { decodePemBlock, encodePem } from "./pem.ts";
import { decodeTssBlob } from "./tss_blob.ts";

const LABEL = "TSS KEY BLOB";

/**
 * `-----BEGIN TSS KEY BLOB-----`, as openssl_tpm_engine and GnuTLS keep a wrapped key: the
 * TPM_KEY or TPM_KEY12 in a DER OCTET STRING.
 */
export function encodeTssKeyPem(key: Uint8Array): string {
  return encodePem(LABEL, derOctets(key));
}

/**
 * The TPM_KEY or TPM_KEY12 in a `TSS KEY BLOB`; one in a TSS_BLOB is taken too. Throws
 * {@linkcode CodecError}.
 */
export function decodeTssKeyPem(text: string): Uint8Array {
  const { bytes } = decodePemBlock(text, LABEL);
  const file = new DerReader(bytes, LABEL);
  if (!file.nextIs(DER.SEQUENCE)) {
    const key = file.octets("key");
    file.end();
    return key;
  }
  const { type, blob } = decodeTssBlob(bytes);
  if (type !== "KEY" && type !== "KEY_1_2") {
    throw new CodecError("value", `Cannot decode ${LABEL}: it holds a blob of type ${type}`);
  }
  return blob;
}
