import {
  TPM_CAP_NV_INDEX,
  TPM_CAP_PROP_MAX_NV_AVAILABLE,
  TPM_CAP_PROPERTY,
  TPM_LOC_ONE,
  TPM_NV_INDEX0,
  TPM_NV_INDEX_DIR,
  TPM_NV_INDEX_LOCK,
  TPM_NV_INDEX_TRIAL,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_GLOBALLOCK,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPREAD,
  TPM_NV_PER_PPWRITE,
  TPM_NV_PER_READ_STCLEAR,
  TPM_NV_PER_WRITE_STCLEAR,
  TPM_NV_PER_WRITEALL,
  TPM_NV_PER_WRITEDEFINE,
} from "../../lib/tpm12/constants/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import {
  defineNv,
  lockNv,
  NO_AUTH,
  readNv,
  readNvAuth,
  writeNv,
  writeNvAuth,
  WRONG_AUTH,
} from "./nv_steps.ts";
import { type Step, step } from "./step.ts";
import {
  createEk,
  locality,
  oiap,
  physicalPresence,
  powerCycle,
  startup,
  takeOwnership,
} from "./steps.ts";

const PP = { attributes: TPM_NV_PER_PPWRITE, dataSize: 4 };
const OWNER = { attributes: TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE, dataSize: 4 };
const AREA = { attributes: TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE, dataSize: 4 };

/** Free bytes. */
const SPACE = step({
  command: "TPM_GetCapability",
  title: "free NV space",
  request: {
    capArea: TPM_CAP_PROPERTY,
    subCap: Uint8Array.of(0, 0, 1, TPM_CAP_PROP_MAX_NV_AVAILABLE & 0xff),
  },
});

function publicInfo(nvIndex: number): Step {
  const subCap = new Uint8Array(4);
  new DataView(subCap.buffer).setUint32(0, nvIndex);
  return step({ command: "TPM_GetCapability", request: { capArea: TPM_CAP_NV_INDEX, subCap } });
}

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

conformanceTest("without owner, a locked NV storage asks for presence, PCRs and localities", [
  startup(),
  defineNv(0x1000, PP),
  defineNv(0x1001, AREA),
  defineNv(0x1002, OWNER),
  defineNv(0x1003, {
    ...PP,
    read: { localityAtRelease: TPM_LOC_ONE },
    write: { localityAtRelease: TPM_LOC_ONE },
  }),
  defineNv(0x1004, { ...PP, read: { pcrs: [1] }, write: { pcrs: [1] } }),
  lockNv(),
  defineNv(0x1000, { ...PP, code: "TPM_BAD_PRESENCE" }),
  writeNv(0x1000, 1, { code: "TPM_BAD_PRESENCE" }),
  readNv(0x1000, 4),
  ...physicalPresence(true),
  writeNv(0x1000, 1),
  readNv(0x1001, 1, { code: "TPM_AUTH_CONFLICT" }),
  writeNv(0x1001, 1, { code: "TPM_AUTH_CONFLICT" }),
  writeNvAuth(0x1001, 1, { code: "TPM_NOSRK" }),
  readNvAuth(0x1001, 1, { code: "TPM_NOSRK" }),
  readNv(0x1002, 1, { code: "TPM_AUTH_CONFLICT" }),
  writeNv(0x1002, 1, { code: "TPM_AUTH_CONFLICT" }),
  readNv(0x1003, 1, { code: "TPM_BAD_LOCALITY" }),
  writeNv(0x1003, 1, { code: "TPM_BAD_LOCALITY" }),
  locality(1),
  readNv(0x1003, 1),
  writeNv(0x1003, 1),
  locality(0),
  readNv(0x1004, 1, { code: "TPM_WRONGPCRVAL" }),
  writeNv(0x1004, 1, { code: "TPM_WRONGPCRVAL" }),
  defineNv(0x1005, { ...PP, title: "with presence" }),
  defineNv(0x1005, { ...PP, dataSize: 0, code: "TPM_BAD_DATASIZE" }),
  defineNv(0x9999, { ...PP, dataSize: 0, code: "TPM_BAD_DATASIZE" }),
], FRESH);

const LOCKS = TPM_NV_PER_WRITE_STCLEAR | TPM_NV_PER_GLOBALLOCK;
const ALL_LOCKS = (LOCKS | TPM_NV_PER_READ_STCLEAR | TPM_NV_PER_PPWRITE | TPM_NV_PER_PPREAD |
  TPM_NV_PER_WRITEALL) >>> 0;

conformanceTest("areas are locked by reading and writing nothing, and by index 0", [
  startup(),
  defineNv(0x1000, { attributes: ALL_LOCKS, dataSize: 4 }),
  defineNv(0x1001, { attributes: TPM_NV_PER_WRITEDEFINE, dataSize: 4 }),
  lockNv(),
  readNv(0x1000, 1, { code: "TPM_BAD_PRESENCE" }),
  ...physicalPresence(true),
  writeNv(0x1000, 1, { code: "TPM_NOT_FULLWRITE" }),
  writeNv(0x1000, 5, { code: "TPM_NOSPACE" }),
  writeNv(0x1000, 4),
  readNv(0x1000, 0),
  readNv(0x1000, 4, { code: "TPM_DISABLED_CMD" }),
  writeNv(0x1000, 4),
  readNv(0x1000, 4, { title: "a write lets it be read again" }),
  writeNv(0x1000, 0),
  writeNv(0x1000, 4, { code: "TPM_AREA_LOCKED" }),
  writeNv(0x1000, 0, { code: "TPM_AREA_LOCKED" }),
  defineNv(0x1000, { ...PP, code: "TPM_AREA_LOCKED" }),
  publicInfo(0x1000),
  ...powerCycle(),
  publicInfo(0x1000),
  ...physicalPresence(true),
  writeNv(0x1000, 4),
  writeNv(TPM_NV_INDEX0, 0),
  writeNv(0x1000, 4, { code: "TPM_AREA_LOCKED" }),
  defineNv(0x1000, { ...PP, code: "TPM_AREA_LOCKED" }),
  writeNv(0x1001, 4),
  writeNv(0x1001, 0),
  ...powerCycle(),
  writeNv(0x1001, 4, { code: "TPM_AREA_LOCKED" }),
  readNv(0x1001, 4),
  ...physicalPresence(true),
  defineNv(0x1001, { attributes: TPM_NV_PER_WRITEDEFINE, dataSize: 4, title: "anew" }),
  writeNv(0x1001, 4),
], FRESH);

conformanceTest("an owner's session is checked in its turn, before nvLocked too", [
  defineNv(0x1000, OWNER),
  defineNv(0x1001, PP),
  readNv(0x1000, 4, NO_AUTH),
  writeNv(0x1000, 4, NO_AUTH),
  readNv(0x1000, 4),
  writeNv(0x1000, 4),
  writeNv(0x1000, 4, { ...WRONG_AUTH, code: "TPM_AUTHFAIL" }),
  readNv(0x1001, 4, { ...WRONG_AUTH, code: "TPM_AUTH_CONFLICT" }),
  writeNv(0x1001, 4, { ...WRONG_AUTH, code: "TPM_AUTH_CONFLICT" }),
  readNv(0x9999, 4, { ...WRONG_AUTH, code: "TPM_BADINDEX" }),
  writeNv(0x9999, 4, { ...WRONG_AUTH, code: "TPM_BADINDEX" }),
  writeNv(TPM_NV_INDEX0, 0, { ...WRONG_AUTH, code: "TPM_AUTHFAIL" }),
  writeNv(TPM_NV_INDEX0, 0),
  writeNv(TPM_NV_INDEX0, 1, { code: "TPM_BADINDEX" }),
  writeNv(TPM_NV_INDEX_DIR, 20),
  readNv(TPM_NV_INDEX_DIR, 20),
  defineNv(0x1002, { ...PP, auths: [{ entity: "owner", kind: "OIAP" }], code: "TPM_BAD_MODE" }),
  defineNv(0x1002, { ...PP, ...NO_AUTH }),
  defineNv(0x1002, { ...PP, ...NO_AUTH, dataSize: 0 }),
  lockNv(),
  defineNv(0x1002, { ...PP, ...NO_AUTH, code: "TPM_BAD_PRESENCE" }),
  ...physicalPresence(true),
  defineNv(0x1002, { ...PP, ...NO_AUTH, code: "TPM_OWNER_SET" }),
  defineNv(0x1002, PP),
  readNv(0x1000, 4, { ...NO_AUTH, code: "TPM_AUTH_CONFLICT" }),
  writeNv(0x1000, 4, { ...NO_AUTH, code: "TPM_AUTH_CONFLICT" }),
  readNv(0x1000, 4, { ...WRONG_AUTH, code: "TPM_AUTHFAIL" }),
  readNv(0x1000, 4),
  writeNv(0x1000, 4),
  writeNv(0x1001, 4, NO_AUTH),
  writeNv(0x1001, 4, { code: "TPM_AUTH_CONFLICT" }),
  readNv(TPM_NV_INDEX_DIR, 20),
  writeNv(TPM_NV_INDEX_DIR, 1, { code: "TPM_NOT_FULLWRITE" }),
  defineNv(0x1002, { ...PP, dataSize: 0 }),
  defineNv(0x1002, { ...PP, dataSize: 0, code: "TPM_BAD_PARAM_SIZE" }),
  defineNv(0x10001002, { ...PP, ...WRONG_AUTH, code: "TPM_BADINDEX" }),
  defineNv(TPM_NV_INDEX_LOCK, { attributes: 0, dataSize: 0, code: "TPM_BADINDEX" }),
]);

conformanceTest("an area's secret is checked before presence, PCRs, locks and range", [
  defineNv(0x1000, AREA),
  defineNv(0x1001, {
    ...AREA,
    attributes: (AREA.attributes | ALL_LOCKS | TPM_NV_PER_WRITEDEFINE) >>> 0,
  }),
  defineNv(0x1002, { ...AREA, read: { pcrs: [2] }, write: { pcrs: [2] } }),
  defineNv(0x1003, PP),
  writeNvAuth(0x9999, 1, { code: "TPM_BADINDEX" }),
  readNvAuth(0x9999, 1, { code: "TPM_BADINDEX" }),
  writeNvAuth(TPM_NV_INDEX_DIR, 1, { code: "TPM_BADINDEX" }),
  readNvAuth(TPM_NV_INDEX_DIR, 1, { code: "TPM_BADINDEX" }),
  writeNvAuth(0x1003, 1, { code: "TPM_AUTH_CONFLICT" }),
  readNvAuth(0x1003, 1, { code: "TPM_AUTH_CONFLICT" }),
  writeNvAuth(0x1000, 2, { offset: 1 }),
  readNvAuth(0x1000, 4),
  writeNvAuth(0x1000, 5, { code: "TPM_NOSPACE" }),
  readNvAuth(0x1000, 5, { code: "TPM_NOSPACE" }),
  writeNvAuth(0x1000, 5, { auths: [new Uint8Array(20)], code: "TPM_AUTHFAIL" }),
  readNvAuth(0x1000, 5, { auths: [new Uint8Array(20)], code: "TPM_AUTHFAIL" }),
  writeNvAuth(0x1002, 1, { code: "TPM_WRONGPCRVAL" }),
  readNvAuth(0x1002, 1, { code: "TPM_WRONGPCRVAL" }),
  writeNvAuth(0x1001, 4, { code: "TPM_BAD_PRESENCE" }),
  readNvAuth(0x1001, 4, { code: "TPM_BAD_PRESENCE" }),
  ...physicalPresence(true),
  writeNvAuth(0x1001, 1, { code: "TPM_NOT_FULLWRITE" }),
  writeNvAuth(0x1001, 4),
  readNvAuth(0x1001, 0),
  readNvAuth(0x1001, 4, { code: "TPM_DISABLED_CMD" }),
  writeNvAuth(0x1001, 0),
  writeNvAuth(0x1001, 4, { code: "TPM_AREA_LOCKED" }),
  readNvAuth(0x1001, 4),
]);

/** The owner's area is refused; whether the session lives on is left open: libtpms keeps it. */
function ownerRefused(code: string): Step[] {
  const auths = [{ entity: "owner", session: "owner" }];
  return [
    oiap("owner"),
    readNv(0x1000, 4, { auths, code }),
    oiap("owner"),
    writeNv(0x1000, 4, { auths, code }),
  ];
}

conformanceTest("a disabled or deactivated TPM keeps the owner's areas to itself once locked", [
  defineNv(0x1000, OWNER),
  defineNv(0x1001, { ...PP, attributes: TPM_NV_PER_WRITEDEFINE }),
  ...physicalPresence(true),
  step({ command: "TPM_PhysicalDisable" }),
  readNv(0x1000, 4),
  writeNv(0x1000, 4, NO_AUTH),
  defineNv(0x1002, PP),
  lockNv({ title: "disabled" }),
  ...ownerRefused("TPM_DISABLED"),
  readNv(0x1001, 4, NO_AUTH),
  writeNv(0x1001, 4, NO_AUTH),
  defineNv(0x1003, { ...PP, code: "TPM_DISABLED" }),
  lockNv({ title: "when locked and disabled", code: "TPM_DISABLED" }),
  step({ command: "TPM_PhysicalEnable" }),
  step({ command: "TPM_SetTempDeactivated", auths: [] }),
  ...ownerRefused("TPM_DEACTIVATED"),
  readNv(0x1001, 4, NO_AUTH),
  writeNv(0x1001, 4, NO_AUTH),
  readNvAuth(0x1001, 4, { code: "TPM_DEACTIVATED" }),
]);

conformanceTest("where libtpms leaves Part 3, the emulator does not follow", [
  defineNv(0x1000, OWNER),
  readNv(0x1000, 4, {
    ...WRONG_AUTH,
    title: "libtpms looks at no HMAC before nvLocked",
    code: { emulator: "TPM_AUTHFAIL", libtpms: "TPM_SUCCESS" },
  }),
  defineNv(0x1001, {
    ...PP,
    read: { localityAtRelease: TPM_LOC_ONE, pcrs: [1] },
    write: { localityAtRelease: TPM_LOC_ONE, pcrs: [1] },
  }),
  defineNv(0x1002, PP),
  lockNv(),
  readNv(0x1001, 4, {
    ...NO_AUTH,
    title: "locality comes before PCRs",
    code: { emulator: "TPM_BAD_LOCALITY", libtpms: "TPM_WRONGPCRVAL" },
  }),
  writeNv(0x1001, 4, {
    ...NO_AUTH,
    title: "locality comes before presence",
    code: { emulator: "TPM_BAD_LOCALITY", libtpms: "TPM_BAD_PRESENCE" },
  }),
  ...physicalPresence(true),
  ...Array.from({ length: 65 }, (_, i) =>
    writeNv(0x1002, Uint8Array.of(i), {
      ...NO_AUTH,
      title: "libtpms counts them though there is an owner",
      code: { emulator: "TPM_SUCCESS", libtpms: i < 64 ? "TPM_SUCCESS" : "TPM_MAXNVWRITES" },
    })),
  defineNv(0x1002, {
    ...PP,
    dataSize: 30_000,
    title: "libtpms fails when it refuses to define an area anew",
    code: { emulator: "TPM_NOSPACE", libtpms: "TPM_FAIL" },
  }),
]);
