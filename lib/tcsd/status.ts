import type { OperationStatistics } from "./statistics.ts";

/** What a server has done so far. */
export interface TcsdStatus {
  /** When it was started, in ISO 8601. */
  readonly started: string;
  /** Connections now. */
  readonly connections: number;
  /** Contexts now. */
  readonly contexts: number;
  /** Connections since the start. */
  readonly accepted: number;
  /** Connections turned away. */
  readonly refused: number;
  /** Requests since the start. */
  readonly requests: number;
  /** The requests by operation, the most frequent first. */
  readonly operations: readonly OperationStatistics[];
}

/** A status as it goes over the wire: JSON. */
export function encodeStatus(status: TcsdStatus): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(status));
}

/** Undoes {@linkcode encodeStatus}. */
export function decodeStatus(bytes: Uint8Array): TcsdStatus {
  return JSON.parse(new TextDecoder().decode(bytes));
}
