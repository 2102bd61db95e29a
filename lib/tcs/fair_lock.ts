/** Lets one task run at a time, first come, first served. */
export class FairLock {
  #last: Promise<void> = Promise.resolve();

  /** Runs a task once all that came before it have ended. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.then(noop, noop);
    return result;
  }
}

function noop(): void {}
