import { type ConnectionSpec, formatAddress, openTddl, type SpinOptions } from "../tddl/mod.ts";
import {
  CoreServices,
  type CoreServicesOptions,
  FileKeyStorage,
  MemoryKeyStorage,
  type PlatformClass,
  type TcsService,
} from "../tcs/mod.ts";
import {
  type ListenOptions,
  PLATFORM_CLASS_NAMES,
  type PlatformClassName,
  TCSD_CONF_DEFAULTS,
  TcsdClient,
  type TcsdConf,
  type TcsdEvent,
  TcsdServer,
  type TcsdSettings,
} from "../tcsd/mod.ts";
import { TPM_CAP_VERSION_VAL } from "../tpm12/constants/mod.ts";
import { describeError } from "./errors.ts";
import { firmwareLog, kernelLog } from "./tcsd_logs.ts";
import { decodeVersion, describeVersion } from "./tpm_version.ts";

/** What a daemon is made of. */
export interface DaemonOptions extends SpinOptions {
  /** The TPM. */
  readonly connection: ConnectionSpec;
  /** What tcsd.conf says. */
  readonly conf: TcsdConf;
  /** File of the registered keys; in memory when absent. */
  readonly keys?: string | undefined;
  /** A unix socket beside the ports. */
  readonly socket?: ListenOptions | undefined;
  /** Told what happens, a line each. */
  readonly log: (text: string) => void;
}

/** A TCS daemon with its core services and its TPM. */
export class Daemon implements AsyncDisposable {
  /** The TPM in a few words. */
  readonly tpm: string;
  /** Where it listens, as connection strings say it. */
  readonly addresses: readonly string[];
  readonly #held: AsyncDisposableStack;
  readonly #server: TcsdServer;
  readonly #settings: Settings;

  private constructor(
    held: AsyncDisposableStack,
    { tpm, server, settings }: { tpm: string; server: TcsdServer; settings: Settings },
  ) {
    this.#held = held;
    this.#server = server;
    this.#settings = settings;
    this.tpm = tpm;
    this.addresses = server.addresses.map(formatAddress);
  }

  /** Opens the TPM and listens. Throws what either says. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    await using stack = new AsyncDisposableStack();
    const settings = { conf: options.conf };
    const service = stack.use(await serviceOf(options, settings));
    const tpm = await describeTpm(service);
    const server = stack.use(await listen(service, options));
    return new Daemon(stack.move(), { tpm, server, settings });
  }

  /**
   * Goes by another tcsd.conf from now on. Gives the names of options that have changed and need a
   * new start.
   */
  reload(conf: TcsdConf): string[] {
    const old = this.#settings.conf;
    this.#settings.conf = conf;
    this.#server.reload(serverSettings(conf));
    const changed = FIXED.filter((field) => old[field] !== conf[field]);
    // Whether peers elsewhere may do anything decides where it listens.
    const opened = (old.remoteOps.length > 0) !== (conf.remoteOps.length > 0);
    return opened ? [...changed, "remoteOps"] : changed;
  }

  /** Lets requests under way be answered, then closes everything. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#held.disposeAsync();
  }
}

/** What can change while the daemon runs. */
interface Settings {
  conf: TcsdConf;
}

/** What is settled at the start. */
const FIXED = [
  "port",
  "systemPsFile",
  "disableIpv4",
  "disableIpv6",
] as const satisfies readonly (keyof TcsdConf)[];

/** The core services in this process, or those of a daemon that this one stands before. */
async function serviceOf(
  { connection, keys, spin }: DaemonOptions,
  settings: Settings,
): Promise<TcsService> {
  if (connection.kind === "tcsd") return new TcsdClient(connection.address, { spin });
  const tddl = await openTddl(connection, { spin });
  try {
    const keyStorage = keys === undefined ? new MemoryKeyStorage() : new FileKeyStorage(keys);
    const served = { ...servicesOptions(settings), keyStorage, soleUser: true };
    return await CoreServices.start(tddl, served);
  } catch (error) {
    await tddl.close();
    throw error;
  }
}

/** Options that look into the settings each time they are asked. */
function servicesOptions(settings: Settings): CoreServicesOptions {
  const certificate = (field: "endorsementCred" | "platformCred" | "conformanceCred") => () =>
    readCertificate(settings.conf[field]);
  return {
    credentials: {
      endorsement: certificate("endorsementCred"),
      platform: certificate("platformCred"),
      conformance: certificate("conformanceCred"),
    },
    eventLog: {
      firmware: firmwareLog(() => settings.conf),
      kernel: kernelLog(() => settings.conf),
    },
    platform: {
      get host() {
        return platformClass(settings.conf.hostPlatformClass);
      },
      get all() {
        return settings.conf.allPlatformClasses.map(platformClass);
      },
      get exclusiveTransport() {
        return settings.conf.enforceExclusiveTransport;
      },
    },
  };
}

function readCertificate(path: string | null): Promise<Uint8Array> {
  return path === null ? Promise.resolve(new Uint8Array(0)) : Deno.readFile(path);
}

/** TPM_PS_* of the names, which begin with those of TPM_PLATFORM_SPECIFIC from 1 on. */
function platformClass(name: PlatformClassName): PlatformClass {
  return { id: PLATFORM_CLASS_NAMES.indexOf(name) + 1, uri: "" };
}

async function describeTpm(service: TcsService): Promise<string> {
  await using context = await service.openContext();
  const { resp } = await context.command("TPM_GetCapability", {
    capArea: TPM_CAP_VERSION_VAL,
    subCap: new Uint8Array(0),
  });
  return describeVersion(decodeVersion(resp));
}

/** What can change of the server. */
function serverSettings({ numThreads, remoteOps }: TcsdConf): TcsdSettings {
  // A thread was a connection; where nobody limits them, there are as many as wanted.
  const limited = numThreads !== TCSD_CONF_DEFAULTS.numThreads;
  return { remoteOps, ...limited && { maxConnections: numThreads } };
}

/** Listens at all addresses, or without IPv6 where only that fails. */
async function listen(service: TcsService, options: DaemonOptions): Promise<TcsdServer> {
  const { conf, log, spin } = options;
  const start = (hosts: readonly string[]) =>
    TcsdServer.start(service, {
      addresses: addressesOf(hosts, options),
      ...serverSettings(conf),
      alone: true,
      spin,
      onEvent: clientLog(log),
    });
  const hosts = hostsOf(conf);
  try {
    return await start(hosts);
  } catch (error) {
    const ipv4 = hostsOf({ ...conf, disableIpv6: true });
    if (ipv4.length === 0 || hosts.every((host) => ipv4.includes(host))) throw error;
    const server = await start(ipv4).catch(() => {
      throw error;
    });
    log(`not listening on ${hosts.at(-1)}: ${describeError(error)}`);
    return server;
  }
}

/** Loopback; the whole world where peers elsewhere may do something. */
function hostsOf({ port, remoteOps, disableIpv4, disableIpv6 }: TcsdConf): string[] {
  const remote = remoteOps.length > 0;
  // A socket on :: takes IPv4 too; port 0 would be another one for each.
  const ipv6 = !disableIpv6 && (disableIpv4 || port !== 0 || remote);
  const ipv4 = !disableIpv4 && !(remote && ipv6);
  return [
    ...ipv4 ? [remote ? "0.0.0.0" : "127.0.0.1"] : [],
    ...ipv6 ? [remote ? "::" : "::1"] : [],
  ];
}

function addressesOf(hosts: readonly string[], { conf, socket }: DaemonOptions): ListenOptions[] {
  const { port, disableIpv4 } = conf;
  return [
    ...hosts.map((hostname) => ({
      address: { transport: "tcp" as const, hostname, port },
      onlyIpv6: disableIpv4,
    })),
    ...socket === undefined ? [] : [socket],
  ];
}

/** A line for each client when it is gone, and one for each fault of ours. */
function clientLog(log: (text: string) => void): (event: TcsdEvent) => void {
  return ({ kind, peer, request, reason, summary }) => {
    if (kind === "refused") log(`client ${peer}: refused: ${reason}`);
    else if (summary !== undefined) {
      const { requests, failed, busy, connected } = summary;
      const told = `${requests} requests, ${failed} of them failed, ${busy.toFixed(1)} ms busy`;
      const closed = reason === undefined ? "" : `; closed: ${reason}`;
      log(`client ${peer}: ${told}, ${(connected / 1000).toFixed(1)} s connected${closed}`);
    } else if (request?.error !== undefined) {
      log(`fault in ${request.operation ?? request.ordinal}: ${describeError(request.error)}`);
    }
  };
}
