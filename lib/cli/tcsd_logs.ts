import { equalBytes } from "../crypto/mod.ts";
import {
  decodeEventLog,
  decodeImaLog,
  imaLogMeasurements,
  imaMeasurement,
  type ImaRecord,
} from "../formats/mod.ts";
import type { ExternalLog, PcrEvent } from "../tcs/mod.ts";
import type { TcsdConf } from "../tcsd/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";

/** Events from files say no version of the TPM's structures, as in TrouSerS. */
const NO_VERSION = 4;

/** The firmware's log, for the PCRs that tcsd.conf gives it; read anew each time it is asked for. */
export function firmwareLog(conf: () => TcsdConf): ExternalLog {
  const decode = decodeNew(firmwareEvents);
  return {
    get pcrs() {
      return conf().firmwarePcrs;
    },
    read: () => readLog(conf().firmwareLogFile, decode),
  };
}

/** The kernel's log, in the same way. */
export function kernelLog(conf: () => TcsdConf): ExternalLog {
  const decode = decodeNew(kernelEvents);
  return {
    get pcrs() {
      return conf().kernelPcrs;
    },
    read: () => readLog(conf().kernelLogFile, decode),
  };
}

/** Decodes a log again only when it is another one than the last: it may be long, and asked often. */
function decodeNew(decode: (log: Uint8Array) => PcrEvent[]): (log: Uint8Array) => PcrEvent[] {
  let last: { readonly log: Uint8Array; readonly events: PcrEvent[] } | undefined;
  return (log) => {
    if (last === undefined || !equalBytes(last.log, log)) last = { log, events: decode(log) };
    return last.events;
  };
}

async function readLog(path: string, decode: (log: Uint8Array) => PcrEvent[]): Promise<PcrEvent[]> {
  try {
    return decode(await Deno.readFile(path));
  } catch (error) {
    const detail = `the log ${path} cannot be read: ${(error as Error).message}`;
    throw tssError("tcs", "TSS_E_INTERNAL_ERROR", { detail, cause: error });
  }
}

function firmwareEvents(log: Uint8Array): PcrEvent[] {
  return decodeEventLog(log).map(({ pcrIndex, eventType, digest, event }) => ({
    versionInfo: new Uint8Array(NO_VERSION),
    ulPcrIndex: pcrIndex,
    eventType,
    rgbPcrValue: digest,
    rgbEvent: event,
  }));
}

/** The event of a measurement is the name of what was measured. */
function kernelEvents(log: Uint8Array): PcrEvent[] {
  const records: ImaRecord[] = decodeImaLog(log);
  return imaLogMeasurements(records).map(({ pcrIndex, digest }, i) => ({
    versionInfo: new Uint8Array(NO_VERSION),
    ulPcrIndex: pcrIndex,
    eventType: 0,
    rgbPcrValue: digest,
    rgbEvent: new TextEncoder().encode(imaMeasurement(records[i]!).path ?? ""),
  }));
}
