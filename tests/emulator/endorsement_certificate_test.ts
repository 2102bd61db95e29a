import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { seededRandom } from "../../lib/crypto/mod.ts";
import {
  Emulator,
  type EmulatorOptions,
  EndorsementAuthority,
  FileStorage,
} from "../../lib/emulator/mod.ts";
import {
  certificateIsSignedBy,
  decodeCertificate,
  decodeStoredCertificate,
  encodePem,
  NV_INDEX_EK_CERTIFICATE,
  STORED_CERTIFICATE_HEADER_SIZE,
  storedCertificateSize,
  tpmOfCertificate,
} from "../../lib/formats/mod.ts";
import { toHex } from "../hex.ts";
import { play } from "../conformance/differential.ts";
import { EmulatorMachine } from "../conformance/emulator_machine.ts";
import { lockNv } from "../conformance/nv_steps.ts";
import { Side } from "../conformance/side.ts";
import { step } from "../conformance/step.ts";
import { physicalPresence, startup, takeOwnership } from "../conformance/steps.ts";
import { peerTest, requirePeer, TempFolder } from "../peers/mod.ts";

const SEED = new TextEncoder().encode("certificate");
const CERTIFIED: EmulatorOptions = {
  seed: SEED,
  endorsementKey: "generate",
  endorsementCertificate: true,
};

/** Reads the certificate as everybody would: by commands, with no secret. */
function readCertificate(side: Side): Uint8Array {
  const read = (offset: number, dataSize: number) =>
    side.plain("TPM_NV_ReadValue", { nvIndex: NV_INDEX_EK_CERTIFICATE, offset, dataSize })
      .data as Uint8Array;
  const size = storedCertificateSize(read(0, STORED_CERTIFICATE_HEADER_SIZE));
  return decodeStoredCertificate(read(0, size));
}

function certified(options: EmulatorOptions = CERTIFIED) {
  const machine = new EmulatorMachine(options);
  const side = new Side("emulator", machine);
  play(side, [startup()]);
  return { side, machine };
}

Deno.test("an EK certificate is of the TPM's own EK, and signed by the authority it names", () => {
  const { side, machine } = certified();
  const certificate = decodeCertificate(readCertificate(side));
  const authority = decodeCertificate(machine.emulator.endorsementAuthority!);
  const { modulus } = machine.emulator.tpm.endorsementKey;
  assertEquals(toHex(certificate.publicKey.modulus), toHex(modulus));
  assert(certificateIsSignedBy(certificate, authority.publicKey));
  assert(certificateIsSignedBy(authority, authority.publicKey));
  assertEquals(certificate.issuer, authority.subject);
  assertEquals(tpmOfCertificate(certificate), {
    manufacturer: "id:44454E4F",
    model: "TPM 1.2 emulator",
    version: "id:00000001",
  });
});

Deno.test("an EK certificate outlives its owners, and is read without them in a locked NV", () => {
  const { side, machine } = certified();
  const before = readCertificate(side);
  side.ek = machine.emulator.tpm.endorsementKey.rsa.publicKey;
  play(side, [lockNv(), takeOwnership()]);
  assertEquals(readCertificate(side), before);
  play(side, [physicalPresence(true), step({ command: "TPM_ForceClear" })]);
  assertEquals(readCertificate(side), before);
});

Deno.test("an EK certificate is the same for the same seed, and stays with the state", () => {
  using folder = new TempFolder();
  const path = folder.join("state");
  using first = Emulator.powerOn({ ...CERTIFIED, storage: new FileStorage(path) });
  const image = toHex(first.snapshot());
  first.powerOff();
  using again = Emulator.powerOn({ ...CERTIFIED, clock: () => 0n });
  assertEquals(toHex(again.endorsementAuthority!), toHex(first.endorsementAuthority!));
  assertEquals(again.inspect({ secrets: true }).nvAreas, first.inspect({ secrets: true }).nvAreas);
  using reopened = Emulator.powerOn({ storage: new FileStorage(path) });
  assertEquals(reopened.endorsementAuthority, first.endorsementAuthority);
  assert(image.includes(toHex(reopened.endorsementAuthority!)));
});

Deno.test("one authority may certify many TPMs", () => {
  const authority = new EndorsementAuthority(seededRandom(SEED));
  const make = () => {
    const { side } = certified({ endorsementKey: "generate", endorsementCertificate: authority });
    return decodeCertificate(readCertificate(side));
  };
  const [one, two] = [make(), make()];
  const { publicKey } = decodeCertificate(authority.certificate);
  assert(certificateIsSignedBy(one, publicKey) && certificateIsSignedBy(two, publicKey));
  assertNotEquals(toHex(one.serialNumber), toHex(two.serialNumber));
});

Deno.test("without an endorsement key, or room for it, there is no certificate", () => {
  assertThrows(
    () => Emulator.powerOn({ endorsementCertificate: true }),
    TypeError,
    "there is none",
  );
  const limits = { nvSpace: 500 };
  assertThrows(() => Emulator.powerOn({ ...CERTIFIED, limits }), TypeError, "too small");
  using emulator = Emulator.powerOn({ seed: SEED, endorsementKey: "generate" });
  assertEquals(emulator.endorsementAuthority, null);
  assertEquals(emulator.inspect().nvAreas, []);
});

peerTest(["openssl"], "openssl verifies an EK certificate by the authority's", async () => {
  using folder = new TempFolder();
  const { side, machine } = certified();
  const [ca, ek] = [folder.join("ca.pem"), folder.join("ek.pem")];
  await Deno.writeTextFile(ca, encodePem("CERTIFICATE", machine.emulator.endorsementAuthority!));
  await Deno.writeTextFile(ek, encodePem("CERTIFICATE", readCertificate(side)));
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(requirePeer("openssl"), { args })
      .output();
    return { code, text: new TextDecoder().decode(Uint8Array.of(...stdout, ...stderr)) };
  };
  assertEquals(await run("verify", "-x509_strict", "-CAfile", ca, ek), {
    code: 0,
    text: `${ek}: OK\n`,
  });
  const other = new EndorsementAuthority(seededRandom(Uint8Array.of(1)));
  await Deno.writeTextFile(ca, encodePem("CERTIFICATE", other.certificate));
  assertNotEquals((await run("verify", "-CAfile", ca, ek)).code, 0);
});
