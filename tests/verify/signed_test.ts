import { assertEquals, assertThrows } from "@std/assert";
import { decode, encode } from "../../lib/codec/mod.ts";
import {
  TPM_KEY_SIGNING,
  TPM_TAG_AUDIT_EVENT_IN,
  TPM_TAG_AUDIT_EVENT_OUT,
  TPM_TAG_COUNTER_VALUE,
  TPM_TAG_CURRENT_TICKS,
  TPM_TAG_TRANSPORT_LOG_IN,
  TPM_TAG_TRANSPORT_LOG_OUT,
} from "../../lib/tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_CURRENT_TICKS,
  type TpmCounterValue,
  type TpmCurrentTicks,
} from "../../lib/tpm12/structures/mod.ts";
import {
  type AuditEvent,
  auditSignInfo,
  encodeSignInfo,
  identityContents,
  labelPrivCADigest,
  selfTestContents,
  tickStampSignInfo,
  type TransportLogEntry,
  transportLogSignInfo,
  verifyAuditDigest,
  verifyCertifyInfo,
  VerifyError,
  verifyIdentityBinding,
  verifyPubkeyChecksum,
  verifyReplay,
  verifySelfTest,
  verifySignInfo,
  verifyTickStamp,
  verifyTransportLog,
} from "../../lib/verify/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { refusesPrefixes } from "../formats/malformed.ts";
import { nodeSha1 } from "../bytes.ts";
import {
  assertRefused,
  NONCE,
  sign,
  TEST_KEY,
  vector,
  vectorKey,
  vectorPubkey,
} from "./evidence.ts";

const certify = (name: "certify" | "certify2") => ({
  publicKey: vectorKey("aik.pubkey"),
  nonce: NONCE,
  certifyInfo: vector(`${name}.data`),
  signature: vector(`${name}.signature`),
});
const signInfo = (name: "tick" | "audit") => ({
  publicKey: vectorKey("sgn.pubkey"),
  nonce: NONCE,
  signInfo: vector(`${name}.data`),
  signature: vector(`${name}.signature`),
});
const signedHere = (info: Uint8Array) => ({
  publicKey: TEST_KEY,
  nonce: NONCE,
  signInfo: info,
  signature: sign(info),
});

/** Every byte of the signed bytes counts, and every prefix is refused. */
function everyByteCounts(bytes: Uint8Array, verify: (bytes: Uint8Array) => unknown): void {
  refusesPrefixes(bytes, { decode: verify, expected: VerifyError });
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at]! ^= 0x10;
    assertThrows(() => verify(changed), VerifyError);
  }
}

Deno.test("a TPM_CERTIFY_INFO proves usage and flags of the key it is about", () => {
  const { info, pcrInfo } = verifyCertifyInfo({
    ...certify("certify"),
    key: vectorPubkey("sgn.pubkey"),
  });
  assertEquals([info.keyUsage, info.keyFlags, info.authDataUsage], [TPM_KEY_SIGNING, 4, 0]);
  assertEquals([pcrInfo, info.parentPCRStatus], [null, false]);
});

Deno.test("a TPM_CERTIFY_INFO2 proves the PCRs of the key", () => {
  const { info, pcrInfo } = verifyCertifyInfo({
    ...certify("certify2"),
    key: vectorPubkey("pcrkey.pubkey"),
  });
  assertEquals("tag" in info, true);
  assertEquals(toHex(pcrInfo!.pcrSelection.pcrSelect), "000001");
});

Deno.test("a certify info about another key is refused, with the field that differs", () => {
  const key = vectorPubkey("sgn.pubkey");
  const other = { ...certify("certify"), key: vectorPubkey("pcrkey.pubkey") };
  assertRefused(() => verifyCertifyInfo(other), { reason: "mismatch", field: "pubkeyDigest" });
  const parms = { ...key.algorithmParms, sigScheme: 3 };
  const scheme = { ...certify("certify"), key: { ...key, algorithmParms: parms } };
  assertRefused(() => verifyCertifyInfo(scheme), { reason: "mismatch", field: "algorithmParms" });
  const whole = {
    ...key,
    ver: STRUCT_VER_1_1,
    keyUsage: TPM_KEY_SIGNING,
    keyFlags: 4,
    authDataUsage: 0,
    PCRInfo: new Uint8Array(),
    encData: new Uint8Array(),
  };
  verifyCertifyInfo({ ...certify("certify"), key: whole });
  for (const field of ["keyUsage", "keyFlags", "authDataUsage"] as const) {
    const changed = { ...certify("certify"), key: { ...whole, [field]: 2 } };
    assertRefused(() => verifyCertifyInfo(changed), {
      reason: "mismatch",
      field,
      message: "the key has 0x2",
    });
  }
});

Deno.test("certify infos: nonce, signature and every byte count", () => {
  for (const name of ["certify", "certify2"] as const) {
    const evidence = certify(name);
    const nonce = new Uint8Array(20);
    assertRefused(() => verifyCertifyInfo({ ...evidence, nonce }), {
      reason: "nonce",
      field: "data",
    });
    const publicKey = vectorKey("sgn.pubkey");
    assertRefused(() => verifyCertifyInfo({ ...evidence, publicKey }), {
      reason: "signature",
      field: "signature",
    });
    everyByteCounts(
      evidence.certifyInfo,
      (certifyInfo) => verifyCertifyInfo({ ...evidence, certifyInfo }),
    );
  }
});

Deno.test("a tick stamp proves digest and ticks", () => {
  const stamp = verifyTickStamp({
    ...signInfo("tick"),
    digestToStamp: nodeSha1(new TextEncoder().encode("abc")),
  });
  assertEquals(stamp.currentTicks.tickRate, 1);
  assertEquals(tickStampSignInfo(stamp, NONCE), vector("tick.data"));
  const other = { ...signInfo("tick"), digestToStamp: new Uint8Array(20) };
  assertRefused(() => verifyTickStamp(other), { reason: "mismatch", field: "digestToStamp" });
  const nonce = new Uint8Array(20);
  assertRefused(() => verifyTickStamp({ ...signInfo("tick"), nonce }), {
    reason: "nonce",
    field: "replay",
  });
  everyByteCounts(
    vector("tick.data"),
    (bytes) => verifyTickStamp({ ...signInfo("tick"), signInfo: bytes }),
  );
});

Deno.test("an audit digest proves which ordinals are audited", () => {
  const list = vector("audit.ordinals");
  const view = new DataView(list.buffer, list.byteOffset);
  const ordinals = Array.from({ length: list.length / 4 }, (_, i) => view.getUint32(i * 4));
  const state = verifyAuditDigest({ ...signInfo("audit"), ordinals });
  assertEquals(auditSignInfo(state, NONCE), vector("audit.data"));
  assertRefused(() => verifyAuditDigest({ ...signInfo("audit"), ordinals: ordinals.slice(1) }), {
    reason: "mismatch",
    field: "ordinalDigest",
  });
  everyByteCounts(
    vector("audit.data"),
    (bytes) => verifyAuditDigest({ ...signInfo("audit"), signInfo: bytes }),
  );
});

Deno.test("an audit digest proves the events of the log", () => {
  const auditCount: TpmCounterValue = {
    tag: TPM_TAG_COUNTER_VALUE,
    label: new Uint8Array(4),
    counter: 7,
  };
  const events: AuditEvent[] = [
    { tag: TPM_TAG_AUDIT_EVENT_IN, inputParms: new Uint8Array(20).fill(1), auditCount },
    { tag: TPM_TAG_AUDIT_EVENT_OUT, outputParms: new Uint8Array(20).fill(2), auditCount },
  ];
  const counter = "000e" + "00000000" + "00000007";
  const first = nodeSha1(new Uint8Array(20), fromHex(`0012${"01".repeat(20)}${counter}`));
  const auditDigest = nodeSha1(first, fromHex(`0013${"02".repeat(20)}${counter}`));
  const state = { auditDigest, counterValue: auditCount, ordinalDigest: new Uint8Array(20) };
  const evidence = signedHere(auditSignInfo(state, NONCE));
  assertEquals(verifyAuditDigest({ ...evidence, events }), state);
  assertRefused(() => verifyAuditDigest({ ...evidence, events: events.slice(1) }), {
    reason: "mismatch",
    field: "auditDigest",
  });
});

Deno.test("a transport log proves its entries", () => {
  const currentTicks: TpmCurrentTicks = {
    tag: TPM_TAG_CURRENT_TICKS,
    currentTicks: 5n,
    tickRate: 1,
    tickNonce: new Uint8Array(20),
  };
  const digest = new Uint8Array(20).fill(1);
  const entries: TransportLogEntry[] = [
    { tag: TPM_TAG_TRANSPORT_LOG_IN, parameters: digest, pubKeyHash: new Uint8Array(20) },
    { tag: TPM_TAG_TRANSPORT_LOG_OUT, currentTicks, parameters: digest, locality: 3 },
  ];
  const ticks = toHex(encode(TPM_CURRENT_TICKS, currentTicks));
  const first = nodeSha1(new Uint8Array(20), fromHex(`0010${toHex(digest)}${"00".repeat(20)}`));
  const log = nodeSha1(first, fromHex(`0011${ticks}${toHex(digest)}00000003`));
  const evidence = signedHere(transportLogSignInfo(log, NONCE));
  assertEquals(verifyTransportLog({ ...evidence, entries }), log);
  assertRefused(() => verifyTransportLog({ ...evidence, entries: entries.toReversed() }), {
    reason: "mismatch",
    field: "transDigest",
  });
  everyByteCounts(
    evidence.signInfo,
    (bytes) => verifyTransportLog({ ...evidence, signInfo: bytes }),
  );
});

Deno.test("a TPM_SIGN_INFO for one use is refused for another", () => {
  assertRefused(() => verifyTransportLog(signInfo("tick")), {
    reason: "mismatch",
    field: "fixed",
    message: 'transport log: fixed: it is "TSTP", expected "TRAN"',
  });
  const evidence = signedHere(encodeSignInfo("sign", { nonce: NONCE, data: fromHex("0102") }));
  assertEquals(toHex(verifySignInfo("sign", evidence)), "0102");
  const short = signedHere(encodeSignInfo("tickStamp", { nonce: NONCE, data: fromHex("0102") }));
  assertRefused(() => verifyTickStamp(short), { reason: "malformed", field: "tick stamp" });
  const nonce = NONCE.subarray(1);
  assertThrows(() => verifySignInfo("sign", { ...evidence, nonce }), TypeError, "19 given");
});

Deno.test("an identity binding proves label and privacy CA", () => {
  const identityPubKey = vectorPubkey("identity.pubkey");
  const digest = labelPrivCADigest(vector("identity.label"), vectorPubkey("identity.caPubkey"));
  const evidence = {
    identityPubKey,
    publicKey: vectorKey("identity.pubkey"),
    signature: vector("identity.binding"),
    labelPrivCADigest: digest,
  };
  verifyIdentityBinding(evidence);
  const label = labelPrivCADigest(fromHex("00"), vectorPubkey("identity.caPubkey"));
  assertRefused(() => verifyIdentityBinding({ ...evidence, labelPrivCADigest: label }), {
    reason: "signature",
    field: "signature",
  });
  assertRefused(() => verifyIdentityBinding({ ...evidence, publicKey: vectorKey("sgn.pubkey") }), {
    reason: "mismatch",
    field: "identityPubKey.pubKey",
  });
  const short = { ...evidence, labelPrivCADigest: digest.subarray(1) };
  assertThrows(() => verifyIdentityBinding(short), TypeError, "20 bytes");
  assertEquals(toHex(identityContents(identityPubKey, digest).subarray(0, 8)), "0101000000000079");
});

Deno.test("self test and checksum: good and bad", () => {
  const evidence = { publicKey: TEST_KEY, nonce: NONCE, signature: sign(selfTestContents(NONCE)) };
  assertEquals(selfTestContents(NONCE).length, 35);
  verifySelfTest(evidence);
  assertRefused(() => verifySelfTest({ ...evidence, nonce: new Uint8Array(20) }), {
    reason: "signature",
    field: "signature",
  });
  const pubkey = vector("aik.pubkey");
  verifyPubkeyChecksum({ pubkey, nonce: NONCE, checksum: nodeSha1(pubkey, NONCE) });
  const checksum = new Uint8Array(20);
  assertRefused(() => verifyPubkeyChecksum({ pubkey, nonce: NONCE, checksum }), {
    reason: "mismatch",
    field: "checksum",
  });
});

Deno.test("a replayed log must explain each PCR it is about", () => {
  const one = new Uint8Array(20).fill(1);
  const two = new Uint8Array(20).fill(2);
  const replayed = new Map([[4, one], [10, two]]);
  verifyReplay({ replayed, pcrs: new Map([[0, one], [4, one], [10, two]]) });
  assertRefused(() => verifyReplay({ replayed, pcrs: new Map([[4, one], [10, one]]) }), {
    reason: "pcr",
    field: "PCR 10",
    pcrIndex: 10,
    message: `it is ${toHex(one)}, expected ${toHex(two)}`,
  });
  assertRefused(() => verifyReplay({ replayed, pcrs: new Map([[10, two]]) }), {
    reason: "pcr",
    field: "PCR 4",
    pcrIndex: 4,
    message: "its value is not given",
  });
  const short = new Map([[4, one.subarray(1)]]);
  assertThrows(() => verifyReplay({ replayed, pcrs: short }), TypeError, "PCR 4");
  assertEquals(decode(TPM_CURRENT_TICKS, vector("tick.data").subarray(-32)).tickRate, 1);
});
