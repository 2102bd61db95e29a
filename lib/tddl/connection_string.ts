import {
  type Fail,
  formatAddress,
  parseAddress,
  parseHost,
  parsePort,
  type SocketAddress,
} from "../emulator/server/address.ts";

/** What a connection string says. */
export type ConnectionSpec =
  | EmulatorSpec
  | SocketSpec
  | SwtpmSpec
  | DeviceSpec
  | TcsdSpec;

/** The emulator in this process. */
export interface EmulatorSpec {
  /** Kind of connection. */
  readonly kind: "emulator";
  /** File that keeps its state; nothing is kept when absent. */
  readonly file?: string;
}

/** A TPM that takes raw commands on a socket. */
export interface SocketSpec {
  /** Kind of connection. */
  readonly kind: "tcp" | "unix";
  /** Where it listens. */
  readonly address: SocketAddress;
  /** One connection kept, or one for each command. */
  readonly connection: "keep" | "each";
}

/** A TPM with swtpm's control channel. */
export interface SwtpmSpec {
  /** Kind of connection. */
  readonly kind: "swtpm";
  /** Where it takes raw commands. */
  readonly data: SocketAddress;
  /** Where it takes control requests. */
  readonly ctrl: SocketAddress;
  /** One connection kept, or one for each command. */
  readonly connection: "keep" | "each";
}

/** A TPM behind a driver of the system. */
export interface DeviceSpec {
  /** Kind of connection. */
  readonly kind: "device";
  /** The device; the first of `/dev/tpm0` and `/dev/tpm` when absent. */
  readonly path?: string;
}

/** A TCS daemon, which is reached above this layer. */
export interface TcsdSpec {
  /** Kind of connection. */
  readonly kind: "tcsd";
  /** Where it listens. */
  readonly address: SocketAddress;
}

/** Port of a TCS daemon. */
export const TCSD_PORT = 30003;
/** Port of swtpm when nothing is said. */
export const SWTPM_PORT = 2321;
/** Socket of the classic TPM daemon. */
export const TPMD_SOCKET = "/var/run/tpm/tpmd_socket:0";

/** Every form of a connection string. */
export const CONNECTION_FORMS: readonly string[] = [
  "emulator",
  "emulator:FILE",
  "device",
  "device:PATH",
  "tcp:HOST:PORT[,connection=each]",
  "unix[:PATH][,connection=each]",
  "swtpm:tcp:HOST:PORT[,ctrl=tcp:HOST:PORT][,connection=each]",
  "swtpm:unix:PATH[,ctrl=unix:PATH][,connection=each]",
  "swtpm[:host=HOST,port=PORT]",
  "swtpm:path=PATH",
  "tcsd[:HOST[:PORT]]",
  "tcsd:unix:PATH",
];

/**
 * Reads a connection string. An IPv6 address stands in brackets: `tcp:[::1]:2321`. Where `ctrl` is
 * left out it is the next port, or the path with `.ctrl` after it. A path may hold anything but an
 * option at its end. Throws a TypeError that lists every form.
 *
 * ```ts
 * import { parseConnectionString } from "@deno-tss/tss/tddl";
 *
 * const spec = parseConnectionString("tcp:[::1]:2321");
 * console.assert(spec.kind === "tcp" && spec.connection === "keep");
 * ```
 */
export function parseConnectionString(text: string): ConnectionSpec {
  const colon = text.indexOf(":");
  const kind = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? undefined : text.slice(colon + 1);
  const fail = (reason: string) => connectionError(text, reason);
  if (rest === "") throw fail("nothing follows the colon");
  switch (kind) {
    case "emulator":
      return rest === undefined ? { kind } : { kind, file: rest };
    case "device":
      return rest === undefined ? { kind } : { kind, path: rest };
    case "tcp":
    case "unix":
      return parseSocket(text, fail);
    case "swtpm":
      return parseSwtpm(rest, fail);
    case "tcsd":
      return { kind, address: parseTcsd(rest, fail) };
    default:
      throw fail(kind === "" ? "it names no kind of connection" : `"${kind}" is no kind of it`);
  }
}

/** Writes what {@linkcode parseConnectionString} reads. */
export function formatConnectionSpec(spec: ConnectionSpec): string {
  const options = "connection" in spec && spec.connection === "each" ? ",connection=each" : "";
  switch (spec.kind) {
    case "emulator":
      return spec.file === undefined ? spec.kind : `${spec.kind}:${spec.file}`;
    case "device":
      return spec.path === undefined ? spec.kind : `${spec.kind}:${spec.path}`;
    case "tcp":
    case "unix":
      return formatAddress(spec.address) + options;
    case "swtpm":
      return `swtpm:${formatAddress(spec.data)},ctrl=${formatAddress(spec.ctrl)}${options}`;
    case "tcsd":
      return spec.address.transport === "unix"
        ? `tcsd:${formatAddress(spec.address)}`
        : formatAddress(spec.address).replace("tcp", "tcsd");
  }
}

interface Options {
  readonly connection: "keep" | "each";
  readonly ctrl?: string;
}

function connectionError(text: string, reason: string): TypeError {
  return new TypeError(
    `Cannot read connection string "${text}": ${reason}. Valid forms: ${
      CONNECTION_FORMS.join(", ")
    }`,
  );
}

function parseSocket(text: string, fail: Fail): SocketSpec {
  const { target, options } = takeOptions(text, fail);
  if (options.ctrl !== undefined) throw fail("only swtpm has ctrl");
  const address = parseAddress(target === "unix" ? `unix:${TPMD_SOCKET}` : target, { fail });
  return { kind: address.transport, address, connection: options.connection };
}

function parseSwtpm(text: string | undefined, fail: Fail): SwtpmSpec {
  const { target, options } = takeOptions(text ?? "host=localhost", fail);
  const data = /^(host|port|path)=/.test(target)
    ? parseKeyed(target, fail)
    : parseAddress(target, { fail });
  const ctrl = options.ctrl === undefined
    ? controlBeside(data, fail)
    : parseAddress(options.ctrl, { fail });
  return { kind: "swtpm", data, ctrl, connection: options.connection };
}

function parseTcsd(text: string | undefined, fail: Fail): SocketAddress {
  if (text === undefined) return tcpAddress("localhost", TCSD_PORT);
  if (text.startsWith("unix:")) return parseAddress(text, { fail });
  const target = text.startsWith("tcp:") ? text.slice(4) : text;
  const { hostname, port } = parseHost(target, fail);
  return tcpAddress(hostname, port === undefined ? TCSD_PORT : parsePort(port, fail));
}

/** Takes `,ctrl=…` and `,connection=…` off the end. */
function takeOptions(text: string, fail: Fail): { target: string; options: Options } {
  let target = text;
  const found = new Map<string, string>();
  for (;;) {
    // The last comma that an option follows: a path may hold commas of its own.
    const match = /^(.*),(connection|ctrl)=(.*)$/.exec(target);
    if (match === null) break;
    const [, before, name, value] = match as unknown as [string, string, string, string];
    if (found.has(name)) throw fail(`${name} is given twice`);
    found.set(name, value);
    target = before;
  }
  const connection = found.get("connection") ?? "keep";
  if (connection !== "keep" && connection !== "each") {
    throw fail(`connection is keep or each, not "${connection}"`);
  }
  const ctrl = found.get("ctrl");
  return { target, options: ctrl === undefined ? { connection } : { connection, ctrl } };
}

/** `host=…,port=…` or `path=…`, as tpm2-tss names the same thing. */
function parseKeyed(text: string, fail: Fail): SocketAddress {
  if (text.startsWith("path=")) return parseAddress(`unix:${text.slice(5)}`, { fail });
  const fields = new Map<string, string>();
  for (const pair of text.split(",")) {
    const [, key, value] = /^(host|port)=(.+)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined) throw fail(`"${pair}" is no option`);
    if (fields.has(key)) throw fail(`${key} is given twice`);
    fields.set(key, value);
  }
  const { hostname, port } = parseHost(fields.get("host") ?? "localhost", fail);
  if (port !== undefined) throw fail("the port is an option of its own");
  return tcpAddress(hostname, parsePort(fields.get("port") ?? `${SWTPM_PORT}`, fail));
}

function controlBeside(data: SocketAddress, fail: Fail): SocketAddress {
  if (data.transport === "unix") return { transport: "unix", path: `${data.path}.ctrl` };
  return tcpAddress(data.hostname, parsePort(`${data.port + 1}`, fail));
}

const tcpAddress = (hostname: string, port: number): SocketAddress => ({
  transport: "tcp",
  hostname,
  port,
});
