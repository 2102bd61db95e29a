/** The same stack by the service provider's own names, for those who come from TrouSerS. */
import {
  Context,
  TSS_KEY_NO_AUTHORIZATION,
  TSS_KEY_SIZE_2048,
  TSS_KEY_TSP_SRK,
  TSS_KEY_TYPE_BIND,
  TSS_KEY_TYPE_LEGACY,
  TSS_SECRET_MODE_PLAIN,
} from "../lib/tspi/mod.ts";
import { assertEquals } from "./assert.ts";

await using context = Context.create();
await context.connect("emulator");
const { tpm } = context;
await tpm.createEndorsementKey(context.createRsaKey(TSS_KEY_TYPE_LEGACY | TSS_KEY_SIZE_2048));

// The secret of every object that is given no policy of its own.
context.getDefaultPolicy().setSecret(TSS_SECRET_MODE_PLAIN, "owner secret");
const srk = context.createRsaKey(TSS_KEY_TSP_SRK);
await tpm.takeOwnership(srk);

const key = context.createRsaKey(TSS_KEY_TYPE_BIND | TSS_KEY_NO_AUTHORIZATION);
await key.createKey(srk);
await key.loadKey(srk);
const bound = context.createBoundData();
await bound.bind(key, new TextEncoder().encode("for this key alone"));
const unbound = new TextDecoder().decode(await bound.unbind(key));
console.log(unbound);
assertEquals(unbound, "for this key alone");
