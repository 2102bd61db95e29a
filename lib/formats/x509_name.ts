import type { DerReader } from "./der_reader.ts";
import { DER, OID } from "./der_tags.ts";
import { derElement, derOid, derSequence, derText } from "./der_writer.ts";

/** One part of a distinguished name. */
export interface NameAttribute {
  /** Object identifier, of {@linkcode OID} for instance. */
  readonly type: string;
  /** Its value. */
  readonly value: string;
}

/** A distinguished name, the most general part first; it may be empty. */
export type DistinguishedName = readonly NameAttribute[];

/** Short names as they are shown. */
const SHORT: Readonly<Record<string, string>> = {
  [OID.commonName]: "CN",
  [OID.countryName]: "C",
  [OID.organizationName]: "O",
  [OID.organizationalUnitName]: "OU",
};

/** DER of a Name (RFC 5280, 4.1.2.4), one attribute in each part. */
export function encodeName(name: DistinguishedName): Uint8Array {
  return derSequence(...name.map(({ type, value }) => {
    const text = derText(value, type === OID.countryName ? DER.PRINTABLE : DER.UTF8);
    return derElement(DER.SET, derSequence(derOid(type), text));
  }));
}

/** Reads a Name whose SEQUENCE the reader is in; several attributes in a part follow one another. */
export function readName(reader: DerReader): NameAttribute[] {
  const name: NameAttribute[] = [];
  while (!reader.done) {
    const part = reader.enter(DER.SET, "RelativeDistinguishedName");
    while (!part.done) {
      const attribute = part.sequence("AttributeTypeAndValue");
      const type = attribute.oid("type");
      const { tag, content } = attribute.any("value");
      attribute.end();
      name.push({ type, value: text(tag, content) });
    }
  }
  return name;
}

/** The name as text, `CN=…, O=…`; unknown types by their object identifier. */
export function nameToString(name: DistinguishedName): string {
  return name.map(({ type, value }) => `${SHORT[type] ?? type}=${value}`).join(", ");
}

/** Text of a string type; others, BMPString for instance, in hexadecimal. */
function text(tag: number, content: Uint8Array): string {
  const known = tag === DER.UTF8 || tag === DER.PRINTABLE || tag === DER.IA5;
  return known ? new TextDecoder().decode(content) : `#${content.toHex()}`;
}
