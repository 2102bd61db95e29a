import { REMOTE_OPS, type RemoteOp } from "./remote_ops.ts";

/** The platform classes that tcsd.conf may name. */
export const PLATFORM_CLASS_NAMES = ["PC_11", "PC_12", "PDA_12", "SERVER_12", "MOBILE_12"] as const;

/** A platform class. */
export type PlatformClassName = (typeof PLATFORM_CLASS_NAMES)[number];

/** What tcsd.conf says. */
export interface TcsdConf {
  /** `port`: TCP port, 0 to 65535. */
  port: number;
  /** `num_threads`: connections at a time, at least 1. */
  numThreads: number;
  /** `system_ps_file`: where registered keys are kept. */
  systemPsFile: string;
  /** `firmware_log_file`: event log of the firmware. */
  firmwareLogFile: string;
  /** `kernel_log_file`: event log of the kernel (IMA). */
  kernelLogFile: string;
  /** `firmware_pcrs`: PCRs that only the firmware extends. */
  firmwarePcrs: readonly number[];
  /** `kernel_pcrs`: PCRs that only the kernel extends. */
  kernelPcrs: readonly number[];
  /** `platform_cred`: file of the platform's certificate. */
  platformCred: string | null;
  /** `conformance_cred`: file of the TPM's conformance certificate. */
  conformanceCred: string | null;
  /** `endorsement_cred`: file of the endorsement key's certificate. */
  endorsementCred: string | null;
  /** `remote_ops`: what peers on other machines may do. */
  remoteOps: readonly RemoteOp[];
  /** `enforce_exclusive_transport`: one context at a time has an exclusive transport session. */
  enforceExclusiveTransport: boolean;
  /** `host_platform_class`: what this machine is. */
  hostPlatformClass: PlatformClassName;
  /** `all_platform_classes`: what it supports beside that. */
  allPlatformClasses: readonly PlatformClassName[];
  /** `disable_ipv4`: do not listen on IPv4. */
  disableIpv4: boolean;
  /** `disable_ipv6`: do not listen on IPv6. */
  disableIpv6: boolean;
}

/** What holds where tcsd.conf says nothing. */
export const TCSD_CONF_DEFAULTS: Readonly<TcsdConf> = {
  port: 30003,
  numThreads: 10,
  systemPsFile: "/var/lib/tpm/system.data",
  firmwareLogFile: "/sys/kernel/security/tpm0/binary_bios_measurements",
  kernelLogFile: "/sys/kernel/security/ima/binary_runtime_measurements",
  firmwarePcrs: [],
  kernelPcrs: [],
  platformCred: null,
  conformanceCred: null,
  endorsementCred: null,
  remoteOps: [],
  enforceExclusiveTransport: false,
  hostPlatformClass: "PC_12",
  allPlatformClasses: [],
  disableIpv4: false,
  disableIpv6: false,
};

/** A line of tcsd.conf that cannot be right; the daemon does not start. */
export class TcsdConfError extends Error {
  /** Name of the error class. */
  override readonly name = "TcsdConfError";
  /** The file. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;

  /** Says which line is wrong, and why. */
  constructor(reason: string, { file, line }: { readonly file: string; readonly line: number }) {
    super(`Cannot use ${file}:${line}: ${reason}`);
    this.file = file;
    this.line = line;
  }
}

/** What came of reading a tcsd.conf. */
export interface ParsedTcsdConf {
  /** The options. */
  readonly conf: TcsdConf;
  /** Sentences about entries of lists that are ignored, as TrouSerS ignores them. */
  readonly warnings: readonly string[];
}

/** Reads one value. */
type Parse<T> = (value: string, say: Complaints) => T;

/** How a value is complained of. */
interface Complaints {
  /** Refuses the line. */
  refuse(reason: string): never;
  /** Ignores a part of it. */
  warn(reason: string): void;
}

const FLAG: Parse<boolean> = (value, say) => integer(0, 1)(value, say) === 1;
const PCRS = list(parsePcr);
const PATH: Parse<string> = (value, say) =>
  value.startsWith("/") ? value : say.refuse(`it takes an absolute path, not "${value}"`);
const OPTIONAL_PATH: Parse<string | null> = (value, say) => value === "" ? null : PATH(value, say);

/** The options: name in the file, field, reader. */
const OPTIONS: { readonly [K in keyof TcsdConf]: readonly [name: string, Parse<TcsdConf[K]>] } = {
  port: ["port", integer(0, 65535)],
  numThreads: ["num_threads", integer(1, 0x7fffffff)],
  systemPsFile: ["system_ps_file", parsePsFile],
  firmwareLogFile: ["firmware_log_file", PATH],
  kernelLogFile: ["kernel_log_file", PATH],
  firmwarePcrs: ["firmware_pcrs", PCRS],
  kernelPcrs: ["kernel_pcrs", PCRS],
  platformCred: ["platform_cred", OPTIONAL_PATH],
  conformanceCred: ["conformance_cred", OPTIONAL_PATH],
  endorsementCred: ["endorsement_cred", OPTIONAL_PATH],
  remoteOps: ["remote_ops", list(parseRemoteOp)],
  enforceExclusiveTransport: ["enforce_exclusive_transport", FLAG],
  hostPlatformClass: ["host_platform_class", parseClass],
  allPlatformClasses: ["all_platform_classes", list(parseClass)],
  disableIpv4: ["disable_ipv4", FLAG],
  disableIpv6: ["disable_ipv6", FLAG],
};

const FIELDS = new Map(
  (Object.entries(OPTIONS) as [keyof TcsdConf, readonly [string, Parse<unknown>]][])
    .map(([field, [name, parse]]) => [name, { field, parse }]),
);

/** The names that options have in tcsd.conf. */
export const TCSD_CONF_OPTIONS: readonly string[] = [...FIELDS.keys()];

/**
 * Reads the text of a tcsd.conf: `name = value` lines, `#` comments, names in any case. Throws
 * {@linkcode TcsdConfError} on an unknown option or a value out of range. Stricter than TrouSerS,
 * which takes rubbish for 0, a longer name for a shorter, and the default for a relative path.
 */
export function parseTcsdConf(
  text: string,
  { file = "tcsd.conf" }: { readonly file?: string } = {},
): ParsedTcsdConf {
  const conf: TcsdConf = { ...TCSD_CONF_DEFAULTS };
  const warnings: string[] = [];
  text.split("\n").forEach((content, index) => {
    const [, name, value] = /^\s*([^#\s=][^\s=]*)[=\s]*(.*?)\s*$/.exec(content) ?? [];
    if (name === undefined) return;
    const line = index + 1;
    const option = FIELDS.get(name.toLowerCase());
    const say: Complaints = {
      refuse(reason) {
        throw new TcsdConfError(option ? `${name}: ${reason}` : reason, { file, line });
      },
      warn: (reason) => warnings.push(`${file}:${line}: ${name}: ${reason}`),
    };
    if (option === undefined) say.refuse(`there is no option "${name}"`);
    Object.assign(conf, { [option.field]: option.parse(value!, say) });
  });
  return { conf, warnings };
}

function integer(min: number, max: number): Parse<number> {
  return (value, say) => {
    const [, digits] = /^([-+]?\d+)\s*(?:#.*)?$/.exec(value) ?? [];
    const number = Number(digits);
    if (number >= min && number <= max) return number;
    return say.refuse(`it takes ${min} to ${max}, not "${value}"`);
  };
}

/** Entries between commas; those for which `parse` gives `undefined` are ignored. */
function list<T>(parse: Parse<T | undefined>): Parse<readonly T[]> {
  return (value, say) => {
    const items = new Set<T>();
    for (const entry of value.split(",")) {
      const item = entry === "" ? undefined : parse(entry, say);
      if (item !== undefined) items.add(item);
    }
    return [...items];
  };
}

function parsePcr(entry: string, say: Complaints): number | undefined {
  if (!/^\s*\d+\s*$/.test(entry)) say.refuse(`"${entry}" is no PCR`);
  const pcr = Number(entry);
  if (pcr <= 31) return pcr;
  say.warn(`PCR ${pcr} is ignored: there are PCRs 0 to 31`);
}

function parseRemoteOp(entry: string, say: Complaints): RemoteOp | undefined {
  const word = REMOTE_OPS.find((name) => name === entry.toLowerCase());
  if (word === undefined) say.warn(`"${entry}" is ignored: it is no operation`);
  return word;
}

function parseClass(value: string, say: Complaints): PlatformClassName {
  return PLATFORM_CLASS_NAMES.find((name) => name === value) ??
    say.refuse(`"${value}" is no platform class: ${PLATFORM_CLASS_NAMES.join(", ")}`);
}

function parsePsFile(value: string, say: Complaints): string {
  const odd = /[^\w/.#-]/.exec(PATH(value, say));
  return odd === null ? value : say.refuse(`a path with "${odd[0]}" in it is not allowed`);
}
