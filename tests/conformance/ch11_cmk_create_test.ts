import { encode } from "../../lib/codec/mod.ts";
import { signPkcs1Der, signPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import {
  TPM_CMK_DELEGATE_SIGNING,
  TPM_KEY_AUTHCHANGE,
  TPM_KEY_MIGRATE,
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_SS_RSASSAPKCS1v15_INFO,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, type TpmKey12, type TpmPubkey } from "../../lib/tpm12/structures/mod.ts";
import {
  approve,
  CERTIFIED,
  CMK_FLAGS,
  type CmkOptions,
  cmkTemplate,
  createCmk,
  msaOf,
  SIGNER,
  SIGNER_PUB,
} from "./cmk_steps.ts";
import { flip, softwareKey, softwarePubkey } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Code } from "./migration_steps.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { keyTemplate, pcrInfo, pcrInfoLong, secret, ZEROS } from "./templates.ts";

conformanceTest("TPM_CMK_SetRestrictions takes any bits", [
  [0, TPM_CMK_DELEGATE_SIGNING, 0xf8000000, 1, 0xffffffff].map((restriction) =>
    step({
      command: "TPM_CMK_SetRestrictions",
      title: `${restriction}`,
      request: { restriction },
    })
  ),
  step({
    command: "TPM_CMK_SetRestrictions",
    title: "by another secret",
    request: { restriction: 0 },
    auths: [secret("wrong")],
    code: "TPM_AUTHFAIL",
  }),
]);

const KEYS: readonly [what: string, keyInfo: TpmKey12, code: Code][] = [
  ["2048 bits", cmkTemplate("signing", { bits: 2048 }), "TPM_SUCCESS"],
  ["bind", cmkTemplate("bind"), "TPM_SUCCESS"],
  ["legacy", cmkTemplate("legacy"), "TPM_SUCCESS"],
  ["storage", cmkTemplate("storage", { bits: 2048 }), "TPM_SUCCESS"],
  [
    "migration authority",
    { ...cmkTemplate("storage", { bits: 2048 }), keyUsage: TPM_KEY_MIGRATE },
    "TPM_SUCCESS",
  ],
  ["identity", cmkTemplate("identity", { bits: 2048 }), "TPM_INVALID_KEYUSAGE"],
  [
    "for TPM_ChangeAuthAsymStart",
    { ...cmkTemplate("storage"), keyUsage: TPM_KEY_AUTHCHANGE },
    "TPM_INVALID_KEYUSAGE",
  ],
  ["storage of 512 bits", cmkTemplate("storage"), "TPM_BAD_KEY_PROPERTY"],
  ["520 bits", cmkTemplate("signing", { bits: 520 }), "TPM_BAD_KEY_PROPERTY"],
  ["all other flags", cmkTemplate("signing", { keyFlags: 0x1f }), "TPM_SUCCESS"],
  ["no flags", cmkTemplate("signing", { keyFlags: 0 }), "TPM_INVALID_KEYUSAGE"],
  [
    "migratable alone",
    cmkTemplate("signing", { keyFlags: TPM_MIGRATABLE }),
    "TPM_INVALID_KEYUSAGE",
  ],
  [
    "an authority alone",
    cmkTemplate("signing", { keyFlags: TPM_MIGRATEAUTHORITY }),
    "TPM_INVALID_KEYUSAGE",
  ],
  [
    "bound to PCRs",
    cmkTemplate("signing", {
      PCRInfo: pcrInfoLong({ pcrs: [1, 2], digestAtRelease: secret("x") }),
    }),
    "TPM_SUCCESS",
  ],
  [
    "PCR information of 1.1",
    cmkTemplate("signing", { PCRInfo: pcrInfo({ pcrs: [1] }) }),
    "TPM_INVALID_STRUCTURE",
  ],
];

const NO_APPROVAL: CmkOptions = { approval: () => ZEROS };

conformanceTest("TPM_CMK_CreateKey makes keys of these kinds, with the owner's approval", [
  CERTIFIED,
  KEYS.map(([what, keyInfo, code]) => createCmk(what, { keyInfo, code })),
  ["2048 bits", "bind", "storage"].map((label) => loadKey(label)),
  createCmk("not approved", { ...NO_APPROVAL, code: "TPM_MA_AUTHORITY" }),
  createCmk("approved for others", {
    list: () => ({ migAuthDigest: [ZEROS] }),
    code: "TPM_MA_AUTHORITY",
  }),
  createCmk("not approved, and 520 bits", {
    ...NO_APPROVAL,
    keyInfo: cmkTemplate("signing", { bits: 520 }),
    code: "TPM_MA_AUTHORITY",
  }),
  createCmk("not approved, and no flags", {
    ...NO_APPROVAL,
    keyInfo: cmkTemplate("signing", { keyFlags: 0 }),
    code: "TPM_INVALID_KEYUSAGE",
  }),
  createCmk("by OIAP", { auths: [{ entity: "SRK", kind: "OIAP" }], code: "TPM_BAD_MODE" }),
]);

conformanceTest("TPM_CMK_CreateKey wants a storage key that stays as parent", [
  CERTIFIED,
  createWrapKey("migratable", { usage: "storage", keyFlags: TPM_MIGRATABLE }),
  loadKey("migratable"),
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  loadKey("signing"),
  ["migratable", "signing"].flatMap((parent) => [
    createCmk("cmk", { parent, code: "TPM_INVALID_KEYUSAGE" }),
    createCmk("520 bits", {
      parent,
      keyInfo: cmkTemplate("signing", { bits: 520 }),
      code: "TPM_INVALID_KEYUSAGE",
    }),
  ]),
]);

const OLD_FORM = keyTemplate("signing", { bits: 512, keyFlags: CMK_FLAGS, form: "TPM_KEY" });

conformanceTest("TPM_CMK_CreateKey takes no TPM_KEY", [
  CERTIFIED,
  step({
    command: "TPM_CMK_CreateKey",
    title: "the sessions are apart: libtpms reads it, and refuses it later",
    request: (side) => ({
      parentHandle: side.handle("SRK"),
      dataUsageAuth: ZEROS,
      keyInfo: encode(TPM_KEY_ANY, OLD_FORM),
      migrationAuthorityApproval: side.bytes("approval"),
      migrationAuthorityDigest: ZEROS,
    }),
    code: { emulator: "TPM_INVALID_STRUCTURE", libtpms: "TPM_MA_AUTHORITY" },
  }),
  createCmk("the fill set", {
    keyInfo: encode(TPM_KEY_ANY, cmkTemplate()).with(3, 1),
    code: "TPM_BAD_KEY_PROPERTY",
  }),
]);

const SIGNED = secret("signed");

/** TPM_CMK_CreateTicket over {@linkcode SIGNED}, by default signed well by the signer. */
function ticket(
  title: string,
  { key = SIGNER_PUB, signature = signPkcs1Sha1(SIGNER, SIGNED), code = "TPM_SUCCESS" as Code },
): Step {
  return step({
    command: "TPM_CMK_CreateTicket",
    title,
    request: { verificationKey: key, signedData: SIGNED, signatureValue: signature },
    code,
  });
}

const signer = (options: Parameters<typeof softwarePubkey>[2]): TpmPubkey =>
  softwarePubkey(SIGNER, "signing", options);
const weaker = (bits: number) => ({
  key: softwarePubkey(softwareKey(bits), "signing"),
  signature: signPkcs1Sha1(softwareKey(bits), SIGNED),
});

conformanceTest("TPM_CMK_CreateTicket verifies signatures of RSA keys that do nothing else", [
  ticket("a good one", {}),
  ticket("1024 bits", weaker(1024)),
  ticket("512 bits", weaker(512)),
  ticket("2048 bits that say 1024", { key: signer({ bits: 1024 }) }),
  ticket("scheme INFO", { key: signer({ sigScheme: TPM_SS_RSASSAPKCS1v15_INFO }) }),
  [0, 2, 3].map((encScheme) =>
    ticket(`encryption scheme ${encScheme}`, {
      key: signer({ encScheme }),
      code: "TPM_INAPPROPRIATE_ENC",
    })
  ),
  [0, 1, 3, 5].map((sigScheme) =>
    ticket(`signature scheme ${sigScheme}`, {
      key: signer({ sigScheme }),
      code: "TPM_INVALID_KEYUSAGE",
    })
  ),
  [
    flip(signPkcs1Sha1(SIGNER, SIGNED)),
    signPkcs1Der(SIGNER, SIGNED),
    new Uint8Array(255),
    new Uint8Array(257),
    new Uint8Array(256).fill(255),
    new Uint8Array(),
  ].map((signature, i) => ticket(`bad ${i}`, { signature, code: "TPM_BAD_SIGNATURE" })),
  [new Uint8Array(), new Uint8Array(256).fill(2)].map((key) =>
    ticket("no modulus", { key: { ...SIGNER_PUB, pubKey: { key } }, code: "TPM_BAD_SIGNATURE" })
  ),
]);

conformanceTest("TPM_CMK_ApproveMA is the owner's", [
  createWrapKey("target", { usage: "storage" }),
  approve("approval", msaOf),
  step({
    command: "TPM_CMK_ApproveMA",
    request: { migrationAuthorityDigest: ZEROS },
    auths: [secret("wrong")],
    code: "TPM_AUTHFAIL",
  }),
]);
