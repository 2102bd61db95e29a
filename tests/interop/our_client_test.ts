import { assert, assertEquals } from "@std/assert";
import { decode, encode } from "../../lib/codec/mod.ts";
import type { Tcsi } from "../../lib/tcs/mod.ts";
import { TcsdClient } from "../../lib/tcsd/mod.ts";
import { type Operation, OPERATIONS, type Slot, type Values } from "../../lib/tcsd/protocol.ts";
import { COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import { TPM_ALG_RSA, TPM_KH_SRK } from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY } from "../../lib/tpm12/structures/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { type AuthRequest, encodeRequest } from "../../lib/wire/mod.ts";
import { keyTemplate, ZEROS } from "../conformance/templates.ts";
import { Seeded } from "../codec/generate.ts";
import { peerTest } from "../peers/requirements.ts";
import { generateValues } from "../tcsd/generate_packets.ts";
import { User } from "../tcs/user.ts";
import { debianTcsd } from "./interop_tcsd.ts";
import { assertPresence, swtpm } from "./interop_tpm.ts";

/** TSS_E_INTERNAL_ERROR of the TCS: what TrouSerS answers to a packet that it cannot read. */
const UNREADABLE = 0x2004;
const SRK = Uint8Array.from([...new Uint8Array(15), 1]);
/** TSS_E_FAIL of the TCS: no such operation. */
const UNKNOWN = 0x2002;

/** An unknown parent is a failure to it as well; the test below makes keys under one that is known. */
const FAILS = "createWrapKey";

/** TrouSerS reads keys without looking where they end: what is none would be its end. */
const KEY = encode(TPM_KEY_ANY, {
  ...keyTemplate("signing"),
  pubKey: { key: new Uint8Array(256) },
  encData: new Uint8Array(256),
});
const PARTS: Readonly<Record<string, unknown>> = {
  algID: TPM_ALG_RSA,
  bytesRequested: 16,
  keyHandle: TPM_KH_SRK,
  rgbKey: KEY,
  rgbWrappedKeyBlob: KEY,
  srkParams: KEY,
  idKeyParams: KEY,
  // Nor does it look how long a modulus is.
  rgbPublicInfo: new Uint8Array(256).fill(0xc5),
};

/** What would take away what the others need: each gets a daemon and a TPM for itself at the end. */
const LAST = ["forceClear", "ownerClear", "setOwnerInstall", "physicalSetDeactivated"];

function requestOf({ in: slots, command }: Operation, random: Seeded): Values {
  const values = generateValues(slots, "request", random);
  for (const slot of slots as readonly Slot[]) {
    if (slot.kind !== "auth") values[slot.field] = PARTS[slot.field] ?? values[slot.field];
  }
  if (command === "TPM_CreateWrapKey") values.keyInfo = KEY;
  if (command === "TPM_ExecuteTransport") {
    // The method takes the wrapped command whole.
    const wrappedCmd = encodeRequest(COMMANDS.TPM_PCRRead, { pcrIndex: 1 });
    return { wrappedCmd, auths: (values.auths as unknown[]).slice(2) };
  }
  delete values.hContext;
  return values;
}

async function resultOf(context: Tcsi, { method }: Operation, values: Values): Promise<number> {
  const methods = context as unknown as Record<string, (request: Values) => Promise<unknown>>;
  try {
    await methods[method!]!(values);
    return 0;
  } catch (error) {
    if (error instanceof TssError) return error.result;
    throw error;
  }
}

peerTest(
  ["swtpm", "tcsd"],
  "our client's requests are understood by Debian's tcsd, of every operation that it serves",
  async () => {
    await using tpm = await swtpm();
    await using tcsd = await debianTcsd(tpm);
    await using client = new TcsdClient({
      transport: "tcp",
      hostname: "127.0.0.1",
      port: tcsd.port,
    });
    const random = new Seeded(1);
    const served = OPERATIONS.filter(({ trousers, method }) =>
      trousers === "served" && method !== "openContext" && method !== "closeContext"
    );
    assertEquals(served.length, 105);
    const rank = ({ method }: Operation) => LAST.indexOf(method!);
    const wrong: string[] = [];
    for (const operation of served.toSorted((a, b) => rank(a) - rank(b))) {
      const context = await client.openContext();
      const request = requestOf(operation, random);
      // A session that it does not know is an internal error to it too, and so is one that lacks.
      const auths = (request.auths ?? []) as (AuthRequest | null)[];
      for (let i = 0; i < auths.length; i++) {
        const { authHandle } = await context.oiap({});
        auths[i] = { authHandle, nonceOdd: ZEROS, continueAuthSession: false, authData: ZEROS };
      }
      if ("authHandle" in request) request.authHandle = (await context.oiap({})).authHandle;
      const result = await resultOf(context, operation, request);
      await context.closeContext().catch(() => {});
      const known = result !== UNKNOWN || operation.method === FAILS;
      const understood = result !== UNREADABLE && known && result >> 12 !== 3;
      if (!understood) wrong.push(`${operation.name}: 0x${result.toString(16)}`);
    }
    assertEquals(wrong, []);
  },
);

peerTest(
  ["swtpm", "tcsd"],
  "our client owns, seals, signs, stores, delegates and wraps through Debian's tcsd",
  async () => {
    await using tpm = await swtpm();
    await using tcsd = await debianTcsd(tpm);
    await assertPresence(tpm);
    await using client = new TcsdClient({
      transport: "tcp",
      hostname: "127.0.0.1",
      port: tcsd.port,
    });
    const user = new User(await client.openContext());
    await user.takeOwnership();
    // A context of TrouSerS knows the SRK once it has loaded it.
    await user.tcs.loadKeyByUUID({ keyUUID: SRK });
    await user.askAsOwner();
    const blob = await user.createKey("signing");
    const keyHandle = await user.loadKey(blob);
    await user.sign(keyHandle, { blob, proof: { session: await user.oiap(), secret: ZEROS } });
    await user.sign(keyHandle, { blob, proof: { session: await user.osap(keyHandle) } });
    const wrong = { session: await user.oiap(), secret: ZEROS.map(() => 1) };
    const refused = await user.sign(keyHandle, { blob, proof: wrong }).then(() => 0, (error) => {
      assert(error instanceof TssError);
      return error.result;
    });
    assertEquals(refused, 1);
    const keyUUID = new Uint8Array(16).fill(3);
    const wrappingKeyUUID = SRK;
    const gbVendorData = new Uint8Array();
    await user.tcs.registerKey({ wrappingKeyUUID, keyUUID, rgbKey: blob, gbVendorData });
    const keys = await user.tcs.enumRegisteredKeys({ keyUUID });
    assertEquals(keys.map((key) => key.keyUUID), [keyUUID, wrappingKeyUUID]);
    const keys2 = await user.tcs.enumRegisteredKeys2({ keyUUID });
    assertEquals(keys2.map((key) => key.persistentStorageType), [2, 2]);
    const rgbPublicInfo = decode(TPM_KEY_ANY, blob).pubKey.key;
    const found = await user.tcs.getRegisteredKeyByPublicInfo({
      algID: TPM_ALG_RSA,
      rgbPublicInfo,
    });
    assertEquals(found.keyBlob, blob);
    // TrouSerS has it loaded already, and gives it without authorisation.
    assert((await user.tcs.loadKeyByUUID({ keyUUID })).hKeyTCSI !== undefined);
    await user.tcs.unregisterKey({ keyUUID });
    await user.tcs.evictKey({ hKey: keyHandle });
    await user.tcs.closeContext();
  },
);
