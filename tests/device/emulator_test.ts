import { assert, assertEquals, assertMatch } from "@std/assert";
import { Emulator, EmulatorServer } from "../../lib/emulator/mod.ts";
import { peerTest, Swtpm, TempFolder } from "../peers/mod.ts";
import { runGuest } from "./guest.ts";

const PEERS = ["qemu", "busybox", "cpio"];
/** The demo in the guest, over the kernel's driver, with the one permission that a chip takes. */
const DEMO = `"$DENO" run --no-prompt --allow-ffi="$(ls /lib/*/libc.so.6 | head -n 1)" \\
  examples/demo.ts device:/dev/tpm0`;

/** Runs something with the control channel of a TPM that is off, as QEMU takes it. */
const TPMS: Readonly<Record<string, (use: (control: string) => Promise<void>) => Promise<void>>> = {
  async "our emulator"(use) {
    using folder = new TempFolder();
    const control = folder.join("control.sock");
    using emulator = Emulator.powerOn();
    await using _server = await EmulatorServer.start({
      emulator,
      listen: [],
      control: [`unix:${control}`],
      powered: false,
      spin: false,
    });
    await use(control);
  },
  async swtpm(use) {
    await using swtpm = await Swtpm.start({ transport: "none", started: false });
    await use(swtpm.control.path);
  },
};

for (const [name, start] of Object.entries(TPMS)) {
  const peers = name === "swtpm" ? [...PEERS, "swtpm"] : PEERS;
  peerTest(peers, `Linux measures into ${name}, and the demo passes on /dev/tpm0`, async () => {
    await start(async (control) => {
      const { code, output, console } = await runGuest(
        `head -n 1 /sys/class/tpm/tpm0/pcrs; ${DEMO}`,
        { control },
      );
      assertEquals(code, 0, output + console);
      assertMatch(output, /PCR-00:( [0-9A-F]{2}){20}/);
      assert(!/PCR-00:( 00){20}/.test(output), "the firmware measured nothing");
      assert(output.includes("Everything went as it should"), output);
    });
  });
}
