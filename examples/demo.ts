/**
 * Owns a TPM, makes a key, seals a secret to PCRs and opens it, is refused after a PCR changed, and
 * verifies a quote. Takes a connection string; without one it uses the emulator in this process.
 * Whatever goes otherwise than it should ends the program with an error.
 */
import { assert, assertEquals, assertRejects } from "./assert.ts";
import { openTpm, TssError, verifyQuote } from "../mod.ts";

const started = performance.now();
const connection = Deno.args[0] ?? "emulator";
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const hex = (bytes: Uint8Array) => bytes.toHex();

console.log(`Opening the TPM: ${connection}`);
await using tpm = await openTpm(connection, { own: true });
assert(await tpm.isOwned(), "the TPM has no owner");
console.log("The TPM is owned, with the well-known secrets.");

console.log("Making a signing key of 2048 bits under the storage root key …");
await using key = await tpm.createKey({ usage: "sign" });
const message = new TextEncoder().encode("a message");
const signature = await key.sign(message, { hash: "SHA-256" });
const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const jwk = await key.exportKey("jwk");
const publicKey = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
assert(await crypto.subtle.verify(algorithm, publicKey, signature, message), "a wrong signature");
console.log(`  WebCrypto verifies its signature ${hex(signature.subarray(0, 8))}…`);

console.log("Sealing a secret to PCRs 8 and 16 …");
const secret = new TextEncoder().encode("the secret of the demo");
const sealed = await tpm.seal(secret, { pcrs: [8, 16] });
assertEquals(text(await tpm.unseal(sealed)), text(secret));
console.log(`  ${sealed.length} bytes, which the TPM opens: "${text(secret)}"`);

console.log("Extending PCR 16 …");
const pcr16 = await tpm.extend(16, new TextEncoder().encode("an event"));
assertEquals(hex((await tpm.pcrs([16])).get(16)!), hex(pcr16));
console.log(`  PCR 16 is now ${hex(pcr16)}`);
const refusal = await assertRejects(() => tpm.unseal(sealed));
assert(refusal instanceof TssError && refusal.codeName === "TPM_WRONGPCRVAL", String(refusal));
console.log(`  The TPM refuses to open the secret: ${refusal.codeName}`);

console.log("Quoting PCRs 8 and 16 with an identity key …");
await using identity = await tpm.createKey({ usage: "attest" });
const nonce = crypto.getRandomValues(new Uint8Array(20));
const quote = await tpm.quote(identity, { nonce, pcrs: [8, 16] });
const identityKey = await identity.exportKey("jwk");
const verified = verifyQuote(quote, {
  publicKey: identityKey,
  nonce,
  expectedPcrs: new Map([[16, pcr16]]),
});
assertEquals(verified.size, 2);
const other = crypto.getRandomValues(new Uint8Array(20));
const forged = await assertRejects(() =>
  Promise.resolve().then(() => verifyQuote(quote, { publicKey: identityKey, nonce: other }))
);
console.log(`  It verifies; for another nonce it does not: ${forged.message}`);

console.log(`Everything went as it should, in ${Math.round(performance.now() - started)} ms.`);
