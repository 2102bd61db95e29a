import type { Eventually } from "./eventually.ts";

/** Lets one task run at a time, first come, first served. */
export class FairLock {
  readonly #waiting: (() => void)[] = [];
  #held = false;
  #draining = false;

  /** Runs a task once all that came before it have ended: at once if there are none. */
  run<T>(task: () => Eventually<T>): Eventually<T> {
    return this.#held ? this.#runLater(task) : this.#runNow(task);
  }

  #runNow<T>(task: () => Eventually<T>): Eventually<T> {
    this.#held = true;
    let result: Eventually<T>;
    try {
      result = task();
    } catch (error) {
      this.#release();
      throw error;
    }
    if (!(result instanceof Promise)) {
      this.#release();
      return result;
    }
    return result.finally(() => this.#release());
  }

  #runLater<T>(task: () => Eventually<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push(() => {
      try {
        resolve(this.#runNow(task));
      } catch (error) {
        reject(error);
      }
    });
    return promise;
  }

  /** Lets those in who wait, one after the other while they end at once. */
  #release(): void {
    this.#held = false;
    if (this.#draining) return;
    this.#draining = true;
    while (!this.#held && this.#waiting.length > 0) this.#waiting.shift()!();
    this.#draining = false;
  }
}
