import { assert, assertEquals, assertThrows } from "@std/assert";
import { createSign, createVerify, generateKeyPairSync, X509Certificate } from "node:crypto";
import { CodecError } from "../../lib/codec/mod.ts";
import {
  type CertificateSigner,
  decodeCertificate,
  encodeCertificate,
  encodeTbsCertificate,
} from "../../lib/formats/certificate.ts";
import { certificateIsSignedBy } from "../../lib/formats/certificate_signature.ts";
import { keyIdentifier } from "../../lib/formats/certificate_extensions.ts";
import { OID } from "../../lib/formats/der_tags.ts";
import {
  issueCaCertificate,
  issueEkCertificate,
  subjectKeyId,
  tpmOfCertificate,
} from "../../lib/formats/ek_certificate.ts";
import { decodePemBlock, encodePem } from "../../lib/formats/pem.ts";
import { publicKeyFromJwk } from "../../lib/formats/jwk.ts";
import {
  decodeStoredCertificate,
  encodeStoredCertificate,
  storedCertificateSize,
} from "../../lib/formats/stored_certificate.ts";
import { nameToString } from "../../lib/formats/x509_name.ts";
import { fromHex, toHex } from "../hex.ts";
import { nodeSha1 } from "../bytes.ts";
import { refusesPrefixes, survivesMutation } from "./malformed.ts";
import { sampleBytes, sampleText } from "./samples.ts";

const authority = generateKeyPairSync("rsa", { modulusLength: 1024 });
const authorityKey = publicKeyFromJwk(authority.publicKey.export({ format: "jwk" }));
const ekKey = publicKeyFromJwk(
  generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" }),
);
const signer: CertificateSigner = {
  algorithm: "sha256WithRsa",
  sign: (tbs) => new Uint8Array(createSign("sha256").update(tbs).sign(authority.privateKey)),
};
const name = [
  { type: OID.countryName, value: "DE" },
  { type: OID.organizationName, value: "Prüfstelle" },
  { type: OID.commonName, value: "Test CA" },
];
const terms = {
  serialNumber: fromHex("80ff"),
  notBefore: new Date("2020-01-02T03:04:05Z"),
};
const tpm = { manufacturer: "id:49424D00", model: "emulator", version: "id:00740001" };
const issueEk = (algorithm: "rsaEncryption" | "rsaesOaep") =>
  issueEkCertificate(ekKey, {
    ...terms,
    issuer: name,
    issuerKeyId: keyIdentifier(authorityKey),
    tpm,
    publicKeyAlgorithm: algorithm,
    signer,
  });

Deno.test("an authority's certificate is one for node:crypto, and signed by its key", async () => {
  const der = await issueCaCertificate(authorityKey, { ...terms, name, signer });
  const read = new X509Certificate(encodePem("CERTIFICATE", der));
  assertEquals(read.subject, "C=DE\nO=Prüfstelle\nCN=Test CA");
  assertEquals(read.issuer, read.subject);
  assertEquals(read.serialNumber, "80FF");
  assert(read.ca);
  const { tbs, signature } = decodeCertificate(der);
  assert(createVerify("sha256").update(tbs).verify(authority.publicKey, signature));
  assert(certificateIsSignedBy(decodeCertificate(der), authorityKey));
  assert(!certificateIsSignedBy(decodeCertificate(der), ekKey));
  assert(!certificateIsSignedBy({ ...decodeCertificate(der), tbs: der }, authorityKey));
  assert(!certificateIsSignedBy({ ...decodeCertificate(der), algorithm: "1.2.3" }, authorityKey));
});

Deno.test("an EK certificate says which TPM it is of, and who issued it", async () => {
  const certificate = decodeCertificate(await issueEk("rsaEncryption"));
  assertEquals(tpmOfCertificate(certificate), tpm);
  assertEquals(nameToString(certificate.issuer), "C=DE, O=Prüfstelle, CN=Test CA");
  assertEquals(certificate.subject, []);
  assertEquals(certificate.notBefore, terms.notBefore);
  assertEquals(certificate.notAfter.toISOString(), "9999-12-31T23:59:59.000Z");
  assertEquals(toHex(certificate.serialNumber), "80ff");
  assertEquals(certificate.publicKey.modulus, ekKey.modulus);
  const critical = certificate.extensions.filter((extension) => extension.critical);
  assertEquals(critical.map((extension) => extension.oid), [
    OID.subjectAltName,
    OID.basicConstraints,
    OID.keyUsage,
  ]);
  const { tbs, signature, algorithm } = certificate;
  assertEquals(algorithm, "sha256WithRsa");
  assert(createVerify("sha256").update(tbs).verify(authority.publicKey, signature));
});

Deno.test("an EK certificate may name RSAES-OAEP with the label TCPA", async () => {
  const certificate = decodeCertificate(await issueEk("rsaesOaep"));
  assertEquals(certificate.publicKeyAlgorithm, "rsaesOaep");
  assertEquals(certificate.publicKey.modulus, ekKey.modulus);
});

Deno.test("extensions have the bytes that swtpm's authority writes", async () => {
  const theirs = decodeCertificate(decodeStoredCertificate(sampleBytes("ek_certificate.nv")));
  const ours = decodeCertificate(
    await issueEkCertificate(theirs.publicKey, {
      ...terms,
      issuer: theirs.issuer,
      issuerKeyId: keyIdentifier(authorityKey),
      tpm: tpmOfCertificate(theirs),
      signer,
    }),
  );
  const list = (certificate: typeof ours): string[] =>
    certificate.extensions
      .filter(({ oid }) => oid !== OID.authorityKeyIdentifier)
      .map(({ oid, critical, value }) => `${oid} ${critical} ${toHex(value)}`);
  assertEquals(list(ours), list(theirs));
});

Deno.test("a certificate of swtpm's authority is read, and encodes to the same bytes", () => {
  const der = decodeStoredCertificate(sampleBytes("ek_certificate.nv"));
  const certificate = decodeCertificate(der);
  assertEquals(tpmOfCertificate(certificate), {
    manufacturer: "id:00001014",
    model: "swtpm",
    version: "id:00740001",
  });
  assertEquals(certificate.algorithm, "sha1WithRsa");
  const { signature } = certificate;
  // swtpm writes its authority's name as a PrintableString, we as a UTF8String.
  const tbs = toHex(encodeTbsCertificate(certificate, "sha1WithRsa"))
    .replace("0603550403" + "0c0d", "0603550403" + "130d");
  assertEquals(tbs, toHex(certificate.tbs));
  const again = encodeCertificate(fromHex(tbs), { algorithm: "sha1WithRsa", signature });
  assertEquals(toHex(again), toHex(der));
});

Deno.test("the authority's key that signed is in its certificate", () => {
  const ca = decodeCertificate(
    decodePemBlock(sampleText("ca_certificate.pem"), "CERTIFICATE").bytes,
  );
  const certificate = decodeCertificate(
    decodeStoredCertificate(sampleBytes("ek_certificate.nv")),
  );
  const { issuer, extensions } = certificate;
  assertEquals(issuer, ca.subject);
  assert(certificateIsSignedBy(certificate, ca.publicKey));
  const id = extensions.find(({ oid }) => oid === OID.authorityKeyIdentifier)!.value;
  assertEquals(toHex(id.subarray(4)), toHex(subjectKeyId(ca)));
});

Deno.test("a certificate of something else is no EK certificate", async () => {
  const ca = decodeCertificate(await issueCaCertificate(authorityKey, { ...terms, name, signer }));
  assertThrows(() => tpmOfCertificate(ca), CodecError, "tcg-kp-EKCertificate");
  const ek = decodeCertificate(await issueEk("rsaEncryption"));
  const extensions = ek.extensions.filter(({ oid }) => oid !== OID.subjectAltName);
  assertThrows(() => tpmOfCertificate({ ...ek, extensions }), CodecError, "no tpmManufacturer");
});

Deno.test("a certificate whose two algorithms differ is refused", async () => {
  const der = await issueEk("rsaEncryption");
  const { tbs, signature } = decodeCertificate(der);
  const mixed = encodeCertificate(tbs, { algorithm: "sha1WithRsa", signature });
  assertThrows(() => decodeCertificate(mixed), CodecError, "differs");
});

Deno.test("a validity that is no time is refused", async () => {
  const text = toHex(await issueEk("rsaEncryption"));
  const time = toHex(new TextEncoder().encode("200102030405Z"));
  for (const bad of ["200230030405Z", "201302030405Z", "2001020304 5Z", "20010203040+Z"]) {
    const der = fromHex(text.replace(time, toHex(new TextEncoder().encode(bad))));
    assertThrows(
      () => decodeCertificate(der),
      CodecError,
      "notBefore: Cannot decode DER: it is no time",
    );
  }
});

Deno.test("truncated and changed certificates give CodecError alone", async () => {
  const der = await issueEk("rsaesOaep");
  const decode = (bytes: Uint8Array): unknown => tpmOfCertificate(decodeCertificate(bytes));
  refusesPrefixes(der, { decode, expected: CodecError });
  survivesMutation(der, { decode, expected: CodecError });
  assertThrows(() => decode(Uint8Array.of(...der, 0)), CodecError, "left over");
});

Deno.test("an NV area of swtpm_setup holds the certificate after its header", () => {
  const area = sampleBytes("ek_certificate.nv");
  assertEquals(storedCertificateSize(area.subarray(0, 5)), area.length);
  const certificate = decodeStoredCertificate(area);
  assertEquals(certificate.length, area.length - 7);
  assertEquals(toHex(encodeStoredCertificate(certificate)), toHex(area));
});

Deno.test("an NV area may be longer than the certificate, and lack the inner tag", () => {
  const area = encodeStoredCertificate(fromHex("3003020101"));
  assertEquals(toHex(area), "10010000071002" + "3003020101");
  assertEquals(toHex(decodeStoredCertificate(Uint8Array.of(...area, 0xff, 0xff))), "3003020101");
  assertEquals(toHex(decodeStoredCertificate(fromHex("10010000053003020101"))), "3003020101");
});

Deno.test("an NV area without a certificate is refused with its reason", () => {
  const cases: [string, string][] = [
    ["ffffffffffff", "tag is 0xffff"],
    ["10010100053003020101", "a part of one"],
    ["10010200053003020101", "type is 2"],
    ["10010000050403020101", "no DER"],
    ["10010000", "Cannot read 2 bytes"],
    ["1001000005300302", "Cannot read 5 bytes"],
  ];
  for (const [hex, reason] of cases) {
    assertThrows(() => decodeStoredCertificate(fromHex(hex)), CodecError, reason);
  }
  const area = encodeStoredCertificate(fromHex("3003020101"));
  refusesPrefixes(area, { decode: decodeStoredCertificate, expected: CodecError });
});

Deno.test("a key identifier is SHA-1 of the PKCS#1 form, or what the certificate says", async () => {
  const ca = decodeCertificate(await issueCaCertificate(authorityKey, { ...terms, name, signer }));
  const pkcs1 = authority.publicKey.export({ format: "der", type: "pkcs1" });
  const id = toHex(nodeSha1(pkcs1));
  assertEquals(toHex(keyIdentifier(authorityKey)), id);
  assertEquals(toHex(subjectKeyId(ca)), id);
  assertEquals(toHex(subjectKeyId({ ...ca, extensions: [] })), id);
});
