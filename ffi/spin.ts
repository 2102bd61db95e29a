/** How long it is asked again and again where no more is known, in milliseconds. */
export const WINDOW = 0.15;
/** How long this thread then waits at most, in milliseconds, where it may. */
export const PATIENCE = 4;
/** Vain waits in a row after which only one in {@linkcode SELDOM} is spun. */
const VAIN = 8;
const SELDOM = 16;

/** Whether asking again and again takes no time from whoever is to answer: not on one processor. */
export function maySpin(): boolean {
  return navigator.hardwareConcurrency > 1;
}

/**
 * Waits a moment on this thread before another thread is asked to wait: parking costs more than
 * most commands of a TPM in software. Where answers always take longer, hardly anything is spun.
 */
export class Spin {
  readonly #window: number;
  #vain = 0;
  #unspun = 0;

  /** Without `spin` the moment is over at once. */
  constructor({ spin = maySpin() }: { readonly spin?: boolean } = {}) {
    this.#window = spin ? WINDOW : 0;
  }

  /**
   * Asks `ready` until it says yes or the moment is over; gives the last answer. With `wait`, which
   * waits on this thread for so many milliseconds, that is tried before the answer is no.
   */
  until(ready: () => boolean, wait?: (milliseconds: number) => boolean): boolean {
    if (ready()) {
      this.#vain = 0;
      return true;
    }
    if (this.#vain >= VAIN && ++this.#unspun < SELDOM) return false;
    this.#unspun = 0;
    const end = performance.now() + this.#window;
    while (performance.now() < end) {
      if (ready()) {
        this.#vain = 0;
        return true;
      }
    }
    if (wait?.(PATIENCE)) {
      this.#vain = 0;
      return true;
    }
    this.#vain++;
    return false;
  }
}
