import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../../lib/crypto/mod.ts";
import { Context, type DaaKeyPair } from "../../../lib/tspi/mod.ts";
import { peerTest } from "../../peers/mod.ts";
import { assertTspFails } from "../bed.ts";
import type { PathName } from "../paths.ts";
import { hashOf, issue, parties, publicIssuerKeyOf, requestCredential } from "./objects.ts";
import { findSecret } from "./rogue.ts";

const text = (characters: string): Uint8Array => new TextEncoder().encode(characters);

/** An issuer's key of full size, made and verified once. */
let made: Promise<DaaKeyPair> | undefined;

/** From these random bytes its primes take a second, from others ten or more. */
async function makeIssuerKey(): Promise<DaaKeyPair> {
  await using issuer = Context.create({ random: seededRandom(text("k0")) });
  const issuerKey = issuer.createDaaIssuerKey();
  issuerKey.platformAttributes = 1;
  issuerKey.generateKey(text("issuer.example"));
  const { keyPair } = issuerKey;
  const platform = issuer.createDaaCredential();
  const publicHalf = publicIssuerKeyOf(issuer, keyPair);
  publicHalf.proof = issuerKey.proof;
  assert(platform.issuerKeyVerify(publicHalf));
  return keyPair;
}

/** The protocol from issuer set-up to revocation, the same program whatever the TPM is. */
async function wholeProtocol(path: PathName): Promise<void> {
  const keyPair = await (made ??= makeIssuerKey());
  await using all = await parties({ path });
  const { context, machine, verifier, verifying } = all;
  const issuerPublic = publicIssuerKeyOf(verifier, keyPair);
  const requested = await requestCredential(all, { keyPair });
  const { credential, joinSession, credentialRequest } = requested;
  const { capitalNi: pseudonym } = credentialRequest;
  const { publicKey: key } = keyPair;
  const f = findSecret(machine.snapshot(), { key, pseudonym, daaCounter: 3 });
  await assertTspFails("TSS_E_DAA_PSEUDONYM_ERROR", () => issue(requested, { rogues: [1n, f] }));
  const credIssuer = issue(requested, { rogues: [1n] });
  await context.tpm.daaJoinStoreCredential(credential, { credIssuer, joinSession });

  const { nonceVerifier: verifierNonce } = verifying.verifierInit();
  const verifierBaseName = text("verifier.example");
  const daaSignature = await context.tpm.daaSign(credential, {
    signData: hashOf(context, "message"),
    verifierNonce,
    verifierBaseName,
  });
  const verify = (changes: { verifierBaseName?: Uint8Array; rogues?: bigint[] } = {}) =>
    verifying.verifySignature(issuerPublic, {
      signData: hashOf(verifier, "message"),
      daaSignature,
      verifierNonce,
      verifierBaseName,
      ...changes,
    });
  assert(await verify({ rogues: [1n] }));
  assertEquals(await verify({ verifierBaseName: text("other.example") }), false);
  await assertTspFails("TSS_E_DAA_PSEUDONYM_ERROR", () => verify({ rogues: [1n, f] }));
}

Deno.test(
  "the whole protocol runs on the emulator, broken TPMs and wrong names refused",
  () => wholeProtocol("emulator"),
);

peerTest(
  ["swtpm"],
  "the whole protocol runs on libtpms, broken TPMs and wrong names refused",
  () => wholeProtocol("swtpm"),
);
