import { assertEquals, assertNotEquals } from "@std/assert";
import * as T from "../../lib/tspi/mod.ts";
import { makeIdentity } from "../../lib/tspi/make_identity.ts";
import {
  assertFails,
  assertTspFails,
  makeKey,
  type OwnedBed,
  ownedBed,
  secretPolicy,
  signs,
} from "./bed.ts";
import { SwtpmMachine } from "./machines.ts";

const STORAGE = T.TSS_KEY_TYPE_STORAGE | T.TSS_KEY_AUTHORIZATION;

/** A loaded identity key with the secret "identity". */
async function identityOf({ context, srk }: OwnedBed): Promise<T.Key> {
  const key = context.createRsaKey(T.TSS_KEY_TYPE_IDENTITY | T.TSS_KEY_AUTHORIZATION);
  secretPolicy(context, "identity").assignToObject(key);
  await makeIdentity(key, { srk });
  await key.loadKey(srk);
  return key;
}

Deno.test("a key under a storage key gets a secret that its parent does not see", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const identity = await identityOf(bed);
  const parent = await makeKey(bed, STORAGE);
  const key = await makeKey({ ...bed, srk: parent });
  const before = key.blob;
  await key.changeAuthAsym(parent, identity, { newPolicy: secretPolicy(context, "new") });
  assertNotEquals(key.blob, before);
  await key.loadKey(parent);
  await signs(key);
  secretPolicy(context, "key").assignToObject(key);
  await assertFails("TPM_AUTHFAIL", () => signs(key));
  // What was made before keeps the old secret.
  const old = await context.loadKeyByBlob(parent, before);
  secretPolicy(context, "key").assignToObject(old);
  await signs(old);
});

Deno.test("under the SRK the owner authorises that a key gets another secret", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const identity = await identityOf(bed);
  const key = await makeKey(bed);
  const newPolicy = secretPolicy(context, "new");
  const owner = context.tpm.usagePolicy;
  secretPolicy(context, "wrong").assignToObject(context.tpm);
  await assertFails("TPM_AUTHFAIL", () => key.changeAuthAsym(srk, identity, { newPolicy }));
  owner.assignToObject(context.tpm);
  const operator = { newPolicy: context.createPolicy(T.TSS_POLICY_OPERATOR) };
  await assertTspFails("TSS_E_BAD_PARAMETER", () => key.changeAuthAsym(srk, identity, operator));
  await key.changeAuthAsym(srk, identity, { newPolicy });
  assertEquals(key.usagePolicy, newPolicy);
  await key.loadKey(srk);
  await signs(key);
});

Deno.test("sealed data gets a secret that its parent does not see", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const identity = await identityOf(bed);
  const data = context.createEncData();
  secretPolicy(context, "data").assignToObject(data);
  const secret = new TextEncoder().encode("sealed");
  await data.seal(srk, secret);
  const change = () =>
    data.changeAuthAsym(srk, identity, { newPolicy: secretPolicy(context, "new") });
  if (bed.machine instanceof SwtpmMachine) {
    // libtpms changes secrets of keys alone so.
    await assertFails("TPM_WRONG_ENTITYTYPE", change);
    return;
  }
  await change();
  assertEquals(await data.unseal(srk), secret);
  secretPolicy(context, "data").assignToObject(data);
  await assertFails("TPM_AUTH2FAIL", () => data.unseal(srk));
});

Deno.test("changeAuthAsym() takes the old secret, a loaded parent and a loaded identity", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const { tpm } = context;
  const identity = await identityOf(bed);
  const key = await makeKey(bed);
  const newPolicy = secretPolicy(context, "new");
  const change = (parent: T.TspObject | null, certifier = identity) => () =>
    key.changeAuthAsym(parent, certifier, { newPolicy });
  const { blob } = key;
  for (const parent of [null, tpm, context.createEncData()]) {
    await assertTspFails("TSS_E_BAD_PARAMETER", change(parent));
  }
  const unloaded = context.createRsaKey(STORAGE);
  await assertTspFails("TSS_E_KEY_NOT_LOADED", change(unloaded));
  await assertTspFails("TSS_E_KEY_NOT_LOADED", change(srk, unloaded));
  await assertFails("TPM_INVALID_KEYUSAGE", change(srk, key));
  secretPolicy(context, "wrong").assignToObject(key);
  await assertFails("TPM_AUTHFAIL", change(srk));
  secretPolicy(context, "key").assignToObject(key);
  secretPolicy(context, "wrong").assignToObject(identity);
  await assertFails("TPM_AUTHFAIL", change(srk));
  assertEquals(key.blob, blob);
  await signs(key);
});

Deno.test("changeAuthAsym() refuses an ephemeral key that the identity does not vouch for", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const identity = await identityOf(bed);
  const key = await makeKey(bed);
  const { modulus } = identity.publicKey;
  const { algorithmParms } = identity.fields;
  identity.adoptPublicPart({ algorithmParms, pubKey: { key: modulus.with(9, modulus[9]! ^ 1) } });
  await assertTspFails(
    "TSS_E_VERIFICATION_FAILED",
    () => key.changeAuthAsym(srk, identity, { newPolicy: secretPolicy(context, "new") }),
  );
  await signs(key);
});

Deno.test("changeAuthAsym() changes no secret but those of keys and sealed data", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const identity = await identityOf(bed);
  const newPolicy = secretPolicy(context, "new");
  const objects = [srk, context.tpm, context.createPcrComposite(), context.createNvStore()];
  for (const object of objects) {
    const change = () => object.changeAuthAsym(srk, identity, { newPolicy });
    await assertTspFails("TSS_E_BAD_PARAMETER", change);
  }
  const data = context.createEncData();
  const parents = [[null, "TSS_E_BAD_PARAMETER"], [srk, "TSS_E_ENC_NO_DATA"]] as const;
  for (const [parent, code] of parents) {
    await assertTspFails(code, () => data.changeAuthAsym(parent, identity, { newPolicy }));
  }
  const bound = context.createBoundData();
  await assertTspFails(
    "TSS_E_ENC_INVALID_TYPE",
    () => bound.changeAuthAsym(srk, identity, { newPolicy }),
  );
});
