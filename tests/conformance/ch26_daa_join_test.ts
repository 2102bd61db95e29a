import { sha1 } from "../../lib/crypto/mod.ts";
import type { TpmDaaIssuer } from "../../lib/tpm12/structures/mod.ts";
import { joinInit } from "../../lib/tspi/daa/mod.ts";
import { authenticate, KEY_PAIR, settingsWith } from "../tspi/daa/issuer.ts";
import { u32 } from "../bytes.ts";
import {
  apart,
  begin,
  JOIN,
  joinDialogue,
  joinUpTo,
  refused,
  sessionIs,
  stage,
  type StageOptions,
  wordsOf,
  zeros,
} from "./daa_steps.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Step } from "./step.ts";
import { flip } from "./crafted_keys.ts";
import { secret, ZEROS } from "./templates.ts";

const COMMAND = "TPM_DAA_Join";
const { next, aside, bad, data0, data1 } = wordsOf(COMMAND);

conformanceTest("TPM_DAA_Join() gives a credential on both sides", [JOIN]);

const opening = (title: string, options: StageOptions): Step[] => apart(aside(title, options));

conformanceTest("TPM_DAA_Join() opens two sessions alike", [
  joinUpTo(0),
  [0, 3, 5].map((length) =>
    opening(`a count of ${length} bytes`, { data0: zeros(length), code: "TPM_DAA_INPUT_DATA0" })
  ),
  opening("no keys", { data0: zeros(4), code: "TPM_DAA_INPUT_DATA0" }),
  opening("very many keys", { data0: u32(0x80000000) }),
  opening("a second input", { data1: zeros(4) }),
  opening("a handle", { daaHandle: 0x1234 }),
  next(),
  joinUpTo(1),
  joinUpTo(0),
  stage(COMMAND, { title: "a third", code: "TPM_RESOURCES" }),
  stage(COMMAND, { title: "a third, of no keys", data0: zeros(4), code: "TPM_RESOURCES" }),
]);

conformanceTest("TPM_DAA_Join() takes the session away with any error", [
  joinUpTo(1),
  [2, 25, 255].map((number) => bad(`stage ${number}`, "TPM_DAA_STAGE", { stage: number })),
  bad("wrong HMAC", "TPM_AUTHFAIL", { auths: [secret("wrong")] }),
  ...[{}, { stage: 25 }, { auths: [secret("wrong")], code: "TPM_AUTHFAIL" }].map((options) =>
    apart(
      stage(COMMAND, {
        title: "another session",
        daaHandle: 0x1234,
        code: "TPM_BAD_HANDLE",
        ...options,
      }),
      sessionIs(true),
    )
  ),
]);

conformanceTest("TPM_DAA_Join() checks the issuer's keys and settings alike", [
  joinUpTo(1),
  data0("n0 too short", zeros(255)),
  data0("n0 too long", zeros(257)),
  apart(
    aside("n0 is 0", { data0: zeros(256) }),
    aside("signed by 0", { data1: zeros(256), code: "TPM_DAA_ISSUER_VALIDITY" }),
  ),
  apart(
    aside("n0 is even", { data0: zeros(256).fill(2) }),
    aside("signed by an even n0", {
      data1: zeros(256).fill(255),
      code: "TPM_DAA_ISSUER_VALIDITY",
    }),
  ),
  next(),
  data0("n1 too long", zeros(257)),
  data1("its signature too short", zeros(255)),
  bad("its signature wrong", "TPM_DAA_ISSUER_VALIDITY", { data1: (bytes) => flip(bytes) }),
  bad("n1 another", "TPM_DAA_ISSUER_VALIDITY", { data0: (bytes) => flip(bytes, 100) }),
  next(),
  data0("settings too short", settingsWith().subarray(1)),
  data0("settings too long", Uint8Array.of(...settingsWith(), 0)),
  data0("settings with another tag", flip(settingsWith(), 1)),
  data1("their signature too short", zeros(255)),
  bad("their signature wrong", "TPM_DAA_ISSUER_VALIDITY", { data1: (bytes) => flip(bytes) }),
  bad("other settings", "TPM_DAA_ISSUER_VALIDITY", {
    data0: settingsWith({ DAA_digest_R0: ZEROS }),
  }),
  next(),
  data0("a counter of three bytes", zeros(3)),
  apart(aside("counter 0", { data0: zeros(4) }), sessionIs(true)),
  apart(aside("a second input", { data1: zeros(3) }), sessionIs(true)),
]);

/** Four stages with a base and n. */
const BASES: Script = Array.from({ length: 4 }, () => [
  data0("another base", (bytes) => flip(bytes)),
  data1("another n", (bytes) => flip(bytes)),
  data0("both empty", zeros(0)),
  next(),
]);

conformanceTest("TPM_DAA_Join() checks the issuer's values alike", [
  joinUpTo(4),
  BASES,
  data0("NE too short", zeros(255)),
  bad("NE garbage", "TPM_DECRYPT_ERROR", { data0: zeros(256) }),
  bad("NE above n", "TPM_DECRYPT_ERROR", { data0: zeros(256).fill(255) }),
  next(),
  BASES,
  data0("another gamma", zeros(204)),
  data1("w too short", zeros(255)),
  bad("w is 0", "TPM_DAA_WRONG_W", { data1: zeros(256) }),
  bad("w of another order", "TPM_DAA_WRONG_W", { data1: zeros(256).fill(1) }),
  apart(
    aside("w is 1", { data1: flip(zeros(256)) }),
    aside("E is 1", { stage: 14 }),
    aside("E1 is 1", { stage: 15 }),
  ),
  next(),
  [data0("another gamma for E", zeros(204)), next()],
  [data0("another gamma for E1", zeros(204)), next()],
]);

const ignored = aside("inputs are ignored", { data0: zeros(9), data1: zeros(9) });

conformanceTest("TPM_DAA_Join() ends alike", [
  joinUpTo(16),
  data0("c1 too short", zeros(19)),
  data0("c1 too long", zeros(21)),
  next(),
  Array.from({ length: 5 }, () => [apart(ignored, sessionIs(true)), next()]),
  data0("u2 too short", zeros(127)),
  data0("u2 too long", zeros(129)),
  next(),
  data0("u3 too short", zeros(191)),
  apart(aside("u3 so large that v1 has 193 bytes", {
    data0: zeros(192).fill(255),
    code: { emulator: "TPM_DAA_INPUT_DATA0", libtpms: "TPM_FAIL" },
  })),
  next(),
  ignored,
  sessionIs(false),
]);

conformanceTest("a session of TPM_DAA_Join() is none of TPM_DAA_Sign()", [
  begin(COMMAND, joinDialogue),
  next(),
  refused("TPM_DAA_Sign", { title: "stage 1", code: "TPM_DAA_INPUT_DATA0" }),
  next(2),
  refused("TPM_DAA_Sign", {
    title: "stage 2",
    code: { emulator: "TPM_DAA_ISSUER_SETTINGS", libtpms: "TPM_DAA_TPM_SETTINGS" },
  }),
  next(2),
  refused("TPM_DAA_Sign", { title: "stage 4", code: "TPM_DAA_TPM_SETTINGS" }),
  [16, 255].map((number) =>
    refused("TPM_DAA_Sign", { title: `stage ${number}`, stage: number, code: "TPM_DAA_STAGE" })
  ),
]);

/** A join with an issuer of other values, up to stage 4; then that stage. */
const withIssuer = (
  title: string,
  changes: Partial<TpmDaaIssuer>,
  options: StageOptions,
): Script => {
  const settings = settingsWith(changes);
  const authentication = authenticate(settings, 1);
  const dialogue = () => joinInit(KEY_PAIR.publicKey, { authentication, daaCounter: 1 });
  return [
    begin(COMMAND, dialogue),
    next(2),
    stage(COMMAND, { title: `settings with ${title}`, data0: settings }),
    next(),
    stage(COMMAND, { title, ...options }),
    sessionIs(options.code === undefined),
  ];
};

const withN = (title: string, n: Uint8Array, code?: string): Script =>
  withIssuer(title, { DAA_digest_n: sha1(n) }, { data1: n, ...(code && { code }) });

conformanceTest("TPM_DAA_Join() refuses to compute with what an issuer set wrong", [
  withIssuer("q = 0", { DAA_generic_q: zeros(26) }, { code: "TPM_DAA_WRONG_W" }),
  withN("n empty", zeros(0), "TPM_DAA_WRONG_W"),
  withN("n even", zeros(256).fill(2), "TPM_DAA_WRONG_W"),
  withN("n too long", zeros(300).fill(255), "TPM_SIZE"),
  withN("n = 1", flip(zeros(256))),
  withIssuer("R0 empty", { DAA_digest_R0: sha1(zeros(0)) }, { data0: zeros(0) }),
]);
