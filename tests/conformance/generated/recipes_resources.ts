import { concat, decode } from "../../../lib/codec/mod.ts";
import { sha1 } from "../../../lib/crypto/mod.ts";
import * as C from "../../../lib/tpm12/constants/mod.ts";
import { TPM_CONTEXT_BLOB, TPM_DELEGATE_OWNER_BLOB } from "../../../lib/tpm12/structures/mod.ts";
import { saveSessionContext, sessionHandle } from "../context_steps.ts";
import { DELEGATE, rowNumber } from "../delegation_steps.ts";
import type { Script } from "../differential.ts";
import { pubkeyOf } from "../migration_steps.ts";
import { step } from "../step.ts";
import { oiap } from "../steps.ts";
import { delegatePublic, nvTemplate, secret, ZEROS } from "../templates.ts";
import { exposeTransport, hiddenSecret, openTransport, SECRET } from "../transport.ts";
import { type AnyRecipe, recipe } from "./recipe.ts";
import { joining, signing, type World } from "./worlds.ts";

const AREA = secret("area");
const DATA = new Uint8Array(8).fill(9);
const NONE = new Uint8Array();

/** Chapters 18 to 20: sessions, delegation, NV storage. */
export const STORES: readonly AnyRecipe[] = [
  recipe("TPM_OIAP"),
  ...([
    [C.TPM_ET_OWNER, C.TPM_KH_OWNER],
    [C.TPM_ET_SRK, C.TPM_KH_SRK],
    [C.TPM_ET_NV, 0x1000],
    [(C.TPM_ET_AES128_CTR << 8) | C.TPM_ET_SRK, C.TPM_KH_SRK],
  ] as const).map(([entityType, entityValue]) =>
    recipe("TPM_OSAP", { request: { entityType, entityValue, nonceOddOSAP: ZEROS } })
  ),
  recipe("TPM_OSAP", {
    request: (side) => ({
      entityType: C.TPM_ET_KEYHANDLE,
      entityValue: side.handle("signing"),
      nonceOddOSAP: ZEROS,
    }),
  }),
  recipe("TPM_OSAP", {
    request: (side) => ({
      entityType: C.TPM_ET_COUNTER,
      entityValue: side.number("counter"),
      nonceOddOSAP: ZEROS,
    }),
  }),
  recipe("TPM_DSAP", {
    request: (side) => ({
      entityType: C.TPM_ET_DEL_OWNER_BLOB,
      keyHandle: 0,
      nonceOddDSAP: ZEROS,
      entityValue: side.bytes("owner delegation"),
    }),
  }),
  recipe("TPM_DSAP", {
    request: (side) => ({
      entityType: C.TPM_ET_DEL_KEY_BLOB,
      keyHandle: side.handle("signing"),
      nonceOddDSAP: ZEROS,
      entityValue: side.bytes("key delegation"),
    }),
  }),
  recipe("TPM_DSAP", {
    request: {
      entityType: C.TPM_ET_DEL_ROW,
      keyHandle: 0,
      nonceOddDSAP: ZEROS,
      entityValue: rowNumber(1),
    },
  }),
  ...([[C.TPM_ET_OWNER, C.TPM_KH_OWNER], [C.TPM_ET_DEL_ROW, 1]] as const).map((
    [entityType, entityValue],
  ) => recipe("TPM_SetOwnerPointer", { request: { entityType, entityValue } })),
  ...([
    [C.TPM_FAMILY_CREATE, Uint8Array.of(8)],
    [C.TPM_FAMILY_ENABLE, Uint8Array.of(0)],
    [C.TPM_FAMILY_ADMIN, Uint8Array.of(1)],
    [C.TPM_FAMILY_INVALIDATE, NONE],
  ] as const).map(([opCode, opData]) =>
    recipe("TPM_Delegate_Manage", {
      request: (side) => ({
        familyID: opCode === C.TPM_FAMILY_CREATE ? 0 : side.number("family family"),
        opCode,
        opData,
      }),
    })
  ),
  recipe("TPM_Delegate_CreateKeyDelegation", {
    request: (side) => ({
      keyHandle: side.handle("signing"),
      publicInfo: delegatePublic({
        familyID: side.number("family family"),
        per1: C.TPM_KEY_DELEGATE_Sign,
        delegateType: C.TPM_DEL_KEY_BITS,
      }),
      delAuth: DELEGATE,
    }),
  }),
  ...[true, false].map((increment) =>
    recipe("TPM_Delegate_CreateOwnerDelegation", {
      request: (side) => ({
        increment,
        publicInfo: delegatePublic({
          familyID: side.number("family family"),
          per1: C.TPM_DELEGATE_OwnerReadInternalPub,
        }),
        delAuth: DELEGATE,
      }),
    })
  ),
  recipe("TPM_Delegate_LoadOwnerDelegation", {
    request: (side) => ({
      index: 0,
      blob: decode(TPM_DELEGATE_OWNER_BLOB, side.bytes("owner delegation")),
    }),
  }),
  recipe("TPM_Delegate_ReadTable"),
  recipe("TPM_Delegate_UpdateVerification", { request: { inputData: rowNumber(1) } }),
  ...["owner delegation", "key delegation"].map((label) =>
    recipe("TPM_Delegate_UpdateVerification", {
      request: (side) => ({ inputData: side.bytes(label) }),
      mask: ["outputData*"],
    })
  ),
  ...["owner delegation", "key delegation"].map((label) =>
    recipe("TPM_Delegate_VerifyDelegation", {
      request: (side) => ({ delegation: side.bytes(label) }),
    })
  ),
  ...[0x2000, 0x1000, 0x1001, C.TPM_NV_INDEX_LOCK].map((nvIndex) =>
    recipe("TPM_NV_DefineSpace", {
      request: {
        pubInfo: nvTemplate(nvIndex, {
          attributes: nvIndex === C.TPM_NV_INDEX_LOCK
            ? 0
            : C.TPM_NV_PER_AUTHREAD | C.TPM_NV_PER_AUTHWRITE,
          dataSize: nvIndex === 0x2000 ? 16 : 0,
        }),
        encAuth: AREA,
      },
      auths: nvIndex === C.TPM_NV_INDEX_LOCK ? [] : ["owner"],
    })
  ),
  recipe("TPM_NV_WriteValue", { request: { nvIndex: 0x1001, offset: 0, data: DATA } }),
  recipe("TPM_NV_WriteValue", {
    request: { nvIndex: 0x1002, offset: 4, data: DATA.subarray(4) },
    auths: [],
  }),
  recipe("TPM_NV_WriteValueAuth", {
    request: { nvIndex: 0x1000, offset: 0, data: DATA },
    auths: [AREA],
  }),
  recipe("TPM_NV_ReadValue", { request: { nvIndex: 0x1001, offset: 2, dataSize: 4 } }),
  recipe("TPM_NV_ReadValue", {
    request: { nvIndex: 0x1002, offset: 0, dataSize: 8 },
    auths: [],
  }),
  recipe("TPM_NV_ReadValueAuth", {
    request: { nvIndex: 0x1000, offset: 0, dataSize: 8 },
    auths: [AREA],
  }),
];

const SESSION = oiap("session");
const SAVED_SESSION = [SESSION, saveSessionContext("session")];
const SESSION_BLOB: Script = [
  SESSION,
  step({
    command: "TPM_SaveAuthContext",
    request: (side) => ({ authHandle: sessionHandle(side, "session") }),
    keep: (side, { authContextBlob }) => {
      side.values.set("context of session", authContextBlob.slice());
    },
  }),
];
const KEY_BLOB = step({
  command: "TPM_SaveKeyContext",
  request: (side) => ({ keyHandle: side.handle("signing") }),
  keep: (side, { keyContextBlob }) => {
    side.values.set("context of signing", keyContextBlob.slice());
  },
});
const PCR_READ = Uint8Array.fromHex("00c10000000e0000001500000003");

/** 24.2, actions 7.a and 15.b: a command in a command is proved by its own digest. */
function wrapped(body: Uint8Array, direction: "in" | "out"): Uint8Array {
  const start = direction === "in" ? 4 : 16;
  const inner = body.subarray(start);
  if (inner.length < 10) return body;
  const ordinal = PCR_READ.subarray(6, 10);
  const digest = direction === "in"
    ? sha1(inner.subarray(6, 10), inner.subarray(10))
    : sha1(inner.subarray(6, 10), ordinal, inner.subarray(10));
  return concat([body.subarray(0, start), digest]);
}

const transPublic = (transAttributes: number, algId: number, encScheme: number) =>
  ({ tag: C.TPM_TAG_TRANSPORT_PUBLIC, transAttributes, algId, encScheme }) as const;
const TRANSPORT = [
  openTransport({ enter: false, transAttributes: C.TPM_TRANSPORT_LOG }),
  exposeTransport(),
];
const IN_TRANSPORT = { entity: SECRET, session: "transport" };

/** Chapters 21 to 26, and 27 but for 27.4: contexts, transport, counters, DAA and the rest. */
export const RESOURCES: readonly AnyRecipe[] = [
  recipe("TPM_KeyControlOwner", {
    request: (side) => ({
      keyHandle: side.handle("signing"),
      pubKey: pubkeyOf(side, "signing"),
      bitName: C.TPM_KEY_CONTROL_OWNER_EVICT,
      bitValue: true,
    }),
  }),
  recipe("TPM_SaveContext", {
    request: (side) => ({
      handle: side.handle("signing"),
      resourceType: C.TPM_RT_KEY,
      label: new Uint8Array(16),
    }),
  }),
  recipe("TPM_SaveContext", {
    prelude: [SESSION],
    request: (side) => ({
      handle: sessionHandle(side, "session"),
      resourceType: C.TPM_RT_AUTH,
      label: new Uint8Array(16),
    }),
  }),
  recipe("TPM_LoadContext", {
    request: (side) => ({
      entityHandle: 0,
      keepHandle: false,
      contextBlob: decode(TPM_CONTEXT_BLOB, side.bytes("context of saved")),
    }),
  }),
  recipe("TPM_LoadContext", {
    prelude: SAVED_SESSION,
    request: (side) => ({
      entityHandle: 0,
      keepHandle: true,
      contextBlob: decode(TPM_CONTEXT_BLOB, side.bytes("context of session")),
    }),
  }),
  recipe("TPM_FlushSpecific", {
    request: (side) => ({ handle: side.handle("signing"), resourceType: C.TPM_RT_KEY }),
  }),
  recipe("TPM_FlushSpecific", {
    prelude: [SESSION],
    request: (side) => ({
      handle: sessionHandle(side, "session"),
      resourceType: C.TPM_RT_AUTH,
    }),
  }),
  recipe("TPM_GetTicks"),
  recipe("TPM_EstablishTransport", {
    request: {
      encHandle: C.TPM_KH_TRANSPORT,
      transPublic: transPublic(C.TPM_TRANSPORT_LOG, C.TPM_ALG_MGF1, C.TPM_ES_NONE),
      secret: SECRET,
    },
    auths: [],
  }),
  recipe("TPM_EstablishTransport", {
    request: (side) => ({
      encHandle: side.handle("storage"),
      transPublic: transPublic(C.TPM_TRANSPORT_ENCRYPT, C.TPM_ALG_AES128, C.TPM_ES_SYM_CTR),
      secret: hiddenSecret(side, "storage"),
    }),
  }),
  recipe("TPM_ExecuteTransport", {
    prelude: TRANSPORT,
    request: { wrappedCmd: PCR_READ },
    auths: [IN_TRANSPORT],
    proved: wrapped,
  }),
  recipe("TPM_ReleaseTransportSigned", {
    prelude: TRANSPORT,
    request: (side) => ({ keyHandle: side.handle("signing"), antiReplay: ZEROS }),
    auths: [{ entity: "signing" }, IN_TRANSPORT],
  }),
  recipe("TPM_CreateCounter", {
    request: { encAuth: secret("counter"), label: Uint8Array.of(1, 2, 3, 4) },
    mask: ["countID"],
  }),
  ...(["TPM_IncrementCounter", "TPM_ReleaseCounter"] as const).map((command) =>
    recipe(command, {
      request: (side) => ({ countID: side.number("counter") }),
      auths: [secret("counter")],
    })
  ),
  ...(["TPM_ReadCounter", "TPM_ReleaseCounterOwner"] as const).map((command) =>
    recipe(command, { request: (side) => ({ countID: side.number("counter") }) })
  ),
  ...Array.from({ length: 25 }, (_, number) => daa("TPM_DAA_Join", joining(number))),
  ...Array.from({ length: 16 }, (_, number) => daa("TPM_DAA_Sign", signing(number))),
  recipe("TPM_EvictKey", { request: (side) => ({ evictHandle: side.handle("signing") }) }),
  recipe("TPM_Terminate_Handle", {
    prelude: [SESSION],
    request: (side) => ({ authHandle: sessionHandle(side, "session") }),
  }),
  recipe("TPM_SaveKeyContext", { request: (side) => ({ keyHandle: side.handle("signing") }) }),
  recipe("TPM_LoadKeyContext", {
    prelude: [KEY_BLOB],
    request: (side) => ({ keyContextBlob: side.bytes("context of signing") }),
  }),
  recipe("TPM_SaveAuthContext", {
    prelude: [SESSION],
    request: (side) => ({ authHandle: sessionHandle(side, "session") }),
  }),
  recipe("TPM_LoadAuthContext", {
    prelude: SESSION_BLOB,
    request: (side) => ({ authContextBlob: side.bytes("context of session") }),
  }),
  recipe("TPM_DirWriteAuth", { request: { dirIndex: 0, newContents: secret("DIR") } }),
  recipe("TPM_DirRead", { request: { dirIndex: 0 } }),
  recipe("TPM_Reset"),
  recipe("TPM_OwnerReadPubek"),
  recipe("TPM_DisablePubekRead"),
];

function daa(command: "TPM_DAA_Join" | "TPM_DAA_Sign", world: World): AnyRecipe {
  return recipe(command, {
    world,
    request: (side) => ({
      daaHandle: side.number("daaHandle"),
      stage: side.number("stage"),
      inputData0: side.bytes("inputData0"),
      inputData1: side.bytes("inputData1"),
    }),
  });
}
