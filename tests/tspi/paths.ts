import { encodeKeyStorage, type StoredKey } from "../../lib/formats/mod.ts";
import { CoreServices, MemoryKeyStorage, type TcsService } from "../../lib/tcs/mod.ts";
import { TcsdServer } from "../../lib/tcsd/mod.ts";
import { EmulatorServer } from "../../lib/emulator/server/mod.ts";
import { freePort, Tcsd } from "../peers/mod.ts";
import { EmulatorMachine, type Machine, SwtpmMachine } from "./machines.ts";

/** A TPM and a way to it. */
export interface Way extends AsyncDisposable {
  /** The TPM. */
  readonly machine: Machine;
  /** What a context connects to. */
  readonly destination: string | TcsService;
}

/** What a way begins with. */
export interface Beginning {
  /** The TPM's state, of a machine of the same kind. */
  readonly snapshot?: Uint8Array;
  /** Registered keys. */
  readonly keys?: readonly StoredKey[];
  /** Whether our emulator has an endorsement key. */
  readonly endorsed?: boolean;
  /** Whether our emulator knows the commands that TPM 1.2 dropped. */
  readonly deletedCommands?: boolean;
}

type Front = "direct" | "tcsd" | "debian";

/** The ways through the stack that the tests of the service provider can take. */
export const PATHS = {
  "emulator": { machine: "emulator", front: "direct" },
  "tcsd-emulator": { machine: "emulator", front: "tcsd" },
  "debian-emulator": { machine: "emulator", front: "debian" },
  "swtpm": { machine: "swtpm", front: "direct" },
  "tcsd-swtpm": { machine: "swtpm", front: "tcsd" },
  "debian-swtpm": { machine: "swtpm", front: "debian" },
} as const satisfies Record<string, { machine: "emulator" | "swtpm"; front: Front }>;

/** The name of a way through the stack. */
export type PathName = keyof typeof PATHS;

/** The way that the tests of this run take: TSPI_PATH, or the emulator in this process. */
export function pathOfRun(): PathName {
  const name = Deno.env.get("TSPI_PATH") ?? "emulator";
  if (name in PATHS) return name as PathName;
  throw new Error(`Cannot test over ${name}: there are ${Object.keys(PATHS).join(", ")}`);
}

/** Starts the TPM of a way. */
export async function startMachine(name: PathName, beginning: Beginning = {}): Promise<Machine> {
  return PATHS[name].machine === "emulator"
    ? new EmulatorMachine(beginning)
    : await SwtpmMachine.start(beginning);
}

/** Opens a way. */
export async function openWay(name: PathName, beginning: Beginning = {}): Promise<Way> {
  const { front } = PATHS[name];
  const machine = await startMachine(name, beginning);
  const opened = await (front === "debian" ? debian : services)(machine, {
    front,
    keys: beginning.keys ?? [],
  });
  return {
    machine,
    destination: opened.destination,
    async [Symbol.asyncDispose]() {
      await opened.end();
      await machine[Symbol.asyncDispose]();
    },
  };
}

interface Opened {
  readonly destination: string | TcsService;
  end(): Promise<void>;
}

interface Opening {
  readonly front: Front;
  readonly keys: readonly StoredKey[];
}

async function services(machine: Machine, { front, keys }: Opening): Promise<Opened> {
  const keyStorage = new MemoryKeyStorage();
  await keyStorage.update(() => [...keys]);
  const core = await CoreServices.start(await machine.tddl(), { keyStorage });
  if (front === "direct") {
    return { destination: core, end: () => core[Symbol.asyncDispose]() };
  }
  const port = freePort();
  const addresses = [{ address: { transport: "tcp", hostname: "127.0.0.1", port } as const }];
  const server = await TcsdServer.start(core, { addresses });
  return {
    destination: `tcsd:127.0.0.1:${port}`,
    async end() {
      await server[Symbol.asyncDispose]();
      await core[Symbol.asyncDispose]();
    },
  };
}

async function debian(machine: Machine, { keys }: Opening): Promise<Opened> {
  const served = machine instanceof EmulatorMachine ? await serve(machine) : undefined;
  const port = served?.port ?? (machine as SwtpmMachine).port;
  const tcsd = await Tcsd.start({ tpm: { port }, keys: encodeKeyStorage(keys) });
  return {
    destination: `tcsd:127.0.0.1:${tcsd.port}`,
    async end() {
      await tcsd[Symbol.asyncDispose]();
      await served?.end();
    },
  };
}

async function serve({ emulator }: EmulatorMachine) {
  const port = freePort();
  const server = await EmulatorServer.start({ emulator, listen: [`tcp:127.0.0.1:${port}`] });
  return { port, end: () => server[Symbol.asyncDispose]() };
}
