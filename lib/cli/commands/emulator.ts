import {
  Emulator,
  EmulatorServer,
  FileStorage,
  parseAddress,
  StateError,
} from "../../emulator/mod.ts";
import { encodePem } from "../../formats/mod.ts";
import { COMMANDS } from "../../tpm12/commands/mod.ts";
import { TPM_ST_CLEAR } from "../../tpm12/constants/mod.ts";
import { TssError } from "../../tpm12/mod.ts";
import { formatAddress } from "../../tddl/mod.ts";
import { TPMD_SOCKET } from "../../tddl/connection_string.ts";
import { encodeRequest, splitResponse } from "../../wire/mod.ts";
import { type Command, defineCommand, type Invocation } from "../command.ts";
import { CliError, UsageError } from "../errors.ts";
import { fileError, readInput, writeOutput } from "../files.ts";
import { parseInteger } from "../numbers.ts";
import { type Announcer, announcer, untilEnded } from "../serving.ts";
import { traceTo } from "../trace_log.ts";

const OPTIONS = {
  listen: { value: "ADDRESS", many: true, help: "take commands: tcp:HOST:PORT or unix:PATH" },
  ctrl: { value: "ADDRESS", many: true, help: "swtpm's control channel, which QEMU speaks" },
  "vtpm-proxy": { help: "become a TPM of the kernel's, by /dev/vtpmx" },
  state: { value: "FILE", help: "keep the state there; in memory where absent" },
  from: { value: "FILE", help: "begin with a copy of another state" },
  "no-startup": { help: "leave TPM_Startup to others" },
  "no-ek": { help: "no endorsement key, as by default" },
  ek: { value: "HOW", help: "generate one for a new TPM" },
  "ek-certificate": {
    value: "FILE",
    help: "certify the endorsement key of a new TPM; who certified it is written there (PEM)",
  },
  "physical-presence": { help: "the signal of physical presence is on" },
  locality: { value: "NUMBER", help: "of the commands, 0 to 4; default 0" },
  "allow-set-locality": { help: "commands may set it, as the Linux driver does" },
  "reject-locality-4": { help: "nobody may take locality 4" },
  "deleted-commands": { help: "serve the commands of 1.1 that 1.2 deleted" },
  mode: { value: "MODE", help: "of unix sockets, in octal; default 660" },
  gid: { value: "GID", help: "group of unix sockets, by number" },
  log: {
    short: "l",
    value: "FILE",
    help: "a line for each command and why it failed; - for stderr",
  },
  trace: {
    value: "FILE",
    help: "a line of JSON for each command: what it says, secrets left out; - for stderr",
  },
} as const;

type Given = Invocation<typeof OPTIONS>["options"];

/** `tss emulator`: a TPM for other programs. */
export const command: Command = defineCommand({
  options: OPTIONS,
  details:
    `Runs until SIGTERM or SIGINT, or until the control channel ends it. A line on standard output tells
each address once it is ready; port 0 takes any. Without --listen, --ctrl and --vtpm-proxy it
listens where the classic daemon does: unix:${TPMD_SOCKET}.
TPM_Startup(ST_CLEAR) is done at the start, not again at a power cycle of the control channel.`,
  permissions: {
    "--allow-net=HOST:PORT,unix:PATH": "for --listen and --ctrl",
    "--allow-read=FILE": "for unix sockets, --state (its folder) and --from",
    "--allow-write=FILE":
      "for unix sockets, --state (its folder), --log, --trace and --ek-certificate",
    "--allow-ffi=LIBC": "in place of those for sockets, and faster; for QEMU and --vtpm-proxy",
  },
  noTpm: true,
  example: "tss emulator --listen tcp:127.0.0.1:2321 --state tpm.state",
  async run({ options, io }) {
    const { announce, log } = announcer(io, options);
    const listen = addressesOf(options);
    const locality = parseInteger(options.locality ?? "0", "--locality", { max: 4 });
    const snapshot = options.from === undefined ? undefined : await readInput(options.from, io);
    using emulator = powerOn(options, snapshot);
    using trace = traceTo(options, log);
    emulator.onTrace = trace.onTrace;
    emulator.locality = locality;
    await writeAuthority(emulator, options["ek-certificate"]);
    start(emulator, options);
    await using server = await EmulatorServer.start({
      emulator,
      listen,
      control: options.ctrl,
      vtpmProxy: options["vtpm-proxy"],
      allowSetLocality: options["allow-set-locality"],
      rejectLocality4: options["reject-locality-4"],
      ...socketOptions(options),
    });
    // Whoever reads that it listens may send a signal at once.
    const ended = untilEnded(io);
    announceAll(server, announce);
    await Promise.race([ended, server.finished]);
  },
});

function addressesOf({ listen, ctrl, "vtpm-proxy": vtpm }: Given): readonly string[] {
  const check = (option: string, addresses: readonly string[]) => {
    const fail = (reason: string) => new UsageError(`${option}: ${reason}`);
    for (const address of addresses) parseAddress(address, { anyPort: true, fail });
  };
  check("--listen", listen);
  check("--ctrl", ctrl);
  return listen.length === 0 && ctrl.length === 0 && !vtpm ? [`unix:${TPMD_SOCKET}`] : listen;
}

function powerOn(options: Given, snapshot: Uint8Array | undefined): Emulator {
  const { state, ek, "no-ek": noEk, "ek-certificate": certificate } = options;
  if (ek !== undefined && ek !== "generate" && ek !== "none") {
    throw new UsageError("--ek takes generate or none");
  }
  if (noEk && ek === "generate") {
    throw new UsageError("--no-ek and --ek generate exclude each other");
  }
  if (certificate !== undefined && (noEk || ek === "none")) {
    throw new UsageError("--ek-certificate takes an endorsement key");
  }
  const endorsementKey = ek ?? (certificate === undefined ? "none" : "generate");
  let storage: FileStorage | undefined;
  try {
    storage = state === undefined ? undefined : openStorage(state);
    if (snapshot !== undefined && storage?.load()) {
      throw new UsageError(`--from does not replace the state in ${state}: it is there already`);
    }
    return Emulator.powerOn({
      ...storage && { storage },
      ...snapshot && { snapshot },
      endorsementKey,
      endorsementCertificate: certificate !== undefined,
      deletedCommands: options["deleted-commands"],
    });
  } catch (error) {
    storage?.close();
    if (!(error instanceof StateError)) throw error;
    const where = options.from ?? state;
    throw new CliError(`Cannot use the state in ${where}: ${error.message}`, { cause: error });
  }
}

function openStorage(path: string): FileStorage {
  try {
    return new FileStorage(path);
  } catch (error) {
    throw error instanceof StateError ? error : fileError("write", { path, error });
  }
}

/** Writes the certificate that the one in NV is checked by, that of an older TPM too. */
async function writeAuthority(emulator: Emulator, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const authority = emulator.endorsementAuthority;
  if (authority === null) {
    throw new CliError("Cannot certify the endorsement key: this TPM was made without");
  }
  await writeOutput(path, encodePem("CERTIFICATE", authority));
}

/** What the platform does at power on. */
function start(emulator: Emulator, options: Given): void {
  if (options["physical-presence"]) {
    emulator.physicalPresence = true;
    // The TPM looks at the signal only where its maker has wired it.
    const { permanent } = emulator.tpm;
    if (!permanent.flags.physicalPresenceLifetimeLock) {
      permanent.flags.physicalPresenceHWEnable = true;
      emulator.tpm.changed();
    }
  }
  if (options["no-startup"]) return;
  const row = COMMANDS.TPM_Startup;
  const answer = emulator.execute(encodeRequest(row, { startupType: TPM_ST_CLEAR }));
  const { returnCode } = splitResponse(row, answer);
  if (returnCode !== 0) throw TssError.fromResult(returnCode, { command: row.name });
}

function socketOptions({ mode, gid }: Given): { mode?: number; gid?: number } {
  if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode)) {
    throw new UsageError("--mode takes three octal digits");
  }
  return {
    ...mode === undefined ? {} : { mode: parseInt(mode, 8) },
    ...gid === undefined ? {} : { gid: parseInteger(gid, "--gid") },
  };
}

function announceAll(server: EmulatorServer, announce: Announcer["announce"]): void {
  for (const address of server.addresses.map(formatAddress)) {
    announce(`listening on ${address}`, { event: "listening", address });
  }
  for (const address of server.controlAddresses.map(formatAddress)) {
    announce(`control on ${address}`, { event: "control", address });
  }
  const { device } = server;
  if (device !== undefined) announce(`device ${device}`, { event: "device", device });
}
