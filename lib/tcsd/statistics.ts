import type { AnsweredRequest } from "./session.ts";

/** How one operation has fared. */
export interface OperationStatistics {
  /** Its name; `unknown` for ordinals that are none. */
  readonly operation: string;
  /** Requests. */
  readonly count: number;
  /** Those with a result other than 0. */
  readonly failed: number;
  /** Milliseconds all of them took together. */
  readonly total: number;
  /** Milliseconds the slowest took. */
  readonly longest: number;
}

/** Counts requests and their times by operation. */
export class Statistics {
  readonly #operations = new Map<
    string,
    { -readonly [K in keyof OperationStatistics]: OperationStatistics[K] }
  >();
  /** Requests of any kind. */
  requests = 0;

  /** Counts one. */
  add({ operation = "unknown", result, duration }: AnsweredRequest): void {
    let row = this.#operations.get(operation);
    if (row === undefined) {
      row = { operation, count: 0, failed: 0, total: 0, longest: 0 };
      this.#operations.set(operation, row);
    }
    this.requests++;
    row.count++;
    if (result !== 0) row.failed++;
    row.total += duration;
    if (duration > row.longest) row.longest = duration;
  }

  /** All there were, the most frequent first. */
  list(): readonly OperationStatistics[] {
    return [...this.#operations.values()].map((row) => ({ ...row }))
      .sort((a, b) => b.count - a.count);
  }
}
