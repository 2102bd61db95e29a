import {
  generateRsaKey,
  type RandomSource,
  type RsaPrivateKey,
  type RsaPublicKey,
} from "../crypto/mod.ts";
import {
  caCertificateFields,
  type DistinguishedName,
  ekCertificateFields,
  keyIdentifier,
  OID,
  signCertificate,
  type TpmIdentification,
} from "../formats/mod.ts";
import { capVersionInfo } from "./version.ts";

const KEY_BITS = 2048;
const SERIAL_BYTES = 16;
const NAME: DistinguishedName = [
  { type: OID.organizationName, value: "TPM 1.2 emulator" },
  { type: OID.commonName, value: "Endorsement key authority" },
];
/** The emulator knows no calendar: all is valid from the day of the specification's revision 116. */
const NOT_BEFORE = new Date("2011-03-01T00:00:00Z");

/**
 * A maker's authority, which certifies the endorsement keys of emulated TPMs. Nobody should trust
 * one that does not know it.
 */
export class EndorsementAuthority {
  /** DER of its own certificate, signed by itself: what a verifier of EK certificates trusts. */
  readonly certificate: Uint8Array;
  readonly #key: RsaPrivateKey;
  readonly #random: RandomSource;

  /** Makes an authority, its key of 2048 bits and serial numbers out of `random`. */
  constructor(random: RandomSource) {
    this.#random = random;
    this.#key = generateRsaKey(KEY_BITS, 65537, random);
    const terms = { serialNumber: this.#serialNumber(), notBefore: NOT_BEFORE };
    this.certificate = signCertificate(
      caCertificateFields(this.#key.publicKey, { ...terms, name: NAME }),
      this.#key,
    );
  }

  /** DER of the certificate of an endorsement key (TCG credential profiles for TPM 1.2, 3.2). */
  certify(endorsementKey: RsaPublicKey): Uint8Array {
    const fields = ekCertificateFields(endorsementKey, {
      serialNumber: this.#serialNumber(),
      notBefore: NOT_BEFORE,
      issuer: NAME,
      issuerKeyId: keyIdentifier(this.#key.publicKey),
      tpm: identification(),
    });
    return signCertificate(fields, this.#key);
  }

  /** A positive number (RFC 5280, 4.1.2.2). */
  #serialNumber(): Uint8Array {
    const serial = this.#random(SERIAL_BYTES).slice();
    serial[0] = serial[0]! & 0x7f | 0x40;
    return serial;
  }
}

/** This TPM, as TPM_CAP_VERSION_VAL tells it. */
function identification(): TpmIdentification {
  const { tpmVendorID, version: { major, minor, revMajor, revMinor } } = capVersionInfo();
  const firmware = Uint8Array.of(0, revMajor, 0, revMinor);
  return {
    manufacturer: identifier(tpmVendorID),
    model: `TPM ${major}.${minor} emulator`,
    version: identifier(firmware),
  };
}

/** Four bytes as the credential profile writes them. */
function identifier(bytes: Uint8Array): string {
  return `id:${bytes.toHex().toUpperCase()}`;
}
