import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { encode } from "../../../lib/codec/mod.ts";
import { rsaOaepEncrypt } from "../../../lib/crypto/mod.ts";
import { PERMANENT_STATE, type PermanentState } from "../../../lib/emulator/state/permanent.ts";
import { COMMANDS } from "../../../lib/tpm12/commands/mod.ts";
import * as C from "../../../lib/tpm12/constants/mod.ts";
import { play } from "../../conformance/differential.ts";
import { freshEmulator, ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { type Step, step } from "../../conformance/step.ts";
import {
  createEk,
  createWrapKey,
  loadKey,
  oiap,
  physicalPresence,
  startup,
  takeOwnership,
} from "../../conformance/steps.ts";
import { keyTemplate, nvTemplate, secret, ZEROS } from "../../conformance/templates.ts";

/** The secrets that are drawn anew for each owner. */
function secretsOf(side: Side): Pick<PermanentState, "tpmProof" | "contextKey" | "delegateKey"> {
  const { tpmProof, contextKey, delegateKey } = tpmOf(side).permanent;
  return { tpmProof, contextKey, delegateKey };
}

Deno.test("TPM_TakeOwnership() keeps secrets and makes those that live with an owner (9 to 17)", () => {
  const side = freshEmulator();
  play(side, [startup(), createEk()]);
  const { tpmProof, contextKey, delegateKey } = structuredClone(secretsOf(side));
  const [owner, srk] = [secret("owner"), secret("SRK")];
  play(side, [takeOwnership({ owner, srk })]);
  const { permanent } = tpmOf(side);
  assertEquals(permanent.ownerAuth, owner);
  assertEquals(permanent.ownerInstalled, true);
  assertEquals(permanent.srk?.usageAuth, srk);
  assertEquals(permanent.srk?.sensitive.migrationAuth, permanent.tpmProof);
  assertEquals(permanent.flags.readPubek, false);
  assertNotEquals(permanent.tpmProof, tpmProof);
  assertNotEquals(permanent.contextKey, contextKey);
  assertNotEquals(permanent.delegateKey, delegateKey);
});

Deno.test("TPM_TakeOwnership() that is refused changes nothing", () => {
  const side = freshEmulator();
  play(side, [startup(), createEk()]);
  const before = encode(PERMANENT_STATE, tpmOf(side).permanent);
  play(side, [step({
    command: "TPM_TakeOwnership",
    request: (side) => ({
      protocolID: C.TPM_PID_OWNER,
      encOwnerAuth: rsaOaepEncrypt(side.ek!, ZEROS, { random: side.random }),
      encSrkAuth: new Uint8Array(256),
      srkParams: keyTemplate("storage"),
    }),
    auths: [ZEROS],
    code: "TPM_DECRYPT_ERROR",
  })]);
  assertEquals(encode(PERMANENT_STATE, tpmOf(side).permanent), before);
});

const EXTEND = COMMANDS.TPM_Extend.ordinal;

/** What no clearing touches (6.2, action 4). */
const KEPT: readonly (keyof PermanentState)[] = [
  "endorsementKey",
  "manuMaintPub",
  "EKReset",
  "lastFamilyID",
  "tpmDAASeed",
  "authDIR",
  "daaProof",
  "daaBlobKey",
  "lastCounter",
];

const area = (nvIndex: number, attributes: number): Step =>
  step({
    command: "TPM_NV_DefineSpace",
    request: { pubInfo: nvTemplate(nvIndex, { attributes, dataSize: 4 }), encAuth: ZEROS },
  });
const OWNER_AREA = C.TPM_NV_PER_OWNERREAD | C.TPM_NV_PER_OWNERWRITE;
const AUTH_AREA = C.TPM_NV_PER_AUTHREAD | C.TPM_NV_PER_AUTHWRITE;

/** An owned emulator with something of everything. */
function furnished(): Side {
  const side = ownedEmulator();
  play(side, [
    createWrapKey("key", { usage: "signing", bits: 512, secret: secret("key") }),
    loadKey("key"),
    area(0x1000, OWNER_AREA),
    area(0x1001, AUTH_AREA),
    area(0x10001002, OWNER_AREA),
    step({
      command: "TPM_CreateCounter",
      request: { encAuth: secret("counter"), label: new Uint8Array(4) },
    }),
    step({ command: "TPM_Extend", request: { pcrNum: 1, inDigest: ZEROS } }),
    step({
      command: "TPM_SetOrdinalAuditStatus",
      request: { ordinalToAudit: EXTEND, auditState: true },
    }),
    oiap("open"),
  ]);
  const operatorAuth = secret("operator");
  Object.assign(tpmOf(side).permanent, { restrictDelegate: 1, noOwnerNVWrite: 3, operatorAuth });
  tpmOf(side).volatile.deferredPhysicalPresence = 1;
  return side;
}

for (const command of ["TPM_OwnerClear", "TPM_ForceClear"] as const) {
  const CLEAR = step(
    command === "TPM_OwnerClear" ? { command } : { command: "TPM_ForceClear" },
  );

  Deno.test(`${command}() keeps what outlives owners (action 4)`, () => {
    const side = furnished();
    const before = { ...tpmOf(side).permanent };
    const { counter } = before.auditMonotonicCounter;
    const pcr = tpmOf(side).volatile.pcrs.read(1);
    play(side, [physicalPresence(true), CLEAR]);
    const { permanent, volatile } = tpmOf(side);
    for (const name of KEPT) assertEquals(permanent[name], before[name], name);
    assert(permanent.auditMonotonicCounter.counter >= counter);
    assertEquals(volatile.pcrs.read(1), pcr);
    assertEquals(permanent.nvAreas.map(({ pubInfo }) => pubInfo.nvIndex), [0x1001, 0x10001002]);
  });

  Deno.test(`${command}() ends what the owner had, and wipes it (actions 3, 5 to 14)`, () => {
    const side = furnished();
    const { permanent } = tpmOf(side);
    const { srk, ownerAuth, operatorAuth, counters, nvAreas } = permanent;
    const secrets = secretsOf(side);
    const { tpmProof, contextKey, delegateKey } = structuredClone(secrets);
    const { key } = tpmOf(side).volatile.keys.get(side.handle("key"))!;
    play(side, [physicalPresence(true), CLEAR]);
    for (
      const gone of [
        ownerAuth,
        operatorAuth,
        ...Object.values(secrets),
        ...counters.map(({ authData }) => authData),
        nvAreas[0]!.data,
        srk!.usageAuth,
        key.usageAuth,
        key.sensitive.privKey.key,
      ]
    ) assert(gone.every((byte) => byte === 0));
    assertEquals(permanent.srk, null);
    assertEquals(permanent.ownerInstalled, false);
    assertNotEquals(permanent.tpmProof, tpmProof);
    assertNotEquals(permanent.contextKey, contextKey);
    assertNotEquals(permanent.delegateKey, delegateKey);
    assertEquals(permanent.counters, []);
    assertEquals(permanent.restrictDelegate, 0);
    assertEquals(permanent.noOwnerNVWrite, 0);
    assert(!permanent.auditedOrdinals.includes(EXTEND));
    const { volatile } = tpmOf(side);
    assertEquals([volatile.keys.size, volatile.authSessions.size], [0, 0]);
    assertEquals(volatile.deferredPhysicalPresence, 0);
  });
}

Deno.test("the count of counters goes on after an owner (action 11.a)", () => {
  const side = furnished();
  const { lastCounter } = tpmOf(side).permanent;
  play(side, [
    physicalPresence(true),
    step({ command: "TPM_ForceClear" }),
    step({ command: "TPM_PhysicalEnable" }),
    takeOwnership(),
    step({
      command: "TPM_CreateCounter",
      request: { encAuth: ZEROS, label: new Uint8Array(4) },
    }),
  ]);
  assertEquals(tpmOf(side).permanent.counters[0]!.value.counter, lastCounter + 1);
});

Deno.test("TPM_DisableOwnerClear() leaves TPM_ForceClear as the one way (6.4, action 3)", () => {
  const side = ownedEmulator();
  play(side, [
    step({ command: "TPM_DisableOwnerClear" }),
    step({ command: "TPM_OwnerClear", code: "TPM_CLEAR_DISABLED" }),
    physicalPresence(true),
    step({ command: "TPM_ForceClear" }),
  ]);
  assertEquals(tpmOf(side).permanent.flags.disableOwnerClear, false);
});

Deno.test("TPM_DisableForceClear() holds until the next start (6.5, action 1)", () => {
  const side = ownedEmulator();
  play(side, [
    physicalPresence(true),
    step({ command: "TPM_DisableForceClear" }),
    step({ command: "TPM_ForceClear", code: "TPM_CLEAR_DISABLED" }),
  ]);
  side.machine.reset();
  play(side, [startup(), physicalPresence(true), step({ command: "TPM_ForceClear" })]);
});
