import { assert, assertEquals } from "@std/assert";
import { Manufacturer, PrivacyCa } from "../../examples/privacy_ca.ts";
import { encode } from "../../lib/codec/mod.ts";
import { certificateIsSignedBy, decodeCertificate } from "../../lib/formats/mod.ts";
import { utf16le } from "../../lib/tcs/unicode.ts";
import { TPM_PUBKEY } from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { peerTest } from "../peers/requirements.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { type OwnedBed, ownedBed } from "../tspi/bed.ts";
import type { PathName } from "../tspi/paths.ts";
import { CProgram } from "./c_program.ts";

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
  using program = new CProgram(["identity_exchange", "exchange", "objects"]);
  using folder = new TempFolder();
  const libtspi = async (mode: string, ...args: string[]) => {
    const port = Number(bed.context.machineName.split(":").at(-1));
    await program.run(port, [mode, folder.path, ...args]);
  };
  const give = (name: string, bytes: Uint8Array) => Deno.writeFileSync(folder.join(name), bytes);
  const take = (name: string) => Deno.readFileSync(folder.join(name));
  give("authority", encode(TPM_PUBKEY, ca.pubKey));
  give("label", utf16le("Alice's machine"));
  give("endorsement", await endorsementOf(bed, manufacturer));
  for (const algorithm of ALGORITHMS) {
    await libtspi("ask", `${algorithm}`);
    const answer = await ca.answer(take("request"));
    give("asymmetric", answer.asymCAContentsBlob);
    give("symmetric", answer.symCAAttestationBlob);
    await libtspi("activate");
    const certificate = decodeCertificate(take("credential"));
    assert(certificateIsSignedBy(certificate, ca.key.publicKey));
    const identity = bed.context.createRsaKey(0);
    identity.blob = take("key");
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
