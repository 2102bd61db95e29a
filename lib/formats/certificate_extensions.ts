import { type RsaPublicKey, sha1 } from "../crypto/mod.ts";
import type { CertificateExtension } from "./certificate.ts";
import { DER, OID } from "./der_tags.ts";
import {
  derBits,
  derElement,
  derExplicit,
  derInteger,
  derOctets,
  derOid,
  derSequence,
  derTrue,
} from "./der_writer.ts";
import { encodePkcs1 } from "./spki.ts";
import { type DistinguishedName, encodeName } from "./x509_name.ts";

/** What a certified key may do: numbers of the bits of KeyUsage (RFC 5280, 4.2.1.3). */
export const KEY_USAGE = {
  /** Sign data. */ digitalSignature: 0,
  /** Encrypt keys. */ keyEncipherment: 2,
  /** Sign certificates. */ keyCertSign: 5,
  /** Sign revocation lists. */ cRLSign: 6,
} as const;

/** The name of a key in other extensions: SHA-1 of its PKCS#1 form, 20 bytes (RFC 5280, 4.2.1.2). */
export function keyIdentifier(key: RsaPublicKey): Uint8Array {
  return sha1(encodePkcs1(key));
}

/** basicConstraints, critical. */
export function basicConstraints(authority: boolean): CertificateExtension {
  const value = authority ? derSequence(derTrue()) : derSequence();
  return { oid: OID.basicConstraints, critical: true, value };
}

/** keyUsage, critical. */
export function keyUsage(...bits: readonly (keyof typeof KEY_USAGE)[]): CertificateExtension {
  const numbers = bits.map((bit) => KEY_USAGE[bit]);
  const byte = numbers.reduce((sum: number, number) => sum | 0x80 >> number, 0);
  const value = derBits(Uint8Array.of(byte), 7 - Math.max(...numbers));
  return { oid: OID.keyUsage, critical: true, value };
}

/** extKeyUsage, not critical. */
export function extKeyUsage(...oids: readonly string[]): CertificateExtension {
  return { oid: OID.extKeyUsage, critical: false, value: derSequence(...oids.map(derOid)) };
}

/** subjectKeyIdentifier, not critical. */
export function subjectKeyIdentifier(id: Uint8Array): CertificateExtension {
  return { oid: OID.subjectKeyIdentifier, critical: false, value: derOctets(id) };
}

/** authorityKeyIdentifier, not critical. */
export function authorityKeyIdentifier(id: Uint8Array): CertificateExtension {
  const value = derSequence(derElement(DER.CONTEXT, id));
  return { oid: OID.authorityKeyIdentifier, critical: false, value };
}

/** subjectAltName with a directoryName, critical: the subject has no other name. */
export function subjectDirectoryName(name: DistinguishedName): CertificateExtension {
  const value = derSequence(derExplicit(4, encodeName(name)));
  return { oid: OID.subjectAltName, critical: true, value };
}

/** subjectDirectoryAttributes with tcg-at-tpmSpecification, not critical. */
export function tpmSpecificationAttribute(
  { family, level, revision }: TpmSpecification,
): CertificateExtension {
  const specification = derSequence(
    derElement(DER.UTF8, new TextEncoder().encode(family)),
    derInteger(level),
    derInteger(revision),
  );
  const attribute = derSequence(derOid(OID.tpmSpecification), derElement(DER.SET, specification));
  return {
    oid: OID.subjectDirectoryAttributes,
    critical: false,
    value: derSequence(attribute),
  };
}

/** Which specification a TPM follows. */
export interface TpmSpecification {
  /** `1.2`. */
  readonly family: string;
  /** Level of the specification, 2. */
  readonly level: number;
  /** Revision of the specification, 116 for instance. */
  readonly revision: number;
}
