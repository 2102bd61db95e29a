import {
  TPM_ET_COUNTER,
  TPM_ET_NV,
  TPM_ET_OWNER,
  TPM_KH_OWNER,
  TPM_KH_SRK,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_PID_ADCP,
  TPM_RT_DAA_TPM,
  TPM_RT_TRANS,
  TPM_ST_STATE,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_EXCLUSIVE,
  TPM_TRANSPORT_LOG,
} from "../../lib/tpm12/constants/mod.ts";
import { flushContext, loadContext, saveContext, saveSessionContext } from "./context_steps.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { action, type Step, step } from "./step.ts";
import { createWrapKey, flushKey, loadKey, oiap, osap, powerCycle, startup } from "./steps.ts";
import { nvTemplate, secret, ZEROS } from "./templates.ts";
import { closeTransport, inTransport, openTransport, transportHandle } from "./transport.ts";

/** Has the session serve, to show that it is the one that was saved. */
function useOwnerSession(label: string, code = "TPM_SUCCESS"): Step {
  return step({
    command: "TPM_OwnerReadInternalPub",
    title: label,
    request: { keyHandle: TPM_KH_SRK },
    auths: [{ entity: "owner", session: label }],
    code,
  });
}

function useKeySession(key: string, session: string): Step {
  return step({
    command: "TPM_GetPubKey",
    title: `${key} in session ${session}`,
    request: (side) => ({ keyHandle: side.handle(key) }),
    auths: [{ session }],
  });
}

const PLAIN = createWrapKey("key", { usage: "signing", bits: 512, secret: secret("key") });

conformanceTest("a session's context comes back once", [
  oiap("session"),
  saveSessionContext("session"),
  useOwnerSession("session", "TPM_INVALID_AUTHHANDLE"),
  saveSessionContext("session", { code: "TPM_INVALID_RESOURCE" }),
  loadContext("session", { entityHandle: 99 }),
  loadContext("session", { title: "a second time", code: "TPM_BADCONTEXT" }),
  useOwnerSession("session"),
  saveSessionContext("session"),
  loadContext("session", { keepHandle: false }),
  useOwnerSession("session"),
]);

conformanceTest("saved sessions outlive power off that TPM_SaveState prepared", [
  oiap("session"),
  saveSessionContext("session"),
  step({ command: "TPM_SaveState" }),
  action("power off and on", (side) => side.machine.reset()),
  startup(TPM_ST_STATE),
  loadContext("session"),
  useOwnerSession("session"),
]);

conformanceTest("a saved session is gone once it was flushed, or the TPM started", [
  oiap("first"),
  saveSessionContext("first"),
  oiap("second"),
  saveSessionContext("second"),
  flushContext(0, { code: "TPM_BAD_PARAMETER" }),
  flushContext(3, { code: "TPM_BAD_PARAMETER" }),
  flushContext(1),
  flushContext(1, { title: "a second time", code: "TPM_BAD_PARAMETER" }),
  loadContext("first", { code: "TPM_BADCONTEXT" }),
  loadContext("second"),
  saveSessionContext("second"),
  ...powerCycle(),
  loadContext("second", { code: "TPM_BADCONTEXT" }),
]);

conformanceTest("a session bound to a key comes back while the key is at entityHandle", [
  PLAIN,
  loadKey("key"),
  createWrapKey("other", { usage: "signing", bits: 512 }),
  loadKey("other"),
  osap("session", "key"),
  saveSessionContext("session"),
  loadContext("session", { title: "no handle", code: "TPM_BAD_HANDLE" }),
  loadContext("session", {
    title: "another key",
    entityHandle: (side) => side.handle("other"),
    code: "TPM_RESOURCEMISSING",
  }),
  loadContext("session", {
    title: "the SRK",
    entityHandle: TPM_KH_SRK,
    code: "TPM_RESOURCEMISSING",
  }),
  flushKey("key"),
  loadContext("session", { title: "the key is gone", entityHandle: 9, code: "TPM_BAD_HANDLE" }),
  loadKey("key"),
  loadContext("session", { entityHandle: (side) => side.handle("key") }),
  useKeySession("key", "session"),
]);

conformanceTest("sessions bound to the SRK and the owner come back whatever entityHandle is", [
  osap("SRK", "SRK"),
  saveSessionContext("SRK"),
  loadContext("SRK", { entityHandle: 5, title: "bound to the SRK" }),
  osap("owner", "owner"),
  saveSessionContext("owner"),
  loadContext("owner", { entityHandle: TPM_KH_OWNER }),
  saveSessionContext("owner"),
  step({
    command: "TPM_ChangeAuthOwner",
    request: { protocolID: TPM_PID_ADCP, newAuth: secret("new"), entityType: TPM_ET_OWNER },
    keep: (side) => side.owner = secret("new"),
  }),
  loadContext("owner", {
    title: "of another secret; the emulator has made all saved sessions invalid",
    code: { emulator: "TPM_BADCONTEXT", libtpms: "TPM_RESOURCEMISSING" },
  }),
]);

const AREA = nvTemplate(0x1000, {
  attributes: TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE,
  dataSize: 4,
});

conformanceTest("sessions bound to an NV area and a counter come back with these", [
  step({ command: "TPM_NV_DefineSpace", request: { pubInfo: AREA, encAuth: secret("area") } }),
  osap("area", { entityType: TPM_ET_NV, entityValue: 0x1000, secret: secret("area") }),
  saveSessionContext("area"),
  loadContext("area", { entityHandle: 0x1001, code: "TPM_RESOURCEMISSING" }),
  loadContext("area", { entityHandle: 0x1000 }),
  saveSessionContext("area"),
  step({
    command: "TPM_NV_DefineSpace",
    title: "away",
    request: { pubInfo: { ...AREA, dataSize: 0 }, encAuth: ZEROS },
  }),
  loadContext("area", { entityHandle: 0x1000, code: "TPM_RESOURCEMISSING" }),
  step({
    command: "TPM_CreateCounter",
    request: { encAuth: secret("counter"), label: new Uint8Array(4) },
    keep: (side, { countID }) => side.values.set("countID", countID),
  }),
  action("OSAP session counter", (side) => {
    side.sessions.set(
      "counter",
      side.osap({
        entityType: TPM_ET_COUNTER,
        entityValue: side.number("countID"),
        secret: secret("counter"),
      }),
    );
  }),
  saveSessionContext("counter"),
  loadContext("counter", { entityHandle: 77, code: "TPM_RESOURCEMISSING" }),
  loadContext("counter", { entityHandle: (side) => side.number("countID") }),
  saveSessionContext("counter"),
  step({
    command: "TPM_ReleaseCounterOwner",
    request: (side) => ({ countID: side.number("countID") }),
  }),
  loadContext("counter", {
    title: "released",
    entityHandle: (side) => side.number("countID"),
    code: "TPM_RESOURCEMISSING",
  }),
]);

conformanceTest("128 sessions may be outside at one time", [
  ...Array.from({ length: 128 }, (_, i) => [oiap(`${i}`), saveSessionContext(`${i}`)]),
  oiap("more"),
  saveSessionContext("more", { code: "TPM_NOCONTEXTSPACE" }),
  loadContext("3"),
  saveSessionContext("more"),
  saveSessionContext("3", { code: "TPM_NOCONTEXTSPACE" }),
]);

conformanceTest("contexts come back as far as there is room", [
  oiap("saved"),
  saveSessionContext("saved"),
  ...Array.from({ length: 16 }, (_, i) => oiap(`${i}`)),
  loadContext("saved", { code: "TPM_RESOURCES" }),
]);

const saveTransport = (code = "TPM_SUCCESS"): Step =>
  saveContext("context of transport", {
    handle: (side) => transportHandle(side),
    resourceType: TPM_RT_TRANS,
    code,
  });

conformanceTest("a transport session's context comes back once, and the session goes on", [
  openTransport({
    enter: false,
    key: "SRK",
    transAttributes: TPM_TRANSPORT_ENCRYPT | TPM_TRANSPORT_LOG,
  }),
  saveTransport(),
  saveTransport("TPM_INVALID_RESOURCE"),
  loadContext("transport", { entityHandle: 99 }),
  loadContext("transport", { title: "a second time", code: "TPM_BADCONTEXT" }),
  inTransport(),
  step({ command: "TPM_PCRRead", request: { pcrIndex: 0 } }),
  closeTransport(),
  openTransport({ enter: false, transAttributes: TPM_TRANSPORT_EXCLUSIVE }),
  saveTransport("TPM_INVALID_RESOURCE"),
]);

conformanceTest("a DAA session's context comes back once", [
  step({
    command: "TPM_DAA_Join",
    request: {
      daaHandle: 0,
      stage: 0,
      inputData0: Uint8Array.of(0, 0, 0, 1),
      inputData1: new Uint8Array(0),
    },
    keep: (side, { outputData }) => {
      side.values.set("DAA", new DataView(outputData.slice().buffer).getUint32(0));
    },
  }),
  saveContext("context of DAA", {
    handle: (side) => side.number("DAA"),
    resourceType: TPM_RT_DAA_TPM,
  }),
  saveContext("context of DAA", {
    handle: (side) => side.number("DAA"),
    resourceType: TPM_RT_DAA_TPM,
    code: "TPM_INVALID_RESOURCE",
  }),
  loadContext("DAA"),
  loadContext("DAA", { title: "a second time", code: "TPM_BADCONTEXT" }),
  step({
    command: "TPM_FlushSpecific",
    request: (side) => ({ handle: side.number("DAA"), resourceType: TPM_RT_DAA_TPM }),
  }),
]);

const OTHER_SECRET = step({
  command: "TPM_NV_DefineSpace",
  title: "anew with another secret",
  request: { pubInfo: AREA, encAuth: secret("other") },
});

conformanceTest("a saved session does not serve an area that was made anew, but with libtpms", [
  step({ command: "TPM_NV_DefineSpace", request: { pubInfo: AREA, encAuth: secret("area") } }),
  osap("area", { entityType: TPM_ET_NV, entityValue: 0x1000, secret: secret("area") }),
  saveSessionContext("area"),
  OTHER_SECRET,
  loadContext("area", {
    entityHandle: 0x1000,
    code: { emulator: "TPM_RESOURCEMISSING", libtpms: "TPM_SUCCESS" },
  }),
]);
