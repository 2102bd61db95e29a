/** Keeps a few bytes in the TPM's own storage, under a name. */
import { openTpm } from "../mod.ts";
import { assertEquals } from "./assert.ts";

await using tpm = await openTpm(Deno.args[0] ?? "emulator", { own: true });
const slot = tpm.nvSlot("example", { secret: "slot secret" });
await slot.write(new TextEncoder().encode("kept in the TPM"), { size: 64 });
console.log(new TextDecoder().decode(await slot.read()));
await slot.write(new TextEncoder().encode("and changed"));
const changed = new TextDecoder().decode(await slot.read());
console.log(changed);
assertEquals(changed, "and changed");
await slot.remove();
