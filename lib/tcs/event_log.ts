import { tpmError, tssError } from "../tpm12/tss_error.ts";
import type { PcrEvent } from "./types.ts";

/** A log that something else keeps, for the PCRs that are its own. */
export interface ExternalLog {
  /** Its PCRs: they cannot be logged to through the TCS. */
  readonly pcrs: readonly number[];
  /** All its events, read anew. */
  read(): Promise<readonly PcrEvent[]>;
}

/** Logs kept outside the TCS. */
export interface EventLogSources {
  /** The firmware's log. */
  readonly firmware?: ExternalLog;
  /** The kernel's log (IMA). */
  readonly kernel?: ExternalLog;
}

/** Bytes of an event beside its digest and its data. */
const EVENT_SIZE = 100;
/** Most bytes of events kept in memory: any client may log. */
const MAX_SIZE = 0x400000;

/** What PCRs were extended with: this TCS's own events, and those of firmware and kernel. */
export class EventLog {
  readonly #own: PcrEvent[][];
  readonly #sources: EventLogSources;
  #size = 0;

  /** Begins empty, for a TPM of so many PCRs. */
  constructor(sources: EventLogSources = {}, { pcrs = 24 }: { readonly pcrs?: number } = {}) {
    this.#own = Array.from({ length: pcrs }, () => []);
    this.#sources = sources;
  }

  /**
   * Throws TSS_E_FAIL for a PCR that the firmware or the kernel extends and logs, and for one that
   * cannot be read and may be theirs.
   */
  requireOurs(pcrIndex: number | undefined): void {
    const theirs = pcrIndex === undefined
      ? this.#sourcesInUse.length > 0
      : this.#external(pcrIndex) !== undefined;
    if (!theirs) return;
    const which = pcrIndex === undefined ? "what may be a PCR of" : `PCR ${pcrIndex} of`;
    throw tssError("tcs", "TSS_E_FAIL", {
      detail: `${which} the firmware or the kernel is left to them`,
    });
  }

  /** Adds an event; gives how many its PCR has. Throws TPM_RESOURCES when the log is full. */
  add(event: PcrEvent): number {
    const { ulPcrIndex, rgbPcrValue, rgbEvent } = event;
    const events = this.#own[ulPcrIndex];
    if (events === undefined) throw badIndex(ulPcrIndex);
    this.requireOurs(ulPcrIndex);
    const size = EVENT_SIZE + rgbPcrValue.length + rgbEvent.length;
    if (this.#size + size > MAX_SIZE) throw tpmError("TPM_RESOURCES", "the event log is full");
    this.#size += size;
    return events.push(structuredClone(event));
  }

  /** The events of a PCR, oldest first. */
  async ofPcr(pcrIndex: number): Promise<readonly PcrEvent[]> {
    const external = this.#external(pcrIndex);
    if (external !== undefined) {
      return (await external.read()).filter(({ ulPcrIndex }) => ulPcrIndex === pcrIndex);
    }
    const events = this.#own[pcrIndex];
    if (events === undefined) throw badIndex(pcrIndex);
    return events;
  }

  /** All events, by PCR. */
  async all(): Promise<readonly PcrEvent[]> {
    const logs = new Map<ExternalLog, Promise<readonly PcrEvent[]>>();
    const all = await Promise.all(this.#own.map(async (own, pcr) => {
      const external = this.#external(pcr);
      if (external === undefined) return own;
      // Each log once: it may be long.
      if (!logs.has(external)) logs.set(external, external.read());
      return (await logs.get(external)!).filter(({ ulPcrIndex }) => ulPcrIndex === pcr);
    }));
    return all.flat();
  }

  /** The log outside that has a PCR; the kernel's before the firmware's. */
  #external(pcrIndex: number): ExternalLog | undefined {
    return this.#sourcesInUse.find(({ pcrs }) => pcrs.includes(pcrIndex));
  }

  get #sourcesInUse(): ExternalLog[] {
    const { kernel, firmware } = this.#sources;
    const logs = [kernel, firmware].filter((log) => log !== undefined);
    return logs.filter(({ pcrs }) => pcrs.length > 0);
  }
}

function badIndex(pcrIndex: number): Error {
  return tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: `there is no PCR ${pcrIndex}` });
}
