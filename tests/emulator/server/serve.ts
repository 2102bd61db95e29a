import { Emulator, EmulatorServer, type EmulatorServerOptions } from "../../../lib/emulator/mod.ts";
import { libcCandidates } from "../../../ffi/libc.ts";
import { STARTUP } from "../../raw_commands.ts";
import { TempFolder } from "../../peers/temp_folder.ts";

/** The ways to serve: both, where there is a libc. */
export const TRANSPORTS: readonly ("libc" | "deno")[] = libcCandidates().length > 0
  ? ["libc", "deno"]
  : ["deno"];

/** A server of a TPM of its own, and where it listens. */
export interface Served extends AsyncDisposable {
  /** The server. */
  readonly server: EmulatorServer;
  /** Its TPM. */
  readonly emulator: Emulator;
  /** Raw commands on a port of 127.0.0.1. */
  readonly tcp: { port: number };
  /** Raw commands on a unix socket. */
  readonly unix: { path: string };
  /** The control channel on a port of 127.0.0.1. */
  readonly controlTcp: { port: number };
  /** The control channel on a unix socket. */
  readonly controlUnix: { path: string };
}

/** Serves an emulator, by default one after TPM_Startup(ST_CLEAR), on all kinds of sockets. */
export async function serve(
  options: Partial<EmulatorServerOptions> & { readonly startup?: boolean },
): Promise<Served> {
  const { startup = true, ...rest } = options;
  const folder = new TempFolder();
  const emulator = options.emulator ?? Emulator.powerOn();
  if (startup) emulator.execute(STARTUP);
  const unix = { path: folder.join("tpm.sock") };
  const controlUnix = { path: folder.join("control.sock") };
  const server = await EmulatorServer.start({
    emulator,
    listen: ["tcp:127.0.0.1:0", `unix:${unix.path}`],
    control: ["tcp:127.0.0.1:0", `unix:${controlUnix.path}`],
    mode: 0o666,
    ...rest,
  });
  const portOf = (index: number, addresses = server.addresses) => {
    const address = addresses[index];
    if (address?.transport !== "tcp") throw new Error("no port");
    return { port: address.port };
  };
  return {
    server,
    emulator,
    tcp: portOf(0),
    unix,
    controlTcp: portOf(0, server.controlAddresses),
    controlUnix,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      emulator.powerOff();
      folder[Symbol.dispose]();
    },
  };
}

/** All that comes until the other side closes, and whether it does so by a reset. */
export async function readToEnd(connection: Deno.Conn): Promise<Uint8Array> {
  const bytes: number[] = [];
  const buffer = new Uint8Array(8192);
  try {
    for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
      bytes.push(...buffer.subarray(0, n));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return Uint8Array.from(bytes);
}
