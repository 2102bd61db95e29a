/**
 * A privacy CA: it certifies keys of which it knows that they are in genuine TPMs, and tells nobody
 * in which. The maker of the TPMs, whose certificates it trusts, is here, too.
 */
import { concat } from "../lib/codec/mod.ts";
import {
  generateRsaKey,
  type RsaPrivateKey,
  type RsaPublicKey,
  sha1,
  signPkcs1Sha1,
  systemRandom,
} from "../lib/crypto/mod.ts";
import {
  type AttestationBlobs,
  certificateIsSignedBy,
  type CertificateSigner,
  decodeCertificate,
  type DistinguishedName,
  encryptCredential,
  issueEkCertificate,
  issueIdentityCertificate,
  keyIdentifier,
  OID,
  openIdentityRequest,
  publicKeyFromTpm,
  publicKeyToTpm,
  tpmOfCertificate,
} from "../lib/formats/mod.ts";
import {
  TPM_ALG_AES128,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_SS_NONE,
  type TpmPubkey,
} from "../lib/tpm12/mod.ts";
import { labelPrivCADigest, verifyIdentityBinding } from "../lib/verify/mod.ts";
import { assert } from "./assert.ts";

/** Whoever signs certificates. */
class Authority {
  readonly key: RsaPrivateKey = generateRsaKey(2048, 65537, systemRandom);
  readonly name: DistinguishedName;

  constructor(commonName: string) {
    this.name = [{ type: OID.commonName, value: commonName }];
  }

  /** What all its certificates have in common. */
  get terms() {
    const signer: CertificateSigner = {
      algorithm: "sha1WithRsa",
      sign: (tbs) => signPkcs1Sha1(this.key, sha1(tbs)),
    };
    return {
      serialNumber: concat([Uint8Array.of(1), systemRandom(15)]),
      notBefore: new Date(),
      issuer: this.name,
      issuerKeyId: keyIdentifier(this.key.publicKey),
      signer,
    };
  }
}

/** Makes TPMs, and certifies their endorsement keys. */
export class Manufacturer extends Authority {
  /** The certificate of an endorsement key. */
  certify(endorsementKey: RsaPublicKey): Promise<Uint8Array> {
    const tpm = { manufacturer: "id:49424D00", model: "emulator", version: "id:00740001" };
    return issueEkCertificate(endorsementKey, { ...this.terms, tpm });
  }
}

/** Certifies identity keys of TPMs that a manufacturer knows. */
export class PrivacyCa extends Authority {
  readonly #manufacturer: RsaPublicKey;

  /** Trusts the certificates that are signed with this key. */
  constructor(commonName: string, manufacturer: RsaPublicKey) {
    super(commonName);
    this.#manufacturer = manufacturer;
  }

  /** The key that requests are encrypted to. */
  get pubKey(): TpmPubkey {
    const schemes = { encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1, sigScheme: TPM_SS_NONE };
    return publicKeyToTpm(this.key.publicKey, schemes);
  }

  /** Judges a request, and encrypts the certificate so that only that TPM can read it. */
  async answer(request: Uint8Array): Promise<AttestationBlobs> {
    const proof = openIdentityRequest(request, this.key);
    // The key was made by a TPM for this label and this CA …
    const publicKey = publicKeyFromTpm(proof.identityKey);
    verifyIdentityBinding({
      identityPubKey: proof.identityKey,
      publicKey,
      signature: proof.identityBinding,
      labelPrivCADigest: labelPrivCADigest(proof.labelArea, this.pubKey),
    });
    // … and this TPM is genuine: whether it is this TPM that has the key, it says by reading the answer.
    const endorsement = decodeCertificate(proof.endorsementCredential);
    const genuine = certificateIsSignedBy(endorsement, this.#manufacturer);
    assert(genuine, "the endorsement key is not certified by a manufacturer that is known");
    const credential = await issueIdentityCertificate(publicKey, {
      ...this.terms,
      tpm: tpmOfCertificate(endorsement),
      label: new TextDecoder("utf-16le").decode(proof.labelArea),
    });
    return encryptCredential(credential, {
      identityKey: proof.identityKey,
      endorsementKey: endorsement.publicKey,
      algId: TPM_ALG_AES128,
      random: systemRandom,
    });
  }
}
