import { assert, assertEquals } from "@std/assert";
import { Manufacturer, PrivacyCa } from "../../examples/privacy_ca.ts";
import { encode } from "../../lib/codec/mod.ts";
import { certificateIsSignedBy, decodeCertificate } from "../../lib/formats/mod.ts";
import { utf16le } from "../../lib/tcs/unicode.ts";
import { TPM_PUBKEY } from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { peerTest } from "../peers/requirements.ts";
import { type OwnedBed, ownedBed } from "../tspi/bed.ts";
import type { PathName } from "../tspi/paths.ts";
import { LibtspiProgram } from "./libtspi_program.ts";

/** OpenSSL 3, which libtspi is linked with, has DES no longer. */
const ALGORITHMS = [T.TSS_ALG_AES, T.TSS_ALG_3DES];

/** A certificate of a TPM's endorsement key. */
async function endorsementOf(
  { context }: OwnedBed,
  manufacturer: Manufacturer,
): Promise<Uint8Array> {
  const options = { ownerAuthorized: true };
  const { endorsementPubKey } = await context.tpm.getPubEndorsementKey(options);
  return await manufacturer.certify(endorsementPubKey.publicKey);
}

/** Our CA certifies identities that libtspi makes, one with each cipher that it has. */
async function certifyAll(path: PathName): Promise<void> {
  const manufacturer = new Manufacturer("Maker of TPMs");
  const ca = new PrivacyCa("Privacy CA", manufacturer.key.publicKey);
  await using bed = await ownedBed({ path });
  using program = new LibtspiProgram("identity_exchange");
  program.give({
    authority: encode(TPM_PUBKEY, ca.pubKey),
    label: utf16le("Alice's machine"),
    endorsement: await endorsementOf(bed, manufacturer),
  });
  for (const algorithm of ALGORITHMS) {
    await program.run(bed, "ask", `${algorithm}`);
    const answer = await ca.answer(program.take("request"));
    program.give({
      asymmetric: answer.asymCAContentsBlob,
      symmetric: answer.symCAAttestationBlob,
    });
    await program.run(bed, "activate");
    const certificate = decodeCertificate(program.take("credential"));
    assert(certificateIsSignedBy(certificate, ca.key.publicKey));
    const identity = bed.context.createRsaKey(0);
    identity.blob = program.take("key");
    assertEquals(certificate.publicKey.modulus, identity.publicKey.modulus);
  }
}

for (
  const [path, name, peers] of [
    ["tcsd-emulator", "through our tcsd on our emulator", []],
    ["debian-swtpm", "through Debian's tcsd on swtpm", ["swtpm", "tcsd"]],
  ] as const
) {
  peerTest(
    ["libtspi", "cc", ...peers],
    `our privacy CA certifies identities that libtspi makes and activates, ${name}`,
    () => certifyAll(path),
  );
}
