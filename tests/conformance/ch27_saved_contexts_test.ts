import {
  TPM_ET_NV,
  TPM_KH_EK,
  TPM_KH_SRK,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_RT_KEY,
} from "../../lib/tpm12/constants/mod.ts";
import {
  keyControlOwner,
  loadContext,
  saveSessionContext,
  sessionHandle,
} from "./context_steps.ts";
import { flip } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { defineNv } from "./nv_steps.ts";
import { action, type Step, step } from "./step.ts";
import {
  createWrapKey,
  type Expectation,
  flushKey,
  loadKey,
  oiap,
  osap,
  powerCycle,
} from "./steps.ts";
import { secret } from "./templates.ts";

type Change = (blob: Uint8Array) => Uint8Array;

function saveKey(label: string, { handle, ...rest }: Expectation & { handle?: number } = {}): Step {
  return step({
    command: "TPM_SaveKeyContext",
    title: label,
    request: (side) => ({ keyHandle: handle ?? side.handle(label) }),
    keep: (side, { keyContextBlob }) => {
      side.values.set(`context of ${label}`, keyContextBlob.slice());
    },
    ...rest,
  });
}

function loadSavedKey(label: string, options: Expectation & { change?: Change } = {}): Step {
  const { change = (blob) => blob, ...expectation } = options;
  return step({
    command: "TPM_LoadKeyContext",
    title: label,
    request: (side) => ({ keyContextBlob: change(side.bytes(`context of ${label}`)) }),
    keep: (side, { keyHandle }) => side.key(label).handle = keyHandle,
    ...expectation,
  });
}

function saveAuth(label: string, expectation: Expectation = {}): Step {
  return step({
    command: "TPM_SaveAuthContext",
    title: label,
    request: (side) => ({ authHandle: sessionHandle(side, label) }),
    keep: (side, { authContextBlob }) => {
      side.values.set(`context of ${label}`, authContextBlob.slice());
    },
    ...expectation,
  });
}

function loadAuth(label: string, options: Expectation & { change?: Change } = {}): Step {
  const { change = (blob) => blob, ...expectation } = options;
  return step({
    command: "TPM_LoadAuthContext",
    title: label,
    request: (side) => ({ authContextBlob: change(side.bytes(`context of ${label}`)) }),
    keep: (side, { authHandle }) => {
      // TrouSerS counts on the session having its handle again.
      if (authHandle !== sessionHandle(side, label)) throw new Error("another handle came back");
    },
    ...expectation,
  });
}

const KEY = createWrapKey("key", { usage: "signing", bits: 512, secret: secret("key") });
const USE_KEY = step({
  command: "TPM_GetPubKey",
  request: (side) => ({ keyHandle: side.handle("key") }),
});
/** What is wrong with a blob, by the byte that is changed. */
const CHANGES: readonly [title: string, Change, string | Readonly<Record<string, string>>][] = [
  ["tag", (blob) => flip(blob, 1), "TPM_INVALID_STRUCTURE"],
  ["type", (blob) => flip(blob, 5), "TPM_BAD_PARAMETER"],
  ["handle", (blob) => flip(blob, 9), "TPM_BADCONTEXT"],
  ["label", (blob) => flip(blob, 15), "TPM_BADCONTEXT"],
  ["integrityDigest", (blob) => flip(blob, 35), "TPM_BADCONTEXT"],
  ["padding", (blob) => flip(blob, blob.length - 17), {
    emulator: "TPM_BADCONTEXT",
    libtpms: "TPM_DECRYPT_ERROR",
  }],
  ["too short", (blob) => blob.slice(0, -1), "TPM_BAD_PARAM_SIZE"],
  ["too long", (blob) => Uint8Array.of(...blob, 0), "TPM_BAD_PARAM_SIZE"],
  ["empty", () => new Uint8Array(0), "TPM_BAD_PARAM_SIZE"],
];

conformanceTest("TPM_SaveKeyContext takes the key out, TPM_LoadKeyContext brings it back", [
  KEY,
  loadKey("key"),
  saveKey("key"),
  step({
    command: "TPM_FlushSpecific",
    title: "of the key that is gone",
    request: (side) => ({ handle: side.handle("key"), resourceType: TPM_RT_KEY }),
    code: "TPM_BAD_PARAMETER",
  }),
  ...CHANGES.map(([title, change, code]) => loadSavedKey("key", { title, change, code })),
  loadSavedKey("key"),
  USE_KEY,
  loadSavedKey("key", { title: "a second time" }),
  USE_KEY,
  ...[TPM_KH_SRK, TPM_KH_EK, 0x1234].map((handle) =>
    saveKey("nothing", { title: `handle ${handle}`, handle, code: "TPM_INVALID_KEYHANDLE" })
  ),
  loadContext("key", { title: "by TPM_LoadContext", keepHandle: false }),
  ...powerCycle(),
  loadSavedKey("key", { title: "after power was lost", code: "TPM_BADCONTEXT" }),
  loadContext("key", { title: "by TPM_LoadContext, after power was lost" }),
]);

conformanceTest("a key that the owner made stay stays, but libtpms lets it go", [
  KEY,
  loadKey("key"),
  keyControlOwner("key", true),
  saveKey("key", { code: { emulator: "TPM_OWNER_CONTROL", libtpms: "TPM_SUCCESS" } }),
]);

conformanceTest("keys come back as far as there are slots", [
  KEY,
  loadKey("key"),
  saveKey("key"),
  ...Array.from({ length: 20 }, () => loadSavedKey("key")),
  loadSavedKey("key", { code: "TPM_RESOURCES" }),
]);

conformanceTest(
  "TPM_SaveAuthContext takes a session out, TPM_LoadAuthContext brings it back once",
  [
    oiap("session"),
    saveAuth("session"),
    saveAuth("session", { title: "a second time", code: "TPM_INVALID_AUTHHANDLE" }),
    ...CHANGES.map(([title, change, code]) => loadAuth("session", { title, change, code })),
    loadAuth("session"),
    loadAuth("session", { title: "a second time", code: "TPM_BADCONTEXT" }),
    step({
      command: "TPM_OwnerReadInternalPub",
      request: { keyHandle: TPM_KH_SRK },
      auths: [{ entity: "owner", session: "session" }],
    }),
    saveAuth("session"),
    loadContext("session", { title: "by TPM_LoadContext" }),
    saveSessionContext("session"),
    loadAuth("session", { title: "from TPM_SaveContext" }),
    saveAuth("session"),
    ...powerCycle(),
    loadAuth("session", { title: "after power was lost", code: "TPM_BADCONTEXT" }),
  ],
);

const AREA = { attributes: TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE, dataSize: 4 };

conformanceTest("sessions come back; those of keys while the key is loaded, under any handle", [
  KEY,
  loadKey("key"),
  osap("key", "key"),
  saveAuth("key"),
  flushKey("key"),
  loadAuth("key", { code: "TPM_RESOURCEMISSING" }),
  loadKey("key"),
  loadAuth("key"),
  step({
    command: "TPM_GetPubKey",
    request: (side) => ({ keyHandle: side.handle("key") }),
    auths: [{ session: "key" }],
  }),
  osap("SRK", "SRK"),
  saveAuth("SRK"),
  loadAuth("SRK"),
  osap("owner", "owner"),
  saveAuth("owner"),
  loadAuth("owner"),
  defineNv(0x1000, AREA),
  osap("area", { entityType: TPM_ET_NV, entityValue: 0x1000, secret: secret("area") }),
  saveAuth("area"),
  loadAuth("area"),
  saveAuth("area"),
  defineNv(0x1000, { ...AREA, dataSize: 0 }),
  loadAuth("area", { title: "of the area that is gone" }),
]);

conformanceTest("a key's context is no session's", [
  KEY,
  loadKey("key"),
  saveKey("key"),
  oiap("session"),
  saveAuth("session"),
  action("blobs change places", (side) => {
    const [key, session] = [side.bytes("context of key"), side.bytes("context of session")];
    side.values.set("context of key", session);
    side.values.set("context of session", key);
  }),
  loadSavedKey("key", { code: "TPM_BAD_PARAMETER" }),
  loadAuth("session", { code: "TPM_BAD_PARAMETER" }),
]);
