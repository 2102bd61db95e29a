import { assertInstanceOf, fail } from "@std/assert";

// deno-lint-ignore no-explicit-any
type ErrorClass = abstract new (...args: any[]) => Error;

/** Runs `action`; an error it throws must be an `expected`. */
export function onlyThrows(action: () => unknown, expected: ErrorClass): void {
  try {
    action();
  } catch (error) {
    assertInstanceOf(error, expected, String(error));
  }
}

/** Every proper prefix must be refused with an `expected`. */
export function refusesPrefixes(
  bytes: Uint8Array,
  { decode, expected }: { decode: (bytes: Uint8Array) => unknown; expected: ErrorClass },
): void {
  for (let length = 0; length < bytes.length; length++) {
    let value: unknown;
    try {
      value = decode(bytes.subarray(0, length));
    } catch (error) {
      assertInstanceOf(error, expected, `${length} bytes: ${error}`);
      continue;
    }
    fail(`${length} of ${bytes.length} bytes decode as ${value}`);
  }
}

/** A good input with one byte changed is read or refused with an `expected`, never anything else. */
export function survivesMutation(
  bytes: Uint8Array,
  { decode, expected }: { decode: (bytes: Uint8Array) => unknown; expected: ErrorClass },
): void {
  for (let at = 0; at < bytes.length; at++) {
    for (const change of [0x01, 0x80, 0xff, bytes[at]!]) {
      const mutated = bytes.slice();
      mutated[at]! ^= change;
      onlyThrows(() => decode(mutated), expected);
    }
  }
}

/** Random inputs, the same in each run, are read or refused with an `expected`. */
export function survivesNoise(
  count: number,
  { decode, expected }: { decode: (bytes: Uint8Array) => unknown; expected: ErrorClass },
): void {
  let state = 0x2545f491;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < count; i++) {
    const bytes = Uint8Array.from({ length: next() % 80 }, () => next() & 0xff);
    onlyThrows(() => decode(bytes), expected);
  }
}
