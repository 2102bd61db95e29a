import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodeKeyStorage, SRK_UUID, type StoredKey } from "../../lib/formats/mod.ts";
import { FileKeyStorage } from "../../lib/tcs/mod.ts";
import { RegisteredKeys } from "../../lib/tcs/registered_keys.ts";
import { TcsdClient } from "../../lib/tcsd/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { peerTest } from "../peers/requirements.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { Tcsd } from "../peers/tcsd.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { toHex } from "../hex.ts";
import { after } from "../after.ts";
import { blobOf, uuidOf } from "./blobs.ts";

/** How often a process is killed: 200 times in the long form. */
const KILLS = Number(Deno.env.get("TSS_KILLS") ?? 8);

function registration(number: number) {
  return {
    wrappingKeyUUID: SRK_UUID,
    keyUUID: uuidOf(number),
    rgbKey: blobOf(number),
    gbVendorData: Uint8Array.of(number),
  };
}

Deno.test("keys outlive the process, in a file for its owner alone", async () => {
  using folder = new TempFolder();
  const path = folder.join("system.data");
  assertEquals(await new FileKeyStorage(path).load(), []);
  await new RegisteredKeys(new FileKeyStorage(path), () => false).register(registration(1));
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  const again = new RegisteredKeys(new FileKeyStorage(path), () => false);
  assertEquals((await again.get(uuidOf(1))).blob, blobOf(1));
});

Deno.test("a file that is damaged is told with its name, and left alone", async () => {
  using folder = new TempFolder();
  const path = folder.join("system.data");
  Deno.writeFileSync(path, Uint8Array.of(1, 1, 0, 0, 0, 7));
  const keys = new RegisteredKeys(new FileKeyStorage(path), () => false);
  const error = await assertRejects(() => keys.register(registration(1)), TssError);
  assertEquals(error.codeName, "TSS_E_INTERNAL_ERROR");
  assert(error.message.includes(path));
  assertEquals(Deno.readFileSync(path), Uint8Array.of(1, 1, 0, 0, 0, 7));
});

Deno.test("changes from several sides are made one after the other", async () => {
  using folder = new TempFolder();
  const path = folder.join("system.data");
  const sides = Array.from(
    { length: 8 },
    (_, i) =>
      new RegisteredKeys(new FileKeyStorage(path), () => false).register(registration(i + 1)),
  );
  await Promise.all(sides);
  const keys = await new FileKeyStorage(path).load();
  assertEquals(keys.map(({ uuid }) => uuid[0]).sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
});

Deno.test(`the file is whole after ${KILLS} kill -9 during changes, before or after each`, async () => {
  using folder = new TempFolder();
  const path = folder.join("system.data");
  await new RegisteredKeys(new FileKeyStorage(path), () => false).register(registration(1));
  const seen = new Set<number>();
  // On until either state has been met, in case chance keeps to one of them for so long.
  for (let kill = 0; kill < KILLS || seen.size < 2 && kill < 20 * KILLS; kill++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--quiet",
        new URL("registering_child.ts", import.meta.url).pathname,
        path,
        toHex(blobOf(2)),
      ],
      stdout: "piped",
    }).spawn();
    const output = child.stdout.getReader();
    await output.read();
    await after(1 + kill * 7919 % 23);
    child.kill("SIGKILL");
    await child.status;
    await output.cancel();
    const keys: StoredKey[] = decodeKeyStorage(Deno.readFileSync(path));
    seen.add(keys.length);
    assertEquals(keys[0]!.blob, blobOf(1));
    if (keys.length === 2) {
      assertEquals([keys[1]!.blob, keys[1]!.vendorData.length], [blobOf(2), 2000]);
      await new RegisteredKeys(new FileKeyStorage(path), () => false).unregister(uuidOf(2));
    } else assertEquals(keys.length, 1);
  }
  assertEquals(seen, new Set([1, 2]));
});

peerTest(["swtpm", "tcsd"], "TrouSerS' daemon and we open each other's file", async () => {
  await using tpm = await Swtpm.start();
  using folder = new TempFolder();
  const store = folder.join("store");
  const path = `${store}/system.data`;
  Deno.mkdirSync(store);
  await new Deno.Command("chown", { args: ["tss:tss", store] }).output();
  const config = { system_ps_file: path };
  const ours = new RegisteredKeys(new FileKeyStorage(path), () => false);
  const use = async (action: (client: TcsdClient) => Promise<void>) => {
    await using tcsd = await Tcsd.start({ tpm: tpm.address, config });
    await using client = new TcsdClient({
      transport: "tcp",
      hostname: "127.0.0.1",
      port: tcsd.port,
    });
    await action(client);
  };
  await use(async (client) => {
    const context = await client.openContext();
    await context.registerKey(registration(1));
    await context.closeContext();
  });
  assertEquals((await ours.get(uuidOf(1))).vendorData, Uint8Array.of(1));
  await ours.register(registration(2));
  await ours.unregister(uuidOf(1));
  await use(async (client) => {
    const context = await client.openContext();
    const keys = await context.enumRegisteredKeys();
    assertEquals(keys.map(({ keyUUID }) => keyUUID), [uuidOf(2)]);
    const { prgbKey } = await context.getRegisteredKeyBlob({ keyUUID: uuidOf(2) });
    assertEquals(prgbKey, blobOf(2));
    await context.unregisterKey({ keyUUID: uuidOf(2) });
    await context.closeContext();
  });
  assertEquals(await ours.list(), []);
});
