import { PATIENCE, WINDOW } from "./spin.ts";

/** How much earlier or later than usual an answer may come and be asked for, in milliseconds. */
const MARGIN = 0.3;
/** What part of the difference to the usual time one answer changes it by. */
const WEIGHT = 0.25;
/** Kinds of answers that are remembered at once: more than a TPM has commands. */
const KINDS = 256;

/** Says whether an answer is there; after so many milliseconds at most, where they are given. */
export type IsThere = (milliseconds: number) => boolean;

/**
 * Waits on this thread for answers that come soon. A sleeping thread wakes up later than most
 * commands of a TPM in software take, so it sleeps for less than answers of the kind took before,
 * and asks again and again for the rest.
 */
export class AnswerWait {
  readonly #usual = new Map<number, number>();
  readonly #isThere: IsThere;
  readonly #spins: boolean;

  /** Asks by `isThere`; without `spin` once, and then sleeps until the answer comes. */
  constructor(isThere: IsThere, { spin }: { readonly spin: boolean }) {
    this.#isThere = isThere;
    this.#spins = spin;
  }

  /**
   * Waits for an answer of a kind, which is any number. Gives `false` where it takes longer than
   * this thread may wait. {@linkcode AnswerWait.learn} is to be told in either case.
   */
  until(kind: number): boolean {
    if (this.#isThere(0)) return true;
    const usual = this.#usual.get(kind) ?? 0;
    if (usual > PATIENCE) return false;
    return this.#spins && this.#spin(usual) || this.#isThere(PATIENCE);
  }

  /** Notes how many milliseconds an answer of a kind took. */
  learn(kind: number, took: number): void {
    const usual = this.#usual.get(kind);
    if (usual === undefined && this.#usual.size >= KINDS) this.#usual.clear();
    this.#usual.set(kind, usual === undefined ? took : usual + (took - usual) * WEIGHT);
  }

  #spin(usual: number): boolean {
    const end = performance.now() + Math.max(usual + MARGIN, WINDOW);
    const nap = usual - MARGIN;
    if (nap > 0 && this.#isThere(nap)) return true;
    while (performance.now() < end) if (this.#isThere(0)) return true;
    return false;
  }
}
