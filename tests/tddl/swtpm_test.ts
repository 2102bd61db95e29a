import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openTddl, SwtpmControl } from "../../lib/tddl/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { fromHex, toHex } from "../hex.ts";
import { peerTest } from "../peers/requirements.ts";
import { Swtpm, type SwtpmOptions } from "../peers/swtpm.ts";
import { CREATE_EK, EXTEND, extend, pcrRead, STARTUP, STARTUP_STATE } from "../raw_commands.ts";
import { assertResult } from "../errors.ts";

async function withSwtpm(
  options: SwtpmOptions,
  body: (spec: string, control: SwtpmControl, swtpm: Swtpm) => Promise<void>,
): Promise<void> {
  await using swtpm = await Swtpm.start({ disconnect: false, ...options });
  const data = "port" in swtpm.address
    ? `tcp:127.0.0.1:${swtpm.address.port}`
    : `unix:${swtpm.address.path}`;
  const { path } = swtpm.control;
  const control = new SwtpmControl({ transport: "unix", path });
  await body(`swtpm:${data},ctrl=unix:${path}`, control, swtpm);
}

for (const transport of ["tcp", "unix"] as const) {
  peerTest(
    ["swtpm"],
    `swtpm executes commands over ${transport}`,
    () =>
      withSwtpm({ transport }, async (spec) => {
        await using tddl = await openTddl(spec);
        const before = await tddl.transmitData(pcrRead(16));
        assertEquals(toHex(before.subarray(0, 10)), "00c40000001e00000000");
        const extended = await tddl.transmitData(EXTEND);
        assertEquals(await tddl.transmitData(pcrRead(16)), extended);
        assertEquals(toHex(await tddl.getCapability(0x0200, 0x0201)), "49424d00");
        assertEquals(await tddl.adoptDurations(), true);
        assertEquals(tddl.durations, { short: 50_000, medium: 100_000, long: 300_000 });
      }),
  );
}

peerTest(
  ["swtpm"],
  "a swtpm that closes after each answer is used with connection=each",
  () =>
    withSwtpm({ transport: "tcp", disconnect: true }, async (_spec, _control, swtpm) => {
      const { port } = swtpm.address as { port: number };
      await using tddl = await openTddl(`tcp:127.0.0.1:${port},connection=each`);
      for (let i = 0; i < 10; i++) assertEquals((await tddl.transmitData(pcrRead(i)))[9], 0);
    }),
);

peerTest(
  ["swtpm"],
  "a swtpm that is off is powered on and started up",
  () =>
    withSwtpm({ started: false }, async (spec, control) => {
      assertEquals(await control.isRunning(), false);
      await using tddl = await openTddl(spec);
      assertEquals((await tddl.transmitData(pcrRead(0)))[9], 0);
      assertEquals(await control.isRunning(), true);
    }),
);

peerTest(
  ["swtpm"],
  "setPowerManagement() switches swtpm off and on with its state saved",
  () =>
    withSwtpm({}, async (spec, control) => {
      await using tddl = await openTddl(spec);
      const extended = await tddl.transmitData(extend(1));
      assertEquals(await tddl.setPowerManagement(true, 3), 3);
      assertEquals(await control.isRunning(), false);
      assertEquals(await tddl.setPowerManagement(false, 0), 0);
      const restore = await tddl.transmitData(STARTUP_STATE);
      assertEquals(toHex(restore), "00c40000000a00000000");
      assertEquals(await tddl.transmitData(pcrRead(1)), extended);
    }),
);

peerTest(
  ["swtpm"],
  "the control channel serves localities and the established bit",
  () =>
    withSwtpm({}, async (spec, control) => {
      await using tddl = await openTddl(spec);
      const reset17 = fromHex("00c1 0000000f 000000c8 0003 000002");
      assertEquals((await tddl.transmitData(reset17))[9], 0x33); // TPM_NOTLOCAL
      await control.setLocality(4);
      await control.setLocality(0);
      await assertResult(control.setLocality(5), 0x3d);
      assertEquals(await control.getTpmEstablished(), false);
      await control.hash(new Uint8Array(10_000).fill(0x61));
      assertEquals(await control.getTpmEstablished(), true);
      assert(toHex((await tddl.transmitData(pcrRead(17))).subarray(10)) !== "ff".repeat(20));
      await assertResult(control.resetTpmEstablished(0), 0x3d);
      await control.resetTpmEstablished(3);
      assertEquals(await control.getTpmEstablished(), false);
    }),
);

peerTest(
  ["swtpm"],
  "state blobs carry a TPM over a power cycle",
  () =>
    withSwtpm({}, async (spec, control) => {
      await using tddl = await openTddl(spec);
      const extended = await tddl.transmitData(EXTEND);
      const permanent = await control.getStateBlob("permanent");
      const volatile = await control.getStateBlob("volatile", { decrypted: true });
      assert(permanent.data.length > 1000 && !permanent.encrypted);
      await assertResult(control.getStateBlob("savestate"), 0x800);
      await assertResult(control.setStateBlob("permanent", permanent), 0x0a); // it is on
      await control.stop();
      await control.setStateBlob("permanent", permanent);
      await control.setStateBlob("volatile", volatile);
      await control.init({ deleteVolatile: true });
      assertEquals(await tddl.transmitData(pcrRead(16)), extended);
      await control.init();
      assertEquals((await tddl.transmitData(STARTUP))[9], 0);
      assertEquals(toHex((await tddl.transmitData(pcrRead(16))).subarray(10)), "00".repeat(20));
    }),
);

peerTest(
  ["swtpm"],
  "the control channel tells what swtpm can do",
  () =>
    withSwtpm({}, async (spec, control) => {
      await using tddl = await openTddl(spec);
      assertEquals((await control.getCapability()) & 0x7fffn, 0x7fffn);
      assertEquals(await control.getConfig(), { fileKey: false, migrationKey: false });
      assertEquals(await control.setBufferSize(), { size: 4096, min: 3072, max: 4096 });
      await assertResult(control.setBufferSize(3072), 0x0a);
      await control.storeVolatile();
      const info = JSON.stringify(await control.getInfo(1n));
      assertStringIncludes(info, `"family":"1.2"`);
      await assertResult(control.cancelTpmCmd(), 9);
      await assertResult(tddl.cancel(), 0x1084);
      await control.stop();
      assertEquals((await control.setBufferSize(3072)).size, 3072);
    }),
);

peerTest(
  ["swtpm"],
  "a TPM 2.0 in swtpm is told from its answers",
  () =>
    withSwtpm({ args: ["--tpm2"] }, async (spec) => {
      await using tddl = await openTddl(spec);
      await assertRejects(() => tddl.transmitData(pcrRead(0)), TssError, "is a TPM 2.0");
    }),
);

peerTest(
  ["swtpm"],
  "a key generation aborted under way leaves swtpm in step",
  () =>
    withSwtpm({}, async (spec) => {
      await using tddl = await openTddl(spec);
      const signal = AbortSignal.timeout(5);
      const aborted = tddl.transmitData(CREATE_EK, { signal });
      const next = tddl.transmitData(pcrRead(3));
      await assertRejects(() => aborted, DOMException, "timeout");
      assertEquals((await next).length, 30);
    }),
);

peerTest(["swtpm"], "a control channel that is not there is an error that names it", async () => {
  const control = new SwtpmControl({ transport: "unix", path: "/nonexistent/ctrl" });
  const error = await assertRejects(() => control.stop(), TssError, "unix:/nonexistent/ctrl");
  assertEquals([error.command, error.codeName], ["CMD_STOP", "TDDL_E_COMPONENT_NOT_FOUND"]);
});
