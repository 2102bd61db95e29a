import { sha1 } from "../crypto/mod.ts";
import { checkBytes, checkSignature, type SignedEvidence } from "./checks.ts";

/** What TPM_CertifySelfTest signs before and after the nonce (Part 3, 28.3). */
const TEST_PASSED = new TextEncoder().encode("Test Passed");
const ORDINAL_CERTIFY_SELF_TEST = Uint8Array.of(0, 0, 0, 0x52);

/** The bytes that TPM_CertifySelfTest signs. */
export function selfTestContents(nonce: Uint8Array): Uint8Array {
  return Uint8Array.of(...TEST_PASSED, ...nonce, ...ORDINAL_CERTIFY_SELF_TEST);
}

/** Verifies what TPM_CertifySelfTest answers. Throws `VerifyError` when the signature is wrong. */
export function verifySelfTest(evidence: SignedEvidence): void {
  checkSignature(selfTestContents(evidence.nonce), { ...evidence, evidence: "self test" });
}

/**
 * Verifies the checksum over a public key and a nonce, as TPM_ReadPubek, TPM_CreateEndorsementKeyPair
 * and TPM_LoadManuMaintPub answer it; `pubkey` is the encoded TPM_PUBKEY. It proves that the
 * answer is fresh, and not that it is a TPM's. Throws `VerifyError` when it is wrong.
 */
export function verifyPubkeyChecksum(
  { pubkey, nonce, checksum }: { pubkey: Uint8Array; nonce: Uint8Array; checksum: Uint8Array },
): void {
  const expected = sha1(pubkey, nonce);
  checkBytes(checksum, { expected, field: "checksum", evidence: "public key" });
}
