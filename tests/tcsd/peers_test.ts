import { assert, assertEquals, assertRejects } from "@std/assert";
import { CoreServices, type Tcsi } from "../../lib/tcs/mod.ts";
import { TcsdClient, TcsdServer } from "../../lib/tcsd/mod.ts";
import { openTddl, type TcpAddress } from "../../lib/tddl/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { fromHex, toHex } from "../hex.ts";
import { peerTest, Swtpm, Tcsd, Tools } from "../peers/mod.ts";
import { until } from "./fake_services.ts";

const LOOPBACK: TcpAddress = { transport: "tcp", hostname: "127.0.0.1", port: 0 };
/** A TPM_KEY12 of 2048 bits without its parts: the daemon looks at no more of a registered key. */
const KEY = fromHex(
  "002800000010000000000100000001000300010000000c000008000000000200000000000000000000000000000000",
);
const SRK = fromHex("00000000000000000000000000000001");
const UUID = fromHex("112233445566778899aa010203040506");

async function resultOf(action: Promise<unknown>): Promise<number> {
  const error = await assertRejects(() => action, TssError);
  return error.result;
}

/** What needs no owner, and comes out alike whoever's daemon it is. */
async function useServices(context: Tcsi): Promise<void> {
  assertEquals(context.tpmVersion, 2);
  const { randomBytes } = await context.getRandom({ bytesRequested: 33 });
  assertEquals(randomBytes.length, 33);
  await context.stirRandom({ inData: randomBytes });
  await context.stirRandom({ inData: new Uint8Array(255) });
  assertEquals(await resultOf(context.stirRandom({ inData: new Uint8Array(256) })), 0x2003);
  const inDigest = new Uint8Array(20).fill(7);
  const { outDigest } = await context.extend({ pcrNum: 10, inDigest });
  assertEquals((await context.pcrRead({ pcrIndex: 10 })).outDigest, outDigest);
  assert((await resultOf(context.pcrRead({ pcrIndex: 99 }))) !== 0);

  const event = {
    versionInfo: fromHex("01010000"),
    ulPcrIndex: 10,
    eventType: 6,
    rgbPcrValue: inDigest,
    rgbEvent: fromHex("c0ffee"),
  };
  assertEquals(await context.logPcrEvent({ event }), { ulEventNumber: 1 });
  const pcrIndex = 10;
  assertEquals((await context.getPcrEvent({ pcrIndex, eventNumber: 0 })).event, event);
  const length = await context.getPcrEvent({ pcrIndex, eventNumber: 0, lengthOnly: true });
  assertEquals([length.number, length.event], [1, undefined]);
  assertEquals(await context.getPcrEventsByPcr({ pcrIndex, firstEvent: 0, eventCount: 1 }), [
    event,
  ]);
  assertEquals(await context.getPcrEventLog(), [event]);

  const capability = async (capArea: number, subCap: string) =>
    toHex((await context.getTcsCapability({ capArea, subCap: fromHex(subCap) })).resp);
  assertEquals(await capability(1, "00000023"), "01");
  assertEquals(await capability(1, "000000ff"), "00000800");
  const { resp } = await context.getCapability({ capArea: 5, subCap: fromHex("00000101") });
  assertEquals(toHex(resp), "00000018");

  const { authHandle, nonceEven } = await context.oiap({});
  assertEquals(nonceEven.length, 20);
  const auths = [{
    authHandle,
    nonceOdd: new Uint8Array(20),
    continueAuthSession: false,
    authData: new Uint8Array(20),
  }];
  // Nobody owns the TPM yet.
  assertEquals(await resultOf(context.ownerReadPubek({ auths })), 0x12);
  assertEquals((await context.delegateReadTable({})).familyTable, new Uint8Array(0));
  assertEquals((await context.getAuditDigest({ startOrdinal: 0 })).counterValue.length, 10);
  assertEquals(await resultOf(context.loadKeyByUUID({ keyUUID: UUID })), 0x2020);
  await context.selfTestFull({});
  await context.closeContext();
  assertEquals((await resultOf(context.selfTestFull({}))) & 0xf000, 0x3000);
}

peerTest(["swtpm", "tcsd"], "our client uses Debian's tcsd", async () => {
  await using tpm = await Swtpm.start();
  await using tcsd = await Tcsd.start({ tpm: tpm.address });
  await using client = new TcsdClient({ ...LOOPBACK, port: tcsd.port });
  await useServices(await client.openContext());
  await using context = await client.openContext();
  // TrouSerS registers a key under a parent that it does not know.
  await context.registerKey({
    wrappingKeyUUID: SRK,
    keyUUID: UUID,
    rgbKey: KEY,
    gbVendorData: fromHex("4f"),
  });
  const [key] = await context.enumRegisteredKeys();
  assertEquals([key!.keyUUID, key!.parentKeyUUID, key!.rgbVendorData], [UUID, SRK, fromHex("4f")]);
  assertEquals((await context.getRegisteredKeyBlob({ keyUUID: UUID })).prgbKey, KEY);
  await context.unregisterKey({ keyUUID: UUID });
  assertEquals(await context.enumRegisteredKeys(), []);
});

peerTest(["swtpm"], "our client uses our server", async () => {
  await using tpm = await Swtpm.start();
  await using services = await CoreServices.start(
    await openTddl({
      kind: "tcp",
      address: { ...LOOPBACK, port: (tpm.address as TcpAddress).port },
      connection: "each",
    }),
  );
  await using server = await TcsdServer.start(services, { addresses: [{ address: LOOPBACK }] });
  await using client = new TcsdClient(server.addresses[0]!);
  await useServices(await client.openContext());
});

peerTest(
  ["swtpm", "tpm-tools"],
  "Debian's tpm-tools own a TPM and seal through our server",
  async () => {
    await using tpm = await Swtpm.start();
    const address = { ...LOOPBACK, port: (tpm.address as TcpAddress).port };
    await using services = await CoreServices.start(
      await openTddl({ kind: "tcp", address, connection: "each" }),
    );
    const faults: unknown[] = [];
    await using server = await TcsdServer.start(services, {
      addresses: [{ address: LOOPBACK }],
      onEvent: ({ request }) => request?.error !== undefined && faults.push(request.error),
    });
    using tools = new Tools({ port: (server.addresses[0] as TcpAddress).port });
    Deno.writeTextFileSync(`${tools.folder}/plain`, "a secret\n");
    const commands: [name: string, ...args: string[]][] = [
      ["tpm_version"],
      ["tpm_createek"],
      ["tpm_takeownership", "-y", "-z"],
      ["tpm_getpubek", "-z"],
      ["tpm_sealdata", "-z", "-p", "16", "-i", "plain", "-o", "sealed"],
      ["tpm_nvdefine", "-y", "-z", "-i", "0x10", "-s", "16", "-p", "OWNERWRITE|OWNERREAD"],
      ["tpm_nvwrite", "-z", "-i", "0x10", "-d", "written"],
    ];
    for (const command of commands) {
      const { code, stdout, stderr } = await tools.run(command);
      assertEquals(code, 0, `${command.join(" ")}: ${stdout}${stderr}`);
    }
    assertEquals((await tools.run(["tpm_unsealdata", "-z", "-i", "sealed"])).stdout, "a secret\n");
    const { stdout } = await tools.run(["tpm_nvread", "-z", "-i", "0x10"]);
    assert(stdout.includes("written"), stdout);
    assertEquals((await tools.run(["tpm_clear", "-z"])).code, 0);
    assertEquals(faults, []);
    await until(() => server.status.contexts === 0);
  },
);
