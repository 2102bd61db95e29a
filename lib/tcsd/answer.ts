import type { Values } from "./slot.ts";

/** An answer: its result and its fields. */
export interface Answer {
  /** The TSS_RESULT; 0 is success. */
  readonly result: number;
  /** The fields; none when the result is not 0, but for an operation's one failure that has some. */
  readonly response: Values;
}
