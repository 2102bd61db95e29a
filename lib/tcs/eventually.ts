/** What is there at once, or later where it takes waiting: a short command costs no promise. */
export type Eventually<T> = T | Promise<T>;

/** Does something with a value, at once if it is there. */
export function after<T, U>(
  value: Eventually<T>,
  next: (value: T) => Eventually<U>,
): Eventually<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** As a promise, also for what is thrown at once. */
export function promised<T>(task: () => Eventually<T>): Promise<T> {
  try {
    return Promise.resolve(task());
  } catch (error) {
    return Promise.reject(error);
  }
}
