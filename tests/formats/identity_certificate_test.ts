import { assert, assertEquals } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { generateRsaKey, sha1, signPkcs1Sha1, systemRandom } from "../../lib/crypto/mod.ts";
import {
  certificateIsSignedBy,
  decodeCertificate,
  DerReader,
  encodePem,
  issueIdentityCertificate,
  keyIdentifier,
  OID,
  readName,
} from "../../lib/formats/mod.ts";
import { fromHex } from "../hex.ts";

const caKey = generateRsaKey(1024, 65537, systemRandom);
const identityKey = generateRsaKey(1024, 65537, systemRandom).publicKey;

Deno.test("an identity's certificate names its label and the kind of TPM, and no subject", async () => {
  const tpm = { manufacturer: "id:49424D00", model: "emulator", version: "id:00740001" };
  const der = await issueIdentityCertificate(identityKey, {
    serialNumber: fromHex("80ff"),
    notBefore: new Date("2020-01-02T03:04:05Z"),
    issuer: [{ type: OID.commonName, value: "Privacy CA" }],
    issuerKeyId: keyIdentifier(caKey.publicKey),
    tpm,
    label: "Alice's machine",
    signer: { algorithm: "sha1WithRsa", sign: (tbs) => signPkcs1Sha1(caKey, sha1(tbs)) },
  });
  const certificate = decodeCertificate(der);
  assert(certificateIsSignedBy(certificate, caKey.publicKey));
  assertEquals(certificate.publicKey.modulus, identityKey.modulus);
  assertEquals(certificate.subject, []);
  assertEquals(certificate.notAfter, new Date("9999-12-31T23:59:59Z"));
  const valueOf = (oid: string) =>
    certificate.extensions.find((extension) => extension.oid === oid)!.value;
  const usages = new DerReader(valueOf(OID.extKeyUsage), "usages").sequence("usages");
  assertEquals(usages.oid("usage"), OID.aikCertificate);
  const names = new DerReader(valueOf(OID.subjectAltName), "names").sequence("names");
  assertEquals(readName(names.enter(0xa4, "directoryName").sequence("Name")), [
    { type: OID.tpmManufacturer, value: tpm.manufacturer },
    { type: OID.tpmModel, value: tpm.model },
    { type: OID.tpmVersion, value: tpm.version },
    { type: OID.tpmIdLabel, value: "Alice's machine" },
  ]);
  const read = new X509Certificate(encodePem("CERTIFICATE", der));
  assertEquals([read.issuer, read.serialNumber, read.ca], ["CN=Privacy CA", "80FF", false]);
});
