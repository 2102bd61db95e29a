import { decode, encode } from "../../lib/codec/mod.ts";
import {
  TPM_KEY_AUTHCHANGE,
  TPM_KH_SRK,
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_PT_ASYM,
  TPM_PT_MIGRATE_EXTERNAL,
  TPM_PT_MIGRATE_RESTRICTED,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_PCR_COMPOSITE, type TpmKey12 } from "../../lib/tpm12/structures/mod.ts";
import { sha1 } from "../../lib/crypto/mod.ts";
import { type CraftedKey, craftKey, flip, join, softwareKey } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Side } from "./side.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, flushKey, loadKey } from "./steps.ts";
import { keyTemplate, pcrInfo, pcrInfoLong, secret, selectPcrs, ZEROS } from "./templates.ts";

type Code = string | Readonly<Record<string, string>>;

/** Loads a blob under the SRK and throws the key out again when it was taken. */
function load(
  title: string,
  inKey: (side: Side) => Uint8Array,
  { code = "TPM_SUCCESS" as Code, auths = ["SRK"], parent = "SRK" } = {},
): Step[] {
  const loading = step({
    command: "TPM_LoadKey2",
    title,
    request: (side) => ({ parentHandle: side.handle(parent), inKey: inKey(side) }),
    auths,
    code,
    keep: (side, { inkeyHandle }) => {
      side.keys.set("loaded", { secret: ZEROS, handle: inkeyHandle });
    },
  });
  return code === "TPM_SUCCESS" ? [loading, flushKey("loaded")] : [loading];
}

/** The key kept as "key", changed. */
function changed(title: string, change: (key: TpmKey12) => object, code: Code): Step[] {
  return load(title, (side) => {
    const key = decode(TPM_KEY_ANY, side.key("key").blob!) as TpmKey12;
    return encode(TPM_KEY_ANY, { ...key, ...change(key) });
  }, { code });
}

conformanceTest("TPM_LoadKey2 takes what TPM_CreateWrapKey gave, and nothing else", [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  load("as it was", (side) => side.key("key").blob!),
  step({
    command: "TPM_LoadKey",
    request: (side) => ({ parentHandle: TPM_KH_SRK, inKey: side.key("key").blob! }),
    mask: ["inkeyHandle"],
  }),
  load("without a session", (side) => side.key("key").blob!, { auths: [], code: "TPM_AUTHFAIL" }),
  changed(
    "the modulus changed",
    ({ pubKey }) => ({ pubKey: { key: flip(pubKey.key, 0) } }),
    "TPM_BAD_PARAMETER",
  ),
  changed(
    "the modulus cut short",
    ({ pubKey }) => ({ pubKey: { key: pubKey.key.slice(1) } }),
    "TPM_BAD_PARAMETER",
  ),
  changed("no modulus", () => ({ pubKey: { key: new Uint8Array() } }), "TPM_BAD_PARAMETER"),
  changed(
    "encData changed",
    ({ encData }) => ({ encData: flip(encData, 10) }),
    "TPM_DECRYPT_ERROR",
  ),
  changed(
    "encData cut short",
    ({ encData }) => ({ encData: encData.slice(0, -1) }),
    "TPM_DECRYPT_ERROR",
  ),
  changed(
    "encData of two blocks",
    ({ encData }) => ({ encData: join(encData, encData) }),
    "TPM_BAD_DATASIZE",
  ),
  changed("no encData", () => ({ encData: new Uint8Array() }), "TPM_DECRYPT_ERROR"),
  changed("a usage the schemes do not suit", () => ({ keyUsage: 0x14 }), "TPM_BAD_KEY_PROPERTY"),
  changed(
    "PCR information that is none",
    () => ({ PCRInfo: Uint8Array.of(0, 5, 1) }),
    "TPM_INVALID_STRUCTURE",
  ),
]);

conformanceTest("TPM_LoadKey2 answers TPM_AUTHFAIL to another public part", [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  changed("authDataUsage", () => ({ authDataUsage: 0 }), "TPM_AUTHFAIL"),
  changed("flags", () => ({ keyFlags: TPM_MIGRATABLE }), "TPM_AUTHFAIL"),
  changed("usage", ({ algorithmParms }) => ({
    keyUsage: 0x14,
    algorithmParms: { ...algorithmParms, encScheme: 3, sigScheme: 1 },
  }), "TPM_AUTHFAIL"),
  changed("PCRs", () => ({ PCRInfo: pcrInfoLong({ pcrs: [1] }) }), "TPM_AUTHFAIL"),
]);

const K512 = softwareKey(512);
const K1024 = softwareKey(1024);
const K2048 = softwareKey(2048);
const prime = (key: Uint8Array): CraftedKey => ({ sensitive: { privKey: { key } } });
const template = (options: Parameters<typeof keyTemplate>[1]) =>
  keyTemplate("signing", { bits: 512, keyFlags: TPM_MIGRATABLE, ...options });

/** Keys wrapped outside, and whether a TPM loads them. */
const CRAFTED: readonly [what: string, crafted: CraftedKey, code: Code][] = [
  ["a good one", {}, "TPM_SUCCESS"],
  ["in the form of 1.1", { template: template({ form: "TPM_KEY" }) }, "TPM_SUCCESS"],
  ["with a revision", {
    template: template({ form: "TPM_KEY" }),
    publicPart: { ver: { major: 1, minor: 1, revMajor: 1, revMinor: 2 } } as Partial<TpmKey12>,
  }, "TPM_SUCCESS"],
  ["the other prime", prime(K512.otherPrime), "TPM_SUCCESS"],
  ["a prime with a zero before it", prime(join(Uint8Array.of(0), K512.prime)), "TPM_SUCCESS"],
  ["another key's prime", prime(K1024.prime.slice(0, 32)), "TPM_BAD_PARAMETER"],
  ["no prime", prime(new Uint8Array()), "TPM_BAD_PARAMETER"],
  ["0 as prime", prime(Uint8Array.of(0)), "TPM_BAD_PARAMETER"],
  ["1 as prime", prime(Uint8Array.of(1)), "TPM_BAD_PARAMETER"],
  ["the modulus as prime", prime(K512.publicKey.modulus), "TPM_BAD_PARAMETER"],
  ["bytes left over", { change: (plain) => join(plain, Uint8Array.of(0)) }, "TPM_SUCCESS"],
  ["cut short", { change: (plain) => plain.slice(0, -1) }, "TPM_BAD_PARAM_SIZE"],
  ["one byte alone", { change: () => Uint8Array.of(TPM_PT_ASYM) }, "TPM_BAD_PARAM_SIZE"],
  ["another digest", { sensitive: { pubDataDigest: ZEROS } }, "TPM_AUTHFAIL"],
  ["another digest and prime", {
    sensitive: { pubDataDigest: ZEROS, ...prime(K1024.prime.slice(0, 32)).sensitive },
  }, "TPM_BAD_PARAMETER"],
  ["a length that is not the modulus'", { rsa: K1024, template: template({}) }, {
    emulator: "TPM_BAD_KEY_PROPERTY",
    libtpms: "TPM_SUCCESS",
  }],
  ["an identity that migrates", {
    rsa: K2048,
    template: keyTemplate("identity", { keyFlags: TPM_MIGRATABLE }),
  }, "TPM_INVALID_KEYUSAGE"],
  ["for TPM_ChangeAuthAsymStart", {
    rsa: K2048,
    template: keyTemplate("storage", { keyFlags: TPM_MIGRATABLE }),
    publicPart: { keyUsage: TPM_KEY_AUTHCHANGE },
  }, "TPM_INVALID_KEYUSAGE"],
  ["a storage key of 1024 bits", {
    rsa: K1024,
    template: keyTemplate("storage", { bits: 1024, keyFlags: TPM_MIGRATABLE }),
  }, "TPM_BAD_KEY_PROPERTY"],
  ["a storage key", {
    rsa: K2048,
    template: keyTemplate("storage", { keyFlags: TPM_MIGRATABLE }),
  }, "TPM_SUCCESS"],
];

const KEY_PAYLOADS: readonly number[] = [
  TPM_PT_ASYM,
  TPM_PT_MIGRATE_RESTRICTED,
  TPM_PT_MIGRATE_EXTERNAL,
];

conformanceTest("TPM_LoadKey2 takes migratable keys that were wrapped outside", [
  CRAFTED.map(([what, crafted, code]) => load(what, (side) => craftKey(side, crafted), { code })),
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255].map((payload) =>
    load(`payload ${payload}`, (side) => craftKey(side, { sensitive: { payload } }), {
      code: KEY_PAYLOADS.includes(payload) ? "TPM_SUCCESS" : "TPM_INVALID_STRUCTURE",
    })
  ),
]);

conformanceTest("TPM_LoadKey2 wants tpmProof in a key that does not migrate", [
  [0, TPM_MIGRATEAUTHORITY].map((keyFlags) =>
    load(`flags ${keyFlags}`, (side) => craftKey(side, { publicPart: { keyFlags } }), {
      code: "TPM_INVALID_KEYUSAGE",
    })
  ),
  load(
    "with another prime",
    (side) => craftKey(side, { publicPart: { keyFlags: 0 }, ...prime(K1024.prime.slice(0, 32)) }),
    {
      code: "TPM_BAD_PARAMETER",
    },
  ),
]);

conformanceTest("TPM_LoadKey2 loads twenty keys", [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  Array.from({ length: 20 }, () => loadKey("key")),
  loadKey("key", { title: "and no more", code: "TPM_NOSPACE" }),
]);

const ZERO_COMPOSITE = sha1(
  encode(TPM_PCR_COMPOSITE, { select: selectPcrs(3), pcrValue: [ZEROS] }),
);

/** A key two below a storage key with such PCR information: TPM_CertifyKey tells of it. */
function descend(what: string, PCRInfo: Uint8Array, form: "TPM_KEY" | "TPM_KEY12"): Step[] {
  const certify = (label: string) =>
    step({
      command: "TPM_CertifyKey",
      title: `${label} of ${what}`,
      request: (side) => ({
        certHandle: side.handle(label),
        keyHandle: side.handle(label),
        antiReplay: ZEROS,
      }),
    });
  return [
    createWrapKey("top", { usage: "storage", PCRInfo, form }),
    loadKey("top"),
    createWrapKey("child", { usage: "signing", bits: 512, parent: "top" }),
    loadKey("child"),
    certify("child"),
    createWrapKey("middle", { usage: "storage", parent: "top" }),
    loadKey("middle"),
    createWrapKey("grandchild", { usage: "signing", bits: 512, parent: "middle" }),
    loadKey("grandchild"),
    certify("grandchild"),
    ...["top", "child", "middle", "grandchild"].map((label) => flushKey(label)),
  ];
}

conformanceTest("parentPCRStatus tells of PCRs at release of any parent", [
  descend("none", new Uint8Array(), "TPM_KEY12"),
  descend("an empty selection", pcrInfoLong({}), "TPM_KEY12"),
  descend("a locality", pcrInfoLong({ localityAtRelease: 1 }), "TPM_KEY12"),
  descend("a PCR", pcrInfoLong({ pcrs: [3], digestAtRelease: ZERO_COMPOSITE }), "TPM_KEY12"),
  descend("a PCR in 1.1", pcrInfo({ pcrs: [3], digestAtRelease: ZERO_COMPOSITE }), "TPM_KEY"),
]);

conformanceTest("a key bound to PCRs is of no use, as a parent too, when they have changed", [
  createWrapKey("bound", {
    usage: "storage",
    PCRInfo: pcrInfoLong({ pcrs: [3], digestAtRelease: ZERO_COMPOSITE }),
  }),
  loadKey("bound"),
  createWrapKey("child", { usage: "signing", bits: 512, parent: "bound" }),
  step({ command: "TPM_Extend", request: { pcrNum: 3, inDigest: secret("x") } }),
  loadKey("child", { code: "TPM_WRONGPCRVAL" }),
]);
