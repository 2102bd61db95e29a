import { TPM_NV_PER_OWNERREAD, TPM_NV_PER_OWNERWRITE } from "../../lib/tpm12/mod.ts";
import {
  type Context,
  type Key,
  TSS_KEY_NO_AUTHORIZATION,
  TSS_KEY_SIZE_2048,
  TSS_KEY_TYPE_BIND,
  TSS_KEY_TYPE_SIGNING,
  TSS_PCRS_STRUCT_INFO,
  TSS_PS_TYPE_SYSTEM,
  TSS_SECRET_MODE_SHA1,
  TSS_SS_RSASSAPKCS1V15_SHA1,
  TSS_TPMCAP_VERSION,
  TSS_TPMSTATUS_RESETLOCK,
  TSS_TSPATTRIB_KEY_INFO,
  TSS_TSPATTRIB_KEYINFO_SIGSCHEME,
  TSS_TSPATTRIB_NV_DATASIZE,
  TSS_TSPATTRIB_NV_INDEX,
  TSS_TSPATTRIB_NV_PERMISSIONS,
  TSS_UUID_SRK,
  TSS_WELL_KNOWN_SECRET,
} from "../../lib/tspi/mod.ts";
import { median } from "../median.ts";

/** Takes the median time of a call. */
type Time = (row: string, count: number, call: () => unknown) => Promise<void>;

/** Microseconds that calls took, by the names that tspi_client.c has for them. */
export type Medians = Map<string, number>;

/**
 * What `tspi_client latency` measures, by our service provider: each call in turn, on a TPM whose
 * secrets are well known and whose SRK is registered. `connect` gives a context of its own.
 */
export async function timeCalls(connect: () => Promise<Context>): Promise<Medians> {
  const medians: Medians = new Map();
  const time: Time = async (row, count, call) => {
    const times: number[] = [];
    for (let i = -Math.trunc(count / 10); i < count; i++) {
      const start = performance.now();
      await call();
      if (i >= 0) times.push(performance.now() - start);
    }
    medians.set(row, median(times) * 1000);
  };
  await using context = await connect();
  context.getDefaultPolicy().setSecret(TSS_SECRET_MODE_SHA1, TSS_WELL_KNOWN_SECRET);
  await time("Context Create + Connect + Close", 200, async () => (await connect()).close());
  await timeSimple(context, time);
  const srk = await context.loadKeyByUUID(TSS_PS_TYPE_SYSTEM, TSS_UUID_SRK);
  const key = await timeKeys(srk, time);
  await timeKeyUse({ srk, key }, time);
  await timeNv(context, time);
  return medians;
}

const DIGEST = new Uint8Array(20).fill(1);
const PLAIN = new TextEncoder().encode("a secret of thirty-two bytes ...");

async function timeSimple({ tpm }: Context, time: Time): Promise<void> {
  await time("TPM_PcrRead", 4000, () => tpm.pcrRead(16));
  await time("TPM_PcrExtend", 2000, () => tpm.pcrExtend(16, DIGEST));
  await time("TPM_GetRandom(20)", 4000, () => tpm.getRandom(20));
  await time("TPM_GetCapability(version)", 2000, () => tpm.getCapability(TSS_TPMCAP_VERSION));
  await time("TPM_SelfTestFull", 50, () => tpm.selfTestFull());
  const resetLock = () => tpm.setStatus(TSS_TPMSTATUS_RESETLOCK, true);
  await time("TPM_SetStatus ResetLock (owner)", 500, resetLock);
}

async function timeKeys(srk: Key, time: Time): Promise<Key> {
  let key: Key | undefined;
  await time("Key_CreateKey 2048", 20, async () => {
    key = newKey(srk, TSS_KEY_TYPE_SIGNING);
    await key.setAttribUint32(TSS_TSPATTRIB_KEY_INFO, TSS_TSPATTRIB_KEYINFO_SIGSCHEME, {
      value: TSS_SS_RSASSAPKCS1V15_SHA1,
    });
    await key.createKey(srk);
  });
  await time("Key_LoadKey + UnloadKey", 100, async () => {
    await key!.loadKey(srk);
    await key!.unloadKey();
  });
  await key!.loadKey(srk);
  return key!;
}

async function timeKeyUse(
  { srk, key }: { readonly srk: Key; readonly key: Key },
  time: Time,
): Promise<void> {
  const { context } = srk;
  const hash = context.createHash();
  hash.setHashValue(DIGEST);
  await time("Hash_Sign", 200, () => hash.sign(key));
  const pcrs = context.createPcrComposite(TSS_PCRS_STRUCT_INFO);
  pcrs.selectPcrIndex(10);
  pcrs.selectPcrIndex(16);
  const quote = () => context.tpm.quote(key, pcrs, { externalData: DIGEST });
  await time("TPM_Quote 2 PCRs", 200, quote);
  const sealed = context.createEncData();
  await time("Data_Seal 32 bytes", 300, () => sealed.seal(srk, PLAIN));
  await time("Data_Unseal 32 bytes", 200, () => sealed.unseal(srk));
  const bindKey = newKey(srk, TSS_KEY_TYPE_BIND);
  await bindKey.createKey(srk);
  await bindKey.loadKey(srk);
  const bound = context.createBoundData();
  await bound.bind(bindKey, PLAIN.subarray(0, 16));
  await time("Data_Unbind", 200, () => bound.unbind(bindKey));
}

async function timeNv(context: Context, time: Time): Promise<void> {
  const nv = context.createNvStore();
  await nv.setAttribUint32(TSS_TSPATTRIB_NV_INDEX, 0, { value: 0x1100 });
  const permissions = TPM_NV_PER_OWNERWRITE | TPM_NV_PER_OWNERREAD;
  await nv.setAttribUint32(TSS_TSPATTRIB_NV_PERMISSIONS, 0, { value: permissions });
  await nv.setAttribUint32(TSS_TSPATTRIB_NV_DATASIZE, 0, { value: 64 });
  await nv.defineSpace();
  const data = new Uint8Array(64);
  await time("NV_WriteValue 64 bytes (owner)", 200, () => nv.writeValue(0, data));
  await time("NV_ReadValue 64 bytes (owner)", 500, () => nv.readValue(0, 64));
  await nv.releaseSpace();
}

function newKey(srk: Key, type: number): Key {
  return srk.context.createRsaKey(TSS_KEY_SIZE_2048 | type | TSS_KEY_NO_AUTHORIZATION);
}
