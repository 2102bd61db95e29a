import { assertEquals, assertNotEquals } from "@std/assert";
import { encode, U32 } from "../../../lib/codec/mod.ts";
import { bigintToBytes, bytesToBigint, modPow, sha1 } from "../../../lib/crypto/mod.ts";
import { daaSign, joinInit, namedBase } from "../../../lib/tspi/daa/mod.ts";
import {
  apart,
  begin,
  credentials,
  JOINED,
  joinUpTo,
  refused,
  stage,
  stages,
} from "../../conformance/daa_steps.ts";
import { play } from "../../conformance/differential.ts";
import { ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { action, step } from "../../conformance/step.ts";
import { powerCycle } from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";
import { authenticate, KEY_PAIR, ROOT_MODULUS } from "../../tspi/daa/issuer.ts";

const JOIN = "TPM_DAA_Join";
const KEY = KEY_PAIR.publicKey;
const sessionOf = (side: Side) => [...tpmOf(side).volatile.daaSessions.values()][0]!;
const sign = begin("TPM_DAA_Sign", (side) =>
  daaSign(credentials.get(side)!, {
    nonceVerifier: secret("verifier"),
    signed: { digest: secret("message") },
    random: side.random,
  }));

/** f by its definition (26.1, 9.j), from what the TPM keeps. */
function secretOf(side: Side, daaCounter: number): bigint {
  const rekey = sha1(tpmOf(side).permanent.tpmDAASeed, sha1(ROOT_MODULUS));
  const half = (which: number) => sha1(Uint8Array.of(...rekey, ...encode(U32, daaCounter), which));
  return bytesToBigint(Uint8Array.of(...half(0), ...half(1))) % KEY.rho;
}

Deno.test("the pseudonym is zeta^f, f of the TPM's seed, the issuer's root and the counter", () => {
  const side = ownedEmulator();
  play(side, joinUpTo(14));
  const answers: Uint8Array[] = [];
  const zeta = namedBase(KEY, KEY.issuerBaseName);
  assertEquals(bytesToBigint(sessionOf(side).session.DAA_scratch), zeta);
  play(side, [
    step({
      command: JOIN,
      request: () => ({
        daaHandle: sessionOf(side).handle,
        stage: 14,
        inputData0: bigintToBytes(KEY.capitalGamma),
        inputData1: new Uint8Array(),
      }),
      keep: (_side, { outputData }) => answers.push(outputData.slice()),
    }),
  ]);
  assertEquals(bytesToBigint(answers[0]!), modPow(zeta, secretOf(side, 7), KEY.capitalGamma));
});

Deno.test("U is the product of its four powers (26.1, stages 4 to 7)", () => {
  const side = ownedEmulator();
  let capitalUprime = 0n;
  play(side, [
    begin(
      JOIN,
      () => joinInit(KEY, { authentication: authenticate(), daaCounter: 3 }),
      (_, joined) => {
        capitalUprime = joined.capitalUprime;
      },
    ),
    stages(JOIN, 9),
  ]);
  const { DAA_join_u0, DAA_join_u1 } = sessionOf(side).joinSession;
  const { modulus: n, capitalR0, capitalR1, capitalS } = KEY;
  const f = secretOf(side, 3);
  const u = bytesToBigint(DAA_join_u0) + (bytesToBigint(DAA_join_u1) << 1024n);
  const expected = [
    modPow(capitalR0, BigInt.asUintN(104, f), n),
    modPow(capitalR1, f >> 104n, n),
    modPow(capitalS, u, n),
  ].reduce((product, power) => (product * power) % n);
  assertEquals(capitalUprime, expected);
});

Deno.test("one key alone may authenticate the issuer (26.1, 6.g)", () => {
  const side = ownedEmulator();
  const authentication = authenticate(undefined, 1);
  play(side, [
    begin(JOIN, () => joinInit(KEY, { authentication, daaCounter: 0 })),
    stages(JOIN, 8),
  ]);
  assertEquals(sessionOf(side).session.DAA_stage, 8);
});

Deno.test("the random values of a signature are new each time (26.2, 6.h)", () => {
  const side = ownedEmulator();
  play(side, [JOINED, sign, stages("TPM_DAA_Sign", 3)]);
  const first = sessionOf(side).session.DAA_contextSeed.slice();
  assertNotEquals(first, new Uint8Array(20));
  play(side, [sign, stages("TPM_DAA_Sign", 3)]);
  const [, second] = tpmOf(side).volatile.daaSessions.values();
  assertNotEquals(second!.session.DAA_contextSeed, first);
});

Deno.test("a stage that fails takes the session away", () => {
  const side = ownedEmulator();
  play(side, [joinUpTo(5), stage(JOIN, { data0: new Uint8Array(), code: "TPM_DAA_INPUT_DATA0" })]);
  assertEquals(tpmOf(side).volatile.daaSessions.size, 0);
});

Deno.test("a session that was changed is refused (26.1, b and c)", () => {
  const side = ownedEmulator();
  play(side, joinUpTo(5));
  const spoil = (code: string, change: () => void) =>
    apart(
      action("spoil", change),
      stage(JOIN, { code, aside: true }),
    );
  play(side, [
    spoil("TPM_DAA_ISSUER_SETTINGS", () => sessionOf(side).issuerSettings.DAA_generic_q[0]! ^= 1),
    spoil("TPM_DAA_TPM_SETTINGS", () => sessionOf(side).tpmSpecific.DAA_rekey[0]! ^= 1),
    spoil("TPM_DAA_TPM_SETTINGS", () => sessionOf(side).joinSession.DAA_join_u0[0]! ^= 1),
  ]);
});

Deno.test("blobs of another daaProof or daaBlobKey are refused", () => {
  for (const secret of ["daaProof", "daaBlobKey"] as const) {
    const side = ownedEmulator();
    play(side, [JOINED, sign, stages("TPM_DAA_Sign", 1)]);
    tpmOf(side).permanent[secret][0]! ^= 1;
    play(side, [
      refused("TPM_DAA_Sign", { code: "TPM_DAA_INPUT_DATA0" }),
    ]);
  }
});

Deno.test("sessions end with power, and credentials outlive it", () => {
  const side = ownedEmulator();
  play(side, [JOINED, sign, stages("TPM_DAA_Sign", 8), powerCycle()]);
  assertEquals(tpmOf(side).volatile.daaSessions.size, 0);
  play(side, [sign, stages("TPM_DAA_Sign", 16)]);
});

Deno.test("a session goes on from a snapshot in every stage", () => {
  const side = ownedEmulator();
  const save = action("a snapshot", (side) => side.machine.restore(side.machine.save()));
  play(side, [joinUpTo(0), Array.from({ length: 26 }, () => [stage(JOIN), save])]);
  play(side, [sign, Array.from({ length: 16 }, () => [stage("TPM_DAA_Sign"), save])]);
});
