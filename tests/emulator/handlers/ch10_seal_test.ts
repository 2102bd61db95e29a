import { assertEquals } from "@std/assert";
import { decode, encode } from "../../../lib/codec/mod.ts";
import { sha1 } from "../../../lib/crypto/mod.ts";
import {
  TPM_LOC_TWO,
  TPM_PT_SEAL,
  TPM_TAG_STORED_DATA12,
} from "../../../lib/tpm12/constants/mod.ts";
import {
  TPM_PCR_COMPOSITE,
  TPM_PCR_INFO,
  TPM_PCR_INFO_LONG,
  TPM_SEALED_DATA,
  TPM_STORED_DATA_ANY,
  type TpmStoredData,
  type TpmStoredData12,
} from "../../../lib/tpm12/structures/mod.ts";
import { decryptUnder } from "../../../lib/emulator/keys/key_blob.ts";
import { play } from "../../conformance/differential.ts";
import { ownedEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { step } from "../../conformance/step.ts";
import { locality, seal, unseal } from "../../conformance/steps.ts";
import { pcrInfo, pcrInfoLong, secret, selectPcrs, ZEROS } from "../../conformance/templates.ts";

const DATA = Uint8Array.of(1, 2, 3);
const extend16 = step({ command: "TPM_Extend", request: { pcrNum: 16, inDigest: secret("x") } });
const reset16 = step({ command: "TPM_PCR_Reset", request: { pcrSelection: selectPcrs(16) } });

/** Composite of one PCR. */
function composite(pcr: number, value: Uint8Array): Uint8Array {
  return sha1(encode(TPM_PCR_COMPOSITE, { select: selectPcrs(pcr), pcrValue: [value] }));
}

const EXTENDED = sha1(ZEROS, secret("x"));

Deno.test("TPM_Seal() without PCRs, or with those of 1.1, gives a TPM_STORED_DATA (actions 5, 6)", () => {
  const side = ownedEmulator();
  play(side, [seal("plain", { data: DATA }), extend16]);
  const plain = decode(TPM_STORED_DATA_ANY, side.bytes("plain")) as TpmStoredData;
  assertEquals([plain.ver.major, plain.ver.minor, plain.sealInfo.length], [1, 1, 0]);
  play(side, [
    seal("bound", { data: DATA, pcrInfo: pcrInfo({ pcrs: [16], digestAtRelease: ZEROS }) }),
  ]);
  const { sealInfo } = decode(TPM_STORED_DATA_ANY, side.bytes("bound")) as TpmStoredData;
  // 11.a.iv. What the caller says of creation does not count.
  assertEquals(decode(TPM_PCR_INFO, sealInfo).digestAtCreation, composite(16, EXTENDED));
});

Deno.test("TPM_Seal() writes down PCRs and locality at creation in a TPM_STORED_DATA12 (action 11.b)", () => {
  const side = ownedEmulator();
  play(side, [
    extend16,
    locality(2),
    seal("long", { data: DATA, pcrInfo: pcrInfoLong({ pcrs: [16] }) }),
  ]);
  const blob = decode(TPM_STORED_DATA_ANY, side.bytes("long")) as TpmStoredData12;
  assertEquals([blob.tag, blob.et], [TPM_TAG_STORED_DATA12, 0]);
  const info = decode(TPM_PCR_INFO_LONG, blob.sealInfo);
  assertEquals(info.localityAtCreation, TPM_LOC_TWO);
  assertEquals(info.digestAtCreation, composite(16, EXTENDED));
});

Deno.test("what TPM_Seal() encrypts is as Part 2, 9.3 says (action 14)", () => {
  const side = ownedEmulator();
  play(side, [seal("blob", { data: DATA, secret: secret("data") })]);
  const tpm = tpmOf(side);
  const blob = decode(TPM_STORED_DATA_ANY, side.bytes("blob")) as TpmStoredData;
  const sealed = decode(TPM_SEALED_DATA, decryptUnder(tpm.permanent.srk!, blob.encData));
  assertEquals(sealed.payload, TPM_PT_SEAL);
  assertEquals(sealed.authData, secret("data"));
  assertEquals(sealed.tpmProof, tpm.permanent.tpmProof);
  assertEquals(sealed.data, DATA);
  // Version and a sealInfo of no length.
  assertEquals(sealed.storedDigest, sha1(Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0)));
});

Deno.test("TPM_Unseal() answers TPM_WRONGPCRVAL after PCR 16 changes, until it is reset", () => {
  const side = ownedEmulator();
  for (const form of [pcrInfo, pcrInfoLong]) {
    const digestAtRelease = composite(16, ZEROS);
    play(side, [
      seal("blob", { data: DATA, pcrInfo: form({ pcrs: [16], digestAtRelease }) }),
      unseal("blob"),
      extend16,
      unseal("blob", { code: "TPM_WRONGPCRVAL" }),
      reset16,
      unseal("blob"),
    ]);
    assertEquals(side.bytes("blob, unsealed"), DATA);
  }
});

Deno.test("TPM_Unseal() opens blobs of this TPM only (action 6.b)", () => {
  const side = ownedEmulator();
  play(side, [seal("blob", { data: DATA })]);
  // Another TPM with the same storage root key.
  tpmOf(side).permanent.tpmProof = secret("another TPM");
  play(side, [unseal("blob", { code: "TPM_NOTSEALED_BLOB" })]);
});

Deno.test("TPM_Unseal() asks for PCRs before the secret of the data (actions 7 and 8)", () => {
  const side = ownedEmulator();
  play(side, [
    seal("blob", { data: DATA, pcrInfo: pcrInfo({ pcrs: [16], digestAtRelease: secret("x") }) }),
    unseal("blob", { secret: secret("wrong"), code: "TPM_WRONGPCRVAL" }),
    seal("blob", { data: DATA, secret: secret("data") }),
    unseal("blob", { code: "TPM_AUTH2FAIL" }),
    unseal("blob", { secret: secret("data") }),
  ]);
});
