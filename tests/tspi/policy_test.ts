import { assert, assertEquals } from "@std/assert";
import { sha1 } from "../../lib/crypto/mod.ts";
import {
  Context,
  type Policy,
  type SecretPrompt,
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
  TSS_TSPATTRIB_POLICY_DELEGATION_INFO,
  TSS_TSPATTRIB_POLICY_POPUPSTRING,
  TSS_TSPATTRIB_POLICY_SECRET_LIFETIME,
  TSS_TSPATTRIB_SECRET_HASH_MODE,
} from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, ownedBed, secretPolicy } from "./bed.ts";

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
