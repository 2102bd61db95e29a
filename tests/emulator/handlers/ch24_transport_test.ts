import { assert, assertEquals } from "@std/assert";
import { rsaPkcs1Encrypt } from "../../../lib/crypto/mod.ts";
import {
  TPM_ALG_AES128,
  TPM_ALG_MGF1,
  TPM_ES_NONE,
  TPM_ES_RSAESPKCSv15,
  TPM_ES_SYM_CTR,
  TPM_KH_SRK,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_EXCLUSIVE,
  TPM_TRANSPORT_LOG,
} from "../../../lib/tpm12/constants/mod.ts";
import { play } from "../../conformance/differential.ts";
import { ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { type Step, step } from "../../conformance/step.ts";
import { createWrapKey, loadKey, locality, publicKeyOf } from "../../conformance/steps.ts";
import { secret, ZEROS } from "../../conformance/templates.ts";
import {
  endWithNext,
  forgeNext,
  inTransport,
  leaveTransport,
  openTransport,
  releaseTransport,
  SECRET,
} from "../../conformance/transport.ts";

const LOG = TPM_TRANSPORT_LOG;
const ENCRYPT = TPM_TRANSPORT_ENCRYPT;
/** TPM_TRANSPORT_AUTH. */
const HIDDEN = Uint8Array.of(0, 0x1d, ...SECRET);
const READ = step({ command: "TPM_PCRRead", request: { pcrIndex: 0 } });

/** A command of nothing but a header. */
const bare = (ordinal: number, code: string): Step =>
  step({
    command: "TPM_GetTestResult",
    title: `ordinal 0x${ordinal.toString(16)}`,
    mutate: () => Uint8Array.of(0, 0xc1, 0, 0, 0, 18, 0, 0, 0, ordinal, ...new Uint8Array(8)),
    code,
  });

Deno.test("TPM_EstablishTransport() has no MGF1 in FIPS mode (3.a)", () => {
  const side = ownedEmulator();
  tpmOf(side).permanent.flags.FIPS = true;
  const open = (algId: number, encScheme: number, code?: string) =>
    openTransport({
      key: "SRK",
      transAttributes: ENCRYPT,
      algId,
      encScheme,
      ...(code && { code }),
    });
  play(side, [
    open(TPM_ALG_MGF1, TPM_ES_NONE, "TPM_INAPPROPRIATE_ENC"),
    open(TPM_ALG_AES128, TPM_ES_SYM_CTR),
    READ,
  ]);
});

Deno.test("TPM_EstablishTransport() leaves nothing behind when it refuses", () => {
  const side = ownedEmulator();
  const { volatile } = tpmOf(side);
  play(side, [
    openTransport({
      transAttributes: ENCRYPT | TPM_TRANSPORT_EXCLUSIVE,
      code: "TPM_BAD_SCHEME",
    }),
  ]);
  assertEquals([volatile.transportSessions.size, volatile.transportExclusive], [0, 0]);
});

Deno.test("TPM_ExecuteTransport() carries no transport command, TPM_SaveState neither (9)", () => {
  for (const ordinal of [0xe6, 0xe7, 0xe8]) {
    const side = ownedEmulator();
    const { volatile } = tpmOf(side);
    play(side, [openTransport(), bare(ordinal, "TPM_NO_WRAP_TRANSPORT")]);
    assertEquals(volatile.transportSessions.size, 0);
  }
  const side = ownedEmulator();
  play(side, [openTransport(), bare(0x98, "TPM_NO_WRAP_TRANSPORT"), READ]);
});

Deno.test("TPM_ExecuteTransport() does not touch the command inside when its HMAC is wrong (7)", () => {
  const side = ownedEmulator();
  const extend = step({
    command: "TPM_Extend",
    request: { pcrNum: 16, inDigest: secret("event") },
    code: "TPM_AUTHFAIL",
  });
  const { volatile, permanent } = tpmOf(side);
  const before = volatile.pcrs.read(16).slice();
  play(side, [openTransport(), forgeNext(), extend]);
  assertEquals(volatile.pcrs.read(16), before);
  assertEquals([volatile.transportSessions.size, permanent.authFailCount], [0, 0]);
});

Deno.test("what travels in an encrypted session shows no secret, and a new nonce each time", () => {
  for (const [algId, encScheme] of [[TPM_ALG_MGF1, TPM_ES_NONE], [TPM_ALG_AES128, 5]] as const) {
    const side = ownedEmulator();
    const { volatile } = tpmOf(side);
    const traffic: string[] = [];
    const machine = side.machine;
    const execute = machine.execute.bind(machine);
    machine.execute = (command) => {
      const answer = execute(command);
      traffic.push(command.toHex(), answer.toHex());
      return answer;
    };
    const inDigest = secret("event");
    play(side, [
      openTransport({ key: "SRK", transAttributes: ENCRYPT, algId, encScheme }),
      step({ command: "TPM_Extend", request: { pcrNum: 16, inDigest } }),
      step({ command: "TPM_PCRRead", request: { pcrIndex: 16 } }),
      step({ command: "TPM_PCRRead", request: { pcrIndex: 16 } }),
    ]);
    const value = volatile.pcrs.read(16).toHex();
    for (const hidden of [inDigest.toHex(), value, SECRET.toHex()]) {
      assert(!traffic.some((packet) => packet.includes(hidden)));
    }
    assertEquals(new Set(traffic).size, traffic.length);
  }
});

Deno.test("the log has the keys of a command, both of them where there are two (10.c to 10.e)", () => {
  const side = ownedEmulator();
  play(side, [
    createWrapKey("signing", { usage: "signing", bits: 512 }),
    loadKey("signing"),
    openTransport({ transAttributes: LOG }),
    READ,
    step({
      command: "TPM_ChangeAuthAsymFinish",
      request: (side) => ({
        parentHandle: TPM_KH_SRK,
        ephHandle: side.handle("signing"),
        entityType: 1,
        newAuthLink: ZEROS,
        encNewAuth: ZEROS,
        encData: ZEROS,
      }),
      auths: ["owner"],
      code: "TPM_WRONG_ENTITYTYPE",
    }),
    leaveTransport(),
    releaseTransport({ key: "signing" }),
  ]);
  assertEquals(tpmOf(side).volatile.transportSessions.size, 0);
});

Deno.test("the log has the locality of each command (8.b.ii, 16.d)", () => {
  const side = ownedEmulator();
  play(side, [
    [createWrapKey("signing", { usage: "signing", bits: 512 }), loadKey("signing"), locality(1)],
    openTransport({ transAttributes: LOG }),
    [locality(2), READ, locality(3), leaveTransport()],
    releaseTransport({ key: "signing" }),
  ]);
});

Deno.test("a session that ends with its command is gone, its exclusiveness too (19)", () => {
  const side = ownedEmulator();
  const { volatile } = tpmOf(side);
  play(side, [openTransport({ transAttributes: TPM_TRANSPORT_EXCLUSIVE }), endWithNext(), READ]);
  assertEquals([volatile.transportSessions.size, volatile.transportExclusive], [0, 0]);
});

Deno.test("an exclusive session and a SHA-1 thread in it outlive a snapshot", () => {
  const side = ownedEmulator();
  play(side, [
    openTransport({ transAttributes: TPM_TRANSPORT_EXCLUSIVE }),
    step({ command: "TPM_SHA1Start" }),
    leaveTransport(),
  ]);
  side.machine.restore(side.machine.save());
  play(side, [
    inTransport(),
    step({ command: "TPM_SHA1Complete", request: { hashData: new Uint8Array() } }),
    leaveTransport(),
    READ,
    inTransport(),
    step({ command: "TPM_GetTestResult", code: "TPM_INVALID_AUTHHANDLE" }),
  ]);
});

Deno.test("the secret of a session is decrypted by the scheme of its key (2.d)", () => {
  const side = ownedEmulator();
  play(side, [
    createWrapKey("oaep", { usage: "legacy", bits: 1024 }),
    loadKey("oaep"),
    [openTransport({ key: "oaep", transAttributes: ENCRYPT }), READ, leaveTransport()],
    createWrapKey("pkcs1", { usage: "legacy", bits: 512, encScheme: TPM_ES_RSAESPKCSv15 }),
    loadKey("pkcs1"),
    openTransport({
      key: "pkcs1",
      transAttributes: ENCRYPT,
      sent: (side) => rsaPkcs1Encrypt(publicKeyOf(side, "pkcs1"), HIDDEN, side.random),
    }),
    READ,
  ]);
});
