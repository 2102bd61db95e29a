import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Emulator, EmulatorServer } from "../../lib/emulator/mod.ts";
import { unitCommand } from "../examples/unit_file.ts";
import { peerTest, TempFolder } from "../peers/mod.ts";
import { GUEST_PEERS, runDemo, tss } from "./checks.ts";
import { type GuestResult, runGuest } from "./guest.ts";

const FLAGS = "grep . owned enabled active temp_deactivated";
const EVENTS = "/sys/kernel/security/tpm0/binary_bios_measurements";
const DIGEST = "a9993e364706816aba3e25717850c26c9cd0d89d";
const EMULATOR = tss("emulator --vtpm-proxy --state /run/1.state", "--allow-read --allow-write");

/** The unit's command, where Deno and the sources are in the guest. */
const SERVICE = unitCommand({
  "/usr/local/bin/deno": '"$DENO"',
  "/opt/tss": ".",
  "/var/lib/tpm": "/run/tpm",
}).join(" ");

/** What is run in the guest; each sees what those before have done. */
const SCRIPTS = {
  kernel: `cd /sys/class/tpm/tpm0; cat tpm_version_major caps durations; ${FLAGS}; cat pcrs`,
  events: `cat ${EVENTS} | ${tss("eventlog --json -i -")}`,
  tools: `"$DENO" run --cached-only -A tests/device/guest_tools.ts`,
  owned: `cd /sys/class/tpm/tpm0; ${FLAGS}`,
  demo: runDemo("/dev/tpm0"),
  service: `chgrp tss /dev/tpm0; chmod 660 /dev/tpm0
    mkdir -m 700 /run/tpm; mkdir /run/tss; chown -R tss:tss /run/tpm /run/tss /run/deno
    setpriv --reuid=tss --regid=tss --clear-groups --no-new-privs ${SERVICE} >/run/tss/log 2>&1 &
    for i in $(seq 600); do [ -S /run/tss/tcsd.sock ] && break; sleep 0.1; done
    cat /run/tss/log
    (tpm_version | grep Vendor; tpm_getpubek -z | grep Size) 2>/dev/null
    kill $!; wait $!; echo "ended with $?"; chown -R root /run/deno`,
  become: `(${EMULATOR} & echo $! >/run/1.pid; wait $!; echo "ended with $?") >/run/1.log 2>&1 &
    for i in $(seq 600); do [ -e /dev/tpm1 ] && break; sleep 0.1; done
    cat /run/1.log; cd /sys/class/tpm/tpm1 && cat tpm_version_major caps && ${FLAGS}`,
  extend: `${tss(`pcrextend -p 16 -d ${DIGEST} -T device:/dev/tpm1`)} &&
    cat /sys/class/tpm/tpm1/pcr-sha1/16`,
  demo1: runDemo("/dev/tpm1"),
  end: `cat /sys/class/tpm/tpm1/owned; kill $(cat /run/1.pid)
    for i in $(seq 600); do grep -q ended /run/1.log && break; sleep 0.1; done
    tail -n 1 /run/1.log; ls /dev/tpm*; [ -s /run/1.state ]`,
};
type Name = keyof typeof SCRIPTS;

/** Boots a guest whose TPM is our emulator, as it leaves the factory. */
async function bootOnEmulator(): Promise<GuestResult<Name>> {
  using folder = new TempFolder();
  const control = folder.join("control.sock");
  using emulator = Emulator.powerOn();
  await using _server = await EmulatorServer.start({
    emulator,
    control: [`unix:${control}`],
    powered: false,
    spin: false,
  });
  return await runGuest(SCRIPTS, { control, modules: ["tpm_vtpm_proxy"] });
}

/** The end of `owned:0` and so on, as FLAGS prints them. */
const flags = (owned: number) => `owned:${owned}\nenabled:1\nactive:1\ntemp_deactivated:0`;

peerTest(
  [...GUEST_PEERS, "tcsd", "tpm-tools", "tpm-quote-tools", "script"],
  "our emulator is a guest's /dev/tpm0, and in the guest its /dev/tpm1",
  async (t) => {
    const { outcomes, console } = await bootOnEmulator();
    const step = (sentence: string, name: Name, check: (output: string) => void) =>
      t.step(sentence, () => {
        const { code, output } = outcomes[name];
        assertEquals(code, 0, `${output}\n${code === null ? console : ""}`);
        check(output);
      });
    await step("the kernel shows a TPM 1.2 of ours without an owner", "kernel", (output) => {
      assertMatch(output, /^1\nManufacturer: 0x44454e4f\nTCG version: 1.2\n/);
      assertStringIncludes(output, "\n50000000 100000000 300000000 [original]\n");
      assertStringIncludes(output, flags(0));
      for (let pcr = 0; pcr < 8; pcr++) {
        assertMatch(output, new RegExp(`PCR-0${pcr}: (?!00 00 )([0-9A-F]{2} ?){20}`));
      }
      assertMatch(output, /PCR-16:( 00){20} ?\n/);
      assertMatch(output, /PCR-17:( FF){20} ?\n/);
    });
    await step(
      "what firmware logged is what it measured, by the TPM that is found with none named",
      "events",
      (output) => {
        const { verified, events } = JSON.parse(output);
        assertEquals(verified, true);
        assertEquals(new Set(events.map(({ pcr }: { pcr: number }) => pcr)).size, 8);
      },
    );
    await step(
      "Debian's tcsd and tools do all an owner does",
      "tools",
      (output) => assertMatch(output, /^[0-9]+ steps, 0 wrong$/),
    );
    await step("the kernel shows the owner", "owned", (output) => assertEquals(output, flags(1)));
    await step("the demo passes on /dev/tpm0", "demo", assertDemo);
    await step(
      "tss tcsd serves as its unit runs it, by the device's group alone",
      "service",
      (output) => {
        assertStringIncludes(output, "TPM 1.2 of DENO, firmware 0.1, at device:/dev/tpm0\n");
        assertMatch(output, /\n *TPM Vendor ID: +DENO\n *Key Size: +2048 bits\nended with 0$/);
      },
    );
    await step("tss emulator --vtpm-proxy becomes /dev/tpm1", "become", (output) => {
      assertMatch(output, /^device \/dev\/tpm1\n1\nManufacturer: 0x44454e4f\n/);
      assertStringIncludes(output, flags(0));
    });
    await step("what tss extends there, the kernel reads", "extend", (output) => {
      const [told, read] = output.split("\n").slice(-2);
      assertEquals(told!.split(" ").at(-1)!.toUpperCase(), read);
    });
    await step("the demo passes on /dev/tpm1", "demo1", assertDemo);
    await step(
      "SIGTERM takes /dev/tpm1 away and keeps its state",
      "end",
      (output) => assertEquals(output, "1\nended with 0\n/dev/tpm0"),
    );
  },
);

function assertDemo(output: string): void {
  assertStringIncludes(output, "Everything went as it should");
}
