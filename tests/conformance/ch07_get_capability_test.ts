import { assertEquals } from "@std/assert";
import { encode, U16 } from "../../lib/codec/mod.ts";
import * as C from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_PARMS } from "../../lib/tpm12/structures/mod.ts";
import { u32 } from "../bytes.ts";
import { conformanceTest } from "./emulator_pair.ts";
import type { Side } from "./side.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import {
  createWrapKey,
  loadKey,
  oiap,
  osap,
  physicalPresence,
  powerCycle,
  startup,
} from "./steps.ts";
import { closeTransport, openTransport } from "./transport.ts";
import { nvTemplate, rsaParms, secret } from "./templates.ts";

const NONE = new Uint8Array();
const u16 = (value: number): Uint8Array => encode(U16, value);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

type Ask = Pick<CommandStep<"TPM_GetCapability">, "title" | "code" | "mask" | "keep">;

/** Asks for a capability; `subCap` may depend on a side's own handles. */
function capability(
  capArea: number,
  subCap: Uint8Array | ((side: Side) => Uint8Array) = NONE,
  { code = "any", ...ask }: Ask = {},
): Step {
  const title = `area 0x${capArea.toString(16)}${
    typeof subCap === "function" ? "" : `, 0x${subCap.toHex()}`
  }`;
  return step({
    command: "TPM_GetCapability",
    title,
    request: (side) => ({ capArea, subCap: typeof subCap === "function" ? subCap(side) : subCap }),
    code,
    ...ask,
  });
}

/** Our own name and revision, and what is asked of us alone. */
const OURS = { mask: ["resp"] };
/** Maintenance, TPM_SetRedirection, TPM_FieldUpgrade, and TPM_Init that nobody can send. */
const TPM_ORD_Init = 0x97;
const OURS_ALONE = [0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x9a, 0xaa, TPM_ORD_Init];
const PROPERTIES = range(0x100, 0x126).filter((property) =>
  property !== C.TPM_CAP_PROP_MANUFACTURER
);

/** Everything there is to ask, and a little that there is not. */
const EVERYTHING: Step[] = [
  ...range(0, 0xff).map((ordinal) =>
    capability(C.TPM_CAP_ORD, u32(ordinal), OURS_ALONE.includes(ordinal) ? OURS : {})
  ),
  ...[0x4000000a, 0x4000000b, 0x4000000c].map((ordinal) => capability(C.TPM_CAP_ORD, u32(ordinal))),
  ...range(0, 0x0b).map((algorithm) => capability(C.TPM_CAP_ALG, u32(algorithm))),
  ...range(0, 9).map((protocol) => capability(C.TPM_CAP_PID, u16(protocol))),
  ...[0, 0x108, 0x109, 0x10a].map((flags) => capability(C.TPM_CAP_FLAG, u32(flags))),
  ...PROPERTIES.map((property) => capability(C.TPM_CAP_PROPERTY, u32(property))),
  capability(C.TPM_CAP_PROPERTY, u32(C.TPM_CAP_PROP_MANUFACTURER), OURS),
  capability(C.TPM_CAP_VERSION),
  capability(C.TPM_CAP_VERSION_VAL, NONE, OURS),
  ...range(0, 0x0b).map((algorithm) => capability(C.TPM_CAP_SYM_MODE, u32(algorithm))),
  capability(C.TPM_CAP_NV_LIST),
  ...range(0, 0x0b).map((algorithm) => capability(C.TPM_CAP_TRANS_ALG, u32(algorithm))),
  ...range(0, 7).map((scheme) => capability(C.TPM_CAP_TRANS_ES, u16(scheme))),
  ...range(0, 0x0b).map((scheme) => capability(C.TPM_CAP_AUTH_ENCRYPT, u32(scheme))),
  ...range(0, 0x0d).map((type) => capability(C.TPM_CAP_DA_LOGIC, u16(type))),
];

conformanceTest("a new TPM tells the same of itself", [
  capability(C.TPM_CAP_VERSION, NONE, { code: "TPM_INVALID_POSTINIT" }),
  startup(),
  EVERYTHING,
], { fresh: true });

conformanceTest("a sub-capability of the wrong size is refused the same way", [
  startup(),
  range(0, 0x20).map((area) =>
    range(0, 9).map((size) =>
      capability(
        area,
        new Uint8Array(size).fill(1),
        area === C.TPM_CAP_VERSION_VAL ? OURS : {},
      )
    )
  ),
], { fresh: true });

conformanceTest("TPM_CAP_SELECT_SIZE judges version and size the same", [
  startup(),
  capability(C.TPM_CAP_SELECT_SIZE, Uint8Array.of(1, 1, 0, 1, 0)),
  range(0, 3).map((major) =>
    range(0, 3).map((minor) =>
      range(0, 5).map((reqSize) =>
        capability(C.TPM_CAP_SELECT_SIZE, Uint8Array.of(major, minor, ...u16(reqSize)))
      )
    )
  ),
], { fresh: true });
const KEY_PARMS = rsaParms("signing");
const rsa = (keyLength: number, numPrimes: number, exponent = NONE): Uint8Array =>
  Uint8Array.of(...u32(keyLength), ...u32(numPrimes), ...u32(exponent.length), ...exponent);

conformanceTest("TPM_CAP_CHECK_LOADED judges parameters the same", [
  startup(),
  [
    KEY_PARMS,
    rsaParms("storage"),
    rsaParms("signing", { bits: 512 }),
    { ...KEY_PARMS, algorithmID: C.TPM_ALG_AES128 },
    { ...KEY_PARMS, algorithmID: 0 },
    { ...KEY_PARMS, encScheme: 9 },
    { ...KEY_PARMS, sigScheme: 9 },
    { ...KEY_PARMS, encScheme: 0, sigScheme: 0 },
    { ...KEY_PARMS, parms: NONE },
    { ...KEY_PARMS, parms: rsa(2048, 3) },
    { ...KEY_PARMS, parms: rsa(4096, 2) },
    { ...KEY_PARMS, parms: rsa(2047, 2) },
    { ...KEY_PARMS, parms: rsa(8, 2) },
    { ...KEY_PARMS, parms: rsa(2048, 2, Uint8Array.of(1, 0, 1)) },
    { ...KEY_PARMS, parms: rsa(2048, 2, Uint8Array.of(4)) },
  ].map((parms) => capability(C.TPM_CAP_CHECK_LOADED, encode(TPM_KEY_PARMS, parms))),
  capability(C.TPM_CAP_CHECK_LOADED, Uint8Array.of(...encode(TPM_KEY_PARMS, KEY_PARMS), 0)),
], { fresh: true });

conformanceTest("a TPM in failure mode tells as much", [
  startup(C.TPM_ST_STATE, { code: "TPM_FAILEDSELFTEST" }),
  EVERYTHING,
  range(0, 0x20).map((area) =>
    capability(area, new Uint8Array(4), area === C.TPM_CAP_VERSION_VAL ? OURS : {})
  ),
], { fresh: true });

/** As a user meets it: owned, with keys, sessions, NV areas and a counter. */
const HANDLES = [
  capability(C.TPM_CAP_KEY_HANDLE, NONE, OURS),
  ...[C.TPM_RT_KEY, C.TPM_RT_AUTH, C.TPM_RT_TRANS, C.TPM_RT_COUNTER, C.TPM_RT_CONTEXT].map((type) =>
    capability(C.TPM_CAP_HANDLE, u32(type), OURS)
  ),
];

conformanceTest("a TPM in use tells the same of itself", [
  EVERYTHING,
  createWrapKey("key", { usage: "signing", bits: 512 }),
  loadKey("key"),
  capability(C.TPM_CAP_KEY_STATUS, (side) => u32(side.handle("key"))),
  capability(C.TPM_CAP_KEY_STATUS, u32(C.TPM_KH_SRK)),
  capability(C.TPM_CAP_KEY_STATUS, u32(C.TPM_KH_EK)),
  capability(C.TPM_CAP_KEY_STATUS, u32(C.TPM_KH_OWNER)),
  capability(C.TPM_CAP_KEY_STATUS, u32(0x01020304)),
  oiap("one"),
  osap("two", "key"),
  step({
    command: "TPM_NV_DefineSpace",
    request: {
      pubInfo: nvTemplate(0x1000, { attributes: C.TPM_NV_PER_OWNERWRITE, dataSize: 100 }),
      encAuth: secret("area"),
    },
  }),
  step({
    command: "TPM_NV_DefineSpace",
    request: {
      pubInfo: nvTemplate(0x10011f00, { attributes: C.TPM_NV_PER_OWNERWRITE, dataSize: 7 }),
      encAuth: secret("area"),
    },
  }),
  capability(C.TPM_CAP_NV_LIST),
  capability(C.TPM_CAP_NV_INDEX, u32(0x1000)),
  capability(C.TPM_CAP_NV_INDEX, u32(0x10011f00)),
  capability(C.TPM_CAP_NV_INDEX, u32(0x1001)),
  capability(C.TPM_CAP_NV_INDEX, u32(C.TPM_NV_INDEX_DIR)),
  step({
    command: "TPM_CreateCounter",
    request: { encAuth: secret("counter"), label: Uint8Array.of(1, 2, 3, 4) },
    keep: (side, { countID }) => side.values.set("counter", countID),
    mask: ["countID"],
  }),
  HANDLES,
  EVERYTHING,
  step({
    command: "TPM_IncrementCounter",
    request: (side) => ({ countID: side.number("counter") }),
    auths: [secret("counter")],
  }),
  capability(C.TPM_CAP_PROPERTY, u32(C.TPM_CAP_PROP_ACTIVE_COUNTER), OURS),
  step({
    command: "TPM_SaveContext",
    request: (side) => ({
      handle: side.sessions.get("one")!.authHandle,
      resourceType: C.TPM_RT_AUTH,
      label: new Uint8Array(16),
    }),
  }),
  HANDLES,
  EVERYTHING,
  openTransport(),
  HANDLES,
  EVERYTHING,
  closeTransport(),
  physicalPresence(true),
  capability(C.TPM_CAP_FLAG, u32(C.TPM_CAP_FLAG_PERMANENT)),
  capability(C.TPM_CAP_FLAG, u32(C.TPM_CAP_FLAG_VOLATILE)),
  step({ command: "TPM_SaveState" }),
  powerCycle(C.TPM_ST_STATE),
  HANDLES,
  EVERYTHING,
  powerCycle(),
  HANDLES,
  EVERYTHING,
]);

const OWNERS_FLAGS = step({ command: "TPM_GetCapabilityOwner", mask: ["version"] });

conformanceTest("the owner is told the same flags", [
  OWNERS_FLAGS,
  physicalPresence(true),
  OWNERS_FLAGS,
  step({ command: "TPM_DisableOwnerClear" }),
  step({ command: "TPM_DisableForceClear" }),
  OWNERS_FLAGS,
  step({ command: "TPM_GetCapabilityOwner", auths: [secret("wrong")], code: "TPM_AUTHFAIL" }),
  step({ command: "TPM_GetCapabilityOwner", auths: [], code: "TPM_BADTAG" }),
]);

/** Answers that are known to differ (differences.ts). */
function apart(
  capArea: number,
  subCap: Uint8Array,
  answers: { emulator: string; libtpms: string },
): Step {
  return capability(capArea, subCap, {
    code: "TPM_SUCCESS",
    mask: ["resp"],
    keep: (side, { resp }) => {
      const expected = answers[side.name as keyof typeof answers];
      assertEquals(resp.toHex().slice(0, expected.length), expected);
    },
  });
}

conformanceTest("maker, version and what libtpms does not serve are told otherwise", [
  startup(),
  apart(C.TPM_CAP_PROPERTY, u32(C.TPM_CAP_PROP_MANUFACTURER), {
    emulator: "44454e4f",
    libtpms: "49424d00",
  }),
  apart(C.TPM_CAP_VERSION_VAL, NONE, { emulator: "003001020001", libtpms: "00300102" }),
  OURS_ALONE.map((ordinal) => {
    const [emulator, libtpms] = ordinal === TPM_ORD_Init ? ["00", "01"] : ["01", "00"];
    return apart(C.TPM_CAP_ORD, u32(ordinal), { emulator, libtpms });
  }),
  capability(C.TPM_CAP_MFR, u32(0x20), {
    code: { emulator: "TPM_BAD_MODE", libtpms: "TPM_SUCCESS" },
  }),
], { fresh: true });
