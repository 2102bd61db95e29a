import { assert, assertEquals, assertMatch } from "@std/assert";
import { peerTest, Swtpm } from "../peers/mod.ts";
import { GUEST_PEERS, run, runDemo } from "./checks.ts";
import { runGuest } from "./guest.ts";

peerTest([...GUEST_PEERS, "swtpm"], "swtpm is a guest's /dev/tpm0", async (t) => {
  await using swtpm = await Swtpm.start({ transport: "none", started: false });
  const { outcomes: { kernel, abort, demo }, console } = await runGuest({
    kernel: "cd /sys/class/tpm/tpm0; cat tpm_version_major caps; head -n 1 pcrs",
    abort: run("tests/device/guest_abort.ts"),
    demo: runDemo("/dev/tpm0"),
  }, { control: swtpm.control.path });
  await t.step("the kernel sees a TPM 1.2 that firmware has measured into", () => {
    assertEquals(kernel.code, 0, kernel.output + console);
    assertMatch(kernel.output, /^1\nManufacturer: 0x49424d00/);
    assertMatch(kernel.output, /PCR-00:( [0-9A-F]{2}){20}/);
    assert(!/PCR-00:( 00){20}/.test(kernel.output), "the firmware measured nothing");
  });
  await t.step("the driver cancels a key that is given up, and the event loop turns", () => {
    const [givenUp, cancel, turns] = abort.output.split("\n");
    assertEquals(givenUp, "given up: TimeoutError, then 30 bytes", abort.output);
    assertMatch(cancel!, /^cancel: (cancelled, none|.*COMPLETED.*|.*a key), then 30 bytes$/);
    assert(Number(turns!.slice("turns: ".length)) > 5, turns);
  });
  await t.step("the demo passes on it", () => {
    assertEquals(demo.code, 0, demo.output);
  });
});
