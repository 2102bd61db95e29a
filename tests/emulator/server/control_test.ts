import { assert, assertEquals } from "@std/assert";
import { Emulator } from "../../../lib/emulator/mod.ts";
import { SwtpmControl } from "../../../lib/tddl/swtpm_control.ts";
import { TssError } from "../../../lib/tpm12/tss_error.ts";
import { fromHex, toHex } from "../../hex.ts";
import { type Address, connect, execute, writeAll } from "../../peers/network.ts";
import { peerTest } from "../../peers/requirements.ts";
import { Swtpm } from "../../peers/swtpm.ts";
import {
  EXTEND,
  extend as extendCommand,
  pcrRead,
  SAVE_STATE,
  STARTUP,
  STARTUP_STATE,
} from "../../raw_commands.ts";
import { after } from "../../after.ts";
import { readToEnd, serve, TRANSPORTS } from "./serve.ts";

/** Sends a control request and gives the answer, which both servers send in one piece. */
async function ask(control: Address, request: string): Promise<string> {
  using connection = await connect(control);
  await writeAll(connection, fromHex(request));
  const buffer = new Uint8Array(65536);
  const length = await connection.read(buffer);
  return toHex(buffer.subarray(0, length ?? 0));
}

const RESETS = "00c1 0000000f 000000c8 0003 0000";
const extend = (index: string) => toHex(extendCommand(parseInt(index, 16)));
const read = (index: string) => toHex(pcrRead(parseInt(index, 16)));
const INIT = "c00000002 00000000";
const START = `t${toHex(STARTUP)}`;

/** Control requests (c) and commands (t) in the order in which both sides get them. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  "while the TPM is off": [
    ..."01 04 06 08 09 0a 0e 0f".split(" ").map((code) => `c000000${code}`),
    "c00000005 00000000",
    "c0000000503",
    "c00000005 05000000",
    "c00000005 00000000",
    "c00000007 00000001 61",
    "c0000000b 03000000",
    "c0000000b03",
    "c0000000c 00000000 00000001 00000000",
    "c0000000c 00000000 00000004 00000000",
    "c00000011 00000000",
    "c00000011 00000c01",
    "c00000011 00000800",
    "c00000011 00002000",
    "c00000012 0000000000000000 00000000 00000000",
    "c00000012 0000000000000001 00000000 00000000",
    "c00000012 0000000000000001 00000004 00000000",
    "c00000012 0000000000000001 00000400 00000000",
    "c00000012 0000000000000004 00000000 00000000",
    "c00000014",
    "c00000000",
    "cffffffff",
    "t80010000000a00000181",
    "t00c10000000a000000f1",
    START,
  ],
  "while the TPM is on": [
    INIT,
    "c00000004",
    START,
    START,
    "c00000001",
    "c00000005 03000000",
    "c0000000504",
    "c00000005 05000000",
    "c00000009",
    "c0000000a",
    "c0000000b 02000000",
    "c0000000b 05000000",
    "c0000000b 04000000",
    "c0000000c 00000000 00000003 00000000",
    "c0000000c 00000000 00000001 00100000",
    "c0000000d 00000000 00000001 00000001 61",
    "c0000000f",
    "c00000011 00000000",
    "c00000011 00000c00",
    "c0000000e",
    "c0000000e",
    `t${read("00")}`,
    "c0000000d 00000000 00000001 00000001 61",
    "c0000000d 00000000 00000004 00000001 61",
    "c0000000d 00000000 00000002 00000000",
  ],
  "localities": [
    INIT,
    START,
    `t${RESETS}10`,
    "c00000005 02000000",
    `t${RESETS}10`,
    INIT,
    START,
    `t${RESETS}10`,
    "c00000005 04000000",
    `t${extend("11")}`,
    `t${extend("16")}`,
  ],
  "a dynamic launch": [
    INIT,
    START,
    `t${read("11")}`,
    "c00000006",
    "c00000004",
    ...["10", "11", "12", "13", "14", "15", "16"].map((index) => `t${read(index)}`),
    "c00000007 00000001 61",
    `t${read("11")}`,
    "c00000007 00000002 6263",
    "c00000007 00000000",
    "c00000008",
    `t${read("11")}`,
    `t${read("12")}`,
    "c00000005 04000000",
    `t${RESETS}02`,
    `t${read("11")}`,
    "c00000005 02000000",
    `t${extend("11")}`,
    `t${extend("12")}`,
    "c00000005 04000000",
    `t${extend("11")}`,
    INIT,
    "c00000004",
    START,
    `t${read("11")}`,
    "c0000000b 03000000",
    "c00000004",
  ],
  "signals of a launch out of order": [
    INIT,
    START,
    "c00000008",
    `t${read("11")}`,
    INIT,
    "c00000006",
    START,
    INIT,
    START,
    "c00000006",
    "c00000006",
    `t${read("11")}`,
    "c00000007 00000001 61",
    "c00000008",
    INIT,
    START,
    "c00000006",
    INIT,
    "c00000007 00000001 61",
    INIT,
    START,
    `t${read("11")}`,
  ],
  "volatile state stored": [
    INIT,
    START,
    `t${extend("10")}`,
    "c00000006",
    "c00000007 00000001 61",
    "c0000000a",
    `t${extend("10")}`,
    INIT,
    `t${read("10")}`,
    `t${extend("10")}`,
    "c00000002 00000001",
    `t${read("10")}`,
    "c00000008",
    `t${read("11")}`,
    INIT,
    `t${read("10")}`,
    START,
    `t${read("10")}`,
  ],
  "the end": [INIT, START, "c00000003"],
};

Deno.test("every control request for a TPM 1.2 is compared with swtpm's", () => {
  const compared = new Set(
    Object.values(SCRIPTS).flat().filter((step) => step.startsWith("c")).map((step) =>
      parseInt(step.slice(1, 9), 16)
    ),
  );
  compared.add(0x10); // CMD_SET_DATAFD, in data_descriptor_test.ts
  for (let code = 0x01; code <= 0x12; code++) assert(compared.has(code), `0x${code.toString(16)}`);
});

for (const [name, script] of Object.entries(SCRIPTS)) {
  peerTest(["swtpm"], `control requests are answered as by swtpm: ${name}`, async () => {
    await using swtpm = await Swtpm.start({ transport: "unix", started: false });
    await using ours = await serve({ powered: false, startup: false });
    for (const step of script) {
      const hex = step.slice(1);
      if (step.startsWith("c")) {
        assertEquals(await ask(ours.controlUnix, hex), await ask(swtpm.control, hex), step);
      } else {
        const theirs = toHex(await swtpm.execute(fromHex(hex)));
        assertEquals(toHex(await execute(ours.unix, fromHex(hex))), theirs, step);
      }
    }
  });
}

peerTest(["swtpm"], "state blobs come framed as from swtpm", async () => {
  await using swtpm = await Swtpm.start({ transport: "unix", started: false });
  await using ours = await serve({ powered: false, startup: false });
  for (
    const { control, address } of [
      { control: swtpm.control, address: swtpm.address },
      { control: ours.controlUnix, address: ours.unix },
    ]
  ) {
    assertEquals(await ask(control, INIT.slice(1)), "00000000");
    assertEquals((await execute(address, STARTUP))[9], 0);
    for (const type of ["1", "2"]) {
      const whole = fromHex(await ask(control, `0000000c 00000001 0000000${type} 00000000`));
      const view = new DataView(whole.buffer);
      assertEquals([view.getUint32(0), view.getUint32(4)], [0, 0]);
      assertEquals([view.getUint32(8), view.getUint32(12)], Array(2).fill(whole.length - 16));
      // With an offset, what is left counts as the whole.
      const rest = fromHex(await ask(control, `0000000c 00000001 0000000${type} 00000010`));
      assertEquals(rest.length, whole.length - 16);
      assertEquals(new DataView(rest.buffer).getUint32(8), whole.length - 32);
    }
  }
});

for (const transport of TRANSPORTS) {
  for (const channel of ["controlTcp", "controlUnix"] as const) {
    Deno.test(`SwtpmControl drives our control channel (${transport}, ${channel})`, async () => {
      await using served = await serve({ transport });
      const address = served[channel];
      const control = new SwtpmControl(
        "port" in address
          ? { transport: "tcp", hostname: "127.0.0.1", port: address.port }
          : { transport: "unix", path: address.path },
      );
      const caps = transport === "libc" ? 0x7fffn : 0x6fffn; // file descriptors take libc
      assertEquals(await control.getCapability(), caps);
      assertEquals(await control.isRunning(), true);
      await control.hash(new Uint8Array(10_000).fill(0x61));
      assertEquals(await control.getTpmEstablished(), true);
      await control.resetTpmEstablished(3);
      assertEquals(await control.getTpmEstablished(), false);
      const extended = await execute(served.tcp, EXTEND);
      assertEquals((await execute(served.tcp, SAVE_STATE))[9], 0);
      const [permanent, volatile, savestate] = await Promise.all([
        control.getStateBlob("permanent"),
        control.getStateBlob("volatile"),
        control.getStateBlob("savestate"),
      ]);
      await control.stop();
      assertEquals(served.server.powered, false);
      assertEquals((await control.setBufferSize(3072)).size, 3072);
      await assertCode(control.setStateBlob("savestate", volatile), 0x03);
      await assertCode(control.setStateBlob("permanent", savestate), 0x03);
      await control.setStateBlob("permanent", { data: new Uint8Array(), encrypted: false });
      await control.init();
      assertEquals(served.emulator.bufferSize, 3072);
      assertEquals((await execute(served.tcp, STARTUP))[9], 0);
      // Another TPM goes on where the first one was.
      await using other = await serve({ transport, powered: false, startup: false });
      const second = new SwtpmControl({ transport: "unix", path: other.controlUnix.path });
      await second.setStateBlob("permanent", permanent);
      await second.setStateBlob("volatile", volatile);
      await second.init({ deleteVolatile: true });
      assertEquals(await execute(other.unix, pcrRead(16)), extended);
      await second.stop();
      await second.setStateBlob("savestate", savestate);
      await second.init();
      assertEquals((await execute(other.unix, STARTUP_STATE))[9], 0);
      await second.init();
      assertEquals((await execute(other.unix, STARTUP_STATE))[9], 0x1c); // it serves once
      await second.shutdown();
      await other.server.finished;
    });
  }

  Deno.test(`a state that does not fit is refused, and the old one stays (${transport})`, async () => {
    using stranger = Emulator.powerOn({ limits: { keys: 40 } });
    stranger.execute(STARTUP);
    await using served = await serve({ transport });
    const control = new SwtpmControl({ transport: "unix", path: served.controlUnix.path });
    const { tpmProof } = served.emulator.tpm.permanent;
    const { data } = await control.getStateBlob("volatile");
    await control.stop();
    for (const at of [0, 8, 12, 40, data.length - 1]) {
      const bad = data.slice();
      bad[at]! ^= 0xff;
      await assertCode(control.setStateBlob("volatile", { data: bad, encrypted: false }), 0x03);
    }
    for (const length of [1, 10, data.length - 1]) {
      const short = { data: data.subarray(0, length), encrypted: false };
      await assertCode(control.setStateBlob("volatile", short), 0x03);
    }
    await control.init();
    assertEquals(served.emulator.tpm.permanent.tpmProof, tpmProof);
    assertEquals((await execute(served.unix, STARTUP))[9], 0);
  });

  Deno.test(`a control request may come in pieces, and several in one (${transport})`, async () => {
    await using served = await serve({ transport });
    using connection = await connect(served.controlUnix);
    const requests = fromHex("00000005 03000000 00000007 00000003 616263 0000000f 00000004");
    for (const byte of requests) {
      await writeAll(connection, Uint8Array.of(byte));
      await after(1);
    }
    await connection.closeWrite();
    const answers = toHex(await readToEnd(connection));
    assertEquals(answers, "00000000" + "0000001a" + "0000000000000000" + "0000000000000000");
    assertEquals(served.emulator.locality, 3);
    using again = await connect(served.controlTcp);
    await writeAll(again, fromHex("00000005 01000000 0000000f 00000005 02000000"));
    await (again as Deno.TcpConn).closeWrite();
    assertEquals(toHex(await readToEnd(again)), "00000000" + "0000000000000000" + "00000000");
    assertEquals(served.emulator.locality, 2);
  });

  Deno.test(`CMD_SHUTDOWN is answered and ends the server (${transport})`, async () => {
    const served = await serve({ transport });
    assertEquals(await ask(served.controlUnix, "00000003"), "00000000");
    await served.server.finished;
    await served[Symbol.asyncDispose]();
  });

  Deno.test(`CMD_LOCK_STORAGE, which swtpm 0.7 has not, succeeds (${transport})`, async () => {
    await using served = await serve({ transport });
    assertEquals(await ask(served.controlUnix, "00000013 00000001"), "00000000");
  });
}

async function assertCode(promise: Promise<unknown>, code: number): Promise<void> {
  const error = await promise.then(() => undefined, (error) => error);
  assert(error instanceof TssError, `${error}`);
  assertEquals(error.code, code);
}
