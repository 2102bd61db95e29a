import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeviceChannel } from "../../ffi/device.ts";
import { ChannelTddl } from "../../lib/tddl/channel_tddl.ts";
import { openTddl } from "../../lib/tddl/open_tddl.ts";
import { fromHex } from "../hex.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { answerTo, numbered, numberIn } from "../tddl/fake_tpm.ts";
import { after } from "../after.ts";
import { assertTddlError } from "../errors.ts";
import { type DeviceScript, PtyTpm } from "./pty_tpm.ts";

async function withDevice(
  { script, sysfs = "/nonexistent", body }: {
    script?: DeviceScript;
    sysfs?: string;
    body: (tddl: ChannelTddl, tpm: PtyTpm) => Promise<void>;
  },
): Promise<void> {
  await using tpm = new PtyTpm(script);
  await using tddl = new ChannelTddl(new DeviceChannel(tpm.pty.path, { sysfs }));
  await tddl.open();
  await body(tddl, tpm);
}

Deno.test("openTddl() opens a device by its connection string and takes its durations", async () => {
  await using tpm = new PtyTpm();
  await using tddl = await openTddl(`device:${tpm.pty.path}`);
  assertEquals(tddl.name, `device:${tpm.pty.path}`);
  assertEquals(tddl.durations, { short: 50_000, medium: 100_000, long: 300_000 });
  for (let i = 0; i < 20; i++) assertEquals(numberIn(await tddl.transmitData(numbered(i))), i);
  assertEquals(tpm.received.length, 20);
});

Deno.test("a device may give an answer in pieces", () =>
  withDevice({
    script: async (command, pty) => {
      for (const byte of answerTo(command)) {
        pty.write(Uint8Array.of(byte));
        await after(1);
      }
    },
    body: async (tddl) => assertEquals(numberIn(await tddl.transmitData(numbered(5))), 5),
  }));

Deno.test("the event loop turns while a device works", () =>
  withDevice({
    script: async (command, pty) => {
      await after(80);
      pty.write(answerTo(command));
    },
    body: async (tddl) => {
      let turns = 0;
      const timer = setInterval(() => turns++, 5);
      await tddl.transmitData(numbered(1));
      clearInterval(timer);
      assert(turns >= 5, `${turns} turns in 80 ms`);
    },
  }));

Deno.test("a device that goes away ends the command under way and those after it", () =>
  withDevice({
    script: async (_command, pty) => {
      await after(5);
      await pty.hangUp();
    },
    body: async (tddl) => {
      const error = await assertTddlError(tddl.transmitData(numbered(1)), "TDDL_E_IOERROR");
      assertStringIncludes(error.message, "has gone");
      await assertTddlError(tddl.transmitData(numbered(2), { timeout: 500 }), "TDDL_E_IOERROR");
      assertEquals(await tddl.getStatus(0x11), 0x22);
    },
  }));

Deno.test("nonsense from a device is an error, and the next command gets its own answer", () =>
  withDevice({
    script: async (command, pty) => {
      if (numberIn(command) !== 1) return pty.write(answerTo(command));
      pty.write(fromHex("deadbeef deadbeef deadbeef"));
      await after(10);
      pty.write(fromHex("00c4 0000000e 00000000 00000063"));
    },
    body: async (tddl) => {
      const error = await assertTddlError(tddl.transmitData(numbered(1)), "TDDL_E_BADTAG");
      assertStringIncludes(error.message, "has the tag 0xdead");
      assertEquals(numberIn(await tddl.transmitData(numbered(2))), 2);
    },
  }));

Deno.test("an answer longer than announced, or than the buffer, is an error", () =>
  withDevice({
    script: (command, pty) => {
      if (numberIn(command) === 1) pty.write(fromHex("00c4 0000000a 00000000 00"));
      else if (numberIn(command) === 2) pty.write(fromHex("00c4 00001001 00000000"));
      else pty.write(answerTo(command));
    },
    body: async (tddl) => {
      const longer = await assertTddlError(tddl.transmitData(numbered(1)), "TDDL_E_IOERROR");
      assertStringIncludes(longer.message, "says 10 bytes in its header and has 11");
      await assertTddlError(tddl.transmitData(numbered(2)), "TDDL_E_INSUFFICIENT_BUFFER");
      assertEquals(numberIn(await tddl.transmitData(numbered(3))), 3);
    },
  }));

Deno.test("the answer to an aborted command is waited for and thrown away", () =>
  withDevice({
    script: async (command, pty) => {
      if (numberIn(command) === 1) await after(60);
      pty.write(answerTo(command));
    },
    body: async (tddl, tpm) => {
      const first = tddl.transmitData(numbered(1), { signal: AbortSignal.timeout(10) });
      const second = tddl.transmitData(numbered(2));
      await assertRejects(() => first, DOMException, "timeout");
      assertEquals(numberIn(await second), 2);
      assertEquals(tpm.received.map(numberIn), [1, 2]);
    },
  }));

Deno.test("a device that never answers lets each command run out of its own time", () =>
  withDevice({
    script: () => {},
    body: async (tddl, tpm) => {
      const ends = [1, 2].map((index) =>
        assertTddlError(tddl.transmitData(numbered(index), { timeout: 20 }), "TSS_E_TIMEOUT")
      );
      await Promise.all(ends);
      assertEquals(tpm.received.map(numberIn), [1]);
      const under = assertTddlError(tddl.transmitData(numbered(3)), "TDDL_E_COMMAND_ABORTED");
      await tddl.close();
      await under;
    },
  }));

/** A folder as the kernel's, with an entry for the terminal. */
function sysfsFor(
  path: string,
  files: Record<string, string>,
  folder: TempFolder = new TempFolder(),
): TempFolder {
  const entry = folder.join(path.slice(path.lastIndexOf("/") + 1));
  Deno.mkdirSync(`${entry}/device`, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${entry}/${name}`, text);
  }
  return folder;
}

Deno.test("cancel() goes through sysfs, and the command gets what the TPM answers", async () => {
  using sysfs = new TempFolder();
  await using tpm = new PtyTpm(async (_command, pty) => {
    const file = sysfs.join(`${pty.path.slice(pty.path.lastIndexOf("/") + 1)}/device/cancel`);
    while (Deno.readTextFileSync(file) === "") await after(2);
    Deno.writeTextFileSync(file, "");
    pty.write(fromHex("00c4 0000000a 00000009"));
  });
  sysfsFor(tpm.pty.path, { "device/cancel": "", tpm_version_major: "1\n" }, sysfs);
  const channel = new DeviceChannel(tpm.pty.path, { sysfs: sysfs.path });
  await using tddl = new ChannelTddl(channel);
  await tddl.open();
  await assertTddlError(tddl.cancel(), "TDDL_E_COMMAND_COMPLETED");
  const answer = tddl.transmitData(numbered(1));
  await after(20);
  await tddl.cancel();
  assertEquals((await answer)[9], 9);
  // An aborted command is cancelled, too: otherwise the next would wait for ever.
  const aborted = tddl.transmitData(numbered(2), { signal: AbortSignal.timeout(10) });
  const next = tddl.transmitData(numbered(3));
  await assertRejects(() => aborted, DOMException);
  await after(20);
  await tddl.cancel();
  assertEquals((await next)[9], 9);
});

Deno.test("cancel() is not implemented where the driver has no way", () =>
  withDevice({
    body: async (tddl) => {
      const error = await assertTddlError(tddl.cancel(), "TSS_E_NOTIMPL");
      assertEquals(error.result, 0x1006);
    },
  }));

Deno.test("a TPM 2.0 is told by sysfs and by its answers", async () => {
  const answers = ["00c4 0000000a 0000001e", "8001 0000000a 00000143"];
  for (const answer of answers) {
    await using tpm = new PtyTpm(undefined, fromHex(answer));
    const error = await assertTddlError(openTddl(`device:${tpm.pty.path}`), "TDDL_E_BADTAG");
    assertStringIncludes(error.message, "is a TPM 2.0, and this module speaks TPM 1.2");
  }
  await using tpm = new PtyTpm();
  using sysfs = sysfsFor(tpm.pty.path, { tpm_version_major: "2\n" });
  const tddl = new ChannelTddl(new DeviceChannel(tpm.pty.path, { sysfs: sysfs.path }));
  const error = await assertTddlError(tddl.open(), "TDDL_E_BADTAG");
  assertStringIncludes(error.message, "is a TPM 2.0");
});

Deno.test("a TPM that has not been started can be opened", async () => {
  await using tpm = new PtyTpm(undefined, fromHex("00c4 0000000a 00000026"));
  await using tddl = await openTddl(`device:${tpm.pty.path}`);
  assertEquals(tddl.durations.short, 20_000);
});

Deno.test("a device that does not answer at opening is given up in time", async () => {
  await using tpm = new PtyTpm(undefined, new Uint8Array());
  const tddl = new ChannelTddl(new DeviceChannel(tpm.pty.path, { sysfs: "/nonexistent" }));
  const error = await assertTddlError(tddl.open({ timeout: 30 }), "TSS_E_TIMEOUT");
  assertStringIncludes(error.message, "could not be reached in 30 ms");
});

Deno.test("each reason why a device cannot be opened has its own sentence", async () => {
  using folder = new TempFolder();
  const file = folder.join("tpm0");
  Deno.writeTextFileSync(file, "not to be written into");
  const none = await assertTddlError(
    openTddl(`device:${folder.join("tpm7")}`),
    "TDDL_E_COMPONENT_NOT_FOUND",
  );
  assertStringIncludes(none.message, `there is no device ${folder.join("tpm7")}`);
  assertStringIncludes(none.hint!, "emulator");
  const plain = await assertTddlError(openTddl(`device:${file}`), "TDDL_E_COMPONENT_NOT_FOUND");
  assertStringIncludes(plain.message, "is no TPM, but is used as files are");
  assertEquals(Deno.readTextFileSync(file), "not to be written into");
});
