/** Has a TPM say what a machine has started, and verifies it as another machine would. */
import { openTpm, verifyQuote } from "../mod.ts";
import { assertEquals } from "./assert.ts";

// The verifier asks with a nonce.
const nonce = crypto.getRandomValues(new Uint8Array(20));

// The machine answers.
await using tpm = await openTpm(Deno.args[0] ?? "emulator", { own: true });
await using identity = await tpm.createKey({ usage: "attest" });
const quote = await tpm.quote(identity, { nonce, pcrs: [0, 1, 2, 3, 4, 5, 6, 7] });
const publicKey = await identity.exportKey("jwk");

// The verifier needs no TPM; it has the public key from when the machine was set up.
const pcrs = verifyQuote(quote, { publicKey, nonce });
for (const [index, value] of pcrs) console.log(`PCR ${index}: ${value.toHex()}`);
assertEquals(pcrs.size, 8);
