/** Makes a key that cannot leave the TPM, signs with it, and has WebCrypto verify it. */
import { openTpm } from "../mod.ts";
import { assert } from "./assert.ts";

await using tpm = await openTpm(Deno.args[0] ?? "emulator", { own: true });
await using key = await tpm.createKey({ usage: "sign", secret: "key secret" });
const data = new TextEncoder().encode("a letter");
const signature = await key.sign(data, { hash: "SHA-256" });

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const jwk = await key.exportKey("jwk");
const publicKey = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
console.log(await key.exportKey("pem"));
assert(await crypto.subtle.verify(algorithm, publicKey, signature, data), "a wrong signature");
console.log("WebCrypto verifies the signature");
