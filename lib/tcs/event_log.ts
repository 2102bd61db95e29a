import { tssError } from "../tpm12/tss_error.ts";
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

/** PCRs a log can have events of. */
const PCRS = 24;

/** What PCRs were extended with: this TCS's own events, and those of firmware and kernel. */
export class EventLog {
  readonly #own: PcrEvent[][] = Array.from({ length: PCRS }, () => []);
  readonly #sources: EventLogSources;

  /** Begins empty. */
  constructor(sources: EventLogSources = {}) {
    this.#sources = sources;
  }

  /** Adds an event; returns how many its PCR has. */
  add(event: PcrEvent): Promise<number> {
    const { ulPcrIndex } = event;
    const events = this.#own[ulPcrIndex];
    if (events === undefined) return Promise.reject(badIndex(ulPcrIndex));
    if (this.#external(ulPcrIndex) !== undefined) {
      return Promise.reject(
        tssError("tcs", "TSS_E_FAIL", {
          detail: `the firmware or the kernel keeps the log of PCR ${ulPcrIndex}`,
        }),
      );
    }
    return Promise.resolve(events.push(structuredClone(event)));
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
    const all: PcrEvent[] = [];
    for (let pcr = 0; pcr < PCRS; pcr++) all.push(...await this.ofPcr(pcr));
    return all;
  }

  /** The log outside that has a PCR; the kernel's before the firmware's. */
  #external(pcrIndex: number): ExternalLog | undefined {
    const { kernel, firmware } = this.#sources;
    return [kernel, firmware].find((log) => log?.pcrs.includes(pcrIndex));
  }
}

function badIndex(pcrIndex: number): Error {
  return tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: `there is no PCR ${pcrIndex}` });
}
