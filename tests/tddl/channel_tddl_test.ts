import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Channel } from "../../lib/tddl/channel.ts";
import { ChannelTddl } from "../../lib/tddl/channel_tddl.ts";
import * as constants from "../../lib/tddl/constants.ts";
import { EmulatorChannel, type Machine } from "../../lib/tddl/emulator_channel.ts";
import { fromHex, toHex } from "../hex.ts";
import { SAVE_STATE as SAVE_STATE_BYTES, STARTUP as STARTUP_BYTES } from "../raw_commands.ts";
import { after } from "../after.ts";
import { assertResult } from "../errors.ts";
import { answerTo, numbered, numberIn } from "./fake_tpm.ts";

/** A machine that knows a few commands, and echoes the others. */
class Machinery implements Machine {
  readonly commands: string[] = [];
  resets = 0;
  off = false;
  readonly #answers: Record<string, string>;

  constructor(answers: Record<string, string> = {}) {
    this.#answers = answers;
  }

  execute(command: Uint8Array): Uint8Array {
    this.commands.push(toHex(command));
    const answer = this.#answers[toHex(command)];
    return answer === undefined ? answerTo(command) : fromHex(answer);
  }

  reset(): void {
    this.resets++;
  }

  powerOff(): void {
    this.off = true;
  }
}

const SUCCESS = "00c40000000a00000000";
const STARTUP = toHex(STARTUP_BYTES);
const SAVE_STATE = toHex(SAVE_STATE_BYTES);
const DURATIONS = "00c10000001600000065000000050000000400000120";
const MANUFACTURER = "00c10000001600000065000000050000000400000103";
const VERSION_VAL = "00c1000000120000006500 00001a00000000".replace(" ", "");
const KNOWN = {
  [STARTUP]: SUCCESS,
  [SAVE_STATE]: SUCCESS,
  [MANUFACTURER]: "00c4 00000012 00000000 00000004 49424d00",
  [VERSION_VAL]: "00c4 0000001d 00000000 0000000f 0030 0102129e 0002 03 49424d00 0000",
  [DURATIONS]: "00c4 0000001a 00000000 0000000c 02faf080 05f5e100 11e1a300",
};

async function opened(source: Machine | (() => Machine)): Promise<ChannelTddl> {
  const tddl = new ChannelTddl(new EmulatorChannel(source));
  await tddl.open();
  return tddl;
}

Deno.test("a machine of the channel's own is started up when opened and off when closed", async () => {
  const machine = new Machinery(KNOWN);
  const tddl = await opened(() => machine);
  assertEquals(machine.commands, [STARTUP]);
  await tddl.close();
  assertEquals(machine.off, true);
});

Deno.test("somebody else's machine is left as it is", async () => {
  const machine = new Machinery();
  const tddl = await opened(machine);
  assertEquals(numberIn(await tddl.transmitData(numbered(3))), 3);
  await tddl.close();
  assertEquals([machine.commands.length, machine.off, machine.resets], [1, false, 0]);
});

Deno.test("a machine judges malformed commands itself", async () => {
  await using tddl = await opened(new Machinery({ "00": "00c40000000a00000019" }));
  assertEquals((await tddl.transmitData(fromHex("00")))[9], 0x19);
});

Deno.test("a TPM that refuses TPM_Startup cannot be opened", async () => {
  const machine = new Machinery({ [STARTUP]: "00c40000000a0000001c" });
  const tddl = new ChannelTddl(new EmulatorChannel(() => machine));
  await assertResult(tddl.open(), 0x1c);
  assertEquals(machine.off, true);
  assertEquals(
    await tddl.getStatus(constants.TDDL_DRIVER_STATUS),
    constants.TDDL_DRIVER_NOT_OPENED,
  );
});

Deno.test("answers that are there at once let timers in", async () => {
  await using tddl = await opened(new Machinery());
  let late = 0;
  const start = performance.now();
  const timer = setTimeout(() => late = performance.now() - start, 10);
  while (late === 0 && performance.now() - start < 2000) await tddl.transmitData(numbered(1));
  clearTimeout(timer);
  assert(late > 0, "the timer never came");
});

Deno.test("getCapability() gives what the driver and the TPM know", async () => {
  await using tddl = await opened(new Machinery(KNOWN));
  const version = constants.TDDL_CAP_VERSION;
  const property = constants.TDDL_CAP_PROPERTY;
  const capability = async (area: number, sub: number) =>
    toHex(await tddl.getCapability(area, sub));
  assertEquals(await capability(version, constants.TDDL_CAP_VER_DRV), "01020001");
  assertEquals(await capability(version, constants.TDDL_CAP_VER_FW), "0102129e");
  assertEquals(await capability(property, constants.TDDL_CAP_PROP_MANUFACTURER), "49424d00");
  assertEquals(
    await capability(property, constants.TDDL_CAP_PROP_MODULE_TYPE),
    toHex(new TextEncoder().encode("emulator")),
  );
  assertEquals(await capability(property, constants.TDDL_CAP_PROP_GLOBAL_STATE), "00000020");
  await assertResult(tddl.getCapability(version, constants.TDDL_CAP_VER_FW_DATE), 0x1006);
  await assertResult(tddl.getCapability(version, constants.TDDL_CAP_PROP_MANUFACTURER), 0x1003);
  await assertResult(tddl.getCapability(0x300, 0x301), 0x1003);
});

Deno.test("getCapability() throws the TPM's own return code", async () => {
  await using tddl = await opened(new Machinery({ [VERSION_VAL]: "00c40000000a00000026" }));
  await assertResult(
    tddl.getCapability(constants.TDDL_CAP_VERSION, constants.TDDL_CAP_VER_FW),
    0x26,
  );
});

Deno.test("setCapability() has nothing to set", async () => {
  await using tddl = await opened(new Machinery());
  const value = new Uint8Array();
  await assertResult(tddl.setCapability(0x200, 0x202, { value }), 0x1006);
  await assertResult(tddl.setCapability(0x200, 1, { value }), 0x1003);
});

Deno.test("getStatus() tells what driver and device are at", async () => {
  const tddl = new ChannelTddl(new EmulatorChannel(new Machinery({ "00": "00" })));
  const both = async () => [
    await tddl.getStatus(constants.TDDL_DRIVER_STATUS),
    await tddl.getStatus(constants.TDDL_DEVICE_STATUS),
  ];
  assertEquals(await both(), [
    constants.TDDL_DRIVER_NOT_OPENED,
    constants.TDDL_DEVICE_NOT_FOUND,
  ]);
  await tddl.open();
  assertEquals(await both(), [constants.TDDL_DRIVER_OK, constants.TDDL_DEVICE_OK]);
  await assertResult(tddl.transmitData(fromHex("00")), 0x1087);
  assertEquals(await both(), [constants.TDDL_DRIVER_FAILED, constants.TDDL_DEVICE_RECOVERABLE]);
  await assertResult(tddl.getStatus(99), 0x1003);
  await tddl.close();
});

Deno.test("cancel() finds nothing to cancel on a machine that answers at once", async () => {
  await using tddl = await opened(new Machinery());
  await assertResult(tddl.cancel(), 0x1006);
});

Deno.test("setPowerManagement() saves the state, switches off and on", async () => {
  const machine = new Machinery(KNOWN);
  await using tddl = await opened(machine);
  assertEquals(await tddl.powerManagementControl(false), false);
  assertEquals(await tddl.powerManagementControl(true), false);
  assertEquals(await tddl.setPowerManagement(false), 0);
  assertEquals(await tddl.setPowerManagement(true, 3), 3);
  assertEquals(machine.commands, [SAVE_STATE]);
  assertEquals(await tddl.setPowerManagement(false), 3);
  await assertResult(tddl.transmitData(numbered(1)), 0x1087);
  assertEquals(await tddl.setPowerManagement(false, 0), 0);
  assertEquals(machine.resets, 1);
  assertEquals(numberIn(await tddl.transmitData(numbered(1))), 1);
  await assertResult(tddl.setPowerManagement(false, 2), 0x1006);
});

Deno.test("setPowerManagement() does not switch off when the state cannot be saved", async () => {
  const machine = new Machinery({ [SAVE_STATE]: "00c40000000a00000026" });
  await using tddl = await opened(machine);
  await assertResult(tddl.setPowerManagement(true, 3), 0x26);
  assertEquals(await tddl.setPowerManagement(false), 0);
});

Deno.test("power is not ours to manage where a channel cannot switch it", async () => {
  await using tddl = await opened({ execute: answerTo });
  assertEquals(await tddl.powerManagementControl(false), true);
  await assertResult(tddl.powerManagementControl(true), 0x1006);
  await assertResult(tddl.setPowerManagement(false, 3), 0x1006);
  assertEquals(await tddl.setPowerManagement(false), 0);
});

Deno.test("adoptDurations() gives commands the time the TPM says they take", async () => {
  await using tddl = await opened(new Machinery(KNOWN));
  assertEquals(await tddl.adoptDurations(), true);
  assertEquals(tddl.durations, { short: 50_000, medium: 100_000, long: 300_000 });
  await using silent = await opened(new Machinery({ [DURATIONS]: "00c40000000a0000002d" }));
  assertEquals(await silent.adoptDurations(), false);
  assertEquals(silent.durations.short, 20_000);
});

Deno.test("every method but open() and getStatus() needs an open library", async () => {
  const tddl = new ChannelTddl(new EmulatorChannel(new Machinery()));
  const calls = [
    tddl.close(),
    tddl.cancel(),
    tddl.getCapability(0x100, 0x101),
    tddl.setCapability(0x100, 0x101, { value: new Uint8Array() }),
    tddl.transmitData(numbered(1)),
    tddl.setPowerManagement(false),
    tddl.powerManagementControl(false),
  ];
  for (const call of calls) await assertResult(call, 0x1082);
  await tddl[Symbol.asyncDispose]();
});

/** A channel whose exchanges end when the test says. */
class SlowChannel implements Channel {
  readonly name = "slow";
  readonly kind = "test";
  readonly bufferSize = 4096;
  readonly framed = true;
  readonly sent: number[] = [];
  abandoned = 0;
  settle: PromiseWithResolvers<void> = Promise.withResolvers();
  #current: PromiseWithResolvers<Uint8Array> | undefined;

  async connect(): Promise<void> {}
  async disconnect(): Promise<void> {}

  exchange(command: Uint8Array): Promise<Uint8Array> {
    this.sent.push(numberIn(command));
    this.#current = Promise.withResolvers();
    return this.#current.promise;
  }

  answer(number: number): void {
    this.#current!.resolve(answerTo(numbered(number)));
  }

  async abandon(): Promise<void> {
    this.abandoned++;
    await this.settle.promise;
  }
}

Deno.test("the next command waits until an abandoned one is cleared away", async () => {
  const channel = new SlowChannel();
  await using tddl = new ChannelTddl(channel);
  await tddl.open();
  const controller = new AbortController();
  const first = tddl.transmitData(numbered(1), { signal: controller.signal });
  const second = tddl.transmitData(numbered(2));
  await after(5);
  controller.abort(new Error("enough"));
  await assertRejects(() => first, Error, "enough");
  await after(5);
  assertEquals([channel.sent, channel.abandoned], [[1], 1]);
  channel.answer(1); // too late: nobody gets it
  channel.settle.resolve();
  await after(5);
  assertEquals(channel.sent, [1, 2]);
  channel.answer(2);
  assertEquals(numberIn(await second), 2);
});

Deno.test("a command runs out of time while it waits for one before to be cleared away", async () => {
  const channel = new SlowChannel();
  await using tddl = new ChannelTddl(channel);
  await tddl.open();
  await assertResult(tddl.transmitData(numbered(1), { timeout: 5 }), 0x1012);
  await assertResult(tddl.transmitData(numbered(2), { timeout: 5 }), 0x1012);
  assertEquals([channel.sent, channel.abandoned], [[1], 1]);
  channel.settle.resolve();
});

Deno.test("two hundred commands wait in turn, and those aborted go away", async () => {
  const channel = new SlowChannel();
  await using tddl = new ChannelTddl(channel);
  await tddl.open();
  const controller = new AbortController();
  const results: (number | string)[] = [];
  const all = Array.from(
    { length: 200 },
    (_, index) =>
      tddl.transmitData(numbered(index), index % 2 ? { signal: controller.signal } : {}).then(
        (answer) => results.push(numberIn(answer)),
        () => results.push("aborted"),
      ),
  );
  controller.abort();
  for (let index = 0; index < 200; index += 2) {
    while (channel.sent.length <= index / 2) await after(0);
    channel.answer(index);
  }
  await Promise.all(all);
  assertEquals(results.filter((result) => result === "aborted").length, 100);
  assertEquals(
    results.filter((result) => result !== "aborted"),
    Array.from({ length: 100 }, (_, index) => 2 * index),
  );
});
