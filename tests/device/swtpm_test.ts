import { assertEquals, assertMatch } from "@std/assert";
import { peerTest, Swtpm } from "../peers/mod.ts";
import { runGuest } from "./guest.ts";

peerTest(["qemu", "busybox", "cpio", "swtpm"], "a guest sees the TPM that swtpm is", async () => {
  await using swtpm = await Swtpm.start({ transport: "none", started: false });
  const { code, output } = await runGuest(
    "cat /sys/class/tpm/tpm0/tpm_version_major /sys/class/tpm/tpm0/caps; head -n 1 /sys/class/tpm/tpm0/pcrs",
    { control: swtpm.control.path },
  );
  assertEquals(code, 0, output);
  assertMatch(output, /^1\r?\nManufacturer: 0x49424d00/);
  assertMatch(output, /PCR-00:( [0-9A-F]{2}){20}/);
});
