/** Seals a secret to the state of the machine, and opens it. */
import { openTpm } from "../mod.ts";

await using tpm = await openTpm(Deno.args[0] ?? "emulator", { own: true });
const secret = new TextEncoder().encode("the disk's key");
const sealed = await tpm.seal(secret, { pcrs: [0, 7], secret: "passphrase" });
console.log(`${sealed.length} bytes that only this TPM opens`);
const opened = await tpm.unseal(sealed, { secret: "passphrase" });
console.log(new TextDecoder().decode(opened));
