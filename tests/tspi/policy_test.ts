import { assert, assertEquals, assertRejects } from "@std/assert";
import { hmacSha1, rsaOaepEncrypt, sha1, systemRandom } from "../../lib/crypto/mod.ts";
import { tssError } from "../../lib/tpm12/mod.ts";
import {
  type CallbackHMACAuth,
  Context,
  type HmacAuthInput,
  type Policy,
  type SecretPrompt,
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_TSP_SRK,
  TSS_POLICY_MIGRATION,
  TSS_POLICY_OPERATOR,
  TSS_POLICY_USAGE,
  TSS_SECRET_LIFETIME_ALWAYS,
  TSS_SECRET_LIFETIME_COUNTER,
  TSS_SECRET_LIFETIME_TIMER,
  TSS_SECRET_MODE_CALLBACK,
  TSS_SECRET_MODE_NONE,
  TSS_SECRET_MODE_PLAIN,
  TSS_SECRET_MODE_POPUP,
  TSS_SECRET_MODE_SHA1,
  TSS_TSPATTRIB_HASH_MODE_NULL,
  TSS_TSPATTRIB_POLDEL_INDEX,
  TSS_TSPATTRIB_POLDEL_OWNERBLOB,
  TSS_TSPATTRIB_POLDEL_PER1,
  TSS_TSPATTRIB_POLDEL_TYPE,
  TSS_TSPATTRIB_POLICY_CALLBACK_HMAC,
  TSS_TSPATTRIB_POLICY_DELEGATION_INFO,
  TSS_TSPATTRIB_POLICY_POPUPSTRING,
  TSS_TSPATTRIB_POLICY_SECRET_LIFETIME,
  TSS_TSPATTRIB_SECRET_HASH_MODE,
  TSS_WELL_KNOWN_SECRET,
  type TssCallback,
} from "../../lib/tspi/mod.ts";
import {
  assertFails,
  assertTspFails,
  makeKey,
  ownedBed,
  secretPolicy,
  SIGNING,
  unownedBed,
} from "./bed.ts";

function newPolicy(): Policy {
  return Context.create().createPolicy();
}

const utf16le = (text: string): Uint8Array =>
  Uint8Array.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0]));

Deno.test("setSecret() takes the five modes", async () => {
  const policy = newPolicy();
  assertEquals(policy.secretMode, TSS_SECRET_MODE_POPUP);
  policy.setSecret(TSS_SECRET_MODE_NONE);
  assertEquals(await policy.getSecret(), new Uint8Array(20));
  policy.setSecret(TSS_SECRET_MODE_SHA1, new Uint8Array(20).fill(9));
  assertEquals(await policy.getSecret(), new Uint8Array(20).fill(9));
  policy.setSecret(TSS_SECRET_MODE_PLAIN, "owner");
  assertEquals(await policy.getSecret(), sha1(new TextEncoder().encode("owner")));
  policy.setSecret(TSS_SECRET_MODE_POPUP);
  await assertTspFails("TSS_E_POLICY_NO_SECRET", () => policy.getSecret());
  policy.callbacks.hmac = { callback: () => new Uint8Array(20) };
  policy.setSecret(TSS_SECRET_MODE_CALLBACK);
  assert(policy.inCallbackMode);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => policy.getSecret());
});

Deno.test("setSecret() refuses other modes, other digests, and callback mode without callback", async () => {
  const policy = newPolicy();
  await assertTspFails("TSS_E_BAD_PARAMETER", () => policy.setSecret(0x3000, "x"));
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => policy.setSecret(TSS_SECRET_MODE_SHA1, new Uint8Array(19)),
  );
  await assertTspFails("TSS_E_FAIL", () => policy.setSecret(TSS_SECRET_MODE_CALLBACK));
});

Deno.test("setSecret() copies the caller's bytes, and getSecret() gives a copy", async () => {
  const policy = newPolicy();
  const secret = new Uint8Array(20).fill(1);
  policy.setSecret(TSS_SECRET_MODE_SHA1, secret);
  secret.fill(2);
  (await policy.getSecret()).fill(3);
  assertEquals(await policy.getSecret(), new Uint8Array(20).fill(1));
});

Deno.test("flushSecret() forgets the secret, and closing the policy too", async () => {
  const context = Context.create();
  const policy = secretPolicy(context, "once");
  policy.flushSecret();
  assertEquals(policy.hasSecret, false);
  await assertTspFails("TSS_E_POLICY_NO_SECRET", () => policy.getSecret());
  await context.closeObject(policy);
  await assertTspFails("TSS_E_INVALID_HANDLE", () => policy.setSecret(TSS_SECRET_MODE_NONE));
  await assertTspFails("TSS_E_INVALID_HANDLE", () => policy.flushSecret());
});

Deno.test("a secret of mode POPUP is asked for once and hashed as UTF-16LE, with NUL or without", async () => {
  for (const hashMode of [0, TSS_TSPATTRIB_HASH_MODE_NULL]) {
    const asked: SecretPrompt[] = [];
    const context = Context.create({ prompt: (prompt) => (asked.push(prompt), "typed") });
    await context.setAttribUint32(TSS_TSPATTRIB_SECRET_HASH_MODE, 0, { value: hashMode });
    const policy = context.createPolicy();
    await policy.setAttribData(TSS_TSPATTRIB_POLICY_POPUPSTRING, 0, { value: utf16le("Owner?\0") });
    assertEquals(await policy.getAttribData(TSS_TSPATTRIB_POLICY_POPUPSTRING), utf16le("Owner?"));
    const expected = sha1(utf16le(hashMode === 0 ? "typed" : "typed\0"));
    assertEquals(await policy.getSecret({ confirm: true }), expected);
    assertEquals(await policy.getSecret(), expected);
    assertEquals(asked, [{ policy, message: "Owner?", confirm: true }]);
  }
});

Deno.test("a silent context does not ask", async () => {
  const context = Context.create({ prompt: () => "typed" });
  context.silent = true;
  await assertTspFails("TSS_E_SILENT_CONTEXT", () => context.createPolicy().getSecret());
});

Deno.test("a secret with a counter is good for so many commands", async () => {
  await using bed = await ownedBed();
  const { context: { tpm } } = bed;
  const policy = tpm.usagePolicy;
  const lifetime = {
    flag: TSS_TSPATTRIB_POLICY_SECRET_LIFETIME,
    part: TSS_SECRET_LIFETIME_COUNTER,
  };
  await policy.setAttribUint32(lifetime.flag, lifetime.part, { value: 2 });
  await tpm.ownerGetSRKPubKey();
  assertEquals(await policy.getAttribUint32(lifetime.flag, lifetime.part), 1);
  await tpm.ownerGetSRKPubKey();
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => tpm.ownerGetSRKPubKey());
  policy.setSecret(TSS_SECRET_MODE_PLAIN, "owner");
  await tpm.ownerGetSRKPubKey();
});

Deno.test("a secret with a timer is good for so many seconds, and asked for again when typed", async () => {
  let asked = 0;
  const context = Context.create({ prompt: () => `${asked++}` });
  const policy = context.createPolicy();
  policy.secretLifetime = { kind: "timer", seconds: 0 };
  assertEquals(policy.secondsLeft, 0);
  policy.use();
  await policy.getSecret();
  policy.use();
  await policy.getSecret();
  assertEquals(asked, 2);
  policy.setSecret(TSS_SECRET_MODE_PLAIN, "plain");
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => policy.use());
  policy.secretLifetime = { kind: "timer", seconds: 60 };
  policy.use();
  assert(policy.secondsLeft > 58);
});

Deno.test("the lifetime is an attribute with three parts", async () => {
  const policy = newPolicy();
  const flag = TSS_TSPATTRIB_POLICY_SECRET_LIFETIME;
  assertEquals(await policy.getAttribUint32(flag, TSS_SECRET_LIFETIME_ALWAYS), 1);
  await policy.setAttribUint32(flag, TSS_SECRET_LIFETIME_TIMER, { value: 30 });
  assertEquals(await policy.getAttribUint32(flag, TSS_SECRET_LIFETIME_TIMER), 30);
  assertEquals(await policy.getAttribUint32(flag, TSS_SECRET_LIFETIME_ALWAYS), 0);
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => policy.getAttribUint32(flag, TSS_SECRET_LIFETIME_COUNTER),
  );
  await assertTspFails("TSS_E_INVALID_ATTRIB_SUBFLAG", () => policy.getAttribUint32(flag, 9));
  await assertTspFails("TSS_E_INVALID_ATTRIB_FLAG", () => policy.getAttribUint32(0x999));
  await assertTspFails("TSS_E_INVALID_ATTRIB_DATA", () => {
    policy.secretLifetime = { kind: "counter", uses: -1 };
  });
});

Deno.test("assignToObject() goes by the policy's type, and refuses other objects and contexts", async () => {
  const context = Context.create();
  const key = context.createRsaKey(0);
  const usage = context.createPolicy(TSS_POLICY_USAGE);
  usage.assignToObject(key);
  assertEquals(key.getPolicyObject(TSS_POLICY_USAGE), usage);
  await assertTspFails(
    "TSS_E_KEY_NO_MIGRATION_POLICY",
    () => key.getPolicyObject(TSS_POLICY_MIGRATION),
  );
  const migration = context.createPolicy(TSS_POLICY_MIGRATION);
  migration.assignToObject(key);
  assertEquals(key.getPolicyObject(TSS_POLICY_MIGRATION), migration);
  assertEquals(key.usagePolicy, usage);
  const operator = context.createPolicy(TSS_POLICY_OPERATOR);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => operator.assignToObject(key));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => key.getPolicyObject(TSS_POLICY_OPERATOR));
  await assertTspFails("TSS_E_BAD_PARAMETER", () => usage.assignToObject(context.createHash()));
  const stranger = Context.create().createRsaKey(0);
  await assertTspFails("TSS_E_INVALID_HANDLE", () => usage.assignToObject(stranger));
});

Deno.test("an object without policy has the default policy of its context", async () => {
  const context = Context.create();
  const key = context.createRsaKey(0);
  assertEquals(key.usagePolicy, context.getDefaultPolicy());
  const policy = secretPolicy(context, "default");
  policy.assignToObject(context);
  assertEquals(context.getDefaultPolicy(), policy);
  assertEquals(key.usagePolicy, policy);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => policy.getPolicyObject(TSS_POLICY_USAGE));
});

Deno.test("changeAuth() refuses objects whose secret cannot be changed", async () => {
  const context = Context.create();
  const policy = context.createPolicy();
  await assertTspFails("TSS_E_BAD_PARAMETER", () => context.createHash().changeAuth(null, policy));
});

/** The HMAC callback of somebody who keeps the secret to himself. */
function keeperOf(secret: Uint8Array, seen: HmacAuthInput[]): CallbackHMACAuth {
  return (input) => {
    seen.push(input);
    const { nonceEvenOSAP, nonceOddOSAP, returnOrVerify, hmacData } = input;
    const key = nonceEvenOSAP === null ? secret : hmacSha1(secret, nonceEvenOSAP, nonceOddOSAP!);
    const continueUse = Uint8Array.of(input.continueUse ? 1 : 0);
    const hmac = hmacSha1(
      key,
      input.paramDigest,
      input.nonceEven,
      input.nonceOdd,
      continueUse,
    );
    return returnOrVerify ? hmac : hmac.toHex() === hmacData!.toHex();
  };
}

Deno.test("callbacks do the work of a secret: HMAC under OIAP and OSAP, and hiding new secrets", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const seen: HmacAuthInput[] = [];
  const policy = context.createPolicy();
  const hmac = keeperOf(TSS_WELL_KNOWN_SECRET, seen);
  await policy.setAttribData(TSS_TSPATTRIB_POLICY_CALLBACK_HMAC, 0, {
    value: { callback: hmac, appData: "keeper" },
  });
  policy.setSecret(TSS_SECRET_MODE_CALLBACK);
  policy.assignToObject(srk);

  const key = context.createRsaKey(SIGNING | TSS_KEY_AUTHORIZATION);
  secretPolicy(context, "key").assignToObject(key);
  await assertTspFails("TSS_E_INTERNAL_ERROR", () => key.createKey(srk));
  policy.callbacks.xorEnc = {
    callback: async ({ osapObject, object, nonceEven, nonceEvenOSAP, nonceOddOSAP }) => {
      assertEquals([osapObject, object], [srk, key]);
      const shared = hmacSha1(TSS_WELL_KNOWN_SECRET, nonceEvenOSAP!, nonceOddOSAP!);
      const mask = sha1(shared, nonceEven);
      const usage = await key.usagePolicy.getSecret();
      return {
        encAuthUsage: usage.map((byte, i) => byte ^ mask[i]!),
        encAuthMigration: new Uint8Array(20),
      };
    },
  };
  await key.createKey(srk);
  await key.loadKey(srk);
  assertEquals(seen.map(({ pendingFunction }) => pendingFunction), [0x1f, 0x1f, 0x41, 0x41]);
  assertEquals(seen.map(({ returnOrVerify }) => returnOrVerify), [true, false, true, false]);
  assertEquals(seen.map(({ object }) => object), [srk, srk, srk, srk]);
  assertEquals(seen[0]!.appData, "keeper");

  const hash = context.createHash();
  hash.updateHashValue(new Uint8Array(1));
  await hash.verifySignature(key, await hash.sign(key));
});

Deno.test("what an HMAC callback throws or refuses ends the command, and no session stays", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = await makeKey(bed);
  const policy = context.createPolicy();
  policy.assignToObject(srk);
  const failure = tssError("tsp", "TSS_E_CANCELED");
  policy.callbacks.hmac = {
    callback: () => {
      throw failure;
    },
  };
  policy.setSecret(TSS_SECRET_MODE_CALLBACK);
  assertEquals(await assertRejects(() => key.loadKey(srk)), failure);
  policy.callbacks.hmac = { callback: () => new Uint8Array(3) };
  await assertTspFails("TSS_E_BAD_PARAMETER", () => key.loadKey(srk));
  const honest = keeperOf(TSS_WELL_KNOWN_SECRET, []);
  policy.callbacks.hmac = {
    callback: (input) => input.returnOrVerify ? honest(input) : false,
  };
  await assertTspFails("TSS_E_TSP_AUTHFAIL", () => key.loadKey(srk));
});

Deno.test("takeOwnership() has callbacks encrypt both secrets, and refuses a mixture", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  const secret = sha1(new TextEncoder().encode("owner"));
  const { endorsementPubKey } = await context.tpm.getPubEndorsementKey();
  const policy = context.createPolicy();
  policy.callbacks.hmac = { callback: keeperOf(secret, []) };
  policy.setSecret(TSS_SECRET_MODE_CALLBACK);
  policy.assignToObject(context.tpm);
  const srk = context.createRsaKey(TSS_KEY_TSP_SRK | TSS_KEY_AUTHORIZATION);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => context.tpm.takeOwnership(srk));
  policy.assignToObject(srk);
  await assertTspFails("TSS_E_INTERNAL_ERROR", () => context.tpm.takeOwnership(srk));
  const objects: unknown[] = [];
  policy.callbacks.takeOwnership = {
    callback: ({ object, pubKey }) => {
      objects.push(object);
      assertEquals(pubKey.publicBlob, endorsementPubKey.publicBlob);
      return rsaOaepEncrypt(pubKey.publicKey, secret, { random: systemRandom });
    },
  };
  await context.tpm.takeOwnership(srk);
  assertEquals(objects, [context.tpm, srk]);
  await context.tpm.ownerGetSRKPubKey();
});

Deno.test("callbacks are attributes of data, and null takes them away", async () => {
  const policy = newPolicy();
  const flag = TSS_TSPATTRIB_POLICY_CALLBACK_HMAC;
  await assertTspFails("TSS_E_INVALID_OBJ_ACCESS", () => policy.getAttribData(flag));
  const value: TssCallback = { callback: () => new Uint8Array(20), appData: 5 };
  await policy.setAttribData(flag, 0, { value });
  assertEquals(await policy.getAttribData<TssCallback>(flag), value);
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_DATA",
    () => policy.setAttribData(flag, 0, { value: new Uint8Array(1) }),
  );
  await policy.setAttribData(flag, 0, { value: null });
  assertEquals(policy.callbacks.hmac, null);
});

Deno.test("the delegation of a policy is set by blob or row, and told part by part", async () => {
  const policy = newPolicy();
  const flag = TSS_TSPATTRIB_POLICY_DELEGATION_INFO;
  await policy.setAttribUint32(flag, TSS_TSPATTRIB_POLDEL_PER1, { value: 6 });
  assertEquals(await policy.getAttribUint32(flag, TSS_TSPATTRIB_POLDEL_PER1), 6);
  assertEquals(await policy.getAttribUint32(flag, TSS_TSPATTRIB_POLDEL_TYPE), 1);
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => policy.getAttribUint32(flag, TSS_TSPATTRIB_POLDEL_INDEX),
  );
  await policy.setAttribUint32(flag, TSS_TSPATTRIB_POLDEL_INDEX, { value: 3 });
  assertEquals(await policy.getAttribUint32(flag, TSS_TSPATTRIB_POLDEL_INDEX), 3);
  assertEquals(await policy.getAttribUint32(flag, TSS_TSPATTRIB_POLDEL_TYPE), 2);
  await assertTspFails(
    "TSS_E_INVALID_OBJ_ACCESS",
    () => policy.getAttribData(flag, TSS_TSPATTRIB_POLDEL_OWNERBLOB),
  );
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => policy.setAttribData(flag, TSS_TSPATTRIB_POLDEL_OWNERBLOB, { value: Uint8Array.of(1) }),
  );
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_DATA",
    () => policy.setAttribUint32(flag, TSS_TSPATTRIB_POLDEL_TYPE, { value: 7 }),
  );
});

Deno.test("an owner's wrong secret is TPM_AUTHFAIL and is not in the message", async () => {
  await using bed = await ownedBed();
  secretPolicy(bed.context, "guess").assignToObject(bed.context.tpm);
  const error = await assertFails("TPM_AUTHFAIL", () => bed.context.tpm.ownerGetSRKPubKey());
  assert(!error.message.includes("guess"));
  assert(error.hint !== undefined);
});
