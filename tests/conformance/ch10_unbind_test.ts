import { encode } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt, rsaPkcs1Encrypt, systemRandom } from "../../lib/crypto/mod.ts";
import {
  TPM_AUTH_NEVER,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_ES_RSAESPKCSv15,
  TPM_KH_SRK,
  TPM_LOC_TWO,
  TPM_NO_READ_PUBKEY_AUTH,
  TPM_PCRIGNOREDONREAD,
  TPM_PT_BIND,
  TPM_SS_NONE,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_SHA1,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_BOUND_DATA } from "../../lib/tpm12/structures/mod.ts";
import { flip, join } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Side } from "./side.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, flushKey, loadKey, publicKeyOf } from "./steps.ts";
import { pcrInfo, pcrInfoLong, secret, type Usage } from "./templates.ts";

type Code = string | Readonly<Record<string, string>>;

/** The keys that decrypt, by label: usage and schemes. */
const BINDERS: readonly [label: string, usage: Usage, encScheme: number, sigScheme: number][] = [
  ["bind, OAEP", "bind", TPM_ES_RSAESOAEP_SHA1_MGF1, TPM_SS_NONE],
  ["bind, PKCS#1", "bind", TPM_ES_RSAESPKCSv15, TPM_SS_NONE],
  ["legacy, OAEP", "legacy", TPM_ES_RSAESOAEP_SHA1_MGF1, TPM_SS_RSASSAPKCS1v15_SHA1],
  ["legacy, PKCS#1", "legacy", TPM_ES_RSAESPKCSv15, TPM_SS_RSASSAPKCS1v15_DER],
];

function unbind(
  title: string,
  { key, inData, code = "TPM_SUCCESS" }: {
    key: string;
    inData: (side: Side) => Uint8Array;
    code?: Code;
  },
): Step {
  return step({
    command: "TPM_UnBind",
    title: `${title}, ${key}`,
    request: (side) => ({ keyHandle: side.handle(key), inData: inData(side) }),
    code,
  });
}

const VER = { major: 1, minor: 1, revMajor: 0, revMinor: 0 };
const BOUND = encode(TPM_BOUND_DATA, {
  ver: VER,
  payload: TPM_PT_BIND,
  payloadData: Uint8Array.of(7, 8, 9),
});

/** What is encrypted, and the answer of a key that wants TPM_BOUND_DATA. */
const PLAINS: readonly [what: string, plain: Uint8Array, code: string][] = [
  ["bound data", BOUND, "TPM_SUCCESS"],
  ["bound data of nothing", BOUND.slice(0, 5), "TPM_SUCCESS"],
  ["another revision", BOUND.with(3, 2), "TPM_SUCCESS"],
  ["another payload", BOUND.with(4, 5), "TPM_INVALID_STRUCTURE"],
  ["version 1.2", BOUND.with(1, 2), "TPM_BAD_VERSION"],
  ["too little", BOUND.slice(0, 3), "TPM_BAD_PARAM_SIZE"],
  ["nothing", new Uint8Array(), "TPM_BAD_PARAM_SIZE"],
];

function unbinding([key, usage, encScheme, sigScheme]: typeof BINDERS[number]): Step[] {
  const raw = key === "legacy, PKCS#1";
  const encrypt = (side: Side, plain: Uint8Array, other = false): Uint8Array =>
    (encScheme === TPM_ES_RSAESPKCSv15) !== other
      ? rsaPkcs1Encrypt(publicKeyOf(side, key), plain, systemRandom)
      : rsaOaepEncrypt(publicKeyOf(side, key), plain, { random: systemRandom });
  const bad = (what: string, change: (good: Uint8Array) => Uint8Array, code: string) =>
    unbind(what, { key, inData: (side) => change(encrypt(side, BOUND)), code });
  return [
    createWrapKey(key, { usage, bits: 1024, encScheme, sigScheme }),
    loadKey(key),
    ...PLAINS.map(([what, plain, code]) =>
      unbind(what, {
        key,
        inData: (side) => encrypt(side, plain),
        code: raw ? "TPM_SUCCESS" : code,
      })
    ),
    unbind("the other padding", {
      key,
      inData: (side) => encrypt(side, BOUND, true),
      code: "TPM_DECRYPT_ERROR",
    }),
    bad("a bit changed", (good) => flip(good, 50), "TPM_DECRYPT_ERROR"),
    bad("cut short", (good) => good.slice(0, -1), "TPM_DECRYPT_ERROR"),
    bad("a byte more", (good) => join(Uint8Array.of(0), good), "TPM_BAD_DATASIZE"),
    bad("two blocks", (good) => join(good, good), "TPM_BAD_DATASIZE"),
    bad("zeros", () => new Uint8Array(128), "TPM_DECRYPT_ERROR"),
    bad("all ones", () => new Uint8Array(128).fill(255), "TPM_DECRYPT_ERROR"),
    bad("nothing at all", () => new Uint8Array(), "TPM_BAD_PARAMETER"),
    flushKey(key),
  ];
}

conformanceTest("TPM_UnBind opens one block, and takes from it what the key's kind says", [
  BINDERS.map(unbinding),
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  loadKey("signing"),
  step({
    command: "TPM_UnBind",
    title: "nothing at all, and a wrong secret",
    request: (side) => ({ keyHandle: side.handle("signing"), inData: new Uint8Array() }),
    auths: [secret("wrong")],
    code: { emulator: "TPM_AUTHFAIL", libtpms: "TPM_BAD_PARAMETER" },
  }),
  unbind("a key that signs", {
    key: "signing",
    inData: () => new Uint8Array(64),
    code: "TPM_INVALID_KEYUSAGE",
  }),
]);

function getPubKey(title: string, key: string | number, auths: string[], code: Code): Step {
  return step({
    command: "TPM_GetPubKey",
    title,
    request: (side) => ({ keyHandle: typeof key === "number" ? key : side.handle(key) }),
    auths: auths.length === 0 ? [] : [auths[0] === "wrong" ? secret("wrong") : auths[0]!],
    code,
  });
}

/** A key with such an authDataUsage, read without a session. */
function readFreely(authDataUsage: number, code: string): Step[] {
  return [
    createWrapKey("key", { usage: "signing", bits: 512, authDataUsage }),
    loadKey("key"),
    getPubKey(`without a session, authDataUsage ${authDataUsage}`, "key", [], code),
    flushKey("key"),
  ];
}

conformanceTest("TPM_GetPubKey lets public keys be read", [
  getPubKey("of the SRK", TPM_KH_SRK, ["SRK"], "TPM_INVALID_KEYHANDLE"),
  getPubKey("of the SRK, wrong secret", TPM_KH_SRK, ["wrong"], "TPM_AUTHFAIL"),
  getPubKey("of the SRK, no session", TPM_KH_SRK, [], "TPM_AUTHFAIL"),
  readFreely(TPM_AUTH_NEVER, "TPM_SUCCESS"),
  readFreely(TPM_NO_READ_PUBKEY_AUTH, "TPM_SUCCESS"),
  readFreely(1, "TPM_AUTHFAIL"),
  readFreely(2, "TPM_AUTHFAIL"),
]);

function readBound(PCRInfo: Uint8Array, form: "TPM_KEY" | "TPM_KEY12", code: string): Step[] {
  return [0, TPM_PCRIGNOREDONREAD].flatMap((keyFlags) => [
    createWrapKey("key", { usage: "signing", bits: 512, keyFlags, form, PCRInfo }),
    loadKey("key"),
    getPubKey("bound", "key", ["key"], keyFlags === 0 ? code : "TPM_SUCCESS"),
    getPubKey("wrong secret", "key", ["wrong"], keyFlags === 0 ? code : "TPM_AUTHFAIL"),
    flushKey("key"),
  ]);
}

conformanceTest("TPM_GetPubKey looks at PCRs and locality unless the key is read regardless", [
  readBound(pcrInfo({ pcrs: [3], digestAtRelease: secret("x") }), "TPM_KEY", "TPM_WRONGPCRVAL"),
  readBound(
    pcrInfoLong({ pcrs: [3], digestAtRelease: secret("x") }),
    "TPM_KEY12",
    "TPM_WRONGPCRVAL",
  ),
  readBound(pcrInfoLong({ localityAtRelease: TPM_LOC_TWO }), "TPM_KEY12", "TPM_WRONGPCRVAL"),
]);
