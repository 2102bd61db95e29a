/** What is there at once, or later where it takes waiting: a short command costs no promise. */
export type Eventually<T> = T | Promise<T>;

/** Does something with a value, at once if it is there. */
export function after<T, U>(
  value: Eventually<T>,
  next: (value: T) => Eventually<U>,
): Eventually<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Does something, and something else when it fails, at once or later. */
export function rescue<T>(
  task: () => Eventually<T>,
  onError: (error: unknown) => Eventually<T>,
): Eventually<T> {
  try {
    const value = task();
    return value instanceof Promise ? value.catch(onError) : value;
  } catch (error) {
    return onError(error);
  }
}

/** As a promise, also for what is thrown at once. */
export function promised<T>(task: () => Eventually<T>): Promise<T> {
  try {
    return Promise.resolve(task());
  } catch (error) {
    return Promise.reject(error);
  }
}
