import { assertEquals } from "@std/assert";
import { Emulator } from "../../lib/emulator/mod.ts";
import type { ChannelTddl } from "../../lib/tddl/channel_tddl.ts";
import * as constants from "../../lib/tddl/constants.ts";
import { openTddl } from "../../lib/tddl/open_tddl.ts";
import { serve } from "../emulator/server/serve.ts";
import { assertResult } from "../errors.ts";
import { PtyTpm } from "../ffi/pty_tpm.ts";
import { peerTest } from "../peers/requirements.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { EXTEND, extend, pcrRead, STARTUP, STARTUP_STATE } from "../raw_commands.ts";

/** A way to a TPM, and what of TDDLI it has. */
interface Backend {
  /** The peers it takes. */
  readonly peers?: readonly string[];
  /** Gives a connection string to a TPM that has been started up. */
  readonly use: (body: (connection: string) => Promise<void>) => Promise<void>;
  /** TDDL_CAP_PROP_MODULE_TYPE. */
  readonly kind: string;
  /** TDDL_CAP_PROP_MANUFACTURER. */
  readonly manufacturer: string;
  /** What Tddli_Cancel throws while nothing is under way. */
  readonly cancel: number;
  /** Whether it switches the TPM's power. */
  readonly power: boolean;
  /** What becomes of a command that is shorter than it says. */
  readonly badCommand: number;
}

const COMMAND_COMPLETED = 0x1084;
const NOTIMPL = 0x1006;
const BAD_PARAMETER = 0x1003;
const ALREADY_OPENED = 0x1081;
const ALREADY_CLOSED = 0x1082;
const TPM_BAD_PARAM_SIZE = 0x19;

const OURS = { manufacturer: "DENO", cancel: NOTIMPL, power: false, badCommand: BAD_PARAMETER };
const SWTPM = { ...OURS, peers: ["swtpm"], manufacturer: "IBM\0" };

const BACKENDS: Readonly<Record<string, Backend>> = {
  emulator: {
    ...OURS,
    use: (body) => body("emulator"),
    kind: "emulator",
    power: true,
    badCommand: TPM_BAD_PARAM_SIZE, // its TPM judges for itself
  },
  device: {
    ...OURS,
    async use(body) {
      using emulator = Emulator.powerOn();
      emulator.execute(STARTUP);
      await using tpm = new PtyTpm((command, pty) => pty.write(emulator.execute(command)));
      await body(`device:${tpm.pty.path}`);
    },
    kind: "device",
  },
  tcp: {
    ...OURS,
    async use(body) {
      await using served = await serve({});
      await body(`tcp:127.0.0.1:${served.tcp.port}`);
    },
    kind: "socket",
  },
  unix: {
    ...OURS,
    async use(body) {
      await using served = await serve({});
      await body(`unix:${served.unix.path},connection=each`);
    },
    kind: "socket",
  },
  swtpm: {
    ...SWTPM,
    async use(body) {
      await using swtpm = await Swtpm.start({ transport: "unix", disconnect: false });
      const { path } = swtpm.address as { path: string };
      await body(`swtpm:unix:${path},ctrl=unix:${swtpm.control.path}`);
    },
    kind: "swtpm",
    cancel: COMMAND_COMPLETED,
    power: true,
  },
  "our emulator's control channel": {
    ...OURS,
    async use(body) {
      await using served = await serve({});
      await body(`swtpm:unix:${served.unix.path},ctrl=unix:${served.controlUnix.path}`);
    },
    kind: "swtpm",
    cancel: COMMAND_COMPLETED,
    power: true,
  },
};

for (const [name, backend] of Object.entries(BACKENDS)) {
  peerTest(
    backend.peers ?? [],
    `each function of TDDLI does its work or gives its error: ${name}`,
    () =>
      backend.use(async (connection) => {
        await using tddl = await openTddl(connection);
        await assertResult(tddl.open(), ALREADY_OPENED);
        await transmit(tddl, backend);
        await assertResult(tddl.cancel(), backend.cancel);
        await capabilities(tddl, backend);
        assertEquals(await statuses(tddl), [constants.TDDL_DRIVER_OK, constants.TDDL_DEVICE_OK]);
        await assertResult(tddl.getStatus(0x12), BAD_PARAMETER);
        await power(tddl, backend);
        await tddl.close();
        await closed(tddl);
      }),
  );
}

async function transmit(tddl: ChannelTddl, { badCommand }: Backend): Promise<void> {
  const extended = await tddl.transmitData(EXTEND);
  assertEquals(await tddl.transmitData(pcrRead(16)), extended);
  const short = pcrRead(16).subarray(0, 12);
  if (badCommand === BAD_PARAMETER) await assertResult(tddl.transmitData(short), badCommand);
  else assertEquals((await tddl.transmitData(short))[9], badCommand);
}

async function capabilities(tddl: ChannelTddl, backend: Backend): Promise<void> {
  const { TDDL_CAP_VERSION, TDDL_CAP_PROPERTY } = constants;
  const property = async (subCap: number) =>
    new TextDecoder().decode(await tddl.getCapability(TDDL_CAP_PROPERTY, subCap));
  assertEquals(await property(constants.TDDL_CAP_PROP_MANUFACTURER), backend.manufacturer);
  assertEquals(await property(constants.TDDL_CAP_PROP_MODULE_TYPE), backend.kind);
  assertEquals(await property(constants.TDDL_CAP_PROP_GLOBAL_STATE), "\0\0\0\x20");
  for (const version of [constants.TDDL_CAP_VER_DRV, constants.TDDL_CAP_VER_FW]) {
    assertEquals(
      (await tddl.getCapability(TDDL_CAP_VERSION, version)).subarray(0, 2).join(),
      "1,2",
    );
  }
  const date = constants.TDDL_CAP_VER_FW_DATE;
  const value = new Uint8Array(4);
  await assertResult(tddl.getCapability(TDDL_CAP_VERSION, date), NOTIMPL);
  await assertResult(tddl.getCapability(TDDL_CAP_PROPERTY, date), BAD_PARAMETER);
  await assertResult(tddl.setCapability(TDDL_CAP_VERSION, date, { value }), NOTIMPL);
  await assertResult(tddl.setCapability(0x0300, 0x0301, { value }), BAD_PARAMETER);
}

function statuses(tddl: ChannelTddl): Promise<number[]> {
  const { TDDL_DRIVER_STATUS, TDDL_DEVICE_STATUS } = constants;
  return Promise.all([TDDL_DRIVER_STATUS, TDDL_DEVICE_STATUS].map((type) => tddl.getStatus(type)));
}

async function power(tddl: ChannelTddl, { power: ours }: Backend): Promise<void> {
  assertEquals(await tddl.powerManagementControl(false), !ours);
  assertEquals(await tddl.setPowerManagement(false), 0);
  await assertResult(tddl.setPowerManagement(false, 1), NOTIMPL);
  if (!ours) {
    await assertResult(tddl.powerManagementControl(true), NOTIMPL);
    await assertResult(tddl.setPowerManagement(true, 3), NOTIMPL);
    return;
  }
  assertEquals(await tddl.powerManagementControl(true), false);
  const extended = await tddl.transmitData(extend(1));
  assertEquals(await tddl.setPowerManagement(true, 3), 3);
  assertEquals(await tddl.setPowerManagement(false, 0), 0);
  assertEquals((await tddl.transmitData(STARTUP_STATE))[9], 0);
  assertEquals(await tddl.transmitData(pcrRead(1)), extended);
}

async function closed(tddl: ChannelTddl): Promise<void> {
  const { TDDL_DRIVER_NOT_OPENED, TDDL_DEVICE_NOT_FOUND } = constants;
  assertEquals(await statuses(tddl), [TDDL_DRIVER_NOT_OPENED, TDDL_DEVICE_NOT_FOUND]);
  const value = new Uint8Array(4);
  const calls = [
    tddl.close(),
    tddl.cancel(),
    tddl.getCapability(constants.TDDL_CAP_VERSION, constants.TDDL_CAP_VER_DRV),
    tddl.setCapability(constants.TDDL_CAP_VERSION, constants.TDDL_CAP_VER_DRV, { value }),
    tddl.transmitData(pcrRead(0)),
    tddl.setPowerManagement(false),
    tddl.powerManagementControl(false),
  ];
  for (const call of calls) await assertResult(call, ALREADY_CLOSED);
  await tddl.open(); // and once more
  await tddl.close();
}
