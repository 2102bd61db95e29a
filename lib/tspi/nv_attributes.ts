import { encode } from "../codec/mod.ts";
import {
  TPM_PCR_SELECTION,
  type TpmNvDataPublic,
  type TpmPcrInfoShort,
} from "../tpm12/structures/mod.ts";
import type { Attribute } from "./attributes.ts";
import * as N from "./constants/nv.ts";
import type { NvStore } from "./nv_store.ts";

/** The attributes of an NV area; state and PCRs are those that the TPM tells. */
export const NV_ATTRIBUTES: readonly Attribute<NvStore>[] = [
  {
    flag: N.TSS_TSPATTRIB_NV_INDEX,
    uint32: { get: ({ index }) => index, set: (nv, value) => void (nv.index = value) },
  },
  {
    flag: N.TSS_TSPATTRIB_NV_DATASIZE,
    uint32: { get: ({ dataSize }) => dataSize, set: (nv, value) => void (nv.dataSize = value) },
  },
  {
    flag: N.TSS_TSPATTRIB_NV_PERMISSIONS,
    uint32: {
      get: ({ permissions }) => permissions,
      set: (nv, value) => void (nv.permissions = value),
    },
  },
  state(N.TSS_TSPATTRIB_NVSTATE_READSTCLEAR, (info) => info.bReadSTClear),
  state(N.TSS_TSPATTRIB_NVSTATE_WRITESTCLEAR, (info) => info.bWriteSTClear),
  state(N.TSS_TSPATTRIB_NVSTATE_WRITEDEFINE, (info) => info.bWriteDefine),
  locality(N.TSS_TSPATTRIB_NVPCR_READLOCALITYATRELEASE, (info) => info.pcrInfoRead),
  locality(N.TSS_TSPATTRIB_NVPCR_WRITELOCALITYATRELEASE, (info) => info.pcrInfoWrite),
  selection(N.TSS_TSPATTRIB_NVPCR_READPCRSELECTION, (info) => info.pcrInfoRead),
  selection(N.TSS_TSPATTRIB_NVPCR_WRITEPCRSELECTION, (info) => info.pcrInfoWrite),
  digest(N.TSS_TSPATTRIB_NVPCR_READDIGESTATRELEASE, (info) => info.pcrInfoRead),
  digest(N.TSS_TSPATTRIB_NVPCR_WRITEDIGESTATRELEASE, (info) => info.pcrInfoWrite),
];

type ReadPcrs = (info: TpmNvDataPublic) => TpmPcrInfoShort;

function state(subFlag: number, read: (info: TpmNvDataPublic) => boolean): Attribute<NvStore> {
  return {
    flag: N.TSS_TSPATTRIB_NV_STATE,
    subFlag,
    uint32: { get: async (nv) => read(await nv.publicInfo()) ? 1 : 0 },
  };
}

function locality(subFlag: number, read: ReadPcrs): Attribute<NvStore> {
  return {
    flag: N.TSS_TSPATTRIB_NV_PCR,
    subFlag,
    uint32: { get: async (nv) => read(await nv.publicInfo()).localityAtRelease },
  };
}

function selection(subFlag: number, read: ReadPcrs): Attribute<NvStore> {
  return {
    flag: N.TSS_TSPATTRIB_NV_PCR,
    subFlag,
    data: {
      get: async (nv) => encode(TPM_PCR_SELECTION, read(await nv.publicInfo()).pcrSelection),
    },
  };
}

function digest(subFlag: number, read: ReadPcrs): Attribute<NvStore> {
  return {
    flag: N.TSS_TSPATTRIB_NV_PCR,
    subFlag,
    data: { get: async (nv) => read(await nv.publicInfo()).digestAtRelease.slice() },
  };
}
