import {
  TPM_CAP_PROP_MAX_NV_AVAILABLE,
  TPM_CAP_PROPERTY,
  TPM_LOC_ONE,
  TPM_NV_INDEX0,
  TPM_NV_INDEX_DIR,
  TPM_NV_INDEX_LOCK,
  TPM_NV_INDEX_TRIAL,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPREAD,
  TPM_NV_PER_PPWRITE,
  TPM_NV_PER_WRITEDEFINE,
} from "../../lib/tpm12/constants/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { AREA, defineNv, lockNv, OWNER, PP, publicInfo, readNv, writeNv } from "./nv_steps.ts";
import { step } from "./step.ts";
import { createEk, physicalPresence, startup, takeOwnership } from "./steps.ts";

/** Free bytes. */
const SPACE = step({
  command: "TPM_GetCapability",
  title: "free NV space",
  request: {
    capArea: TPM_CAP_PROPERTY,
    subCap: Uint8Array.of(0, 0, 1, TPM_CAP_PROP_MAX_NV_AVAILABLE & 0xff),
  },
});

const FRESH = { fresh: true };

conformanceTest("until nvLocked, areas are defined, read and written by anybody", [
  startup(),
  SPACE,
  defineNv(0x1000, PP),
  SPACE,
  readNv(0x1000, 4),
  writeNv(0x1000, 3),
  readNv(0x1000, 4),
  readNv(0x1000, 5, { code: "TPM_NOSPACE" }),
  readNv(0x1000, 3, { offset: 2, code: "TPM_NOSPACE" }),
  readNv(0x1000, 0),
  readNv(0x1000, 1, { title: "after reading nothing" }),
  writeNv(0x1000, 1, { offset: 4, code: "TPM_NOSPACE" }),
  writeNv(0x1000, 0),
  writeNv(0x1000, 1, { title: "after writing nothing" }),
  publicInfo(0x1000),
  defineNv(0x1000, { ...PP, dataSize: 8 }),
  readNv(0x1000, 8),
  publicInfo(0x1000),
  defineNv(0x1000, { ...PP, dataSize: 0 }),
  SPACE,
  defineNv(0x1000, { ...PP, dataSize: 0, title: "again", code: "TPM_BAD_PARAM_SIZE" }),
  readNv(0x1000, 1, { code: "TPM_BADINDEX" }),
  writeNv(0x1000, 1, { code: "TPM_BADINDEX" }),
  defineNv(0x1001, OWNER),
  writeNv(0x1001, 4),
  readNv(0x1001, 4),
  defineNv(0x1002, AREA),
  writeNv(0x1002, 4, { code: "TPM_AUTH_CONFLICT" }),
  readNv(0x1002, 4, { code: "TPM_AUTH_CONFLICT" }),
], FRESH);

conformanceTest("some indices stand for something else", [
  startup(),
  defineNv(TPM_NV_INDEX0, { ...PP, code: "TPM_BADINDEX" }),
  writeNv(TPM_NV_INDEX0, 0),
  writeNv(TPM_NV_INDEX0, 1, { code: "TPM_BADINDEX" }),
  readNv(TPM_NV_INDEX0, 0, { code: "TPM_BADINDEX" }),
  defineNv(0x10001234, { ...PP, title: "of the maker" }),
  defineNv(TPM_NV_INDEX_DIR, { ...PP, dataSize: 20, code: "TPM_BADINDEX" }),
  writeNv(TPM_NV_INDEX_DIR, 1, { code: "TPM_NOT_FULLWRITE" }),
  writeNv(TPM_NV_INDEX_DIR, 20),
  writeNv(TPM_NV_INDEX_DIR, 0),
  readNv(TPM_NV_INDEX_DIR, 20),
  readNv(TPM_NV_INDEX_DIR, 3, { offset: 17 }),
  readNv(TPM_NV_INDEX_DIR, 4, { offset: 17, code: "TPM_NOSPACE" }),
  readNv(TPM_NV_INDEX_DIR, 0),
  step({ command: "TPM_DirRead", request: { dirIndex: 0 } }),
  defineNv(TPM_NV_INDEX_TRIAL, PP),
  readNv(TPM_NV_INDEX_TRIAL, 1, { code: "TPM_BADINDEX" }),
  defineNv(TPM_NV_INDEX_TRIAL, { ...PP, dataSize: 29_000, code: "TPM_NOSPACE" }),
  defineNv(TPM_NV_INDEX_TRIAL, { ...PP, dataSize: 0, code: "TPM_BAD_PARAM_SIZE" }),
  ...[0x11600, 0x11601, 0x116ff].flatMap((pin) => [
    defineNv(pin, PP),
    writeNv(pin, 2),
    writeNv(pin, 2, { offset: 3, code: "TPM_NOSPACE" }),
    readNv(pin, 4),
  ]),
  defineNv(0x0f001000, { ...PP, code: "TPM_BADINDEX" }),
  defineNv(0xf0001000, PP),
  defineNv(TPM_NV_INDEX_LOCK, { ...PP, code: "TPM_BADINDEX" }),
  readNv(TPM_NV_INDEX_LOCK, 1, { code: "TPM_BADINDEX" }),
  lockNv(),
  lockNv({ title: "again" }),
  defineNv(0x10001234, { ...PP, code: "TPM_BADINDEX" }),
  defineNv(TPM_NV_INDEX_DIR, { ...PP, code: "TPM_BADINDEX" }),
  readNv(TPM_NV_INDEX_DIR, 20),
  writeNv(TPM_NV_INDEX_DIR, 20, { code: "TPM_AUTH_CONFLICT" }),
], FRESH);

conformanceTest("attributes must make sense together", [
  startup(),
  ...([
    [TPM_NV_PER_OWNERWRITE | TPM_NV_PER_AUTHWRITE, "TPM_AUTH_CONFLICT"],
    [TPM_NV_PER_OWNERREAD | TPM_NV_PER_AUTHREAD | TPM_NV_PER_PPWRITE, "TPM_AUTH_CONFLICT"],
    [0, "TPM_PER_NOWRITE"],
    [TPM_NV_PER_PPREAD, "TPM_PER_NOWRITE"],
    [TPM_NV_PER_OWNERREAD, "TPM_PER_NOWRITE"],
    [TPM_NV_PER_WRITEDEFINE, "TPM_SUCCESS"],
    [TPM_NV_PER_OWNERWRITE | TPM_NV_PER_AUTHREAD, "TPM_SUCCESS"],
    [TPM_NV_PER_AUTHWRITE | TPM_NV_PER_OWNERREAD, "TPM_SUCCESS"],
    [TPM_NV_PER_PPWRITE | 0x00f80ff8, "TPM_SUCCESS"],
  ] as const).map(([attributes, code], i) =>
    defineNv(0x2000 + i, { attributes, dataSize: 4, code })
  ),
  defineNv(0x2010, {
    attributes: 0,
    dataSize: 4,
    write: { localityAtRelease: TPM_LOC_ONE },
    title: "write locality: libtpms looks at those for reading",
    code: { emulator: "TPM_SUCCESS", libtpms: "TPM_PER_NOWRITE" },
  }),
  defineNv(0x2011, {
    attributes: 0,
    dataSize: 4,
    read: { localityAtRelease: TPM_LOC_ONE },
    title: "read locality: libtpms takes it for one for writing",
    code: { emulator: "TPM_PER_NOWRITE", libtpms: "TPM_SUCCESS" },
  }),
  ...[0, 0x20, 0xff].map((localityAtRelease) =>
    defineNv(0x2012, { ...PP, read: { localityAtRelease }, code: "TPM_INVALID_STRUCTURE" })
  ),
], FRESH);

conformanceTest("space is counted to the byte", [
  startup(),
  ...[[], [3]].flatMap((read) => [[], [3]].map((write) => [read, write])).map(
    ([read, write], i) => [
      defineNv(0x1000 + i, {
        ...PP,
        dataSize: 10,
        read: { pcrs: read!, digestAtRelease: new Uint8Array(20).fill(1) },
        write: { pcrs: write!, digestAtRelease: new Uint8Array(20).fill(1) },
      }),
      SPACE,
      defineNv(0x1000 + i, { ...PP, dataSize: 0 }),
    ],
  ),
  defineNv(0x1000, { ...PP, dataSize: 28_614, code: "TPM_NOSPACE" }),
  defineNv(0x1000, { ...PP, dataSize: 28_613 }),
  SPACE,
  defineNv(0x1000, { ...PP, dataSize: 28_600 }),
  SPACE,
  defineNv(0x1001, { ...PP, dataSize: 1, code: "TPM_NOSPACE" }),
], FRESH);

conformanceTest("64 writes are free while there is no owner", [
  startup(),
  ...physicalPresence(true),
  defineNv(0x1000, PP),
  ...Array.from({ length: 61 }, (_, i) => writeNv(0x1000, Uint8Array.of(i))),
  ...Array.from({ length: 4 }, () => writeNv(0x1000, Uint8Array.of(60))),
  ...Array.from({ length: 4 }, () => writeNv(0x1000, 0)),
  readNv(0x1000, 1),
  lockNv(),
  writeNv(0x1000, Uint8Array.of(62)),
  writeNv(0x1000, 1, { code: "TPM_MAXNVWRITES" }),
  writeNv(0x1000, 0, { code: "TPM_MAXNVWRITES" }),
  defineNv(0x1000, { ...PP, code: "TPM_MAXNVWRITES" }),
  defineNv(0x1000, { ...PP, dataSize: 0, code: "TPM_BAD_DATASIZE" }),
  writeNv(TPM_NV_INDEX0, 0),
  readNv(0x1000, 4),
  createEk(),
  takeOwnership(),
  defineNv(0x1001, PP),
], FRESH);
