import { assertEquals, assertNotEquals } from "@std/assert";
import { decode, encode, U32 } from "../../lib/codec/mod.ts";
import { sha1 } from "../../lib/crypto/mod.ts";
import { TPM_CAP_VERSION_INFO, TPM_PCR_COMPOSITE } from "../../lib/tpm12/mod.ts";
import { verifyQuote } from "../../lib/verify/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, makeKey, ownedBed, SIGNING, unownedBed } from "./bed.ts";

const EVENT = { eventType: T.TSS_EV_ACTION, rgbEvent: new TextEncoder().encode("booted") };

Deno.test("pcrExtend() hashes 20 bytes into a PCR, as pcrRead() tells", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  const before = await tpm.pcrRead(10);
  const data = new Uint8Array(20).fill(4);
  const after = await tpm.pcrExtend(10, data);
  assertEquals(after, sha1(before, data));
  assertEquals(await tpm.pcrRead(10), after);
  await assertTspFails("TSS_E_BAD_PARAMETER", () => tpm.pcrExtend(10, new Uint8Array(19)));
  await assertFails("TSS_E_BAD_PARAMETER", () => tpm.pcrExtend(24, data));
  await assertFails("TSS_E_BAD_PARAMETER", () => tpm.pcrRead(24));
  await assertFails("TPM_BAD_LOCALITY", () => tpm.pcrExtend(18, data));
});

Deno.test("pcrExtend() with an event extends by its digest and logs it", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  const before = await tpm.pcrRead(11);
  const data = Uint8Array.of(1, 2, 3);
  const value = await tpm.pcrExtend(11, data, { event: EVENT });
  const digest = sha1(encode(U32, 11), data, encode(U32, EVENT.eventType), EVENT.rgbEvent);
  assertEquals(value, sha1(before, digest));
  const event = await tpm.getEvent(11, 0);
  assertEquals(event, {
    versionInfo: Uint8Array.of(1, 1, 0, 0),
    ulPcrIndex: 11,
    eventType: EVENT.eventType,
    rgbPcrValue: digest,
    rgbEvent: EVENT.rgbEvent,
  });
});

Deno.test("getEvents() gives a part of a PCR's events, getEventLog() those of all PCRs", async () => {
  await using bed = await unownedBed();
  const { tpm } = bed.context;
  for (const pcr of [12, 11, 11, 11]) {
    await tpm.pcrExtend(pcr, Uint8Array.of(pcr), { event: EVENT });
  }
  assertEquals((await tpm.getEvents(11)).length, 3);
  assertEquals((await tpm.getEvents(11, { startNumber: 1, eventNumber: 1 })).length, 1);
  assertEquals((await tpm.getEvents(11, { startNumber: 2, eventNumber: 9 })).length, 1);
  assertEquals(await tpm.getEvents(11, { startNumber: 3 }), []);
  assertEquals(await tpm.getEvents(13), []);
  assertEquals((await tpm.getEventLog()).map((event) => event.ulPcrIndex), [11, 11, 11, 12]);
  await assertFails("TSS_E_BAD_PARAMETER", () => tpm.getEvent(11, 3));
  await assertFails("TSS_E_BAD_PARAMETER", () => tpm.getEvents(99));
});

Deno.test("pcrReset() resets what may be reset", async () => {
  await using bed = await unownedBed();
  const { context } = bed;
  const { tpm } = context;
  const composite = context.createPcrComposite();
  await assertTspFails("TSS_E_NO_PCRS_SET", () => tpm.pcrReset(composite));
  await tpm.pcrExtend(16, new Uint8Array(20));
  composite.selectPcrIndex(16);
  await tpm.pcrReset(composite);
  assertEquals(await tpm.pcrRead(16), new Uint8Array(20));
  composite.selectPcrIndex(1);
  await assertFails("TPM_NOTRESETABLE", () => tpm.pcrReset(composite));
});

Deno.test("quote() signs PCRs, which a verifier without TPM checks", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const key = await makeKey(bed);
  await context.tpm.pcrExtend(16, new Uint8Array(20));
  const composite = context.createPcrComposite();
  for (const index of [16, 10]) composite.selectPcrIndex(index);
  const nonce = new Uint8Array(20).fill(8);
  const { data, validationData } = await context.tpm.quote(key, composite, { externalData: nonce });
  const verified = verifyQuote({
    quote: data,
    composite: encode(TPM_PCR_COMPOSITE, composite.composite),
    signature: validationData,
    publicKey: key.publicKey,
    nonce,
    expectedPcrs: new Map([[16, await context.tpm.pcrRead(16)]]),
  });
  assertEquals(verified.command, "TPM_Quote");
  assertEquals(composite.getPcrValue(10), await context.tpm.pcrRead(10));
  assertEquals(verified.digest, composite.getCompositeHash());
});

Deno.test("quote() verifies its own challenge, and notices another key", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const [key, other] = [await makeKey(bed), await makeKey(bed)];
  const composite = context.createPcrComposite();
  await assertTspFails("TSS_E_NO_PCRS_SET", () => context.tpm.quote(key, composite));
  composite.selectPcrIndex(0);
  await context.tpm.quote(key, composite);
  key.adoptPublicPart(other.tpmPubkey);
  await assertTspFails("TSS_E_VERIFICATION_FAILED", () => context.tpm.quote(key, composite));
  await assertTspFails("TSS_E_VERIFICATION_FAILED", () => context.tpm.quote2(key, composite));
  await assertTspFails(
    "TSS_E_BAD_PARAMETER",
    () => context.tpm.quote(key, composite, { externalData: new Uint8Array(1) }),
  );
  await key.unloadKey();
  await assertTspFails("TSS_E_KEY_NOT_LOADED", () => context.tpm.quote(key, composite));
});

Deno.test("quote() refuses a key of another scheme", async () => {
  await using bed = await ownedBed();
  const { context, srk } = bed;
  const key = context.createRsaKey(SIGNING);
  await key.setAttribUint32(T.TSS_TSPATTRIB_KEY_INFO, T.TSS_TSPATTRIB_KEYINFO_SIGSCHEME, {
    value: T.TSS_SS_RSASSAPKCS1V15_DER,
  });
  await key.createKey(srk);
  await key.loadKey(srk);
  const composite = context.createPcrComposite();
  composite.selectPcrIndex(0);
  await assertFails("TPM_INAPPROPRIATE_SIG", () => context.tpm.quote(key, composite));
});

for (const addVersion of [false, true]) {
  Deno.test(`quote2() signs locality and ${addVersion ? "version, too" : "no version"}`, async () => {
    await using bed = await ownedBed();
    const { context } = bed;
    const key = await makeKey(bed);
    const composite = context.createPcrComposite(T.TSS_PCRS_STRUCT_INFO_SHORT);
    composite.selectPcrIndexEx(0, T.TSS_PCRS_DIRECTION_RELEASE);
    const nonce = new Uint8Array(20).fill(2);
    const quoted = await context.tpm.quote2(key, composite, { addVersion, externalData: nonce });
    const verified = verifyQuote({
      quote: quoted.data,
      signature: quoted.validationData,
      publicKey: key.publicKey,
      nonce,
    });
    assertEquals(verified.command, "TPM_Quote2");
    assertEquals(verified.locality, 1);
    assertEquals(composite.getPcrLocality(), 1);
    assertEquals(composite.getCompositeHash(), verified.digest);
    assertEquals(verified.versionInfo !== null, addVersion);
    if (addVersion) decode(TPM_CAP_VERSION_INFO, quoted.versionInfo);
    else assertEquals(quoted.versionInfo.length, 0);
    await context.tpm.quote2(key, composite, { addVersion });
  });
}

Deno.test("the locality of the platform is in a quote2() and opens locality 2's PCRs", async () => {
  await using bed = await ownedBed();
  const { context, machine } = bed;
  const key = await makeKey(bed);
  const composite = context.createPcrComposite(T.TSS_PCRS_STRUCT_INFO_SHORT);
  composite.selectPcrIndexEx(18, T.TSS_PCRS_DIRECTION_RELEASE);
  await machine.setLocality(2);
  const before = await context.tpm.pcrRead(18);
  assertNotEquals(await context.tpm.pcrExtend(18, new Uint8Array(20)), before);
  await context.tpm.quote2(key, composite);
  assertEquals(composite.getPcrLocality(), 4);
  await machine.setLocality(0);
});
