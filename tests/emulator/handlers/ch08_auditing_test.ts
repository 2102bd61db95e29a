import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/codec/mod.ts";
import { encode } from "../../../lib/codec/mod.ts";
import { sha1 } from "../../../lib/crypto/mod.ts";
import { COMMANDS } from "../../../lib/tpm12/commands/mod.ts";
import * as C from "../../../lib/tpm12/constants/mod.ts";
import { TPM_COUNTER_VALUE } from "../../../lib/tpm12/structures/mod.ts";
import { play } from "../../conformance/differential.ts";
import { ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { type Step, step } from "../../conformance/step.ts";
import { powerCycle } from "../../conformance/steps.ts";
import { ZEROS } from "../../conformance/templates.ts";

const audit = (command: keyof typeof COMMANDS, auditState: boolean): Step =>
  step({
    command: "TPM_SetOrdinalAuditStatus",
    request: { ordinalToAudit: COMMANDS[command].ordinal, auditState },
  });

/** An emulator that audits what is named and nothing else; the digest is zero. */
function auditing(...commands: (keyof typeof COMMANDS)[]): Side {
  const side = ownedEmulator();
  play(side, [powerCycle()]);
  tpmOf(side).permanent.auditedOrdinals = commands.map((name) => COMMANDS[name].ordinal);
  return side;
}

/** The digest after one event, and the counter. */
function fold(
  before: Uint8Array,
  { tag, parms, counter }: { tag: number; parms: Uint8Array; counter: number },
): Uint8Array {
  const auditCount = encode(TPM_COUNTER_VALUE, {
    tag: C.TPM_TAG_COUNTER_VALUE,
    label: new Uint8Array(4),
    counter,
  });
  return sha1(before, concat([Uint8Array.of(0, tag), parms, auditCount]));
}

const DIGEST = sha1(Uint8Array.of(1));
const EXTEND = step({ command: "TPM_Extend", request: { pcrNum: 1, inDigest: DIGEST } });

Deno.test("auditDigest takes in the digests of request and answer (8.1, actions 2.b to 2.e)", () => {
  const side = auditing("TPM_Extend");
  const { counter } = tpmOf(side).permanent.auditMonotonicCounter;
  play(side, [EXTEND]);
  const ordinal = Uint8Array.of(0, 0, 0, 0x14);
  const input = sha1(ordinal, Uint8Array.of(0, 0, 0, 1), DIGEST);
  const outDigest = tpmOf(side).volatile.pcrs.read(1);
  const output = sha1(new Uint8Array(4), ordinal, outDigest);
  const first = fold(ZEROS, {
    tag: C.TPM_TAG_AUDIT_EVENT_IN,
    parms: input,
    counter: counter + 1,
  });
  assertEquals(
    tpmOf(side).volatile.auditDigest,
    fold(first, { tag: C.TPM_TAG_AUDIT_EVENT_OUT, parms: output, counter: counter + 1 }),
  );
});

Deno.test("auditMonotonicCounter steps once for each run of the digest (8.1, action 2.a)", () => {
  const side = auditing("TPM_Extend");
  const counter = (): number => tpmOf(side).permanent.auditMonotonicCounter.counter;
  const before = counter();
  play(side, [EXTEND, EXTEND]);
  assertEquals(counter(), before + 1);
  play(side, [powerCycle(), EXTEND]);
  assertEquals(counter(), before + 2);
});

Deno.test("what fails is not audited (8.1, action 2)", () => {
  const side = auditing("TPM_Extend");
  play(side, [step({
    command: "TPM_Extend",
    request: { pcrNum: 24, inDigest: DIGEST },
    code: "TPM_BADINDEX",
  })]);
  assertEquals(tpmOf(side).volatile.auditDigest, ZEROS);
});

Deno.test("TPM_SetOrdinalAuditStatus() on itself is audited by what held before (8.1, 3.b)", () => {
  const side = auditing("TPM_SetOrdinalAuditStatus");
  play(side, [audit("TPM_SetOrdinalAuditStatus", false)]);
  const digest = tpmOf(side).volatile.auditDigest;
  assertEquals(digest.every((byte) => byte === 0), false);
  play(side, [audit("TPM_SetOrdinalAuditStatus", true)]);
  assertEquals(tpmOf(side).volatile.auditDigest, digest);
});

Deno.test("TPM_SaveState() saves a digest with its own request in it (3.3, action 2.a)", () => {
  const side = auditing("TPM_SaveState");
  const { counter } = tpmOf(side).permanent.auditMonotonicCounter;
  play(side, [step({ command: "TPM_SaveState" }), powerCycle(C.TPM_ST_STATE)]);
  const parms = sha1(Uint8Array.of(0, 0, 0, 0x98));
  assertEquals(
    tpmOf(side).volatile.auditDigest,
    fold(ZEROS, { tag: C.TPM_TAG_AUDIT_EVENT_IN, parms, counter: counter + 1 }),
  );
});

Deno.test("TPM_GetAuditDigest() lists ordinals from startOrdinal on, rising (8.3, action 3)", () => {
  const side = auditing("TPM_Extend", "TPM_Startup", "TSC_PhysicalPresence");
  const list = (startOrdinal: number): string => {
    let ordinals = "";
    play(side, [step({
      command: "TPM_GetAuditDigest",
      request: { startOrdinal },
      keep: (_side, { ordList, more }) => {
        ordinals = ordList.toHex();
        assertEquals(more, false);
      },
    })]);
    return ordinals;
  };
  assertEquals(list(0), "00000014000000994000000a");
  assertEquals(list(0x14), "00000014000000994000000a");
  assertEquals(list(0x15), "000000994000000a");
  assertEquals(list(0x4000000b), "");
});

Deno.test("the list of audited ordinals outlives power off (8.5, action 3)", () => {
  const side = auditing();
  play(side, [audit("TPM_Sign", true), audit("TPM_Extend", true), powerCycle()]);
  assertEquals(tpmOf(side).permanent.auditedOrdinals, [0x14, 0x3c]);
  play(side, [audit("TPM_Extend", false), powerCycle()]);
  assertEquals(tpmOf(side).permanent.auditedOrdinals, [0x3c]);
});
