import { decode, encode } from "../../lib/codec/mod.ts";
import { aes128Ctr, mgf1, sha1 } from "../../lib/crypto/mod.ts";
import { assertEquals } from "@std/assert";
import {
  TPM_ET_KEYHANDLE,
  TPM_KH_SRK,
  TPM_LOC_ONE,
  TPM_LOC_TWO,
  TPM_MIGRATABLE,
  TPM_PT_BIND,
  TPM_PT_SEAL,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_SEALED_DATA,
  TPM_STORED_DATA_ANY,
  type TpmSealedData,
  type TpmStoredData,
  type TpmStoredData12,
} from "../../lib/tpm12/structures/mod.ts";
import { encryptFor, flip, join } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Side } from "./side.ts";
import { action, type Authorization, type Step, step } from "./step.ts";
import { createWrapKey, loadKey, locality, osap, seal, unseal } from "./steps.ts";
import { pcrInfo, pcrInfoLong, secret, ZEROS } from "./templates.ts";

const DATA = Uint8Array.of(1, 2, 3);
const NONE = new Uint8Array();
const ONE = Uint8Array.of(0);
/** TPM_ET_KEYHANDLE with AES-128 in counter mode as ADIP scheme. */
const AES_KEYHANDLE = 0x600 | TPM_ET_KEYHANDLE;

/** Codes where the two are known to differ (differences.ts). */
function apart(emulator: string, libtpms: string): Record<string, string> {
  return { emulator, libtpms };
}

function setByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  return bytes.with(at, value);
}

const SIZES: readonly [size: number, code: string | Record<string, string>][] = [
  [0, "TPM_BAD_PARAMETER"],
  [1, "TPM_SUCCESS"],
  [149, "TPM_SUCCESS"],
  [150, apart("TPM_BAD_DATASIZE", "TPM_ENCRYPT_ERROR")],
  [191, apart("TPM_BAD_DATASIZE", "TPM_ENCRYPT_ERROR")],
  [192, "TPM_BAD_DATASIZE"],
  [256, "TPM_BAD_DATASIZE"],
];

const V1 = pcrInfo({ pcrs: [1] });
const LONG = pcrInfoLong({ pcrs: [1] });

const PCR_INFOS: readonly [
  what: string,
  info: Uint8Array,
  code: string | Record<string, string>,
][] = [
  ["nothing but a byte", Uint8Array.of(1), "TPM_BADINDEX"],
  ["a selection of four bytes", join(Uint8Array.of(0, 4), new Uint8Array(44)), "TPM_BADINDEX"],
  ["a selection of two bytes", join(Uint8Array.of(0, 2, 0, 1), new Uint8Array(40)), "TPM_SUCCESS"],
  ["an empty selection", join(Uint8Array.of(0, 0), new Uint8Array(40)), "TPM_SUCCESS"],
  ["the form of 1.1", V1, "TPM_SUCCESS"],
  ["the form of 1.1, cut short", V1.slice(0, -1), "TPM_BADINDEX"],
  ["the form of 1.1 and a byte", join(V1, ONE), apart("TPM_BADINDEX", "TPM_SUCCESS")],
  ["the long form", LONG, "TPM_SUCCESS"],
  ["the long form, cut short", LONG.slice(0, -1), "TPM_BADINDEX"],
  ["the long form and a byte", join(LONG, ONE), apart("TPM_BADINDEX", "TPM_SUCCESS")],
  ["no locality at creation", setByte(LONG, 2, 0), "TPM_BADINDEX"],
  ["no locality at release", setByte(LONG, 3, 0), "TPM_BADINDEX"],
  ["an unknown locality at release", setByte(LONG, 3, 0x20), "TPM_BADINDEX"],
  ["every bit of localities", setByte(LONG, 3, 0xff), "TPM_BADINDEX"],
];

conformanceTest("TPM_Seal takes so much data, and such PCR information", [
  SIZES.map(([size, code]) =>
    seal("data", { data: new Uint8Array(size), title: `${size} bytes`, code })
  ),
  PCR_INFOS.map(([what, info, code]) =>
    seal("data", { data: DATA, pcrInfo: info, title: what, code })
  ),
]);

conformanceTest("TPM_Seal takes storage keys that do not migrate, and sessions with a secret", [
  createWrapKey("migratable", { usage: "storage", keyFlags: TPM_MIGRATABLE }),
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  loadKey("migratable"),
  loadKey("signing"),
  seal("data", { data: DATA, key: "migratable", code: "TPM_INVALID_KEYUSAGE" }),
  seal("data", { data: DATA, key: "signing", code: "TPM_INVALID_KEYUSAGE" }),
  step({
    command: "TPM_Seal",
    title: "by OIAP",
    request: { keyHandle: TPM_KH_SRK, encAuth: ZEROS, pcrInfo: NONE, inData: DATA },
    auths: [{ entity: "SRK", kind: "OIAP" }],
    code: "TPM_BAD_MODE",
  }),
]);

conformanceTest("TPM_Unseal looks at PCRs and locality at release", [
  seal("to locality 1", {
    data: DATA,
    pcrInfo: pcrInfoLong({ localityAtRelease: TPM_LOC_ONE }),
  }),
  unseal("to locality 1", { code: "TPM_BAD_LOCALITY" }),
  locality(1),
  unseal("to locality 1"),
  locality(0),
  seal("to PCR 3", { data: DATA, pcrInfo: pcrInfo({ pcrs: [3], digestAtRelease: secret("x") }) }),
  unseal("to PCR 3", { secret: secret("wrong"), code: "TPM_WRONGPCRVAL" }),
  seal("to both", {
    data: DATA,
    pcrInfo: pcrInfoLong({
      pcrs: [3],
      digestAtRelease: secret("x"),
      localityAtRelease: TPM_LOC_TWO,
    }),
  }),
  unseal("to both", { code: "TPM_WRONGPCRVAL" }),
]);

/** What the blob that is unsealed becomes on each side. */
type Change = (
  blob: TpmStoredData | TpmStoredData12,
  side: Side,
) => TpmStoredData | TpmStoredData12;

const CHANGES: readonly [what: string, change: Change][] = [
  ["encData cut short", (blob) => ({ ...blob, encData: blob.encData.slice(0, -1) })],
  ["encData with a bit changed", (blob) => ({ ...blob, encData: flip(blob.encData, 99) })],
  ["no encData", (blob) => ({ ...blob, encData: NONE })],
  ["encData twice", (blob) => ({ ...blob, encData: join(blob.encData, blob.encData) })],
  [
    "another revision",
    (blob) => ({ ...blob, ver: { major: 1, minor: 1, revMajor: 1, revMinor: 2 } }),
  ],
  ["PCR information put in", (blob) => ({ ...blob, sealInfo: V1 })],
  ["encData that is no sealed data", crafted(() => ONE)],
  [
    "a payload of another kind",
    crafted((data) => encode(TPM_SEALED_DATA, { ...data, payload: TPM_PT_BIND })),
  ],
  ["another proof", crafted((data) => encode(TPM_SEALED_DATA, data))],
];

/** Sealed data made outside, without the proof that only the TPM has. */
function crafted(plain: (data: TpmSealedData) => Uint8Array): Change {
  const data = {
    payload: TPM_PT_SEAL,
    authData: ZEROS,
    tpmProof: ZEROS,
    storedDigest: ZEROS,
    data: DATA,
  };
  return (blob, side) => ({ ...blob, encData: encryptFor(side, "SRK", plain(data)) });
}

function unsealBytes(
  title: string,
  { blob, auths = ["SRK", ZEROS], code }: {
    blob: (side: Side) => Uint8Array;
    auths?: readonly (Authorization | string | Uint8Array)[];
    code: string | Record<string, string>;
  },
): Step {
  return step({
    command: "TPM_Unseal",
    title,
    request: (side) => ({ parentHandle: TPM_KH_SRK, inData: blob(side) }),
    auths,
    code,
  });
}

conformanceTest("TPM_Unseal answers TPM_NOTSEALED_BLOB to whatever it did not seal itself", [
  seal("data", { data: DATA }),
  CHANGES.map(([what, change]) =>
    unsealBytes(what, {
      blob: (side) => {
        const blob = decode(TPM_STORED_DATA_ANY, side.bytes("data"));
        return encode(TPM_STORED_DATA_ANY, change(blob, side));
      },
      code: "TPM_NOTSEALED_BLOB",
    })
  ),
  seal("in the form of 1.2", { data: DATA, pcrInfo: pcrInfoLong({}) }),
  unsealBytes("with et set", {
    blob: (side) => setByte(side.bytes("in the form of 1.2"), 3, 5),
    code: "TPM_NOTSEALED_BLOB",
  }),
]);

conformanceTest("TPM_Unseal refuses blobs that cannot be read, and leaves the sessions open", [
  seal("data", { data: DATA }),
  unsealBytes("version 1.2", {
    blob: (side) => setByte(side.bytes("data"), 1, 2),
    code: "TPM_BAD_VERSION",
  }),
  unsealBytes("another tag", {
    blob: (side) => join(Uint8Array.of(0, 0x15), side.bytes("data").slice(2)),
    code: "TPM_BAD_VERSION",
  }),
  ...[[Uint8Array.of(0, 5, 0), "TPM_INVALID_PCR_INFO"], [ONE, "TPM_BAD_PARAM_SIZE"]].map((
    [sealInfo, code],
  ) =>
    unsealBytes("with PCR information that is none", {
      blob: (side) => {
        const blob = decode(TPM_STORED_DATA_ANY, side.bytes("data")) as TpmStoredData;
        return join(
          side.bytes("data").slice(0, 4),
          Uint8Array.of(0, 0, 0, (sealInfo as Uint8Array).length),
          sealInfo as Uint8Array,
          Uint8Array.of(0, 0, 1, 0),
          blob.encData,
        );
      },
      code: code as string,
    })
  ),
]);

conformanceTest("TPM_Unseal takes the parent's session unless its key asks for none", [
  seal("data", { data: DATA }),
  unsealBytes("without it", {
    blob: (side) => side.bytes("data"),
    auths: [ZEROS],
    code: "TPM_AUTHFAIL",
  }),
  unsealBytes("without any", { blob: (side) => side.bytes("data"), auths: [], code: "TPM_BADTAG" }),
  unsealBytes("the data's session being OSAP", {
    blob: (side) => side.bytes("data"),
    auths: ["SRK", { entity: "SRK", kind: "OSAP" }],
    code: "TPM_BAD_MODE",
  }),
  createWrapKey("open", { usage: "storage", authDataUsage: 0 }),
  loadKey("open"),
  seal("under it", { key: "open", data: DATA }),
  step({
    command: "TPM_Unseal",
    title: "under a key that asks for none",
    request: (side) => ({ parentHandle: side.handle("open"), inData: side.bytes("under it") }),
    auths: [ZEROS],
  }),
]);

/** The ADIP scheme of a session, and how the caller hides what TPM_Sealx seals. */
const SCHEMES = {
  XOR: { entityType: TPM_ET_KEYHANDLE, et: 0x0005 },
  "AES128-CTR": { entityType: AES_KEYHANDLE, et: 0x0600 },
} as const;
type Scheme = keyof typeof SCHEMES;

function openSealing(label: string, scheme: Scheme): Step {
  const { entityType } = SCHEMES[scheme];
  return osap(label, { entityType, entityValue: TPM_KH_SRK, secret: ZEROS });
}

function hide(
  scheme: Scheme,
  { nonces, sharedSecret, data }: {
    nonces: Uint8Array;
    sharedSecret: Uint8Array;
    data: Uint8Array;
  },
): Uint8Array {
  if (scheme === "AES128-CTR") {
    return aes128Ctr(sharedSecret.slice(0, 16), sha1(nonces).slice(0, 16), data);
  }
  const mask = mgf1(join(nonces, new TextEncoder().encode("XOR"), sharedSecret), data.length);
  return data.map((byte, i) => byte ^ mask[i]!);
}

function sealx(label: string, scheme: Scheme): Step[] {
  return [
    openSealing("sealing", scheme),
    step({
      command: "TPM_Sealx",
      title: scheme,
      request: (side) => {
        const { nonceEven, nonceOdd, bound } = side.sessions.get("sealing")!;
        const nonces = join(nonceEven, nonceOdd);
        const inData = hide(scheme, { nonces, sharedSecret: bound!.sharedSecret, data: DATA });
        return { keyHandle: TPM_KH_SRK, encAuth: ZEROS, pcrInfo: NONE, inData };
      },
      auths: [{ session: "sealing" }],
      keep: (side, { sealedData }, flat) => {
        assertEquals((sealedData as TpmStoredData12).et, SCHEMES[scheme].et);
        side.values.set(label, flat.sealedData.slice());
      },
    }),
  ];
}

/** Unseals what TPM_Sealx sealed, and uncovers it: by the scheme of the blob. */
function unsealx(label: string, scheme: Scheme, session: Scheme): Step[] {
  return [
    openSealing("unsealing", session),
    action("keep the nonces", (side) => {
      const { nonceEven, nonceOdd } = side.sessions.get("unsealing")!;
      side.values.set("nonces", join(nonceEven, nonceOdd));
    }),
    step({
      command: "TPM_Unseal",
      title: `${scheme} in a session of ${session}`,
      request: (side) => ({ parentHandle: TPM_KH_SRK, inData: side.bytes(label) }),
      auths: [{ session: "unsealing" }, ZEROS],
      mask: ["secret"],
      keep: (side, answer) => {
        const nonces = side.bytes("nonces");
        const { sharedSecret } = side.sessions.get("unsealing")!.bound!;
        assertEquals(hide(scheme, { nonces, sharedSecret, data: answer.secret }), DATA);
      },
    }),
  ];
}

conformanceTest("what TPM_Sealx seals goes in and comes out hidden by the session", [
  sealx("by XOR", "XOR"),
  unsealx("by XOR", "XOR", "XOR"),
  unsealx("by XOR", "XOR", "AES128-CTR"),
  sealx("by AES", "AES128-CTR"),
  unsealx("by AES", "AES128-CTR", "AES128-CTR"),
  unsealx("by AES", "AES128-CTR", "XOR"),
  unseal("by XOR", { title: "by OIAP", code: "TPM_BAD_MODE" }),
  unsealBytes("without the parent's session", {
    blob: (side) => side.bytes("by XOR"),
    auths: [ZEROS],
    code: "TPM_AUTHFAIL",
  }),
  ...[V1, LONG, LONG.slice(0, -1)].map((pcrInfo, i) =>
    step({
      command: "TPM_Sealx",
      title: `PCR information ${i}`,
      request: { keyHandle: TPM_KH_SRK, encAuth: ZEROS, pcrInfo, inData: DATA },
      code: i === 1 ? "TPM_SUCCESS" : "TPM_BADINDEX",
    })
  ),
  SIZES.map(([size, code]) =>
    step({
      command: "TPM_Sealx",
      title: `${size} bytes`,
      request: {
        keyHandle: TPM_KH_SRK,
        encAuth: ZEROS,
        pcrInfo: NONE,
        inData: new Uint8Array(size),
      },
      code,
    })
  ),
]);
