import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { decode, encode, U32 } from "../../lib/codec/mod.ts";
import {
  TPM_CAP_HANDLE,
  TPM_CAP_KEY_HANDLE,
  TPM_KH_SRK,
  TPM_RT_AUTH,
  TPM_RT_CONTEXT,
  TPM_RT_COUNTER,
  TPM_RT_DAA_TPM,
  TPM_RT_KEY,
  TPM_RT_TRANS,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_HANDLE_LIST } from "../../lib/tpm12/structures/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { peerTest } from "../peers/mod.ts";
import { codeOf } from "../errors.ts";
import { type Bed, emulatorBed, NOTHING, SCARCE, swtpmBed } from "./bed.ts";
import { ZEROS } from "../conformance/templates.ts";

/** A test over our emulator, and one over swtpm, which has more slots. */
function both(name: string, body: (bed: Bed) => Promise<void>): void {
  Deno.test(`${name}, on the emulator`, async () => {
    await using bed = await emulatorBed();
    await body(bed);
  });
  peerTest(["swtpm"], `${name}, on swtpm`, async () => {
    await using bed = await swtpmBed();
    await body(bed);
  });
}

both("more keys than slots keep working, under handles that never change", async (bed) => {
  const user = await bed.user();
  const loaded = [];
  for (let i = 0; i < 24; i++) {
    const blob = bed.keys[i % bed.keys.length]!;
    loaded.push({ handle: await user.loadKey(blob), blob });
  }
  assertEquals(new Set(loaded.map(({ handle }) => handle)).size, 24);
  for (let turn = 0; turn < 2; turn++) {
    for (const { handle, blob } of loaded) {
      await user.sign(handle, { blob, proof: { session: await user.oiap(), secret: ZEROS } });
    }
  }
  await user.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
});

both("more sessions than slots keep their nonces, bound to keys or not", async (bed) => {
  const users = [];
  for (let i = 0; i < 8; i++) {
    const user = await bed.user();
    const blob = bed.keys[i % 2]!;
    const handle = await user.loadKey(blob);
    const [oiap, osap] = [await user.oiap(), await user.osap(handle)];
    const owner = await user.askAsOwner({ keep: true });
    users.push({ user, blob, handle, oiap, osap, owner });
  }
  for (let turn = 0; turn < 3; turn++) {
    for (const { user, blob, handle, oiap, osap, owner } of users) {
      await user.sign(handle, { blob, proof: { session: oiap, secret: ZEROS, keep: true } });
      await user.sign(handle, { blob, proof: { session: osap, keep: turn < 2 } });
      await user.run("TPM_GetCapabilityOwner", {}, [{ session: owner, keep: turn < 2 }]);
    }
  }
  assertEquals(await codeOf(users[0]!.user.tcs.terminateHandle({ authHandle: 1 })), INVALID_AUTH);
  for (const { user, oiap } of users) {
    await user.tcs.terminateHandle({ authHandle: oiap.authHandle });
    await user.tcs.closeContext();
  }
  assertEquals(await bed.holdings(), NOTHING);
});

Deno.test("sessions that idle outside for long do not keep the TPM from saving others", async () => {
  await using bed = await emulatorBed({ tpmLimits: { ...SCARCE, contextGap: 64 } });
  const idle = await bed.user();
  const blob = bed.keys[0]!;
  const handle = await idle.loadKey(blob);
  const [oiap, osap] = [await idle.oiap(), await idle.osap(handle)];
  const keepBusy = async () => {
    const busy = await bed.user();
    const sessions = [];
    for (let i = 0; i < 6; i++) sessions.push(await busy.oiap());
    for (let i = 0; i < 300; i++) {
      const proof = { session: sessions[i % sessions.length]!, secret: ZEROS, keep: true };
      await busy.run("TPM_OwnerReadPubek", {}, [proof]);
    }
    await busy.tcs.closeContext();
  };
  await keepBusy();
  await idle.sign(handle, { blob, proof: { session: osap } });
  await idle.sign(handle, { blob, proof: { session: oiap, secret: ZEROS } });
  // A TPM that was reset counts from the start.
  await bed.powerCycle();
  await idle.oiap();
  await keepBusy();
  await idle.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
});

const INVALID_AUTH = "TCS_E_INVALID_AUTHHANDLE";
const INVALID_KEY = "TCS_E_INVALID_KEY";

Deno.test("a context's handles are worth nothing in another", async () => {
  await using bed = await emulatorBed();
  const [one, other] = [await bed.user(), await bed.user()];
  const blob = bed.keys[0]!;
  const handle = await one.loadKey(blob);
  const session = await one.oiap();
  assertEquals(await codeOf(other.osap(handle)), INVALID_KEY);
  assertEquals(await codeOf(other.tcs.evictKey({ hKey: handle })), INVALID_KEY);
  const proof = { session, secret: ZEROS };
  assertEquals(await codeOf(other.run("TPM_OwnerReadPubek", {}, [proof])), INVALID_AUTH);
  const flush = { handle: session.authHandle, resourceType: 2 };
  assertEquals(await codeOf(other.tcs.flushSpecific(flush)), INVALID_AUTH);
  await one.sign(handle, { blob, proof });
});

Deno.test("the handles a context is told of are its own, inside and outside", async () => {
  await using bed = await emulatorBed();
  const [one, other] = [await bed.user(), await bed.user()];
  const listed = async ({ tcs }: typeof one, capArea: number, type?: number) => {
    const subCap = type === undefined ? new Uint8Array() : encode(U32, type);
    const { resp } = await tcs.getCapability({ capArea, subCap });
    return decode(TPM_KEY_HANDLE_LIST, resp).handle.sort();
  };
  const [mine, sessions]: number[][] = [[], []];
  for (let i = 0; i < 5; i++) mine!.push(await one.loadKey(bed.keys[i % 4]!));
  for (let i = 0; i < 3; i++) sessions!.push((await one.oiap()).authHandle);
  const theirs = await other.loadKey(bed.keys[0]!);
  assertEquals(await listed(one, TPM_CAP_HANDLE, TPM_RT_KEY), mine!.sort());
  assertEquals(await listed(one, TPM_CAP_KEY_HANDLE), mine!.sort());
  assertEquals(await listed(one, TPM_CAP_HANDLE, TPM_RT_AUTH), sessions!.sort());
  assertEquals(await listed(other, TPM_CAP_HANDLE, TPM_RT_KEY), [theirs]);
  for (const type of [TPM_RT_AUTH, TPM_RT_TRANS, TPM_RT_CONTEXT, TPM_RT_DAA_TPM, TPM_RT_COUNTER]) {
    assertEquals(await listed(other, TPM_CAP_HANDLE, type), []);
  }
  assertEquals(await codeOf(listed(one, TPM_CAP_HANDLE, 0x77)), "TPM_BAD_PARAMETER");
});

Deno.test("closing a context leaves nothing of it in the TPM, inside or saved", async () => {
  await using bed = await emulatorBed();
  const [one, other] = [await bed.user(), await bed.user()];
  for (let i = 0; i < 10; i++) {
    const handle = await one.loadKey(bed.keys[i % 4]!);
    await one.osap(handle);
  }
  const blob = bed.keys[0]!;
  const handle = await other.loadKey(blob);
  const session = await other.osap(handle);
  assert((await bed.holdings()).contexts > 0);
  await one.tcs.closeContext();
  await one.tcs.closeContext();
  assertEquals(await codeOf(one.oiap()), "TCS_E_INVALID_CONTEXTHANDLE");
  const left = await bed.holdings();
  assertEquals([left.keys, left.sessions + left.contexts], [1, 1]);
  await other.sign(handle, { blob, proof: { session } });
  await other.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
});

Deno.test("evicting a key ends its sessions, and not those of the same key loaded by others", async () => {
  await using bed = await emulatorBed();
  const [one, other] = [await bed.user(), await bed.user()];
  const blob = bed.keys[0]!;
  const mine = await one.loadKey(blob);
  const theirs = await other.loadKey(blob);
  assertNotEquals(mine, theirs);
  const session = await one.osap(mine);
  const kept = await other.osap(theirs);
  await one.tcs.evictKey({ hKey: mine });
  assertEquals(await codeOf(one.sign(mine, { blob, proof: { session } })), INVALID_KEY);
  const again = await one.loadKey(blob);
  assertEquals(await codeOf(one.sign(again, { blob, proof: { session } })), INVALID_AUTH);
  await other.sign(theirs, { blob, proof: { session: kept } });
});

Deno.test("a session ends with a command that fails, and with one that says so", async () => {
  await using bed = await emulatorBed();
  const user = await bed.user();
  const blob = bed.keys[0]!;
  const handle = await user.loadKey(blob);
  const wrong = { session: await user.oiap(), secret: new Uint8Array(20).fill(1) };
  assertEquals(await codeOf(user.sign(handle, { blob, proof: wrong })), "TPM_AUTHFAIL");
  assertEquals(await codeOf(user.sign(handle, { blob, proof: wrong })), INVALID_AUTH);
  const once = { session: await user.oiap(), secret: ZEROS };
  await user.sign(handle, { blob, proof: once });
  assertEquals(await codeOf(user.sign(handle, { blob, proof: once })), INVALID_AUTH);
  assertEquals(await bed.holdings(), { ...NOTHING, keys: 1 });
});

Deno.test("two keys and two bound sessions of one command are brought in together", async () => {
  await using bed = await emulatorBed();
  const user = await bed.user();
  const [a, b] = bed.keys as [Uint8Array, Uint8Array];
  const certifier = await user.loadKey(a);
  const certified = await user.loadKey(b);
  const sessions = [await user.osap(certifier), await user.osap(certified)] as const;
  const crowd = await bed.user();
  for (let i = 0; i < 4; i++) await crowd.osap(await crowd.loadKey(bed.keys[2]!));
  const request = { certHandle: certifier, keyHandle: certified, antiReplay: ZEROS };
  const [first, second] = sessions;
  await user.run("TPM_CertifyKey", request, [{ session: first, keep: true }, {
    session: second,
    keep: true,
  }]);
  await crowd.sign(await crowd.loadKey(a), {
    blob: a,
    proof: { session: await crowd.oiap(), secret: ZEROS },
  });
  await user.run("TPM_CertifyKey", request, [{ session: first }, { session: second }]);
});

Deno.test("what one command needs and does not fit is told TPM_RESOURCES, and harms nobody", async () => {
  await using bed = await emulatorBed({ tpmLimits: { keys: 1, authSessions: 4 } });
  const user = await bed.user();
  const [a, b] = bed.keys as [Uint8Array, Uint8Array];
  const [one, other] = [await user.loadKey(a), await user.loadKey(b)];
  const proofs = [{ session: await user.oiap(), secret: ZEROS }, {
    session: await user.oiap(),
    secret: ZEROS,
  }];
  const request = { certHandle: one, keyHandle: other, antiReplay: ZEROS };
  assertEquals(await codeOf(user.run("TPM_CertifyKey", request, proofs)), "TPM_RESOURCES");
  await user.sign(one, { blob: a, proof: proofs[0]! });
  await user.sign(other, { blob: b, proof: proofs[1]! });
});

Deno.test("a client that holds much is told TPM_RESOURCES before others are", async () => {
  await using bed = await emulatorBed({ clientLimits: { keys: 5, sessions: 100 } });
  const greedy = {};
  const many = await bed.user(greedy);
  let held = 0;
  const refused = await assertRejects(async () => {
    for (;; held++) await (held % 2 ? many : await bed.user(greedy)).oiap();
  }, TssError);
  assertEquals([refused.codeName, held], ["TPM_RESOURCES", 66]);
  // To load a key takes a session too.
  assertEquals(await codeOf(many.loadKey(bed.keys[0]!)), "TPM_RESOURCES");
  const others = [];
  for (let i = 0; i < 30; i++) {
    const other = await bed.user();
    others.push({ other, sessions: [await other.oiap(), await other.oiap()] });
  }
  const { other, sessions } = others[0]!;
  for (const session of sessions) {
    await other.run("TPM_OwnerReadPubek", {}, [{ session, secret: ZEROS }]);
  }
});

Deno.test("a client may load so many keys and no more", async () => {
  await using bed = await emulatorBed({ clientLimits: { keys: 5 } });
  const [user, other] = [await bed.user(), await bed.user()];
  for (let i = 0; i < 5; i++) await user.loadKey(bed.keys[0]!);
  assertEquals(await codeOf(user.loadKey(bed.keys[0]!)), "TPM_RESOURCES");
  await other.loadKey(bed.keys[0]!);
});

/** TPM_SaveContext and TPM_LoadContext. */
const CONTEXTS = [0xb8, 0xb9];

Deno.test("a TPM that saves no contexts has its keys loaded anew, with their parents", async () => {
  await using bed = await emulatorBed({ unknown: [...CONTEXTS, 0xb4, 0xb5, 0xb6, 0xb7] });
  const user = await bed.user();
  const parentBlob = await user.createKey("storage", { authDataUsage: 0 });
  const parent = await user.loadKey(parentBlob);
  const blob = await user.createKey("signing", { parent, authDataUsage: 0 });
  const children = [];
  for (let i = 0; i < 3; i++) children.push(await user.loadKey(blob, { parent, open: true }));
  // Loading the parent took a session: it stays, and its children go.
  for (const child of [...children, ...children]) await user.sign(child, { blob, proof: null });
  await user.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
});

Deno.test("sessions that cannot be saved are as many as fit", async () => {
  await using bed = await emulatorBed({ unknown: [...CONTEXTS, 0xb4, 0xb5, 0xb6, 0xb7] });
  const users = [await bed.user(), await bed.user(), await bed.user()];
  for (const user of users.slice(0, 2)) for (let i = 0; i < 2; i++) await user.oiap();
  assertEquals(await codeOf(users[2]!.oiap()), "TPM_RESOURCES");
  await users[0]!.tcs.closeContext();
  await users[2]!.oiap();
});

Deno.test("a reset TPM loses sessions, and keys come back", async () => {
  await using bed = await emulatorBed();
  const user = await bed.user();
  const parentBlob = await user.createKey("storage", { authDataUsage: 0 });
  const parent = await user.loadKey(parentBlob);
  const blob = await user.createKey("signing", { parent, authDataUsage: 0 });
  const child = await user.loadKey(blob, { parent, open: true });
  const session = await user.oiap();
  await bed.powerCycle();
  assertEquals(
    await codeOf(user.sign(child, { blob, proof: { session, secret: ZEROS } })),
    "TPM_INVALID_KEYHANDLE",
  );
  // The parent was loaded with a session and never saved.
  assertEquals(await codeOf(user.sign(child, { blob, proof: null })), "TCS_E_KM_LOADFAILED");
  await user.tcs.evictKey({ hKey: child });
  await user.tcs.evictKey({ hKey: parent });
  const again = await user.loadKey(parentBlob);
  const anew = await user.loadKey(blob, { parent: again, open: true });
  for (let i = 0; i < 3; i++) await user.loadKey(bed.keys[i]!);
  await bed.powerCycle();
  await user.sign(anew, { blob, proof: null });
});

Deno.test("a key loaded by name twice is one key, and goes with its last reference", async () => {
  await using bed = await emulatorBed();
  const user = await bed.user();
  const keyUUID = new Uint8Array(16).fill(7);
  const wrappingKeyUUID = new Uint8Array(16);
  wrappingKeyUUID[15] = 1;
  const rgbKey = bed.keys[0]!;
  await user.tcs.registerKey({ wrappingKeyUUID, keyUUID, rgbKey, gbVendorData: new Uint8Array() });
  const wanted = await user.tcs.loadKeyByUUID({ keyUUID });
  assertEquals(wanted.hKeyTCSI, undefined);
  const { paramDigest } = wanted.loadkeyInfo!;
  const session = await user.oiap();
  const auth = session.authorize(paramDigest, { secret: ZEROS });
  const loadkeyInfo = { ...wanted.loadkeyInfo!, ...auth };
  const { hKeyTCSI, loadkeyInfo: used } = await user.tcs.loadKeyByUUID({ keyUUID, loadkeyInfo });
  assertNotEquals(used!.nonceEven, ZEROS);
  assert((await user.tcs.getRegisteredKey({ keyUUID })).fIsLoaded);
  assertEquals((await user.tcs.loadKeyByUUID({ keyUUID })).hKeyTCSI, hKeyTCSI);
  await user.tcs.evictKey({ hKey: hKeyTCSI! });
  const proof = { session: await user.oiap(), secret: ZEROS };
  await user.sign(hKeyTCSI!, { blob: rgbKey, proof });
  await user.tcs.evictKey({ hKey: hKeyTCSI! });
  assertEquals(await codeOf(user.osap(hKeyTCSI!)), INVALID_KEY);
  assert(!(await user.tcs.getRegisteredKey({ keyUUID })).fIsLoaded);
  assertEquals(await bed.holdings(), NOTHING);
});

Deno.test("the SRK needs no loading and cannot be let go", async () => {
  await using bed = await emulatorBed();
  const user = await bed.user();
  await user.tcs.evictKey({ hKey: TPM_KH_SRK });
  const flush = { handle: TPM_KH_SRK, resourceType: 1 };
  await user.tcs.flushSpecific(flush);
  await user.loadKey(bed.keys[0]!);
});
