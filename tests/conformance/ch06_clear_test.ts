import { encode, U32 } from "../../lib/codec/mod.ts";
import * as C from "../../lib/tpm12/constants/mod.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { FLAGS } from "./flags.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import {
  createWrapKey,
  loadKey,
  oiap,
  osap,
  physicalPresence,
  powerCycle,
  takeOwnership,
} from "./steps.ts";
import { nvTemplate, secret, ZEROS } from "./templates.ts";

type Clearing =
  | "TPM_OwnerClear"
  | "TPM_ForceClear"
  | "TPM_DisableOwnerClear"
  | "TPM_DisableForceClear";

function clearing(command: Clearing, code = "TPM_SUCCESS", title: string = command): Step {
  return step({ command, title, request: {}, code } as CommandStep<Clearing>);
}

function capability(capArea: number, subCap: number | null, mask: string[] = []): Step {
  return step({
    command: "TPM_GetCapability",
    title: `area ${capArea}, ${subCap}`,
    request: { capArea, subCap: subCap === null ? new Uint8Array() : encode(U32, subCap) },
    code: "any",
    mask,
  });
}

const area = (nvIndex: number, attributes: number): Step =>
  step({
    command: "TPM_NV_DefineSpace",
    title: `area 0x${nvIndex.toString(16)}`,
    request: { pubInfo: nvTemplate(nvIndex, { attributes, dataSize: 4 }), encAuth: secret("area") },
  });

const createCounter: Step = step({
  command: "TPM_CreateCounter",
  request: { encAuth: secret("counter"), label: Uint8Array.of(1, 2, 3, 4) },
  keep: (side, { countID }) => side.values.set("counter", countID),
  mask: ["countID"],
});

/** One of everything that an owner leaves. */
const FURNISHED: Script = [
  createWrapKey("key", { usage: "signing", bits: 512 }),
  loadKey("key"),
  oiap("oiap"),
  osap("osap", "key"),
  area(0x1000, C.TPM_NV_PER_OWNERREAD | C.TPM_NV_PER_OWNERWRITE),
  area(0x1001, C.TPM_NV_PER_AUTHREAD | C.TPM_NV_PER_OWNERWRITE),
  area(0x1002, C.TPM_NV_PER_OWNERREAD | C.TPM_NV_PER_AUTHWRITE),
  area(0x1003, C.TPM_NV_PER_AUTHREAD | C.TPM_NV_PER_AUTHWRITE),
  area(0x1000f000, C.TPM_NV_PER_OWNERREAD | C.TPM_NV_PER_OWNERWRITE),
  createCounter,
  step({
    command: "TPM_IncrementCounter",
    request: (side) => ({ countID: side.number("counter") }),
    auths: [secret("counter")],
  }),
  step({ command: "TPM_Extend", request: { pcrNum: 5, inDigest: secret("event") } }),
  step({
    command: "TPM_SetOrdinalAuditStatus",
    request: { ordinalToAudit: 0x46, auditState: true },
  }),
  step({ command: "TPM_SetOperatorAuth", request: { operatorAuth: ZEROS }, code: "any" }),
];

/** All that can be seen without an owner. */
const SEEN: Script = [
  [C.TPM_CAP_PROP_KEYS, C.TPM_CAP_PROP_AUTHSESS, C.TPM_CAP_PROP_COUNTERS, C.TPM_CAP_PROP_OWNER]
    .map((property) => capability(C.TPM_CAP_PROPERTY, property)),
  capability(C.TPM_CAP_PROPERTY, C.TPM_CAP_PROP_ACTIVE_COUNTER),
  capability(C.TPM_CAP_PROPERTY, C.TPM_CAP_PROP_MAX_NV_AVAILABLE),
  capability(C.TPM_CAP_NV_LIST, null),
  capability(C.TPM_CAP_FLAG, C.TPM_CAP_FLAG_VOLATILE),
  // The next time enabled, active and restarted.
  physicalPresence(true),
  step({ command: "TPM_PhysicalEnable" }),
  step({ command: "TPM_PhysicalSetDeactivated", request: { state: false } }),
  step({ command: "TPM_PCRRead", request: { pcrIndex: 5 }, code: "any" }),
  step({ command: "TPM_GetAuditDigest", request: { startOrdinal: 0 }, code: "any" }),
  powerCycle(),
  step({ command: "TPM_GetAuditDigest", request: { startOrdinal: 0 } }),
  step({ command: "TPM_ReadPubek", request: { antiReplay: ZEROS } }),
  takeOwnership({ owner: secret("next") }),
  createCounter,
];

conformanceTest("the owner clears the TPM", [
  FURNISHED,
  clearing("TPM_OwnerClear"),
  SEEN,
]);

conformanceTest("physical presence clears the TPM", [
  physicalPresence(true),
  FURNISHED,
  clearing("TPM_ForceClear"),
  SEEN,
]);

conformanceTest("physical presence clears what has no owner", [
  physicalPresence(true),
  clearing("TPM_OwnerClear"),
  step({ command: "TPM_PhysicalEnable" }),
  step({ command: "TPM_PhysicalSetDeactivated", request: { state: false } }),
  powerCycle(),
  physicalPresence(true),
  step({ command: "TPM_SetOwnerInstall", request: { state: false } }),
  clearing("TPM_ForceClear"),
  FLAGS.slice(1),
]);

conformanceTest("the owner gives up clearing", [
  clearing("TPM_DisableOwnerClear"),
  FLAGS,
  clearing("TPM_OwnerClear", "TPM_CLEAR_DISABLED"),
  step({
    command: "TPM_OwnerClear",
    title: "with a wrong secret",
    auths: [ZEROS.with(0, 1)],
    code: "TPM_AUTHFAIL",
  }),
  clearing("TPM_ForceClear", "TPM_BAD_PRESENCE"),
  physicalPresence(true),
  clearing("TPM_DisableForceClear"),
  FLAGS,
  clearing("TPM_ForceClear", "TPM_CLEAR_DISABLED"),
  powerCycle(),
  FLAGS,
  clearing("TPM_ForceClear", "TPM_BAD_PRESENCE"),
  physicalPresence(true),
  clearing("TPM_ForceClear"),
  FLAGS.slice(1),
]);

conformanceTest("the session that clears the TPM ends, whatever its caller asks", [
  oiap("lasting"),
  step({
    command: "TPM_OwnerClear",
    auths: [{ entity: "owner", session: "lasting", continueAuthSession: true }],
  }),
  capability(C.TPM_CAP_PROPERTY, C.TPM_CAP_PROP_AUTHSESS),
]);

conformanceTest("what TPM_ForceClear does to flags differs in allowMaintenance", [
  physicalPresence(true),
  clearing("TPM_ForceClear"),
  step({
    command: "TPM_GetCapability",
    request: { capArea: C.TPM_CAP_FLAG, subCap: encode(U32, C.TPM_CAP_FLAG_PERMANENT) },
    mask: ["resp"],
    keep: (side, { resp }) => {
      const allowed = resp[2 + 5] === 1;
      if (allowed !== (side.name === "emulator")) throw new Error("allowMaintenance is otherwise");
      if (resp.with(2 + 5, 0).toHex() !== CLEARED) throw new Error(resp.toHex());
    },
  }),
]);

/** disable, ownership, deactivated, readPubek, physicalPresenceCMDEnable and CEKPUsed. */
const CLEARED = "001f0101010100000000010100000000000000000000";
