import { Emulator } from "../../lib/emulator/mod.ts";
import { EmulatorServer } from "../../lib/emulator/server/mod.ts";
import { ChannelTddl, EmulatorChannel, openTddl, type Tddl } from "../../lib/tddl/mod.ts";
import { fromHex } from "../hex.ts";
import { freePort } from "../peers/mod.ts";
import { Swtpm } from "../peers/swtpm.ts";
import { STARTUP } from "../raw_commands.ts";

/** A TPM under a tcsd, which a test can also reach past it. */
export interface InteropTpm extends AsyncDisposable {
  /** Its name in messages. */
  readonly name: string;
  /** Where Debian's tcsd reaches it; absent where it cannot. */
  readonly port?: number;
  /** Opens the way to it for our core services. */
  open(): Promise<Tddl>;
  /** Sends a command past the daemon. */
  execute(command: Uint8Array): Promise<Uint8Array>;
  /** Power off and on, and TPM_Startup(ST_CLEAR). */
  powerCycle(): Promise<void>;
}

/** physicalPresenceCMDEnable, PRESENT, TPM_PhysicalEnable, TPM_PhysicalSetDeactivated(FALSE). */
const PRESENCE = [
  "00c1 0000000c 4000000a 0020",
  "00c1 0000000c 4000000a 0008",
  "00c1 0000000a 0000006f",
  "00c1 0000000b 00000072 00",
];

/** As a BIOS does: asserts physical presence, enables and activates. */
export async function assertPresence(tpm: InteropTpm): Promise<void> {
  for (const command of PRESENCE) await tpm.execute(fromHex(command));
}

/** swtpm as it leaves the factory. */
export async function swtpm(): Promise<InteropTpm> {
  const tpm = await Swtpm.start({ transport: "tcp" });
  const { port } = tpm.address as { port: number };
  return {
    name: "swtpm",
    port,
    open: () => openTddl(`tcp:127.0.0.1:${port},connection=each`),
    execute: (command) => tpm.execute(command),
    powerCycle: () => tpm.powerCycle(),
    [Symbol.asyncDispose]: () => tpm[Symbol.asyncDispose](),
  };
}

/** Our emulator as it leaves the factory, in this process. */
export function emulator(): Promise<InteropTpm> {
  return Promise.resolve(interopEmulator(newEmulator()));
}

/** Our emulator as it leaves the factory, served on a tcp port. */
export async function servedEmulator(): Promise<InteropTpm> {
  const tpm = newEmulator();
  const port = freePort();
  const server = await EmulatorServer.start({ emulator: tpm, listen: [`tcp:127.0.0.1:${port}`] });
  const machine = interopEmulator(tpm);
  return {
    ...machine,
    port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await machine[Symbol.asyncDispose]();
    },
  };
}

function newEmulator(): Emulator {
  const tpm = Emulator.powerOn();
  tpm.execute(STARTUP);
  return tpm;
}

function interopEmulator(tpm: Emulator): InteropTpm {
  return {
    name: "our emulator",
    async open() {
      const tddl = new ChannelTddl(new EmulatorChannel(tpm));
      await tddl.open();
      return tddl;
    },
    execute: (command) => Promise.resolve(tpm.execute(command)),
    powerCycle() {
      tpm.reset();
      tpm.execute(STARTUP);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(tpm.powerOff()),
  };
}
