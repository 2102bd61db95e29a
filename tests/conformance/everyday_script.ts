import { decode, encode } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt, sha1, verifyPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import {
  TPM_CAP_PROP_PCR,
  TPM_CAP_PROPERTY,
  TPM_ET_DATA,
  TPM_ET_OWNER,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_PID_ADCP,
  TPM_PT_BIND,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_BOUND_DATA,
  TPM_PCR_COMPOSITE,
  TPM_STORED_DATA_ANY,
} from "../../lib/tpm12/structures/mod.ts";
import type { Script } from "./differential.ts";
import type { Side } from "./side.ts";
import { step } from "./step.ts";
import {
  closeSession,
  createEk,
  createWrapKey,
  flushKey,
  loadKey,
  oiap,
  osap,
  powerCycle,
  publicKeyOf,
  seal,
  startup,
  takeOwnership,
  unseal,
} from "./steps.ts";
import {
  compositeOfZeros,
  nvTemplate,
  pcrInfoLong,
  secret,
  selectPcrs,
  ZEROS,
} from "./templates.ts";

const DATA = new TextEncoder().encode("what is sealed");
const DIGEST = sha1(DATA);
const OWNER = secret("owner");

/** From power on to an owner, with PCRs, capabilities and hashing. */
export const FIRST_STEPS: Script = [
  step({ command: "TPM_PCRRead", request: { pcrIndex: 0 }, code: "TPM_INVALID_POSTINIT" }),
  startup(),
  startup(1, { title: "a second time", code: "TPM_INVALID_POSTINIT" }),
  step({ command: "TPM_Extend", request: { pcrNum: 16, inDigest: DIGEST } }),
  step({ command: "TPM_PCRRead", request: { pcrIndex: 16 } }),
  step({ command: "TPM_PCRRead", request: { pcrIndex: 24 }, code: "TPM_BADINDEX" }),
  step({
    command: "TPM_GetCapability",
    request: { capArea: TPM_CAP_PROPERTY, subCap: Uint8Array.of(0, 0, 1, TPM_CAP_PROP_PCR & 255) },
  }),
  step({ command: "TPM_GetRandom", request: { bytesRequested: 20 } }),
  step({ command: "TPM_SHA1Start" }),
  step({ command: "TPM_SHA1Complete", request: { hashData: DATA } }),
  step({
    command: "TPM_ReadPubek",
    request: { antiReplay: ZEROS },
    code: "TPM_NO_ENDORSEMENT",
  }),
  createEk(),
  createEk({ title: "a second time", code: "TPM_DISABLED_CMD" }),
  step({ command: "TPM_ReadPubek", request: { antiReplay: ZEROS } }),
  takeOwnership({ owner: OWNER }),
  takeOwnership({ title: "a second time", code: "TPM_OWNER_SET" }),
];

/** What the storage and signing keys of an owned TPM do. */
export const KEYS: Script = [
  createWrapKey("storage", { usage: "storage", secret: secret("storage") }),
  loadKey("storage"),
  createWrapKey("signing", { usage: "signing", bits: 1024, parent: "storage", form: "TPM_KEY" }),
  loadKey("signing"),
  step({
    command: "TPM_Sign",
    request: (side) => ({ keyHandle: side.handle("signing"), areaToSign: DIGEST }),
    keep: (side, { sig }) => checkSignature(side, { digest: DIGEST, signature: sig }),
  }),
  step({
    command: "TPM_Quote",
    request: (side) => ({
      keyHandle: side.handle("signing"),
      externalData: DIGEST,
      targetPCR: selectPcrs(0, 16),
    }),
    keep: (side, { pcrData, sig }) => {
      const composite = sha1(encode(TPM_PCR_COMPOSITE, pcrData));
      const info = Uint8Array.of(1, 1, 0, 0, 0x51, 0x55, 0x4f, 0x54, ...composite, ...DIGEST);
      checkSignature(side, { digest: sha1(info), signature: sig });
    },
  }),
  createWrapKey("bind", { usage: "bind", bits: 512, secret: secret("bind") }),
  loadKey("bind"),
  step({
    command: "TPM_UnBind",
    request: (side) => ({ keyHandle: side.handle("bind"), inData: bind(side, Uint8Array.of(7)) }),
  }),
  flushKey("bind"),
  step({
    command: "TPM_UnBind",
    title: "by a key that is gone",
    request: { keyHandle: 0x01020304, inData: DATA },
    auths: [ZEROS],
    code: "TPM_INVALID_KEYHANDLE",
  }),
  loadKey("bind"),
  flushKey("signing"),
  flushKey("storage"),
];

/** Sealing: PCRs, secrets, and what goes wrong. */
export const SEALING: Script = [
  seal("plain", { data: DATA }),
  unseal("plain"),
  seal("with a secret", { data: DATA, secret: secret("blob") }),
  unseal("with a secret", { secret: secret("blob") }),
  unseal("with a secret", { title: "with the wrong one", code: "TPM_AUTH2FAIL" }),
  seal("to PCR 10", {
    data: DATA,
    pcrInfo: pcrInfoLong({ pcrs: [10], digestAtRelease: compositeOfZeros(10) }),
  }),
  unseal("to PCR 10"),
  step({ command: "TPM_Extend", request: { pcrNum: 10, inDigest: DIGEST } }),
  unseal("to PCR 10", { title: "after it changed", code: "TPM_WRONGPCRVAL" }),
  step({
    command: "TPM_ChangeAuth",
    title: "of sealed data",
    request: (side) => ({
      parentHandle: side.handle("SRK"),
      protocolID: TPM_PID_ADCP,
      newAuth: secret("new"),
      entityType: TPM_ET_DATA,
      encData: decode(TPM_STORED_DATA_ANY, side.bytes("plain")).encData,
    }),
    auths: ["SRK", ZEROS],
    keep: (side, { outData }) => {
      const blob = decode(TPM_STORED_DATA_ANY, side.bytes("plain"));
      side.values.set("plain", encode(TPM_STORED_DATA_ANY, { ...blob, encData: outData }));
    },
  }),
  unseal("plain", { secret: secret("new") }),
];

/** NV areas, counters and the owner's secret. */
export const OWNER_COMMANDS: Script = [
  step({
    command: "TPM_NV_DefineSpace",
    request: {
      pubInfo: nvTemplate(0x1000, {
        attributes: TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE,
        dataSize: 32,
      }),
      encAuth: ZEROS,
    },
  }),
  step({
    command: "TPM_NV_WriteValue",
    request: { nvIndex: 0x1000, offset: 8, data: DATA },
  }),
  step({ command: "TPM_NV_ReadValue", request: { nvIndex: 0x1000, offset: 0, dataSize: 32 } }),
  step({
    command: "TPM_NV_DefineSpace",
    request: {
      pubInfo: nvTemplate(0x1001, {
        attributes: TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE,
        dataSize: 8,
      }),
      encAuth: secret("area"),
    },
  }),
  step({
    command: "TPM_NV_WriteValueAuth",
    request: { nvIndex: 0x1001, offset: 0, data: DATA.subarray(0, 8) },
    auths: [secret("area")],
  }),
  step({
    command: "TPM_NV_ReadValueAuth",
    request: { nvIndex: 0x1001, offset: 2, dataSize: 4 },
    auths: [secret("area")],
  }),
  step({
    command: "TPM_CreateCounter",
    request: { encAuth: secret("counter"), label: Uint8Array.of(1, 2, 3, 4) },
    keep: (side, { countID }) => side.values.set("counter", countID),
    mask: ["countID"],
  }),
  step({
    command: "TPM_IncrementCounter",
    request: (side) => ({ countID: side.number("counter") }),
    auths: [secret("counter")],
  }),
  step({ command: "TPM_ReadCounter", request: (side) => ({ countID: side.number("counter") }) }),
  step({
    command: "TPM_ChangeAuthOwner",
    request: { protocolID: TPM_PID_ADCP, newAuth: secret("new owner"), entityType: TPM_ET_OWNER },
    keep: (side) => side.owner = secret("new owner"),
  }),
  step({ command: "TPM_OwnerReadInternalPub", request: { keyHandle: 0x40000006 } }),
  step({
    command: "TPM_ReleaseCounterOwner",
    request: (side) => ({ countID: side.number("counter") }),
  }),
];

/** Sessions that serve several commands, fail, and are closed. */
export const SESSIONS: Script = [
  oiap("lasting"),
  ...[1, 2].map(() =>
    step({
      command: "TPM_OwnerReadInternalPub",
      request: { keyHandle: 0x40000000 },
      auths: [{ entity: "owner", session: "lasting" }],
    })
  ),
  closeSession("lasting"),
  closeSession("lasting", { title: "a second time", code: "TPM_INVALID_AUTHHANDLE" }),
  osap("bound", "SRK"),
  step({
    command: "TPM_GetPubKey",
    title: "with an OSAP session",
    request: (side) => ({ keyHandle: side.handle("bind") }),
    auths: [{ entity: "bind", kind: "OSAP" }],
  }),
  step({
    command: "TPM_GetPubKey",
    title: "with a session bound to another key",
    request: (side) => ({ keyHandle: side.handle("bind") }),
    auths: [{ session: "bound" }],
    code: "TPM_AUTHFAIL",
  }),
  step({
    command: "TPM_GetPubKey",
    title: "with the session that failed",
    request: (side) => ({ keyHandle: side.handle("bind") }),
    auths: [{ session: "bound" }],
    code: "TPM_INVALID_AUTHHANDLE",
  }),
  step({
    command: "TPM_GetPubKey",
    title: "with a wrong HMAC",
    request: (side) => ({ keyHandle: side.handle("bind") }),
    auths: [{ entity: "bind", tamper: (auth) => ({ ...auth, authData: ZEROS }) }],
    code: "TPM_AUTHFAIL",
  }),
  step({
    command: "TPM_GetPubKey",
    title: "with a byte too many",
    request: (side) => ({ keyHandle: side.handle("bind") }),
    mutate: (request) => Uint8Array.of(...request, 0),
    code: "TPM_BAD_PARAM_SIZE",
  }),
  powerCycle(),
  step({ command: "TPM_PCRRead", request: { pcrIndex: 16 } }),
  loadKey("bind"),
];

/** All of the above, in an order that works. */
export const EVERYDAY: Script = [FIRST_STEPS, KEYS, SEALING, OWNER_COMMANDS, SESSIONS];

/** The composite hash of a selection of one PCR that is all zeros. */
function bind(side: Side, payloadData: Uint8Array): Uint8Array {
  const key = publicKeyOf(side, "bind");
  const ver = { major: 1, minor: 1, revMajor: 0, revMinor: 0 };
  const bound = encode(TPM_BOUND_DATA, { ver, payload: TPM_PT_BIND, payloadData });
  return rsaOaepEncrypt(key, bound, { random: side.random });
}

function checkSignature(
  side: Side,
  { digest, signature }: { digest: Uint8Array; signature: Uint8Array },
): void {
  const key = publicKeyOf(side, "signing");
  if (!verifyPkcs1Sha1(key, digest, signature)) throw new Error("the signature is not the key's");
}
