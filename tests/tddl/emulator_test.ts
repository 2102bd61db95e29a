import { assertEquals, assertRejects } from "@std/assert";
import { Emulator } from "../../lib/emulator/mod.ts";
import { ChannelTddl, EmulatorChannel, openTddl } from "../../lib/tddl/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { fromHex, toHex } from "../hex.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { EXTEND, pcrRead, STARTUP } from "../raw_commands.ts";

const PCR_READ = pcrRead(16);

Deno.test("openTddl(emulator) gives a TPM that is started up", async () => {
  await using tddl = await openTddl("emulator");
  assertEquals(toHex(await tddl.transmitData(PCR_READ)), `00c40000001e00000000${"00".repeat(20)}`);
  const extended = await tddl.transmitData(EXTEND);
  assertEquals(await tddl.transmitData(PCR_READ), extended);
});

Deno.test("an emulator of one's own is used as it is, and reset by setPowerManagement()", async () => {
  using emulator = Emulator.powerOn();
  await using tddl = new ChannelTddl(new EmulatorChannel(emulator));
  await tddl.open();
  assertEquals((await tddl.transmitData(PCR_READ))[9], 0x26); // TPM_INVALID_POSTINIT
  assertEquals((await tddl.transmitData(STARTUP))[9], 0);
  await tddl.transmitData(EXTEND);
  await tddl.setPowerManagement(false, 3);
  await tddl.setPowerManagement(false, 0);
  await tddl.transmitData(STARTUP);
  assertEquals(toHex((await tddl.transmitData(PCR_READ)).subarray(10)), "00".repeat(20));
});

Deno.test("two emulators know nothing of each other", async () => {
  await using one = await openTddl("emulator");
  await using two = await openTddl("emulator");
  await one.transmitData(EXTEND);
  assertEquals(toHex((await two.transmitData(PCR_READ)).subarray(10)), "00".repeat(20));
});

Deno.test("a malformed command gets the TPM's own error", async () => {
  await using tddl = await openTddl("emulator");
  assertEquals((await tddl.transmitData(fromHex("00c1 00000063 00000015")))[9], 0x19);
  await assertRejects(() => tddl.cancel(), TssError, "cannot cancel commands");
});

Deno.test("emulator:FILE is the same TPM from one opening to the next, for one at a time", async () => {
  using folder = new TempFolder();
  const file = folder.join("tpm.state");
  const images: string[] = [];
  for (let i = 0; i < 2; i++) {
    await using tddl = await openTddl(`emulator:${file}`);
    assertEquals((await tddl.transmitData(PCR_READ))[9], 0);
    await assertRejects(() => openTddl(`emulator:${file}`), TssError, "another process is using");
    images.push(toHex(Deno.readFileSync(file)));
  }
  assertEquals(images[0], images[1]); // not made anew, with other secrets
});

Deno.test("emulator:FILE refuses a damaged file by its name and leaves it as it is", async () => {
  using folder = new TempFolder();
  const file = folder.join("tpm.state");
  Deno.writeTextFileSync(file, "this is no TPM");
  for (let i = 0; i < 2; i++) {
    await assertRejects(() => openTddl(`emulator:${file}`), TssError, `the TPM in ${file}`);
  }
  assertEquals(Deno.readTextFileSync(file), "this is no TPM");
});
