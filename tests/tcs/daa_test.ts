import { assert, assertEquals } from "@std/assert";
import { decode, U32 } from "../../lib/codec/mod.ts";
import { TPM_RT_DAA_TPM } from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_HANDLE_LIST } from "../../lib/tpm12/structures/mod.ts";
import { u32 } from "../bytes.ts";
import { ZEROS } from "../conformance/templates.ts";
import { codeOf } from "../errors.ts";
import { fromHex } from "../hex.ts";
import { emulatorBed, NOTHING } from "./bed.ts";
import type { User } from "./user.ts";

/** TPM_GetCapability of TPM_CAP_KEY_HANDLE. */
const KEY_HANDLES = fromHex("00c1 00000012 00000065 00000007 00000000");
const NOTHING_IN = new Uint8Array(0);

/** Takes a stage of TPM_DAA_Join as the owner. */
async function join(user: User, stage: number, input: {
  daaHandle: number;
  inputData0?: Uint8Array;
}): Promise<Uint8Array> {
  const request = { stage, inputData0: NOTHING_IN, inputData1: NOTHING_IN, ...input };
  const proof = { session: await user.oiap(), secret: ZEROS };
  return (await user.run("TPM_DAA_Join", request, [proof])).outputData.slice();
}

Deno.test("a DAA session is its context's, and goes with it", async () => {
  await using bed = await emulatorBed();
  const [one, other] = [await bed.user(), await bed.user()];
  const handle = await join(one, 0, { daaHandle: 0, inputData0: u32(1) });
  const daaHandle = decode(U32, handle);
  assertEquals(await codeOf(join(other, 1, { daaHandle })), "TCS_E_INVALID_AUTHHANDLE");
  const flush = { handle: daaHandle, resourceType: TPM_RT_DAA_TPM };
  assertEquals(await codeOf(other.tcs.flushSpecific(flush)), "TCS_E_INVALID_AUTHHANDLE");
  assertEquals((await bed.holdings()).daa, 1);
  await other.tcs.closeContext();
  await one.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
});

Deno.test("a key that was lent stays in the TPM, whatever else is loaded", async () => {
  await using bed = await emulatorBed();
  const user = await bed.user();
  const hKey = await user.loadKey(bed.keys[0]!);
  const crowd = async () => {
    for (let i = 0; i < 6; i++) await user.loadKey(bed.keys[i % 4]!);
  };
  /** The TPM's own list of its keys. */
  const inside = async (): Promise<number[]> =>
    decode(TPM_KEY_HANDLE_LIST, (await bed.execute(KEY_HANDLES)).subarray(14)).handle;
  let tpmHandle: number;
  {
    using lent = await user.tcs.lendKey({ hKey });
    using again = await user.tcs.lendKey({ hKey });
    ({ tpmHandle } = lent);
    assertEquals(again.tpmHandle, tpmHandle);
    await crowd();
    assert((await inside()).includes(tpmHandle));
  }
  await crowd();
  assertEquals((await inside()).includes(tpmHandle), false);
  const stranger = await bed.user();
  assertEquals(await codeOf(stranger.tcs.lendKey({ hKey })), "TCS_E_INVALID_KEY");
  await stranger.tcs.closeContext();
  await user.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
});
