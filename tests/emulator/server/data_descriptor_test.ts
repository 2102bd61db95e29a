import { assertEquals } from "@std/assert";
import { fromHex, toHex } from "../../hex.ts";
import { connect, execute, readExactly, writeAll } from "../../peers/network.ts";
import { peerTest } from "../../peers/requirements.ts";
import { Swtpm } from "../../peers/swtpm.ts";
import { pcrRead, STARTUP } from "../../raw_commands.ts";
import { after } from "../../after.ts";
import { DescriptorSender } from "./descriptors.ts";
import { serve, TRANSPORTS } from "./serve.ts";

const SET_DATAFD = fromHex("00000010") as Uint8Array<ArrayBuffer>;
const INIT = fromHex("00000002 00000000") as Uint8Array<ArrayBuffer>;

async function request(
  qemu: DescriptorSender,
  path: string,
  options: { readonly bytes?: Uint8Array<ArrayBuffer>; readonly passed?: readonly number[] },
): Promise<string> {
  const control = qemu.connect(path);
  qemu.send(control, options.bytes ?? SET_DATAFD, options.passed);
  const answer = toHex(await qemu.read(control));
  qemu.close(control);
  return answer;
}

/** QEMU's way to a TPM, with all that may be wrong with it. Gives everything that was answered. */
async function openAsQemu(path: string): Promise<string[]> {
  using qemu = new DescriptorSender();
  const answers: string[] = [];
  const ask = async (options: Parameters<typeof request>[2]) => {
    answers.push(await request(qemu, path, options));
  };
  await ask({});
  const [ours, theirs] = qemu.pair();
  await ask({ passed: [theirs] });
  qemu.close(theirs);
  await ask({});
  const [spareOurs, spareTheirs] = qemu.pair();
  await ask({ passed: [spareTheirs] });
  for (const probe of ["80010000000a00000181", "00c10000000a000000f1"]) {
    qemu.send(ours, fromHex(probe) as Uint8Array<ArrayBuffer>);
    answers.push(toHex(await qemu.read(ours)));
  }
  await ask({ bytes: INIT });
  for (const command of [STARTUP, pcrRead(0), pcrRead(17)]) {
    qemu.send(ours, command as Uint8Array<ArrayBuffer>);
    answers.push(toHex(await qemu.read(ours)));
  }
  qemu.close(ours);
  await after(50);
  await ask({ passed: [spareTheirs] });
  qemu.close(spareTheirs);
  qemu.send(spareOurs, pcrRead(0) as Uint8Array<ArrayBuffer>);
  answers.push(toHex(await qemu.read(spareOurs)));
  return answers;
}

if (TRANSPORTS.includes("libc")) {
  peerTest(
    ["swtpm"],
    "a data channel that comes as a descriptor is served as by swtpm",
    async () => {
      await using swtpm = await Swtpm.start({ transport: "none", started: false });
      await using served = await serve({
        transport: "libc",
        powered: false,
        startup: false,
        allowSetLocality: true,
      });
      const answers = await openAsQemu(served.controlUnix.path);
      assertEquals(answers, await openAsQemu(swtpm.control.path));
      assertEquals(answers.length, 12);
    },
  );

  Deno.test("descriptors that nobody asked for, too many, or no socket, do no harm", async () => {
    await using served = await serve({ transport: "libc" });
    using qemu = new DescriptorSender();
    const { path } = served.controlUnix;
    const openBefore = qemu.count();
    const [one, two] = qemu.pair();
    const [three, four] = qemu.pair();
    // With another request; with none that is whole; two at a time; a pipe.
    assertEquals(
      await request(qemu, path, { bytes: INIT, passed: [one] }),
      "00000000",
    );
    const half = qemu.connect(path);
    qemu.send(half, fromHex("0000") as Uint8Array<ArrayBuffer>, [two]);
    qemu.send(half, fromHex("00") as Uint8Array<ArrayBuffer>, [three]);
    qemu.close(half);
    assertEquals(await request(qemu, path, { passed: [one, two, three] }), "00000000");
    qemu.send(two, STARTUP as Uint8Array<ArrayBuffer>);
    assertEquals(toHex(await qemu.read(two)), "00c40000000a00000000");
    qemu.close(one);
    qemu.close(two);
    await after(50);
    const pipe = qemu.pipe();
    assertEquals(await request(qemu, path, { passed: [pipe] }), "00000000");
    for (const fd of [three, four, pipe]) qemu.close(fd);
    await after(50);
    assertEquals((await execute(served.tcp, pcrRead(0)))[9], 0);
    qemu.closeAll();
    for (let i = 0; i < 40 && qemu.count() !== openBefore; i++) await after(50);
    assertEquals(qemu.count() - openBefore, 0);
  });
}

Deno.test("without libc no descriptor can come, and the capability is not told", async () => {
  await using served = await serve({ transport: "deno" });
  using control = await connect(served.controlUnix);
  await writeAll(control, fromHex("00000010 00000001"));
  assertEquals(toHex(await readExactly(control, 12)), "00000003" + "0000000000006fff");
});
