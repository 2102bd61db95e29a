import { assert, assertEquals } from "@std/assert";
import { sha1 } from "../../../lib/crypto/mod.ts";
import { peerTest, requirePeer } from "../../peers/requirements.ts";
import { after } from "../../after.ts";
import { serve, TRANSPORTS } from "./serve.ts";

const SEPARATOR = sha1(new Uint8Array(20), sha1(new Uint8Array(4).fill(0xff)));

/** A machine with firmware, a TPM behind a control channel, and nothing to boot. */
function startQemu(control: string): Deno.ChildProcess {
  return new Deno.Command(requirePeer("qemu"), {
    args: [
      ..."-machine pc -accel tcg -m 64 -display none -nodefaults -nic none -monitor stdio".split(
        " ",
      ),
      ...["-chardev", `socket,id=control,path=${control}`],
      ...["-tpmdev", "emulator,id=tpm0,chardev=control", "-device", "tpm-tis,tpmdev=tpm0"],
    ],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

if (TRANSPORTS.includes("libc")) {
  peerTest(["qemu"], "QEMU's firmware measures into our TPM", async () => {
    const requests: string[] = [];
    const commands = new Set<string>();
    await using served = await serve({
      transport: "libc",
      powered: false,
      startup: false,
      onEvent: ({ request, result }) => {
        if (request !== undefined) requests.push(`${request} ${result}`);
      },
    });
    const { emulator, server } = served;
    emulator.onTrace = ({ command }) => commands.add(command?.name ?? "");
    const qemu = startQemu(served.controlUnix.path);
    const stderr = new Response(qemu.stderr).text();
    const measured = () => emulator.tpm.volatile.pcrs.read(7);
    for (let i = 0; measured().every((byte) => byte === 0); i++) {
      assert(i < 1500, `nothing is measured: ${requests}`);
      await after(10);
    }
    // The firmware ends with the same separator in each of its PCRs.
    assertEquals(measured(), SEPARATOR);
    const monitor = qemu.stdin.getWriter();
    await monitor.write(new TextEncoder().encode("quit\n"));
    await monitor.close();
    assertEquals([(await qemu.status).code, await stderr], [0, ""]);
    await server.finished; // QEMU's CMD_SHUTDOWN
    assertEquals(requests.filter((request) => !request.endsWith(" 0")), []);
    for (const name of ["CMD_SET_DATAFD", "CMD_INIT", "CMD_SET_LOCALITY", "CMD_SHUTDOWN"]) {
      assert(requests.includes(`${name} 0`), name);
    }
    for (const name of ["TPM_Startup", "TSC_PhysicalPresence", "TPM_Extend"]) {
      assert(commands.has(name), name);
    }
  });
}
