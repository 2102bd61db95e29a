import { assertEquals } from "@std/assert";
import { encode } from "../../lib/codec/mod.ts";
import { sha1, verifyPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import { commandRows, COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import * as C from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_COUNTER_VALUE,
  TPM_SIGN_INFO,
  type TpmCounterValue,
} from "../../lib/tpm12/structures/mod.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { action, type Authorization, type CommandStep, type Step, step } from "./step.ts";
import {
  createWrapKey,
  loadKey,
  oiap,
  physicalPresence,
  powerCycle,
  publicKeyOf,
  startup,
} from "./steps.ts";
import { keyTemplate, secret, ZEROS } from "./templates.ts";
import { closeTransport, openTransport } from "./transport.ts";

const ORDINALS = Array.from({ length: 0x100 }, (_, ordinal) => ordinal);
/** Maintenance, TPM_SetRedirection and TPM_FieldUpgrade. */
const OURS_ALONE: readonly number[] = [0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x9a, 0xaa];
const SETS_STATUS = COMMANDS.TPM_SetOrdinalAuditStatus.ordinal;

const digest = (startOrdinal = 0): Step =>
  step({
    command: "TPM_GetAuditDigest",
    title: `from 0x${startOrdinal.toString(16)}`,
    request: { startOrdinal },
  });

const audit = (
  ordinalToAudit: number,
  auditState: boolean,
  code: CommandStep<"TPM_SetOrdinalAuditStatus">["code"] = "TPM_SUCCESS",
): Step =>
  step({
    command: "TPM_SetOrdinalAuditStatus",
    title: `0x${ordinalToAudit.toString(16)} ${auditState}`,
    request: { ordinalToAudit, auditState },
    code,
  });

const auditCommand = (command: keyof typeof COMMANDS, auditState = true): Step =>
  audit(COMMANDS[command].ordinal, auditState);

const EXTEND = step({ command: "TPM_Extend", request: { pcrNum: 1, inDigest: ZEROS } });

conformanceTest("a new TPM audits what libtpms audits", [
  startup(),
  ORDINALS.map(digest),
  digest(0x4000000a),
], { fresh: true });

/** What libtpms serves too. */
const SERVED = commandRows().filter((row) =>
  !row.deletedBy12 && !row.powerSignal && !OURS_ALONE.includes(row.ordinal)
).map((row) => row.ordinal).sort((a, b) => a - b);
const UNSERVED = [...ORDINALS, 0x100, 0x4000000c, 0xffffffff].filter((ordinal) =>
  !SERVED.includes(ordinal) && !OURS_ALONE.includes(ordinal)
);
const TPM_ORD_Init = COMMANDS.TPM_Init.ordinal;

conformanceTest("the same ordinals can be audited", [
  powerCycle(),
  SERVED.map((ordinal) => [audit(ordinal, true, "any"), audit(ordinal, false)]),
  SERVED.map((ordinal) => audit(ordinal, true, "any")),
  digest(),
  digest(0x20),
  [0x46, 0x4000000a].map((ordinal) => audit(ordinal, false)),
  digest(),
]);

conformanceTest("libtpms lists TSC ordinals wherever the list begins", [
  audit(0x4000000a, true),
  [0x4000000b, 0xffffffff].map((startOrdinal) =>
    action(`from 0x${startOrdinal.toString(16)}`, (side) => {
      const { facts } = digest(startOrdinal).run(side);
      assertEquals(facts.get("ordList"), side.name === "libtpms" ? "4000000a" : "");
    })
  ),
]);

conformanceTest("ordinals of no command are refused, by TPM_BADINDEX", [
  UNSERVED.map((ordinal) =>
    [true, false].map((state) => {
      const libtpms = state && ordinal !== TPM_ORD_Init
        ? "TPM_BAD_PARAMETER"
        : ordinal > 0xff
        ? "TPM_BADINDEX"
        : "TPM_SUCCESS";
      return audit(ordinal, state, { emulator: "TPM_BADINDEX", libtpms });
    })
  ),
]);

conformanceTest("the digest folds in whatever is audited and succeeds", [
  startup(),
  digest(),
  EXTEND,
  digest(),
  physicalPresence(true),
  step({ command: "TPM_PhysicalEnable" }),
  digest(),
  step({ command: "TPM_PhysicalSetDeactivated", request: { state: false } }),
  digest(),
  physicalPresence(false),
  step({ command: "TPM_PhysicalEnable", title: "refused", code: "TPM_BAD_PRESENCE" }),
  digest(),
  powerCycle(),
  digest(),
  step({ command: "TPM_DisableForceClear" }),
  digest(),
  step({ command: "TPM_SaveState" }),
  powerCycle(C.TPM_ST_STATE),
  digest(),
], { fresh: true });

const SHA1_COMPLETE = step({ command: "TPM_SHA1Complete", request: { hashData: ZEROS } });
/** Commands whose answers are the same on all TPMs, once audited. */
const AUDITED: Script = [
  EXTEND,
  step({ command: "TPM_PCRRead", request: { pcrIndex: 1 } }),
  step({ command: "TPM_GetCapability", request: { capArea: 6, subCap: new Uint8Array() } }),
  [step({ command: "TPM_SHA1Start" }), SHA1_COMPLETE],
  oiap("audited"),
  step({
    command: "TPM_OwnerSetDisable",
    request: { disableState: false },
    auths: [{ entity: "owner", session: "audited" }],
  }),
  step({ command: "TSC_PhysicalPresence", request: { physicalPresence: 0x20 } }),
  step({ command: "TPM_ContinueSelfTest" }),
  step({ command: "TPM_GetTestResult" }),
];

conformanceTest("each kind of command is audited the same", [
  powerCycle(),
  SERVED.map((ordinal) => audit(ordinal, true, "any")),
  AUDITED.map((audited) => [audited, digest()]),
  step({ command: "TPM_SaveState" }),
  powerCycle(C.TPM_ST_STATE),
  digest(),
]);

conformanceTest("whether TPM_SetOrdinalAuditStatus is audited follows what held before it", [
  powerCycle(),
  digest(),
  audit(SETS_STATUS, false),
  digest(),
  audit(SETS_STATUS, true),
  digest(),
  audit(SETS_STATUS, true),
  digest(),
]);

conformanceTest("commands in transport sessions are audited the same", [
  powerCycle(),
  auditCommand("TPM_Extend"),
  openTransport(),
  EXTEND,
  digest(),
  closeTransport(),
  createWrapKey("storage", { usage: "storage" }),
  powerCycle(),
  loadKey("storage"),
  openTransport({ key: "storage", transAttributes: C.TPM_TRANSPORT_ENCRYPT }),
  EXTEND,
  digest(),
  closeTransport(),
  digest(),
]);

/** How one TPM_GetAuditDigestSigned is asked for. */
interface Asked {
  closeAudit?: boolean;
  auths?: CommandStep<"TPM_GetAuditDigestSigned">["auths"];
  code?: string;
}

function signed(key: string, { closeAudit = false, auths, code }: Asked = {}): Step {
  const antiReplay = secret("nonce");
  return step({
    command: "TPM_GetAuditDigestSigned",
    title: `by ${key}, ${closeAudit}`,
    request: (side) => ({ keyHandle: side.handle(key), closeAudit, antiReplay }),
    ...(auths && { auths }),
    ...(code && { code }),
    ...(closeAudit && { mask: ["auditDigest"] }),
    keep: (side, { counterValue, auditDigest, ordinalDigest, sig }) => {
      // libtpms signs the digest, but tells the zeros that it closed the audit with.
      if (closeAudit && side.name === "libtpms") return assertEquals(auditDigest, ZEROS);
      const info = signedInfo(antiReplay, { counterValue, auditDigest, ordinalDigest });
      if (!verifyPkcs1Sha1(publicKeyOf(side, key), sha1(info), sig)) {
        throw new Error("the signature is not the key's");
      }
    },
  });
}

function signedInfo(
  replay: Uint8Array,
  { counterValue, auditDigest, ordinalDigest }: {
    counterValue: TpmCounterValue;
    auditDigest: Uint8Array;
    ordinalDigest: Uint8Array;
  },
): Uint8Array {
  const counter = encode(TPM_COUNTER_VALUE, counterValue);
  return encode(TPM_SIGN_INFO, {
    tag: C.TPM_TAG_SIGNINFO,
    fixed: new TextEncoder().encode("ADIG"),
    replay,
    data: Uint8Array.of(...auditDigest, ...counter, ...ordinalDigest),
  });
}

const wrongHmac: Authorization = {
  entity: "signing",
  tamper: (auth) => ({ ...auth, authData: ZEROS }),
};

conformanceTest("the audit digest is signed, and closed by an identity key alone", [
  auditCommand("TPM_CreateWrapKey", false),
  auditCommand("TPM_MakeIdentity", false),
  powerCycle(),
  createWrapKey("signing", { usage: "signing", bits: 1024 }),
  createWrapKey("info", { usage: "signing", bits: 1024, sigScheme: 4 }),
  createWrapKey("der", { usage: "signing", bits: 1024, sigScheme: 3 }),
  createWrapKey("legacy", { usage: "legacy", bits: 1024 }),
  createWrapKey("bind", { usage: "bind", bits: 1024 }),
  createWrapKey("free", { usage: "signing", bits: 1024, authDataUsage: C.TPM_AUTH_NEVER }),
  ["signing", "info", "der", "legacy", "bind", "free"].map((key) => loadKey(key)),
  step({
    command: "TPM_MakeIdentity",
    request: {
      identityAuth: secret("identity"),
      labelPrivCADigest: ZEROS,
      idKeyParams: keyTemplate("identity"),
    },
    auths: ["SRK", { entity: "owner", kind: "OSAP" }],
    keep: (side, _response, { idKey }) => {
      side.keys.set("identity", { secret: secret("identity"), blob: idKey.slice() });
    },
  }),
  loadKey("identity"),
  ["signing", "info", "legacy", "free", "identity"].map((key) => signed(key)),
  signed("free", { auths: [] }),
  signed("signing", { auths: [], code: "TPM_AUTHFAIL" }),
  signed("signing", { auths: [wrongHmac], code: "TPM_AUTHFAIL" }),
  ["der", "bind"].map((key) => signed(key, { code: "TPM_INVALID_KEYUSAGE" })),
  signed("signing", { closeAudit: true, code: "TPM_INVALID_KEYUSAGE" }),
  signed("identity", { closeAudit: true }),
  digest(),
  step({ command: "TPM_DisableForceClear" }),
  digest(),
  signed("identity", { closeAudit: true }),
  digest(),
]);
