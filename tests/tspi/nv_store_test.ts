import { assertEquals } from "@std/assert";
import { decode } from "../../lib/codec/mod.ts";
import {
  TPM_NV_INDEX_LOCK,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPWRITE,
  TPM_NV_PER_READ_STCLEAR,
  TPM_NV_PER_WRITE_STCLEAR,
  TPM_NV_PER_WRITEALL,
  TPM_NV_PER_WRITEDEFINE,
  TPM_PCR_SELECTION,
} from "../../lib/tpm12/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { assertFails, assertTspFails, ownedBed, secretPolicy, unownedBed } from "./bed.ts";
import { physicalPresence } from "./machines.ts";

const INDEX = 0x00011234;
const DATA = Uint8Array.of(1, 2, 3, 4);

/** An area that is not defined yet. */
function area(context: T.Context, permissions: number, dataSize = 16): T.NvStore {
  const nv = context.createNvStore();
  nv.index = INDEX;
  nv.permissions = permissions;
  nv.dataSize = dataSize;
  return nv;
}

/** Makes the TPM check authorisation of NV areas. */
async function lockNv(context: T.Context): Promise<void> {
  const lock = context.createNvStore();
  lock.index = TPM_NV_INDEX_LOCK;
  await lock.defineSpace();
}

Deno.test("an area of the owner is defined, written, read and released by the owner", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  await lockNv(context);
  const nv = area(context, TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE);
  for (
    const call of [() => nv.readValue(0, 1), () => nv.writeValue(0, DATA), () => nv.releaseSpace()]
  ) {
    await assertTspFails("TSS_E_NV_AREA_NOT_EXIST", call);
  }
  await nv.defineSpace();
  await assertTspFails("TSS_E_NV_AREA_EXIST", () => nv.defineSpace());
  assertEquals(await nv.exists(), true);
  await nv.writeValue(2, DATA);
  assertEquals(await nv.readValue(1, 6), Uint8Array.of(0xff, ...DATA, 0xff));
  await assertFails("TPM_NOSPACE", () => nv.writeValue(14, DATA));
  await assertFails("TPM_NOSPACE", () => nv.readValue(15, 2));
  secretPolicy(context, "wrong").assignToObject(context.tpm);
  await assertFails("TPM_AUTHFAIL", () => nv.readValue(0, 1));
  await assertFails("TPM_AUTHFAIL", () => nv.writeValue(0, DATA));
  await assertFails("TPM_AUTHFAIL", () => nv.releaseSpace());
  secretPolicy(context, "owner").assignToObject(context.tpm);
  await nv.releaseSpace();
  assertEquals(await nv.exists(), false);
});

Deno.test("an area with a secret is written and read by it", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const nv = area(context, TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE);
  secretPolicy(context, "area").assignToObject(nv);
  await nv.defineSpace();
  await nv.writeValue(0, DATA);
  assertEquals(await nv.readValue(0, 4), DATA);
  secretPolicy(context, "wrong").assignToObject(nv);
  await assertFails("TPM_AUTHFAIL", () => nv.readValue(0, 4));
  await assertFails("TPM_AUTHFAIL", () => nv.writeValue(0, DATA));
});

Deno.test("an area larger than a command is written and read in parts", async () => {
  await using bed = await ownedBed();
  const nv = area(bed.context, TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE, 2500);
  await nv.defineSpace();
  const data = Uint8Array.from({ length: 2500 }, (_, i) => i * 7);
  await nv.writeValue(0, data);
  assertEquals(await nv.readValue(0, 2500), data);
});

Deno.test("an area that is written as a whole takes nothing less", async () => {
  await using bed = await ownedBed();
  const permissions = TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE | TPM_NV_PER_WRITEALL;
  const nv = area(bed.context, permissions, 4);
  await nv.defineSpace();
  await assertFails("TPM_NOT_FULLWRITE", () => nv.writeValue(0, DATA.subarray(1)));
  await nv.writeValue(0, DATA);
});

Deno.test("reading and writing of length 0 lock an area, as its state tells", async () => {
  await using bed = await ownedBed();
  const permissions = TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE | TPM_NV_PER_READ_STCLEAR |
    TPM_NV_PER_WRITE_STCLEAR | TPM_NV_PER_WRITEDEFINE;
  await lockNv(bed.context);
  const nv = area(bed.context, permissions >>> 0);
  await nv.defineSpace();
  const state = (part: number) => nv.getAttribUint32(T.TSS_TSPATTRIB_NV_STATE, part);
  assertEquals(await state(T.TSS_TSPATTRIB_NVSTATE_READSTCLEAR), 0);
  assertEquals(await nv.readValue(0, 0), new Uint8Array(0));
  assertEquals(await state(T.TSS_TSPATTRIB_NVSTATE_READSTCLEAR), 1);
  await assertFails("TPM_DISABLED_CMD", () => nv.readValue(0, 1));
  await nv.writeValue(0, new Uint8Array(0));
  assertEquals(await state(T.TSS_TSPATTRIB_NVSTATE_WRITESTCLEAR), 1);
  assertEquals(await state(T.TSS_TSPATTRIB_NVSTATE_WRITEDEFINE), 1);
  await assertFails("TPM_AREA_LOCKED", () => nv.writeValue(0, DATA));
  await assertFails("TPM_AREA_LOCKED", () => nv.releaseSpace());
});

Deno.test("an area opens for the PCRs and localities it was defined with", async () => {
  await using bed = await ownedBed();
  const { context, machine } = bed;
  const pcrs = context.createPcrComposite(T.TSS_PCRS_STRUCT_INFO_SHORT);
  pcrs.setPcrValue(16, await context.tpm.pcrRead(16));
  pcrs.setPcrLocality(1);
  await lockNv(context);
  const nv = area(context, TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE);
  await nv.defineSpace(pcrs);
  await nv.writeValue(0, DATA);
  assertEquals(await nv.readValue(0, 4), DATA);
  const { TSS_TSPATTRIB_NV_PCR: PCR } = T;
  assertEquals(await nv.getAttribUint32(PCR, T.TSS_TSPATTRIB_NVPCR_READLOCALITYATRELEASE), 1);
  assertEquals(await nv.getAttribUint32(PCR, T.TSS_TSPATTRIB_NVPCR_WRITELOCALITYATRELEASE), 0x1f);
  assertEquals(
    await nv.getAttribData(PCR, T.TSS_TSPATTRIB_NVPCR_READDIGESTATRELEASE),
    pcrs.getCompositeHash(),
  );
  const selection = await nv.getAttribData(PCR, T.TSS_TSPATTRIB_NVPCR_WRITEPCRSELECTION);
  assertEquals(decode(TPM_PCR_SELECTION, selection).pcrSelect, new Uint8Array(3));
  assertEquals(
    await nv.getAttribData(PCR, T.TSS_TSPATTRIB_NVPCR_READPCRSELECTION),
    Uint8Array.of(0, 3, 0, 0, 1),
  );
  assertEquals(
    (await nv.getAttribData(PCR, T.TSS_TSPATTRIB_NVPCR_WRITEDIGESTATRELEASE)).length,
    20,
  );
  await machine.setLocality(1);
  await assertFails("TPM_BAD_LOCALITY", () => nv.readValue(0, 4));
  await machine.setLocality(0);
  await context.tpm.pcrExtend(16, new Uint8Array(20));
  await assertFails("TPM_WRONGPCRVAL", () => nv.readValue(0, 4));
});

Deno.test("a TPM without owner has areas defined by physical presence", async () => {
  await using bed = await unownedBed();
  const { context, machine } = bed;
  await lockNv(context);
  const nv = area(context, TPM_NV_PER_PPWRITE);
  await assertFails("TPM_BAD_PRESENCE", () => nv.defineSpace());
  await physicalPresence(machine, true);
  await nv.defineSpace();
  await nv.writeValue(0, DATA);
  assertEquals(await nv.readValue(0, 4), DATA);
});

Deno.test("contradictory permissions and too much space are refused", async () => {
  await using bed = await ownedBed();
  const { context } = bed;
  const both = area(context, TPM_NV_PER_OWNERREAD | TPM_NV_PER_AUTHREAD | TPM_NV_PER_OWNERWRITE);
  await assertFails("TPM_AUTH_CONFLICT", () => both.defineSpace());
  const huge = area(context, TPM_NV_PER_OWNERWRITE, 30_000);
  await assertFails("TPM_NOSPACE", () => huge.defineSpace());
});

Deno.test("index, size and permissions are attributes", async () => {
  const nv = T.Context.create().createNvStore();
  const flags = [
    T.TSS_TSPATTRIB_NV_INDEX,
    T.TSS_TSPATTRIB_NV_DATASIZE,
    T.TSS_TSPATTRIB_NV_PERMISSIONS,
  ];
  for (const flag of flags) {
    await nv.setAttribUint32(flag, 0, { value: 0x80000001 });
    assertEquals(await nv.getAttribUint32(flag), 0x80000001);
  }
  assertEquals([nv.index, nv.dataSize, nv.permissions], [0x80000001, 0x80000001, 0x80000001]);
  await assertTspFails("TSS_E_INVALID_ATTRIB_FLAG", () => nv.getAttribUint32(0x77));
  await assertTspFails(
    "TSS_E_INVALID_ATTRIB_SUBFLAG",
    () => nv.getAttribUint32(T.TSS_TSPATTRIB_NV_STATE, 1),
  );
  await assertTspFails("TSS_E_BAD_PARAMETER", () => nv.setAttribData(1, 0, { value: DATA }));
});
