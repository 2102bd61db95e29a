import { encode } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt } from "../../lib/crypto/mod.ts";
import {
  TPM_AUTH_NEVER,
  TPM_ET_DATA,
  TPM_ET_KEY,
  TPM_ET_KEYHANDLE,
  TPM_ET_OWNER,
  TPM_KH_SRK,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_RSA_KEY_PARMS } from "../../lib/tpm12/structures/mod.ts";
import { finish, makeIdentity, OLD, start, useChanged } from "./change_auth_asym.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { flip } from "./crafted_keys.ts";
import type { Side } from "./side.ts";
import { step } from "./step.ts";
import { createWrapKey, flushKey, loadKey, publicKeyOf, seal } from "./steps.ts";
import { keyTemplate, rsaParms, secret, ZEROS } from "./templates.ts";

const WRONG = secret("wrong");
const IDENTITY = makeIdentity(encode(TPM_KEY_ANY, keyTemplate("identity")));
const STORAGE: Script = [
  createWrapKey("storage", { usage: "storage", secret: secret("storage") }),
  loadKey("storage"),
];
const SIGNING: Script = [
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  loadKey("signing"),
];

conformanceTest("TPM_ChangeAuthAsymStart() makes and certifies keys alike", [
  IDENTITY,
  [512, 528, 1024, 2048].map((bits) => [
    start(`${bits} bits`, { parms: rsaParms("storage", { bits }) }),
    flushKey("ephemeral"),
  ]),
  start("another exponent", {
    parms: rsaParms("storage", { bits: 512, exponent: Uint8Array.of(3) }),
  }),
]);

const property = (title: string, parms: ReturnType<typeof rsaParms>) =>
  start(title, { parms, code: "TPM_BAD_KEY_PROPERTY" });

conformanceTest("TPM_ChangeAuthAsymStart() refuses keys and parameters alike", [
  IDENTITY,
  STORAGE,
  SIGNING,
  start("wrong HMAC", { auths: [WRONG], code: "TPM_AUTHFAIL" }),
  start("without session", { auths: [], code: "TPM_AUTHFAIL" }),
  ["signing", "storage", "SRK"].map((key) =>
    start(`by ${key}, usage before HMAC`, { key, auths: [WRONG], code: "TPM_INVALID_KEYUSAGE" })
  ),
  [256, 496, 520, 3072].map((bits) => property(`${bits} bits`, rsaParms("storage", { bits }))),
  [[1, 1], [2, 1], [3, 2], [3, 3]].map(([encScheme, sigScheme]) =>
    property(
      `schemes ${encScheme} and ${sigScheme}`,
      rsaParms("storage", { bits: 512, encScheme: encScheme!, sigScheme: sigScheme! }),
    )
  ),
  property("exponent 4", rsaParms("storage", { bits: 512, exponent: Uint8Array.of(4) })),
  property("three primes", {
    ...rsaParms("storage"),
    parms: encode(TPM_RSA_KEY_PARMS, { keyLength: 512, numPrimes: 3, exponent: new Uint8Array() }),
  }),
]);

conformanceTest("TPM_ChangeAuthAsymFinish() changes the secret of a key alike", [
  IDENTITY,
  STORAGE,
  createWrapKey("key", { usage: "signing", bits: 512, parent: "storage", secret: OLD }),
  createWrapKey("child", { usage: "signing", bits: 512, secret: OLD }),
  createWrapKey("open", { usage: "storage", authDataUsage: TPM_AUTH_NEVER }),
  loadKey("open"),
  createWrapKey("grandchild", { usage: "signing", bits: 512, parent: "open", secret: OLD }),
  [start("first"), finish("under a storage key"), useChanged()],
  [start("first"), finish("under the SRK, by the owner", { entity: "child", auths: ["owner"] })],
  useChanged(),
  [start("first"), finish("without session", { entity: "grandchild", auths: [] }), useChanged()],
  start("first"),
  finish("bytes left over", {
    plain: Uint8Array.of(...secret("new"), ...secret("n1"), 0),
  }),
]);

/** libtpms changes the secrets of keys alone; Part 3 names TPM_STORED_DATA too. */
const KEYS_ALONE = { emulator: "TPM_SUCCESS", libtpms: "TPM_WRONG_ENTITYTYPE" };

const underStorage = (side: Side, plain: Uint8Array): Uint8Array =>
  rsaOaepEncrypt(publicKeyOf(side, "storage"), plain, { random: side.random });

conformanceTest("TPM_ChangeAuthAsymFinish() refuses alike, and keeps the ephemeral key", [
  IDENTITY,
  STORAGE,
  SIGNING,
  createWrapKey("key", { usage: "signing", bits: 512, parent: "storage", secret: OLD }),
  seal("data", { key: "storage", data: Uint8Array.of(1), secret: OLD }),
  start("once"),
  finish("wrong HMAC", { auths: [WRONG], code: "TPM_AUTHFAIL" }),
  finish("without session", { auths: [], code: "TPM_AUTHFAIL" }),
  finish("wrong link", { link: ZEROS, code: "TPM_AUTHFAIL" }),
  [TPM_ET_KEYHANDLE, TPM_ET_OWNER, 0x0605].map((entityType) =>
    finish(`entity type ${entityType}`, { entityType, code: "TPM_WRONG_ENTITYTYPE" })
  ),
  finish("HMAC before entity type", { entityType: 1, auths: [WRONG], code: "TPM_AUTHFAIL" }),
  finish("entity type before usage", {
    entityType: 1,
    parent: "signing",
    code: "TPM_WRONG_ENTITYTYPE",
  }),
  finish("data for a key", {
    entity: "data",
    entityType: TPM_ET_KEY,
    code: "TPM_INVALID_STRUCTURE",
  }),
  finish("a key for data", {
    entityType: TPM_ET_DATA,
    code: { emulator: "TPM_INVALID_STRUCTURE", libtpms: "TPM_WRONG_ENTITYTYPE" },
  }),
  finish("a parent that signs", { parent: "signing", code: "TPM_INVALID_KEYUSAGE" }),
  finish("usage before the ephemeral key", {
    parent: "signing",
    ephemeral: 0x1234,
    code: "TPM_INVALID_KEYUSAGE",
  }),
  finish("a storage key for the ephemeral one", {
    ephemeral: "storage",
    code: "TPM_BAD_PARAMETER",
  }),
  finish("the SRK for it", { ephemeral: TPM_KH_SRK, code: "TPM_BAD_PARAMETER" }),
  finish("nothing for it", { ephemeral: 0x1234, code: "TPM_INVALID_KEYHANDLE" }),
  finish("encNewAuth is garbage", {
    encNewAuth: flip(new Uint8Array(128), 0),
    code: "TPM_DECRYPT_ERROR",
  }),
  finish("encNewAuth is too short", { encNewAuth: ZEROS, code: "TPM_DECRYPT_ERROR" }),
  finish("encNewAuth is too long", { encNewAuth: new Uint8Array(129), code: "TPM_BAD_DATASIZE" }),
  finish("the secret is cut off", {
    plain: new Uint8Array(39).fill(1),
    code: "TPM_BAD_PARAM_SIZE",
  }),
  finish("encData is garbage", { encData: () => new Uint8Array(256), code: "TPM_DECRYPT_ERROR" }),
  finish("encData is too long", {
    encData: () => new Uint8Array(257),
    ephemeral: 0x1234,
    code: "TPM_BAD_DATASIZE",
  }),
  finish("encData holds something else", {
    encData: (side) =>
      underStorage(side, Uint8Array.of(9, ...new Uint8Array(63), 128, ...new Uint8Array(128))),
    ephemeral: "storage",
    code: "TPM_INVALID_STRUCTURE",
  }),
  finish("encData is cut off", {
    encData: (side) => underStorage(side, new Uint8Array(20).fill(1)),
    code: "TPM_BAD_PARAM_SIZE",
  }),
  flushKey("ephemeral"),
]);

conformanceTest("TPM_ChangeAuthAsymFinish() changes the secret of sealed data as Part 3 has it", [
  IDENTITY,
  STORAGE,
  seal("data", { key: "storage", data: Uint8Array.of(1), secret: OLD }),
  start("once"),
  finish("of sealed data", { entity: "data", code: KEYS_ALONE }),
]);

conformanceTest("wrong links do not count towards the lockout", [
  IDENTITY,
  STORAGE,
  createWrapKey("key", { usage: "signing", bits: 512, parent: "storage", secret: OLD }),
  start("once"),
  Array.from({ length: 8 }, () => finish("wrong link", { link: ZEROS, code: "TPM_AUTHFAIL" })),
  finish("right link"),
]);

conformanceTest("room for the ephemeral key is asked for", [
  IDENTITY,
  Array.from({ length: 19 }, () => start("one more")),
  start("too many", { code: "TPM_NOSPACE" }),
  step({ command: "TPM_Reset", title: "takes no key" }),
  start("too many still", { code: "TPM_NOSPACE" }),
]);
