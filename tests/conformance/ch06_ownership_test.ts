import { encode } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt, sha1 } from "../../lib/crypto/mod.ts";
import * as C from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_PCR_COMPOSITE,
  TPM_RSA_KEY_PARMS,
  type TpmKey,
  type TpmKey12,
} from "../../lib/tpm12/structures/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { FLAGS } from "./flags.ts";
import type { Side } from "./side.ts";
import { action, type CommandStep, type Step, step } from "./step.ts";
import {
  createEk,
  createWrapKey,
  loadKey,
  locality,
  oiap,
  physicalPresence,
  startup,
  takeOwnership,
} from "./steps.ts";
import { keyTemplate, pcrInfo, pcrInfoLong, secret, selectPcrs, ZEROS } from "./templates.ts";

const OWNER = secret("owner");

interface Attempt {
  title: string;
  code: string | Record<string, string>;
  protocolID?: number;
  srk?: TpmKey | TpmKey12;
  owner?: Uint8Array;
  encOwnerAuth?: Uint8Array;
  encSrkAuth?: Uint8Array;
  srkSecret?: Uint8Array;
  auths?: CommandStep<"TPM_TakeOwnership">["auths"];
}

/** An attempt to take ownership of a TPM without owner. */
function attempt(how: Attempt): Step {
  const { title, code, protocolID = C.TPM_PID_OWNER, srk = keyTemplate("storage") } = how;
  const { owner = OWNER, srkSecret = ZEROS } = how;
  const hidden = (side: Side, plain: Uint8Array): Uint8Array =>
    rsaOaepEncrypt(side.ek!, plain, { random: side.random });
  return step({
    command: "TPM_TakeOwnership",
    title,
    request: (side) => ({
      protocolID,
      encOwnerAuth: how.encOwnerAuth ?? hidden(side, owner),
      encSrkAuth: how.encSrkAuth ?? hidden(side, srkSecret),
      srkParams: srk,
    }),
    auths: how.auths ?? [owner],
    code,
  });
}

/** Where there is no endorsement key to encrypt with. */
const RAW = { encOwnerAuth: new Uint8Array(256), encSrkAuth: new Uint8Array(256) };

const restores = new WeakMap<Side, () => void>();
const REMEMBER = action("remember", (side) => restores.set(side, side.checkpoint()));
const GO_BACK = action("go back", (side) => restores.get(side)!());

const SRK = keyTemplate("storage");
const parms = (keyLength: number, exponent = new Uint8Array(), numPrimes = 2) => ({
  ...SRK.algorithmParms,
  parms: encode(TPM_RSA_KEY_PARMS, { keyLength, numPrimes, exponent }),
});
const algorithm = (change: Partial<TpmKey["algorithmParms"]>) => ({
  ...SRK,
  algorithmParms: { ...SRK.algorithmParms, ...change },
});

/** Codes where the two are known to differ (differences.ts). */
const apart = (emulator: string, libtpms: string) => ({ emulator, libtpms });
const TOO_LONG = apart("TPM_BAD_KEY_PROPERTY", "TPM_DECRYPT_ERROR");
const BAD_PROPERTY = "TPM_BAD_KEY_PROPERTY";

const REFUSED: readonly (readonly [string, Attempt["code"], Omit<Attempt, "title" | "code">])[] = [
  ["another protocol", "TPM_BAD_PARAMETER", { protocolID: 1 }],
  ["a wrong HMAC", "TPM_AUTHFAIL", { auths: [ZEROS] }],
  ["no session", "TPM_BADTAG", { auths: [] }],
  ["a secret of 19 bytes", BAD_PROPERTY, { owner: new Uint8Array(19) }],
  ["a secret of 21 bytes", TOO_LONG, { owner: new Uint8Array(21) }],
  ["an SRK secret of 19 bytes", BAD_PROPERTY, { srkSecret: new Uint8Array(19) }],
  ["an SRK secret of 21 bytes", TOO_LONG, { srkSecret: new Uint8Array(21) }],
  ["no secret", "TPM_DECRYPT_ERROR", { encOwnerAuth: new Uint8Array() }],
  ["rubbish for a secret", "TPM_DECRYPT_ERROR", { encOwnerAuth: new Uint8Array(256) }],
  ["too much for a secret", "TPM_BAD_DATASIZE", { encOwnerAuth: new Uint8Array(257) }],
  ["rubbish for the SRK's", "TPM_DECRYPT_ERROR", { encSrkAuth: new Uint8Array(256).fill(1) }],
  ["too little for the SRK's", "TPM_DECRYPT_ERROR", { encSrkAuth: new Uint8Array(20) }],
  ["a signing key", "TPM_INVALID_KEYUSAGE", { srk: keyTemplate("signing") }],
  ["no usage", "TPM_INVALID_KEYUSAGE", { srk: { ...SRK, keyUsage: 0 } }],
  ["a migratable key", "TPM_INVALID_KEYUSAGE", { srk: { ...SRK, keyFlags: 2 } }],
  ["migratable, certified", "TPM_INVALID_KEYUSAGE", { srk: { ...SRK, keyFlags: 0x12 } }],
  ["a flag there is not", BAD_PROPERTY, { srk: { ...SRK, keyFlags: 0x20 } }],
  ...[0, 1, 2, 4].map((encScheme) =>
    [`encryption ${encScheme}`, BAD_PROPERTY, { srk: algorithm({ encScheme }) }] as const
  ),
  ...[0, 2, 3, 4].map((sigScheme) =>
    [`signature ${sigScheme}`, BAD_PROPERTY, { srk: algorithm({ sigScheme }) }] as const
  ),
  ...[0, 512, 1024, 2040, 2047].map((bits) =>
    [`${bits} bits`, BAD_PROPERTY, { srk: algorithm(parms(bits)) }] as const
  ),
  ...[[1, 0, 1], [3], [0]].map((exponent) => {
    const srk = algorithm(parms(2048, Uint8Array.from(exponent)));
    return [`exponent ${exponent}`, BAD_PROPERTY, { srk }] as const;
  }),
  ["a session left open", BAD_PROPERTY, {
    srk: algorithm({ algorithmID: C.TPM_ALG_AES128 }),
    auths: [{ entity: OWNER, session: "open" }],
  }],
  ["no parameters", "TPM_BAD_PARAM_SIZE", {
    srk: algorithm({ parms: new Uint8Array() }),
    auths: [{ entity: OWNER, session: "open too" }],
  }],
];

conformanceTest("ownership is refused with the same codes", [
  startup(),
  createEk(),
  oiap("open"),
  oiap("open too"),
  REFUSED.map(([title, code, how]) => attempt({ title, code, ...how })),
  FLAGS,
], { fresh: true });

conformanceTest("the emulator makes no storage root key that is not as the parameters say", [
  startup(),
  createEk(),
  REMEMBER,
  [parms(2064), parms(2048, undefined, 3)].map((algorithmParms) => [
    attempt({
      title: "what OpenSSL does not look at",
      srk: { ...SRK, algorithmParms },
      code: apart(BAD_PROPERTY, "TPM_SUCCESS"),
    }),
    GO_BACK,
  ]),
], { fresh: true });

const READ_SRK = step({
  command: "TPM_OwnerReadInternalPub",
  request: { keyHandle: C.TPM_KH_SRK },
});
const EXTEND = step({ command: "TPM_Extend", request: { pcrNum: 1, inDigest: ZEROS } });

conformanceTest("a storage root key is bound to PCRs and localities the same", [
  startup(),
  createEk(),
  takeOwnership({
    template: {
      PCRInfo: pcrInfoLong({
        pcrs: [1],
        digestAtRelease: compositeOf(1, ZEROS),
        localityAtRelease: C.TPM_LOC_ZERO,
      }),
    },
  }),
  READ_SRK,
  createWrapKey("key", { usage: "signing", bits: 512 }),
  locality(1),
  createWrapKey("other", { usage: "signing", bits: 512, code: "TPM_WRONGPCRVAL" }),
  locality(0),
  loadKey("key"),
  EXTEND,
  loadKey("key", { code: "TPM_WRONGPCRVAL" }),
], { fresh: true });

conformanceTest("a storage root key of 1.1 is bound to PCRs the same", [
  startup(),
  createEk(),
  takeOwnership({
    template: {
      form: "TPM_KEY",
      PCRInfo: pcrInfo({ pcrs: [1], digestAtRelease: compositeOf(1, ZEROS) }),
    },
  }),
  createWrapKey("key", { usage: "signing", bits: 512 }),
  EXTEND,
  loadKey("key", { code: "TPM_WRONGPCRVAL" }),
], { fresh: true });

function compositeOf(pcr: number, value: Uint8Array): Uint8Array {
  return sha1(encode(TPM_PCR_COMPOSITE, { select: selectPcrs(pcr), pcrValue: [value] }));
}

conformanceTest("ownership is taken in the same states", [
  startup(),
  attempt({ title: "without endorsement key", code: "TPM_NO_ENDORSEMENT", ...RAW }),
  createEk(),
  physicalPresence(true),
  step({ command: "TPM_SetOwnerInstall", request: { state: false } }),
  attempt({ title: "not allowed", code: "TPM_INSTALL_DISABLED" }),
  step({ command: "TPM_SetOwnerInstall", request: { state: true } }),
  step({ command: "TPM_PhysicalDisable" }),
  attempt({ title: "disabled", code: "TPM_DISABLED" }),
  step({ command: "TPM_PhysicalEnable" }),
  step({ command: "TPM_SetTempDeactivated", auths: [] }),
  takeOwnership({ owner: OWNER, srk: secret("SRK"), template: { form: "TPM_KEY" } }),
  attempt({ title: "a second time", code: "TPM_OWNER_SET" }),
  FLAGS,
], { fresh: true });
