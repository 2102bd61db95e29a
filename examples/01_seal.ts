/** Seals a secret to the state of the machine, and opens it. */
import { openTpm } from "../mod.ts";
import { assertEquals } from "./assert.ts";

await using tpm = await openTpm(Deno.args[0] ?? "emulator", { own: true });
const secret = "the disk's key";
const sealed = await tpm.seal(new TextEncoder().encode(secret), {
  pcrs: [0, 7],
  secret: "passphrase",
});
console.log(`${sealed.length} bytes that only this TPM opens`);
const opened = new TextDecoder().decode(await tpm.unseal(sealed, { secret: "passphrase" }));
console.log(opened);
assertEquals(opened, secret);
