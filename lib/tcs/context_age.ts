/**
 * How long ago sessions were saved, in the TPM's count of saved contexts. It saves no more when the
 * oldest that is outside was saved too many before (TPM_CONTEXT_GAP), so that one idle session
 * would stop all others.
 */
export class ContextAge {
  readonly #distance: number;
  #newest = 0;
  #nextLook = 0;

  /** For a TPM whose oldest and newest saved context may be so far apart. */
  constructor(distance: number) {
    this.#distance = distance;
  }

  /** Notes that a context was saved under a count. */
  note(count: number): void {
    // A TPM that has been reset counts from the start.
    if (count < this.#newest) this.#nextLook = count;
    this.#newest = count;
  }

  /** Whether it is time to look for old ones again. */
  get isDue(): boolean {
    return this.#newest >= this.#nextLook;
  }

  /** Puts the next look off, by a quarter of the distance. */
  postpone(): void {
    this.#nextLook = this.#newest + Math.max(1, Math.floor(this.#distance / 4));
  }

  /** Whether a context with a count is to be saved anew. */
  isOld(count: number): boolean {
    return this.#newest - count >= this.#distance / 2;
  }
}
