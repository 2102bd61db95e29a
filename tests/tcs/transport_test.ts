import { assertEquals } from "@std/assert";
import { ClientSession } from "../../lib/auth/mod.ts";
import { systemRandom } from "../../lib/crypto/mod.ts";
import { COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_KH_SRK,
  TPM_RT_AUTH,
  TPM_RT_KEY,
  TPM_RT_TRANS,
} from "../../lib/tpm12/constants/mod.ts";
import { encodeRequest } from "../../lib/wire/mod.ts";
import { ZEROS } from "../conformance/templates.ts";
import { peerTest } from "../peers/mod.ts";
import { codeOf } from "../errors.ts";
import { type Bed, emulatorBed, NOTHING, swtpmBed } from "./bed.ts";
import { TunnelUser } from "./tunnel_user.ts";
import type { User } from "./user.ts";

/** Takes every slot of the TPM for a moment. */
async function crowd(bed: Bed): Promise<void> {
  const user = await bed.user();
  for (let i = 0; i < 4; i++) {
    await user.osap(await user.loadKey(bed.keys[i % bed.keys.length]!));
    await TunnelUser.open(user);
  }
  await user.tcs.closeContext();
}

async function openStorageKey(user: User): Promise<{ handle: number; blob: Uint8Array }> {
  const blob = await user.createKey("storage", { authDataUsage: 0 });
  return { handle: await user.loadKey(blob), blob };
}

async function useTransport(bed: Bed): Promise<void> {
  const user = await bed.user();
  const key = await openStorageKey(user);
  for (const tunnel of [await TunnelUser.open(user), await TunnelUser.open(user, { key })]) {
    await crowd(bed);
    const { randomBytes } = await tunnel.run("TPM_GetRandom", { bytesRequested: 9 });
    assertEquals(randomBytes.length, 9);
    // A session and a key that are made inside have handles of this context outside.
    const made = await tunnel.run("TPM_OIAP", {});
    const session = new ClientSession({ ...made, random: systemRandom });
    const proof = { session, secret: ZEROS, keep: true };
    const blob = bed.keys[0]!;
    const load = { parentHandle: TPM_KH_SRK, inKey: blob };
    const { inkeyHandle } = await tunnel.run("TPM_LoadKey2", load, [proof]);
    await crowd(bed);
    await user.sign(inkeyHandle, { blob, proof });
    await crowd(bed);
    const sign = { keyHandle: inkeyHandle, areaToSign: ZEROS };
    await tunnel.run("TPM_Sign", sign, [proof]);
    // What fails inside ends its session, and the transport session goes on.
    const wrong = { ...proof, secret: ZEROS.map(() => 1) };
    assertEquals(await codeOf(tunnel.run("TPM_Sign", sign, [wrong])), "TPM_AUTHFAIL");
    assertEquals(await codeOf(user.sign(inkeyHandle, { blob, proof })), "TCS_E_INVALID_AUTHHANDLE");
    const flush = { handle: inkeyHandle, resourceType: TPM_RT_KEY };
    await tunnel.run("TPM_FlushSpecific", flush);
    assertEquals(await codeOf(user.osap(inkeyHandle)), "TCS_E_INVALID_KEY");
    const { authHandle } = await tunnel.run("TPM_OIAP", {});
    await tunnel.run("TPM_FlushSpecific", { handle: authHandle, resourceType: TPM_RT_AUTH });
  }
  await user.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
}

Deno.test("transport sessions carry commands with a context's handles, on the emulator", async () => {
  await using bed = await emulatorBed();
  await useTransport(bed);
});

peerTest(
  ["swtpm"],
  "transport sessions carry commands with a context's handles, on swtpm",
  async () => {
    await using bed = await swtpmBed();
    await useTransport(bed);
  },
);

Deno.test("a transport session is its context's, and goes with it", async () => {
  await using bed = await emulatorBed();
  const [one, other] = [await bed.user(), await bed.user()];
  const tunnel = await TunnelUser.open(one);
  const flush = { handle: tunnel.session.authHandle, resourceType: TPM_RT_TRANS };
  assertEquals(await codeOf(other.tcs.flushSpecific(flush)), "TCS_E_INVALID_AUTHHANDLE");
  for (let i = 0; i < 5; i++) await TunnelUser.open(one);
  await tunnel.run("TPM_GetTicks", {});
  await one.tcs.flushSpecific(flush);
  assertEquals(await codeOf(tunnel.run("TPM_GetTicks", {})), "TCS_E_INVALID_AUTHHANDLE");
  await one.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
});

Deno.test("commands that move resources are neither executed nor wrapped", async () => {
  await using bed = await emulatorBed();
  const user = await bed.user();
  const handle = await user.loadKey(bed.keys[0]!);
  const save = { handle, resourceType: TPM_RT_KEY, label: new Uint8Array(16) };
  assertEquals(await codeOf(user.tcs.command("TPM_SaveContext", save)), "TSS_E_NOTIMPL");
  const tunnel = await TunnelUser.open(user);
  for (const [row, request] of [[COMMANDS.TPM_SaveContext, save], [COMMANDS.TPM_Reset, {}]]) {
    const wrapped = encodeRequest(row as typeof COMMANDS.TPM_Reset, request!).slice();
    assertEquals(await codeOf(tunnel.execute(wrapped)), "TSS_E_NOTIMPL");
  }
  await user.oiap();
  await user.tcs.command("TPM_Reset", {});
  await user.tcs.command("TPM_EvictKey", { evictHandle: handle });
  assertEquals(await bed.holdings(), { ...NOTHING, transports: 1 });
});

Deno.test("what the services keep from the TPM does not reach it wrapped", async () => {
  const firmware = { pcrs: [0, 1], read: () => Promise.resolve([]) };
  await using bed = await emulatorBed({ eventLog: { firmware } });
  const user = await bed.user();
  const inDigest = new Uint8Array(20).fill(1);
  const clear = await TunnelUser.open(user);
  assertEquals(await codeOf(clear.run("TPM_Extend", { pcrNum: 1, inDigest })), "TSS_E_FAIL");
  await clear.run("TPM_Extend", { pcrNum: 2, inDigest });
  assertEquals(await codeOf(clear.run("TPM_PCRRead", { pcrIndex: 24 })), "TSS_E_BAD_PARAMETER");
  // Encrypted, any PCR might be the firmware's.
  const hidden = await TunnelUser.open(user, { key: await openStorageKey(user) });
  assertEquals(await codeOf(hidden.run("TPM_Extend", { pcrNum: 2, inDigest })), "TSS_E_FAIL");
  const { outDigest } = await hidden.run("TPM_PCRRead", { pcrIndex: 1 });
  assertEquals(outDigest, new Uint8Array(20));
});

Deno.test("one context at a time has an exclusive transport session where that is enforced", async () => {
  await using bed = await emulatorBed({ platform: { exclusiveTransport: true } });
  const [one, other] = [await bed.user(), await bed.user()];
  const tunnel = await TunnelUser.open(one, { exclusive: true });
  assertEquals(await codeOf(TunnelUser.open(other, { exclusive: true })), "TSS_E_INTERNAL_ERROR");
  await tunnel.run("TPM_GetTicks", {});
  // Any command from elsewhere ends it.
  await other.tcs.pcrRead({ pcrIndex: 1 });
  assertEquals(await codeOf(tunnel.run("TPM_GetTicks", {})), "TPM_INVALID_AUTHHANDLE");
  await TunnelUser.open(other, { exclusive: true });
});
