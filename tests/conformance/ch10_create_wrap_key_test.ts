import { encode } from "../../lib/codec/mod.ts";
import {
  TPM_ALG_AES128,
  TPM_KEY_AUTHCHANGE,
  TPM_KEY_MIGRATE,
  TPM_KH_SRK,
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_PCRIGNOREDONREAD,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_KEY_ANY,
  TPM_RSA_KEY_PARMS,
  type TpmKey,
  type TpmKey12,
} from "../../lib/tpm12/structures/mod.ts";
import { join } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type Step, step } from "./step.ts";
import { createWrapKey, loadKey, osap } from "./steps.ts";
import { keyTemplate, pcrInfo, pcrInfoLong, secret, type Usage, ZEROS } from "./templates.ts";

type Code = string | Readonly<Record<string, string>>;
type Template = TpmKey | TpmKey12;

/** TPM_CreateWrapKey with a template of any shape; its PCRInfo and version are compared. */
function create(
  title: string,
  keyInfo: Template | Uint8Array,
  { parent = "SRK", code = "TPM_SUCCESS" as Code } = {},
): Step {
  return step({
    command: "TPM_CreateWrapKey",
    title,
    request: (side) => ({
      parentHandle: side.handle(parent),
      dataUsageAuth: ZEROS,
      dataMigrationAuth: secret("migration"),
      keyInfo,
    }),
    code,
  });
}

const SMALL = keyTemplate("signing", { bits: 512 });

/** The small template with other RSA parameters. */
function withParms(keyLength: number, numPrimes: number, ...exponent: number[]): Template {
  const parms = encode(TPM_RSA_KEY_PARMS, {
    keyLength,
    numPrimes,
    exponent: Uint8Array.from(exponent),
  });
  return { ...SMALL, algorithmParms: { ...SMALL.algorithmParms, parms } };
}

/** The small template with its parms changed. */
function withParmsBytes(change: (parms: Uint8Array) => Uint8Array): Template {
  const { algorithmParms } = SMALL;
  return { ...SMALL, algorithmParms: { ...algorithmParms, parms: change(algorithmParms.parms) } };
}

function withAlgorithm(algorithmID: number): Template {
  return { ...SMALL, algorithmParms: { ...SMALL.algorithmParms, algorithmID } };
}

const LENGTHS: readonly [usage: Usage, bits: number, code: string][] = [
  ["signing", 512, "TPM_SUCCESS"],
  ["signing", 520, "TPM_BAD_KEY_PROPERTY"],
  ["signing", 528, "TPM_SUCCESS"],
  ["signing", 2064, "TPM_BAD_KEY_PROPERTY"],
  ["signing", 4096, "TPM_BAD_KEY_PROPERTY"],
  ["bind", 512, "TPM_SUCCESS"],
  ["legacy", 512, "TPM_SUCCESS"],
  ["storage", 1024, "TPM_BAD_KEY_PROPERTY"],
  ["storage", 2048, "TPM_SUCCESS"],
  ["identity", 512, "TPM_BAD_KEY_PROPERTY"],
  ["identity", 2048, "TPM_INVALID_KEYUSAGE"],
];

const EXPONENTS: readonly [exponent: number[], code: string][] = [
  [[3], "TPM_SUCCESS"],
  [[5], "TPM_SUCCESS"],
  [[7], "TPM_SUCCESS"],
  [[17], "TPM_SUCCESS"],
  [[1, 1], "TPM_SUCCESS"],
  [[1, 0, 1], "TPM_SUCCESS"],
  [[0, 1, 0, 1], "TPM_SUCCESS"],
  [[0, 0, 0, 0, 0, 3], "TPM_SUCCESS"],
  [[0], "TPM_BAD_KEY_PROPERTY"],
  [[1], "TPM_BAD_KEY_PROPERTY"],
  [[2], "TPM_BAD_KEY_PROPERTY"],
  [[9], "TPM_BAD_KEY_PROPERTY"],
  [[1, 0, 0], "TPM_BAD_KEY_PROPERTY"],
  [[255, 255, 255, 255, 255], "TPM_BAD_KEY_PROPERTY"],
];

conformanceTest("TPM_CreateWrapKey makes keys of these lengths and exponents", [
  LENGTHS.map(([usage, bits, code]) =>
    create(`${usage}, ${bits} bits`, keyTemplate(usage, { bits }), { code })
  ),
  EXPONENTS.map(([exponent, code]) =>
    create(`exponent ${exponent}`, withParms(512, 2, ...exponent), { code })
  ),
  create("storage with an exponent of 3", keyTemplate("storage", { exponent: Uint8Array.of(3) }), {
    code: "TPM_BAD_KEY_PROPERTY",
  }),
  create("three primes", withParms(512, 3), { code: "TPM_BAD_KEY_PROPERTY" }),
]);

/** Every pair of schemes, and the usages for which each is right. */
const GOOD_SCHEMES: Readonly<Record<string, readonly string[]>> = {
  signing: ["1/2", "1/3", "1/4"],
  bind: ["2/1", "3/1"],
  legacy: ["2/2", "2/3", "3/2", "3/3"],
  storage: ["3/1"],
};

function schemes(usage: Usage, bits: number): Step[] {
  const steps: Step[] = [];
  for (let encScheme = 0; encScheme < 6; encScheme++) {
    for (let sigScheme = 0; sigScheme < 6; sigScheme++) {
      const good = GOOD_SCHEMES[usage]!.includes(`${encScheme}/${sigScheme}`);
      steps.push(create(
        `${usage} with schemes ${encScheme} and ${sigScheme}`,
        keyTemplate(usage, { bits, encScheme, sigScheme }),
        { code: good ? "TPM_SUCCESS" : "TPM_BAD_KEY_PROPERTY" },
      ));
    }
  }
  return steps;
}

conformanceTest("TPM_CreateWrapKey wants the schemes of the usage", [
  schemes("signing", 512),
  schemes("bind", 512),
  schemes("legacy", 512),
  schemes("storage", 2048),
]);

const FLAGS: readonly [flags: number, code: string][] = [
  [1, "TPM_SUCCESS"],
  [TPM_MIGRATABLE, "TPM_SUCCESS"],
  [4, "TPM_SUCCESS"],
  [TPM_PCRIGNOREDONREAD, "TPM_SUCCESS"],
  [TPM_MIGRATEAUTHORITY, "TPM_INVALID_KEYUSAGE"],
  [TPM_MIGRATEAUTHORITY | TPM_MIGRATABLE, "TPM_INVALID_KEYUSAGE"],
  [0x20, "TPM_BAD_KEY_PROPERTY"],
  [0x80000000, "TPM_BAD_KEY_PROPERTY"],
];

conformanceTest("TPM_CreateWrapKey looks at flags, usages and the parent", [
  FLAGS.map(([keyFlags, code]) => create(`flags ${keyFlags}`, { ...SMALL, keyFlags }, { code })),
  [0, 1, 2, 3, 17, 255].map((authDataUsage) =>
    create(`authDataUsage ${authDataUsage}`, { ...SMALL, authDataUsage })
  ),
  [0, 0x0f, 0x12, 0x13, 0x16, 0x17].map((keyUsage) =>
    create(`usage ${keyUsage}`, { ...SMALL, keyUsage }, { code: "TPM_BAD_KEY_PROPERTY" })
  ),
  create("for TPM_ChangeAuthAsymStart", {
    ...keyTemplate("storage", { bits: 512 }),
    keyUsage: TPM_KEY_AUTHCHANGE,
  }, { code: "TPM_INVALID_KEYUSAGE" }),
  create("migration authority", { ...keyTemplate("storage"), keyUsage: TPM_KEY_MIGRATE }),
  create("a modulus given", { ...SMALL, pubKey: { key: new Uint8Array(64).fill(7) } }),
  create("encData given", { ...SMALL, encData: new Uint8Array(64).fill(7) }),
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  createWrapKey("migratable", { usage: "storage", keyFlags: TPM_MIGRATABLE }),
  loadKey("signing"),
  loadKey("migratable"),
  create("a parent that signs", withParms(520, 2), {
    parent: "signing",
    code: "TPM_INVALID_KEYUSAGE",
  }),
  create("a parent that migrates", SMALL, { parent: "migratable", code: "TPM_INVALID_KEYUSAGE" }),
  create("both that migrate", { ...SMALL, keyFlags: TPM_MIGRATABLE }, { parent: "migratable" }),
  createWrapKey("by OIAP", {
    usage: "signing",
    bits: 512,
    auths: [{ entity: "SRK", kind: "OIAP" }],
    code: "TPM_BAD_MODE",
  }),
]);

const V1 = pcrInfo({ pcrs: [1] });
const LONG = pcrInfoLong({ pcrs: [1] });
const FOUR = join(Uint8Array.of(0, 4), new Uint8Array(44));
const apart = (emulator: string, libtpms: string) => ({ emulator, libtpms });

const PCR_INFOS: readonly [form: "TPM_KEY" | "TPM_KEY12", info: Uint8Array, code: Code][] = [
  ["TPM_KEY", V1, "TPM_SUCCESS"],
  ["TPM_KEY", V1.slice(0, -1), "TPM_BAD_PARAM_SIZE"],
  ["TPM_KEY", FOUR, "TPM_INVALID_PCR_INFO"],
  ["TPM_KEY", LONG, "TPM_INVALID_PCR_INFO"],
  ["TPM_KEY12", LONG, "TPM_SUCCESS"],
  ["TPM_KEY12", LONG.slice(0, -1), "TPM_BAD_PARAM_SIZE"],
  ["TPM_KEY12", LONG.with(2, 0), "TPM_INVALID_STRUCTURE"],
  ["TPM_KEY12", LONG.with(3, 0), "TPM_INVALID_STRUCTURE"],
  ["TPM_KEY12", LONG.with(3, 0x20), "TPM_INVALID_STRUCTURE"],
  ["TPM_KEY12", join(LONG.slice(0, 4), FOUR), "TPM_INVALID_PCR_INFO"],
  ["TPM_KEY12", V1, "TPM_INVALID_STRUCTURE"],
];

conformanceTest("TPM_CreateWrapKey writes down PCRs and locality in the key's own form", [
  PCR_INFOS.map(([form, PCRInfo, code], i) =>
    create(`${form}, PCR information ${i}`, keyTemplate("signing", { bits: 512, form, PCRInfo }), {
      code,
    })
  ),
  [["TPM_KEY", V1], ["TPM_KEY12", LONG]].map(([form, info]) =>
    create(
      `${form}, PCR information and a byte`,
      keyTemplate("signing", {
        bits: 512,
        form: form as "TPM_KEY",
        PCRInfo: join(info as Uint8Array, Uint8Array.of(0)),
      }),
      { code: apart("TPM_BAD_PARAM_SIZE", "TPM_SUCCESS") },
    )
  ),
  create("parms and a byte", withParmsBytes((parms) => join(parms, Uint8Array.of(0))), {
    code: apart("TPM_BAD_PARAM_SIZE", "TPM_SUCCESS"),
  }),
  // libtpms leaves the session open.
  [
    ["parms cut short", withParmsBytes((parms) => parms.slice(1)), "TPM_BAD_PARAM_SIZE"],
    ["no parms", withParmsBytes(() => new Uint8Array()), "TPM_BAD_PARAM_SIZE"],
    ["AES", withAlgorithm(TPM_ALG_AES128), "TPM_BAD_KEY_PROPERTY"],
  ].map(([title, keyInfo, code]) => [
    osap("kept", "SRK"),
    step({
      command: "TPM_CreateWrapKey",
      title: title as string,
      request: {
        parentHandle: TPM_KH_SRK,
        dataUsageAuth: ZEROS,
        dataMigrationAuth: ZEROS,
        keyInfo: keyInfo as Template,
      },
      auths: [{ session: "kept" }],
      code: code as string,
    }),
  ]),
  create("a revision in the version", {
    ...keyTemplate("signing", { bits: 512, form: "TPM_KEY" }),
    ver: { major: 1, minor: 1, revMajor: 5, revMinor: 6 },
  } as TpmKey),
  create(
    "version 1.2",
    encode(TPM_KEY_ANY, keyTemplate("signing", { form: "TPM_KEY" })).with(1, 2),
    {
      code: "TPM_BAD_VERSION",
    },
  ),
  create("the fill set", encode(TPM_KEY_ANY, SMALL).with(3, 1), { code: "TPM_BAD_KEY_PROPERTY" }),
  create("another tag", encode(TPM_KEY_ANY, SMALL).with(1, 0x27), {
    code: apart("TPM_INVALID_STRUCTURE", "TPM_BAD_KEY_PROPERTY"),
  }),
]);
