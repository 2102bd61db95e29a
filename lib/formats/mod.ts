/**
 * The formats around a TPM 1.2, bytes to values and back: PEM, DER, public keys as SPKI, PKCS#1,
 * JWK and OpenSSH, TSS blobs and key files of other tools, certificates of endorsement keys,
 * firmware and IMA event logs, TrouSerS' key storage. Pure; what is malformed throws `CodecError`.
 *
 * @module
 */
export * from "./certificate.ts";
export * from "./certificate_extensions.ts";
export * from "./certificate_signature.ts";
export * from "./der_reader.ts";
export * from "./der_tags.ts";
export * from "./der_writer.ts";
export * from "./digest_info.ts";
export * from "./ek_certificate.ts";
export * from "./event_log.ts";
export * from "./event_types.ts";
export * from "./identity_certificate.ts";
export {
  type AttestationBlobs,
  caEncrypts,
  encryptCredential,
  encryptIdentityProof,
  openIdentityRequest,
} from "./identity_request.ts";
export * from "./ima_ascii.ts";
export {
  decodeImaLog,
  encodeImaLog,
  type ImaField,
  imaLogMeasurements,
  type ImaMeasurement,
  imaMeasurement,
  type ImaRecord,
  imaRecordIsMeasured,
  imaTemplateHash,
  isImaViolation,
  replayImaLog,
} from "./ima_log.ts";
export * from "./jwk.ts";
export * from "./key_storage.ts";
export * from "./openssh.ts";
export * from "./pcr_replay.ts";
export * from "./pem.ts";
export * from "./sealed_file.ts";
export { sessionDecrypt, sessionKeyParms } from "./session_key.ts";
export * from "./simple_tpm_pk11.ts";
export * from "./spki.ts";
export * from "./stored_certificate.ts";
export * from "./tpm_public_key.ts";
export * from "./tss_blob.ts";
export * from "./tss_key_pem.ts";
export * from "./uuid.ts";
export * from "./x509_name.ts";
