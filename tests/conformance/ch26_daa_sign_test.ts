import { encode } from "../../lib/codec/mod.ts";
import {
  TPM_KH_EK,
  TPM_KH_OWNER,
  TPM_KH_SRK,
  TPM_RT_DAA_TPM,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY } from "../../lib/tpm12/structures/mod.ts";
import { assert, assertEquals } from "@std/assert";
import {
  daaSign,
  type DaaSignature,
  reopenSignature,
  type SignedData,
  type SignOptions,
  type StoredCredential,
} from "../../lib/tspi/daa/mod.ts";
import { KEY_PAIR, settingsWith } from "../tspi/daa/issuer.ts";
import { u32 } from "../bytes.ts";
import { makeIdentity } from "./change_auth_asym.ts";
import { flip } from "./crafted_keys.ts";
import {
  apart,
  begin,
  credentials,
  JOIN,
  JOINED,
  joinUpTo,
  sessionIs,
  stage,
  type StageOptions,
  stages,
  wordsOf,
  zeros,
} from "./daa_steps.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Side } from "./side.ts";
import { action, type Step, step } from "./step.ts";
import { createWrapKey, loadKey, publicKeyOf } from "./steps.ts";
import { keyTemplate, pcrInfoLong, secret, ZEROS } from "./templates.ts";

const COMMAND = "TPM_DAA_Sign";
const { next, aside, bad, data0, data1 } = wordsOf(COMMAND);
const NONCE = secret("verifier");
const DIGEST = secret("message");
const ofCredential = (field: "vBar0" | "vBar1" | "tpmSpecificEnc") => (_: Uint8Array, side: Side) =>
  credentials.get(side)![field];

/** Begins to sign; what comes of it is verified. */
function sign(
  options: Partial<SignOptions> = {},
  signed: (side: Side) => Partial<SignOptions> & { signed: SignedData } = () => ({
    signed: { digest: DIGEST },
  }),
): Step {
  const all = (side: Side): SignOptions => ({
    nonceVerifier: NONCE,
    random: side.random,
    ...options,
    ...signed(side),
  });
  return begin(
    COMMAND,
    (side) => daaSign(credentials.get(side)!, all(side)),
    (side, signature) => check(signature, credentials.get(side)!, all(side)),
  );
}

function check(signature: DaaSignature, credential: StoredCredential, options: SignOptions): void {
  const { revealAttributes } = options;
  const attributes = credential.attributes.map((value, i) => revealAttributes?.[i] ? value : null);
  const verify = (changes: Partial<SignOptions> = {}): boolean =>
    reopenSignature(KEY_PAIR.publicKey, signature, { ...options, attributes, ...changes }) !== null;
  assert(verify());
  assertEquals(verify({ nonceVerifier: DIGEST }), false);
  assertEquals(verify({ signed: { digest: NONCE } }), false);
}

/** An identity key bound to a PCR that does not have its value at release. */
const BOUND = [
  step({
    command: "TPM_MakeIdentity",
    request: {
      identityAuth: ZEROS,
      labelPrivCADigest: ZEROS,
      idKeyParams: keyTemplate("identity", {
        PCRInfo: pcrInfoLong({ pcrs: [16], digestAtRelease: ZEROS }),
      }),
    },
    keep: (side, _response, { idKey }) => {
      side.keys.set("bound", { secret: ZEROS, parent: "SRK", blob: idKey.slice() });
    },
  }),
  loadKey("bound"),
];
const IDENTITY = makeIdentity(encode(TPM_KEY_ANY, keyTemplate("identity")));

conformanceTest("TPM_DAA_Sign() signs digests and identity keys on both sides", [
  JOINED,
  IDENTITY,
  [sign(), next(16), sessionIs(false)],
  [sign({ baseName: DIGEST, revealAttributes: [true, false, true, false] }), next(16)],
  sign({}, (side) => ({
    signed: { identityModulus: publicKeyOf(side, "identity").modulus },
    identityHandle: side.handle("identity"),
  })),
  next(16),
]);

conformanceTest("TPM_DAA_Sign() opens sessions alike, and takes them away with any error", [
  JOINED,
  sign(),
  [0, 147, 149].map((length) =>
    apart(aside(`settings of ${length} bytes`, {
      data0: zeros(length),
      code: "TPM_DAA_INPUT_DATA0",
    }))
  ),
  apart(aside("settings with another tag", {
    data0: flip(settingsWith(), 1),
    code: "TPM_DAA_INPUT_DATA0",
  })),
  next(),
  [sign(), next(), sign()],
  stage(COMMAND, { title: "a third", code: "TPM_RESOURCES" }),
  sign(),
]);

conformanceTest("TPM_DAA_Sign() takes the session away with any error", [
  [JOINED, sign(), next()],
  [2, 16, 255].map((number) => bad(`stage ${number}`, "TPM_DAA_STAGE", { stage: number })),
  bad("wrong HMAC", "TPM_AUTHFAIL", { auths: [secret("wrong")] }),
  apart(
    aside("another session", { daaHandle: 0x1234, code: "TPM_BAD_HANDLE" }),
    sessionIs(true),
  ),
  bad("as a join", "TPM_DAA_TPM_SETTINGS", { command: "TPM_DAA_Join" }),
]);

conformanceTest("TPM_DAA_Sign() refuses changed blobs alike", [
  [JOINED, sign(), next()],
  [0, 1, 5, 6, 21, 22, 41, 45, 46, 49, 50, 145].map((at) =>
    data0(`tpmSpecific changed at ${at}`, (blob) => flip(blob, at))
  ),
  data0("tpmSpecific missing", zeros(0)),
  data0("its head cut off", (blob) => blob.subarray(1)),
  data0("its end cut off", (blob) => blob.subarray(0, -1)),
  data0("a byte too many", (blob) => Uint8Array.of(...blob, 0)),
  data0("v0 instead", ofCredential("vBar0")),
]);

/** libtpms asks for the issuer from stage 2 on. */
const OTHER_ISSUER = { emulator: "TPM_DAA_ISSUER_SETTINGS", libtpms: "TPM_SUCCESS" };

conformanceTest("TPM_DAA_Sign() asks for the issuer of the join", [
  [JOINED, sign()],
  stage(COMMAND, { title: "another issuer", data0: settingsWith({ DAA_digest_R0: ZEROS }) }),
  stage(COMMAND, { title: "is refused", code: OTHER_ISSUER }),
]);

const BASES: Script = Array.from({ length: 4 }, () => [
  data0("another base", (bytes) => flip(bytes)),
  data1("another n", (bytes) => flip(bytes)),
  next(),
]);

conformanceTest("TPM_DAA_Sign() checks the issuer's values alike", [
  [JOINED, sign(), next(2)],
  BASES,
  data0("another gamma", zeros(204)),
  data1("w too short", zeros(255)),
  bad("w is 0", "TPM_DAA_WRONG_W", { data1: zeros(256) }),
  next(),
  [data0("another gamma for E", zeros(204)), next()],
  [data0("another gamma for E1", zeros(204)), next()],
  data0("c1 too short", zeros(19)),
  data0("c1 too long", zeros(21)),
]);

const selector = (value: number, data: NonNullable<StageOptions["data1"]>): StageOptions => ({
  data0: Uint8Array.of(value),
  data1: data,
});
const ofKey = (label: string) => (_: Uint8Array, side: Side) => u32(side.handle(label));

conformanceTest("TPM_DAA_Sign() takes a digest or an identity key alike", [
  JOINED,
  [IDENTITY, BOUND, createWrapKey("signing", { usage: "signing", bits: 512 }), loadKey("signing")],
  [sign(), next(10)],
  [zeros(0), zeros(2), Uint8Array.of(2)].map((bytes) => data0("no selector", bytes)),
  data1("a digest too short", zeros(19)),
  data1("a digest too long", zeros(21)),
  [zeros(3), zeros(5), ...[0x1234, TPM_KH_SRK, TPM_KH_EK, TPM_KH_OWNER].map(u32)].map((bytes) =>
    bad("no handle of an identity key", "TPM_DAA_INPUT_DATA1", selector(0, bytes))
  ),
  bad("a signing key", "TPM_DAA_INPUT_DATA1", selector(0, ofKey("signing"))),
  bad("an identity key with wrong PCRs", "TPM_DAA_INPUT_DATA1", selector(0, ofKey("bound"))),
  apart(aside("an identity key", selector(0, ofKey("identity")))),
  next(),
]);

/** The three stages that take v0 or v1. */
const PARTS: Script = Array.from({ length: 3 }, (_, i) => [
  [0, 5, 10, 45, 193].map((at) => data0(`v changed at ${at}`, (blob) => flip(blob, at))),
  data0("v missing", zeros(0)),
  data0("tpmSpecific instead", ofCredential("tpmSpecificEnc")),
  data0("the other v", ofCredential(i < 2 ? "vBar1" : "vBar0")),
  data0("v of another join", (_, side) => others.get(side)![i < 2 ? "vBar0" : "vBar1"]),
  next(),
]);
const others = new WeakMap<Side, StoredCredential>();
const keepOther = action("keep the credential", (side) => {
  others.set(side, credentials.get(side)!);
  side.random(1); // Or the seeded numbers of the next join are those of the first.
});

conformanceTest("TPM_DAA_Sign() ends alike", [
  [JOINED, keepOther, JOIN, sign(), next(11)],
  Array.from({ length: 2 }, () => [
    apart(aside("inputs are ignored", { data0: zeros(9), data1: zeros(9) }), sessionIs(true)),
    next(),
  ]),
  PARTS,
  sessionIs(false),
]);

conformanceTest("DAA sessions are saved, and go on where they were", [
  [joinUpTo(8), saveAndLoad(), stages("TPM_DAA_Join", 17)],
  [sign(), next(7), saveAndLoad(), next(9), sessionIs(false)],
]);

/** TPM_SaveContext and TPM_LoadContext. */
function saveAndLoad(): Step[] {
  const save = step({
    command: "TPM_SaveContext",
    request: (side) => ({
      handle: side.number("daa handle"),
      resourceType: TPM_RT_DAA_TPM,
      label: zeros(16),
    }),
    keep: (side, _response, { contextBlob }) => side.values.set("context", contextBlob.slice()),
  });
  const load = step({
    command: "TPM_LoadContext",
    request: (side) => ({
      entityHandle: 0,
      keepHandle: true,
      contextBlob: side.bytes("context"),
    }),
  });
  return [save, load];
}
