/** Throws when a condition does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Throws when two values differ. */
export function assertEquals<T>(actual: T, expected: T): void {
  assert(actual === expected, `${actual} is not ${expected}`);
}

/** Gives what a task throws, and throws when it throws nothing. */
export async function assertRejects(task: () => Promise<unknown>): Promise<Error> {
  try {
    await task();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it was not refused");
}
