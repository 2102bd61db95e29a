import { assert, assertEquals } from "@std/assert";
import {
  operationByMethod,
  operationByOrdinal,
  OPERATIONS,
  ordinalsOfRemoteOps,
  OWN_ORDINALS,
  REMOTE_OPS,
  type Slot,
  type TcsiMethod,
} from "../../lib/tcsd/protocol.ts";
import { COMMANDS, type Parameters } from "../../lib/tpm12/commands/mod.ts";
import { TCSI_FUNCTIONS } from "./tcsi_functions.ts";

/** Tcsip_NV_WriteValue → nvWriteValue: a word of capitals is one word. */
function methodOf(name: string): string {
  // The TPM's capabilities and the core services' would have one name.
  if (name === "Tcsi_GetCapability") return "getTcsCapability";
  const words = name.replace(/^Tcsip?_(TPM_)?/, "").split("_").map((word) =>
    /^[A-Z\d]+$/.test(word) ? word[0] + word.slice(1).toLowerCase() : word
  ).join("");
  return words[0]!.toLowerCase() + words.slice(1);
}

Deno.test("there is an operation for each of the 125 functions of the TCS interface", () => {
  assertEquals(TCSI_FUNCTIONS.length, 125);
  const methods = TCSI_FUNCTIONS.map(methodOf);
  for (const [i, method] of methods.entries()) {
    assertEquals(operationByMethod(method as TcsiMethod)?.method, method, TCSI_FUNCTIONS[i]);
  }
  const others = OPERATIONS.map(({ method }) => method).filter((method) =>
    method === null || !methods.includes(method)
  );
  assertEquals(others, [null, "enumRegisteredKeys2", "status"]);
});

Deno.test("there is one operation for each of TrouSerS' 123 ordinals, and ours come after them", () => {
  assertEquals(
    OPERATIONS.slice(0, 123).map(({ ordinal }) => ordinal),
    Array.from({ length: 123 }, (_, i) => i),
  );
  const own = OPERATIONS.slice(123);
  assertEquals(
    own.map(({ ordinal }) => ordinal),
    own.map((_, i) => OWN_ORDINALS + i),
  );
  for (const row of OPERATIONS) {
    assertEquals(row.trousers === "unknown", row.ordinal >= OWN_ORDINALS, row.name);
    assert(row.name.startsWith("TCSD_ORD_"));
    assertEquals(operationByOrdinal(row.ordinal), row);
  }
  assertEquals(operationByOrdinal(123), undefined);
  assertEquals(new Set(OPERATIONS.map(({ name }) => name)).size, OPERATIONS.length);
  const refused = OPERATIONS.filter(({ trousers }) => trousers === "refused");
  assertEquals(refused.map(({ ordinal }) => ordinal), [
    0,
    3,
    8,
    27,
    28,
    47,
    55,
    67,
    68,
    74,
    75,
    112,
  ]);
});

/** What operations carry beside the command: what the core services need or give themselves. */
const BESIDE: Partial<Record<TcsiMethod, readonly string[]>> = {
  establishTransport: ["ulTransControlFlags"],
  fieldUpgrade: ["dataIn", "dataOut"],
  keyControlOwner: ["uuidData"],
  loadMaintenanceArchive: ["dataOut"],
  makeIdentity: ["conformanceCredential", "endorsementCredential", "platformCredential"],
};

/** The methods that are no command, or more than one. */
const OWN_SERVICES = [
  "adminTssSessionsPerLocality",
  "closeContext",
  "enumRegisteredKeys",
  "enumRegisteredKeys2",
  "evictKey",
  "freeMemory",
  "getCredential",
  "getPcrEvent",
  "getPcrEventLog",
  "getPcrEventsByPcr",
  "getRegisteredKey",
  "getRegisteredKeyBlob",
  "getRegisteredKeyByPublicInfo",
  "getTcsCapability",
  "loadKey2ByBlob",
  "loadKeyByBlob",
  "loadKeyByUUID",
  "logPcrEvent",
  "openContext",
  "registerKey",
  "status",
  "unregisterKey",
];

const fieldsOf = (slots: readonly Slot[]): string[] =>
  slots.flatMap((slot) => slot.kind === "auth" ? [] : [slot.field]).filter((field) =>
    field !== "hContext"
  );
const sessionsOf = (slots: readonly Slot[]): number =>
  slots.filter((slot) => slot.kind === "auth").length;

Deno.test("an operation that is a command has the fields and sessions of the command's row", () => {
  const others: string[] = [];
  for (const { method, command, in: request, out: response } of OPERATIONS) {
    if (method === null) continue;
    if (command === undefined) others.push(method);
    // The wire takes the wrapped command apart.
    if (command === undefined || command === "TPM_ExecuteTransport") continue;
    const { handles, in: parameters, outHandles, out, auth } = COMMANDS[command];
    const expected = [handles, parameters, outHandles, out].flatMap((part) => Object.keys(part));
    const found = [...fieldsOf(request), ...fieldsOf(response)];
    assertEquals(found.toSorted(), [...expected, ...BESIDE[method] ?? []].toSorted(), method);
    // The first of the two functions for TPM_SetTempDeactivated takes no session.
    const sessions = method === "setTempDeactivated" ? 0 : auth.length;
    assertEquals([sessionsOf(request), sessionsOf(response)], [sessions, sessions], method);
  }
  assertEquals(others.toSorted(), OWN_SERVICES);
});

Deno.test("a field holds its own length where the command's row has a structure behind one", () => {
  for (const { name, command, in: request, out: response } of OPERATIONS) {
    if (command === undefined) continue;
    const { in: parameters, out } = COMMANDS[command];
    const codecs: Parameters = { ...parameters, ...out };
    for (const slot of [...request, ...response]) {
      if (slot.kind !== "bytes") continue;
      const codec = codecs[slot.field];
      const inside = codec?.structured === true && codec.parts?.kind === "sized";
      assertEquals(slot.lengthInside ?? false, inside, `${name}, ${slot.field}`);
    }
  }
});

Deno.test("remote_ops lets a remote peer do what TrouSerS' words let it do", () => {
  const context = [1, 2];
  const sessions = [23, 24, 29];
  const random = [44, 45];
  const stored = [3, 9, 12];
  const all = [...context, ...sessions, ...random, ...stored];
  const ours = [OWN_ORDINALS];
  const expected: Record<(typeof REMOTE_OPS)[number], number[]> = {
    seal: [36, ...all],
    unseal: [37, ...all],
    registerkey: [5, 11, ...context, ...stored, ...ours],
    unregisterkey: [6, ...context],
    getregisteredkeybypublicinfo: [10, ...context],
    getpubkey: [15, ...random, ...sessions, ...context],
    loadkey: [11, ...all, ...ours],
    createkey: [14, ...all],
    sign: [43, 3, ...context, ...sessions, ...random],
    random: [3, ...random, ...context],
    getcapability: [3, 4, 46, ...context],
    unbind: [38, ...context, ...sessions, ...random],
    quote: [33, ...context, ...sessions, ...random],
    readpubek: [50, ...context, ...sessions, ...random],
    selftest: [3, 53, 54, 55, 56, ...context],
  };
  for (const word of REMOTE_OPS) {
    const ascending = (a: number, b: number) => a - b;
    assertEquals(
      [...ordinalsOfRemoteOps([word])].sort(ascending),
      expected[word].sort(ascending),
      word,
    );
  }
  assertEquals(ordinalsOfRemoteOps([]), new Set());
  assertEquals(
    ordinalsOfRemoteOps(["random", "readpubek"]),
    new Set([...ordinalsOfRemoteOps(["random"]), ...ordinalsOfRemoteOps(["readpubek"])]),
  );
});
