/** A timer that can be cleared. */
export type Timer = ReturnType<typeof setTimeout>;

/** setTimeout() takes no more milliseconds. */
const LONGEST = 0x7fffffff;

/** Starts a timer; longer than any timer, for example `Infinity`, is none. */
export function startTimer(milliseconds: number, expire: () => void): Timer | undefined {
  return milliseconds > LONGEST ? undefined : setTimeout(expire, milliseconds);
}
