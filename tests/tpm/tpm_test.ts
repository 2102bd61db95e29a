import { assert, assertEquals, assertRejects } from "@std/assert";
import { constants, createHash, createPublicKey, verify } from "node:crypto";
import { openTpm, type SignatureSchemeName, type Tpm, TssError, verifyQuote } from "../../mod.ts";
import { codeOf } from "../errors.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Requires that the TPM holds no key and no session of ours. */
async function assertNothingLeft(tpm: Tpm): Promise<void> {
  for (const resourceType of [1, 2]) {
    const request = { capArea: 7, subCap: Uint8Array.of(0, 0, 0, resourceType) };
    const { resp } = await tpm.context.execute("TPM_GetCapability", { request });
    assertEquals(resp, Uint8Array.of(0, 0));
  }
}

Deno.test("data of any size is sealed, with PCRs and a secret", async () => {
  await using tpm = await openTpm("emulator");
  for (const size of [0, 1, 300, 100_000]) {
    const data = crypto.getRandomValues(new Uint8Array(Math.min(size, 65536)));
    const sealed = await tpm.seal(data, { pcrs: [16], secret: "secret" });
    assertEquals(await tpm.unseal(sealed, { secret: "secret" }), data);
    assert(["TPM_AUTHFAIL", "TPM_AUTH2FAIL"].includes(await codeOf(tpm.unseal(sealed))));
  }
  await assertNothingLeft(tpm);
});

Deno.test("what was sealed does not open after a PCR changed, nor in another TPM", async () => {
  await using tpm = await openTpm("emulator");
  await using other = await openTpm("emulator");
  const sealed = await tpm.seal(utf8("data"), { pcrs: [16] });
  await assertRejects(() => other.unseal(sealed), TssError);
  await tpm.extend(16, utf8("event"));
  assertEquals(await codeOf(tpm.unseal(sealed)), "TPM_WRONGPCRVAL");
});

Deno.test("data is sealed to values that PCRs will have", async () => {
  await using tpm = await openTpm("emulator");
  await using model = await openTpm("emulator");
  const future = await model.extend(16, utf8("event"));
  const sealed = await tpm.seal(utf8("data"), { pcrs: new Map([[16, future]]) });
  assertEquals(await codeOf(tpm.unseal(sealed)), "TPM_WRONGPCRVAL");
  await tpm.extend(16, utf8("event"));
  assertEquals(await tpm.unseal(sealed), utf8("data"));
});

Deno.test("sealed data that was changed, and what was never sealed, are refused", async () => {
  await using tpm = await openTpm("emulator");
  const sealed = await tpm.seal(utf8("data"));
  const changed = sealed.slice();
  changed[changed.length - 1]! ^= 1;
  await assertRejects(() => tpm.unseal(changed), RangeError, "changed");
  await assertRejects(() => tpm.unseal(utf8("nothing")), RangeError, "not what seal() made");
  await assertRejects(() => tpm.unseal(sealed.subarray(0, 20)), RangeError);
});

for (const scheme of ["DER", "SHA1"] as const satisfies readonly SignatureSchemeName[]) {
  Deno.test(`a key of scheme ${scheme} signs as OpenSSL verifies`, async () => {
    await using tpm = await openTpm("emulator");
    await using key = await tpm.createKey({ usage: "sign", scheme, bits: 1024 });
    const publicKey = createPublicKey(await key.exportKey("pem"));
    const signature = await key.sign(utf8("data"));
    const options = { key: publicKey, padding: constants.RSA_PKCS1_PADDING };
    assert(verify("sha1", utf8("data"), options, signature));
    assert(!verify("sha1", utf8("other"), options, signature));
    if (scheme === "SHA1") {
      await assertRejects(() => key.sign(utf8("data"), { hash: "SHA-256" }), TypeError);
    }
  });
}

Deno.test("a key is exported, loaded anew, and asks for its secret", async () => {
  await using tpm = await openTpm("emulator");
  const made = await tpm.createKey({ usage: "decrypt", secret: "right", bits: 1024 });
  const wrapped = await made.exportKey("tpm");
  const encrypted = await made.encrypt(utf8("data"));
  await made.close();
  await using wrong = await tpm.loadKey(wrapped, { secret: "wrong" });
  assertEquals(await codeOf(wrong.decrypt(encrypted)), "TPM_AUTHFAIL");
  await wrong.close();
  const key = await tpm.loadKey(wrapped, { secret: "right" });
  assertEquals([key.usage, key.usages, key.extractable], ["decrypt", ["decrypt"], false]);
  assertEquals(await key.decrypt(encrypted), utf8("data"));
  await key.close();
  await assertNothingLeft(tpm);
});

Deno.test("a key that is closed leaves no secret behind, nor does one that was not opened", async () => {
  await using tpm = await openTpm("emulator");
  const key = await tpm.createKey({ usage: "sign", secret: "secret", bits: 512 });
  const policy = key.key.usagePolicy;
  assert(policy.hasSecret);
  const wrapped = await key.exportKey("tpm");
  await key.close();
  assert(policy.closed);
  await assertRejects(() => tpm.loadKey(wrapped, { secret: new Uint8Array(3) }), TypeError);
  await assertNothingLeft(tpm);
});

Deno.test("a quote is verified; with another nonce, PCR or key it is not", async () => {
  await using tpm = await openTpm("emulator");
  await using key = await tpm.createKey({ usage: "attest" });
  await using stranger = await tpm.createKey({ usage: "attest" });
  const nonce = crypto.getRandomValues(new Uint8Array(20));
  const quote = await tpm.quote(key, { nonce, pcrs: [0, 16] });
  const publicKey = await key.exportKey("jwk");
  assertEquals([...verifyQuote(quote, { publicKey, nonce }).keys()], [0, 16]);
  const refused = (options: Parameters<typeof verifyQuote>[1]) =>
    assertRejects(() => Promise.resolve().then(() => verifyQuote(quote, options)), Error);
  await refused({ publicKey, nonce: new Uint8Array(20) });
  await refused({ publicKey: await stranger.exportKey("jwk"), nonce });
  await refused({ publicKey, nonce, expectedPcrs: new Map([[16, new Uint8Array(20).fill(1)]]) });
});

Deno.test("random numbers, PCRs and the events are had", async () => {
  await using tpm = await openTpm("emulator");
  assertEquals((await tpm.random(2000)).length, 2000);
  assertEquals((await tpm.pcrs()).size, 24);
  assertEquals([...(await tpm.pcrs([3, 5])).keys()], [3, 5]);
  assertEquals(await tpm.events(), []);
  const value = await tpm.extend(16, utf8("data"), { event: "started" });
  const [event, ...more] = await tpm.events();
  assertEquals(more, []);
  assertEquals([event?.ulPcrIndex, event?.rgbEvent], [16, utf8("started")]);
  const extended = createHash("sha1").update(new Uint8Array(20)).update(event!.rgbPcrValue);
  assertEquals(Uint8Array.from(extended.digest()), value);
  const reader = tpm.randomStream().getReader();
  assertEquals((await reader.read()).value?.length, 1024);
  await reader.cancel();
});

Deno.test("a named slot keeps what is written, and asks for its secret", async () => {
  await using tpm = await openTpm("emulator");
  const slot = tpm.nvSlot("name", { secret: "secret" });
  assert(!await slot.exists());
  assertEquals(await codeOf(slot.read()), "TSS_E_NV_AREA_NOT_EXIST");
  await slot.write(utf8("long data"));
  assertEquals(await slot.read(), utf8("long data"));
  await slot.write(utf8("data"));
  assertEquals(await slot.read(), utf8("data"));
  await assertRejects(() => slot.write(new Uint8Array(100)), RangeError, "it has 9");
  assertEquals(await codeOf(tpm.nvSlot("name", { secret: "other" }).read()), "TPM_AUTHFAIL");
  await slot.remove();
  assert(!await slot.exists());
  await assertNothingLeft(tpm);
});

Deno.test("a counter goes up alone, asks for its secret, and is taken away", async () => {
  await using tpm = await openTpm("emulator");
  const counter = await tpm.createCounter("boot", { secret: "secret" });
  const first = await counter.value();
  assertEquals(await counter.label(), "boot");
  assertEquals(await counter.increment(), first + 1);
  assertEquals(await tpm.counter(counter.id).value(), first + 1);
  assertEquals(await codeOf(tpm.counter(counter.id).increment()), "TPM_AUTHFAIL");
  const other = await tpm.createCounter("x");
  assertEquals(await other.label(), "x");
  assertEquals(await codeOf(other.increment()), "TPM_BAD_COUNTER");
  await counter.remove();
  assertEquals(await codeOf(counter.value()), "TPM_BAD_COUNTER");
  await assertRejects(() => tpm.createCounter("label"), TypeError, "4 bytes");
  await assertNothingLeft(tpm);
});

Deno.test("a TPM is owned with other secrets, and cleared", async () => {
  const secrets = { ownerSecret: "owner", srkSecret: "srk" };
  await using tpm = await openTpm("emulator", { own: false, ...secrets });
  assert(!await tpm.isOwned());
  await tpm.takeOwnership();
  assertEquals(await tpm.unseal(await tpm.seal(utf8("data"))), utf8("data"));
  await tpm.clear();
  assert(!await tpm.isOwned());
});

Deno.test("a file keeps the TPM; it starts as manufactured, and another secret is refused", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const connection = `emulator:${folder}/tpm.state`;
    let sealed: Uint8Array;
    {
      await using tpm = await openTpm(connection);
      assert(!await tpm.isOwned());
      await tpm.takeOwnership();
      sealed = await tpm.seal(utf8("data"));
    }
    {
      await using tpm = await openTpm(connection, { srkSecret: "wrong" });
      assert(await tpm.isOwned());
      assertEquals(await codeOf(tpm.unseal(sealed)), "TPM_AUTHFAIL");
    }
    await using tpm = await openTpm(connection);
    assertEquals(await tpm.unseal(sealed), utf8("data"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a string that names no TPM is refused", async () => {
  await assertRejects(() => openTpm("nonsense:1"), TypeError);
});
