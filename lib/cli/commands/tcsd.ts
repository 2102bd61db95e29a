import { formatConnectionSpec, TCSD_PORT } from "../../tddl/mod.ts";
import { type ListenOptions, parseTcsdConf, TcsdClient, type TcsdConf } from "../../tcsd/mod.ts";
import { type Command, defineCommand, type Report } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { CliError, describeError, UsageError } from "../errors.ts";
import { readText } from "../files.ts";
import type { CliIo } from "../io.ts";
import { parseInteger } from "../numbers.ts";
import { announcer, untilEnded } from "../serving.ts";
import { Daemon } from "../tcsd_daemon.ts";

/** `tss tcsd`: the TCS daemon in the foreground. */
export const command: Command = defineCommand({
  options: {
    port: { short: "p", value: "PORT", help: "TCP port on loopback; default 30003, 0 any" },
    socket: { short: "s", value: "PATH", help: "a unix socket too" },
    "socket-mode": { value: "MODE", help: "its mode in octal; default 660" },
    "socket-gid": { value: "GID", help: "its group by number" },
    "socket-uid": {
      value: "UID",
      many: true,
      help: "a user who may connect to it, by number; takes --allow-ffi",
    },
    status: { help: "tell what the daemon at --port, or at -T tcsd:..., has done so far" },
    config: { short: "c", value: "FILE", help: "a tcsd.conf; nothing is read by default" },
    "config-check": { value: "HOW", help: "its owner and mode: warn (default), refuse or off" },
    keys: { short: "k", value: "FILE", help: "registered keys, in place of system_ps_file" },
    "no-spin": { help: "sleep at every wait: less of the processor, and slower" },
    foreground: { short: "f", help: "as always; for those used to tcsd" },
  },
  details:
    `Serves TrouSerS' protocol until SIGTERM or SIGINT, which let requests under way be answered.
SIGHUP reads tcsd.conf again. A line on standard output tells each address, a line on standard
error each client. Without --config and --keys registered keys are kept beside emulator:FILE, as
FILE.keys, else in memory.`,
  permissions: {
    "--allow-net=127.0.0.1:PORT,[::1]:PORT": "for clients",
    "--allow-read=PATH,FILE": "for --socket, --config, --keys",
    "--allow-write=PATH,FILE": "for --socket, --keys",
    "--allow-ffi=LIBC": "in place of --allow-net and what --socket needs, and faster",
  },
  example: "tss tcsd --port 30003 --tcti emulator:tpm.state",
  async run({ options, io }) {
    if (options.status) return await statusOf(options, io);
    const { announce, log } = announcer(io, options);
    const readConf = async () => override(await confOf(options, { io, log }), options.port);
    const conf = await readConf();
    const connection = connectionOf(options.tcti, io);
    const state = connection.kind === "emulator" ? connection.file : undefined;
    const keys = options.keys ??
      (options.config === undefined ? state && `${state}.keys` : conf.systemPsFile);
    if (keys !== undefined && keys === conf.systemPsFile) await makeFolder(keys);
    await using daemon = await Daemon.start({
      connection,
      conf,
      keys,
      spin: !options["no-spin"],
      socket: socketOf(options),
      log,
    });
    // Whoever reads that it listens may send a signal at once.
    const ended = untilEnded(io);
    const stop = io.onSignal("SIGHUP", () => void reload(daemon, { readConf, log }));
    const where = formatConnectionSpec(connection);
    announce(`${daemon.tpm}, at ${where}`, { event: "tpm", tpm: daemon.tpm, tcti: where });
    announce(`registered keys in ${keys ?? "memory"}`, { event: "keys", file: keys ?? null });
    for (const address of daemon.addresses) {
      announce(`listening on ${address}`, { event: "listening", address });
    }
    await ended;
    stop();
    log("ending");
  },
});

/** Makes the folder of a file as TrouSerS does: its owner's alone. */
async function makeFolder(file: string): Promise<void> {
  const folder = file.slice(0, file.lastIndexOf("/"));
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    const reason = (error as Error).message;
    throw new CliError(`Cannot keep registered keys in ${file}: ${reason}. Use --keys FILE`);
  }
}

/** Asks a running daemon. */
async function statusOf(
  { tcti, port, socket }: {
    readonly tcti: string | undefined;
    readonly port: string | undefined;
    readonly socket: string | undefined;
  },
  io: CliIo,
): Promise<Report> {
  const local = socket === undefined
    ? `tcsd:localhost:${port ?? TCSD_PORT}`
    : `tcsd:unix:${socket}`;
  const connection = connectionOf(tcti ?? local, io);
  if (connection.kind !== "tcsd") throw new UsageError("--status needs -T tcsd:HOST:PORT");
  await using client = new TcsdClient(connection.address);
  return { json: { ...await client.status() } };
}

interface ConfOptions {
  readonly config: string | undefined;
  readonly "config-check": string | undefined;
}

/** What the file says; what it should say otherwise is logged. */
async function confOf(
  { config, "config-check": check = "warn" }: ConfOptions,
  { io, log }: { io: CliIo; log: (text: string) => void },
): Promise<TcsdConf> {
  if (!["warn", "refuse", "off"].includes(check)) {
    throw new UsageError("--config-check takes warn, refuse or off");
  }
  if (config === undefined) return parseTcsdConf("").conf;
  const { conf, warnings } = parseTcsdConf(await readText(config, io), { file: config });
  const complaint = check === "off" ? undefined : await complaintAbout(config);
  if (complaint !== undefined && check === "refuse") throw new CliError(`Cannot use ${complaint}`);
  for (const warning of complaint === undefined ? warnings : [complaint, ...warnings]) log(warning);
  return conf;
}

/** Who may write it may let the world in: TrouSerS wants root:tss and 0640. */
async function complaintAbout(file: string): Promise<string | undefined> {
  const { uid, mode } = await Deno.stat(file);
  if (uid !== 0) return `${file}: it should belong to root`;
  const bits = (mode ?? 0) & 0o7777;
  return bits === 0o640 ? undefined : `${file}: its mode should be 640, not ${bits.toString(8)}`;
}

function override(conf: TcsdConf, port: string | undefined): TcsdConf {
  return port === undefined
    ? conf
    : { ...conf, port: parseInteger(port, "--port", { max: 65535 }) };
}

function socketOf({ socket: path, "socket-mode": mode, "socket-gid": gid, "socket-uid": uids }: {
  readonly socket: string | undefined;
  readonly "socket-mode": string | undefined;
  readonly "socket-gid": string | undefined;
  readonly "socket-uid": readonly string[];
}): ListenOptions | undefined {
  if (path === undefined) return undefined;
  if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode)) {
    throw new UsageError("--socket-mode takes three octal digits");
  }
  return {
    address: { transport: "unix" as const, path },
    ...mode === undefined ? {} : { mode: parseInt(mode, 8) },
    ...gid === undefined ? {} : { gid: parseInteger(gid, "--socket-gid") },
    ...uids.length > 0 && { uids: uids.map((uid) => parseInteger(uid, "--socket-uid")) },
  };
}

/** A file that cannot be used changes nothing. */
async function reload(
  daemon: Daemon,
  { readConf, log }: { readConf: () => Promise<TcsdConf>; log: (text: string) => void },
): Promise<void> {
  try {
    const fixed = daemon.reload(await readConf());
    log("tcsd.conf is read again");
    if (fixed.length > 0) log(`${fixed.join(", ")}: changed, which needs a new start`);
  } catch (error) {
    log(`tcsd.conf stays as it was: ${describeError(error)}`);
  }
}
