import { assertEquals } from "@std/assert";
import { decode, encode } from "../../lib/codec/mod.ts";
import { uuidToString } from "../../lib/formats/mod.ts";
import { CoreServices } from "../../lib/tcs/mod.ts";
import { ChannelTddl, EmulatorChannel } from "../../lib/tddl/mod.ts";
import { TPM_KEY_CONTROL_OWNER_EVICT } from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY, TPM_PUBKEY } from "../../lib/tpm12/structures/mod.ts";
import { ZEROS } from "../conformance/templates.ts";
import { codeOf } from "../errors.ts";
import { type Bed, emulatorBed, NOTHING } from "./bed.ts";
import { User } from "./user.ts";

/** Has the owner make a key stay, or go, and gives the UUID told. */
async function control(user: User, handle: number, { blob, stays }: {
  blob: Uint8Array;
  stays: boolean;
}): Promise<Uint8Array> {
  const { algorithmParms, pubKey } = decode(TPM_KEY_ANY, blob);
  const { run } = user;
  let uuid = new Uint8Array();
  // The method says more than the command does.
  const tcs = new Proxy(user.tcs, {
    get: (target, name) =>
      name !== "command" ? Reflect.get(target, name) : async (_: string, request: never) => {
        const answer = await target.keyControlOwner(request);
        uuid = answer.uuidData as typeof uuid;
        return answer;
      },
  });
  await run.call(new User(tcs), "TPM_KeyControlOwner", {
    keyHandle: handle,
    pubKey: encode(TPM_PUBKEY, { algorithmParms, pubKey }),
    bitName: TPM_KEY_CONTROL_OWNER_EVICT,
    bitValue: stays,
  } as never, [{ session: await user.oiap(), secret: ZEROS }]);
  return uuid;
}

/** More slots, as the owner must leave some to others. */
const bedOf = (): Promise<Bed> => emulatorBed({ tpmLimits: { keys: 5, authSessions: 4 } });
const UUID = (n: number) => `00000000-0000-0000-0000-00000001${n.toString(16).padStart(4, "0")}`;

Deno.test("a key the owner made stay is loaded by its UUID, by anybody, and outlives contexts", async () => {
  await using bed = await bedOf();
  const [one, other] = [await bed.user(), await bed.user()];
  const blob = bed.keys[0]!;
  const handle = await one.loadKey(blob);
  const uuid = await control(one, handle, { blob, stays: true });
  assertEquals(uuidToString(uuid).slice(0, 24), UUID(0).slice(0, 24));
  assertEquals([...uuid.subarray(0, 14)], Array(14).fill(0));
  await one.tcs.closeContext();
  assertEquals(await bed.holdings(), { ...NOTHING, keys: 1 });
  const { hKeyTCSI } = await other.tcs.loadKeyByUUID({ keyUUID: uuid });
  // Its slot is out of the game: the other four go round.
  for (let i = 0; i < 6; i++) await other.loadKey(bed.keys[1]!);
  const proof = () => other.oiap().then((session) => ({ session, secret: ZEROS }));
  await other.sign(hKeyTCSI!, { blob, proof: await proof() });
  await other.tcs.evictKey({ hKey: hKeyTCSI! });
  const again = await other.tcs.loadKeyByUUID({ keyUUID: uuid });
  await other.sign(again.hKeyTCSI!, { blob, proof: await proof() });
  const gbVendorData = new Uint8Array();
  const register = { keyUUID: uuid, wrappingKeyUUID: uuid, rgbKey: blob, gbVendorData };
  assertEquals(await codeOf(other.tcs.registerKey(register)), "TSS_E_BAD_PARAMETER");
  assertEquals(await control(other, again.hKeyTCSI!, { blob, stays: false }), uuid);
  assertEquals(await codeOf(other.tcs.loadKeyByUUID({ keyUUID: uuid })), "TSS_E_PS_KEY_NOTFOUND");
  await other.tcs.closeContext();
  assertEquals(await bed.holdings(), NOTHING);
});

Deno.test("services that start know the keys the owner made stay, and clear the rest away", async () => {
  await using bed = await bedOf();
  const user = await bed.user();
  const blob = bed.keys[0]!;
  const uuid = await control(user, await user.loadKey(blob), { blob, stays: true });
  await user.osap(await user.loadKey(bed.keys[1]!));
  for (let i = 0; i < 6; i++) await user.oiap();
  // As after kill -9: nobody lets go of anything.
  const execute = (command: Uint8Array) => bed.executeNow!(command);
  const tddl = new ChannelTddl(new EmulatorChannel({ execute }));
  await tddl.open();
  await using services = await CoreServices.start(tddl, { soleUser: true });
  assertEquals(await bed.holdings(), { ...NOTHING, keys: 1 });
  const next = new User(await services.openContext());
  const { hKeyTCSI } = await next.tcs.loadKeyByUUID({ keyUUID: uuid });
  await next.sign(hKeyTCSI!, { blob, proof: { session: await next.oiap(), secret: ZEROS } });
});

Deno.test("clearing the owner ends everything everybody held", async () => {
  await using bed = await bedOf();
  const [one, other] = [await bed.user(), await bed.user()];
  const blob = bed.keys[0]!;
  await control(one, await one.loadKey(blob), { blob, stays: true });
  const theirs = await other.loadKey(blob);
  for (let i = 0; i < 5; i++) await other.osap(theirs);
  await one.run("TPM_OwnerClear", {}, [{ session: await one.oiap(), secret: ZEROS }]);
  assertEquals(await bed.holdings(), NOTHING);
  assertEquals(await codeOf(other.osap(theirs)), "TCS_E_INVALID_KEY");
  assertEquals(await codeOf(one.tcs.getRegisteredKey({ keyUUID: SRK })), "TSS_E_PS_KEY_NOTFOUND");
});

const SRK = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
