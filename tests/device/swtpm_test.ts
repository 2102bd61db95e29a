import { assert, assertEquals, assertMatch } from "@std/assert";
import { peerTest, Swtpm } from "../peers/mod.ts";
import { demo as runDemo, GUEST_PEERS } from "./checks.ts";
import { runGuest } from "./guest.ts";

peerTest([...GUEST_PEERS, "swtpm"], "the demo passes on /dev/tpm0 that swtpm is", async (t) => {
  await using swtpm = await Swtpm.start({ transport: "none", started: false });
  const { outcomes: { kernel, demo }, console } = await runGuest({
    kernel: "cd /sys/class/tpm/tpm0; cat tpm_version_major caps; head -n 1 pcrs",
    demo: runDemo("/dev/tpm0"),
  }, { control: swtpm.control.path });
  await t.step("the kernel sees a TPM 1.2 that firmware has measured into", () => {
    assertEquals(kernel.code, 0, kernel.output + console);
    assertMatch(kernel.output, /^1\nManufacturer: 0x49424d00/);
    assertMatch(kernel.output, /PCR-00:( [0-9A-F]{2}){20}/);
    assert(!/PCR-00:( 00){20}/.test(kernel.output), "the firmware measured nothing");
  });
  await t.step("the demo owns it and does everything else", () => {
    assertEquals(demo.code, 0, demo.output);
  });
});
