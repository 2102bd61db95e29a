import { type Codec, CodecError, Reader } from "../../lib/codec/mod.ts";

/** Pseudo-random numbers that are the same in every run with the same seed (xorshift32). */
export class Seeded {
  #state: number;

  /** Starts at `seed`, which is not 0. */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % limit;
  }

  /** Bytes. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** A value that the codec can write. */
export function generate(codec: Codec<unknown>, random: Seeded): unknown {
  const { parts } = codec;
  switch (parts?.kind) {
    case "constant":
      return parts.value;
    case "fields":
      return Object.fromEntries(
        Object.entries(parts.fields).map(([field, inner]) => [field, generate(inner, random)]),
      );
    case "sized":
      return parts.optional && random.below(2) === 0 ? null : generate(parts.inner, random);
    case "list":
      return Array.from(
        { length: parts.least + random.below(4) },
        () => generate(parts.item, random),
      );
    case "forms":
      return generate(parts.forms[random.below(parts.forms.length)]!, random);
    case undefined:
      return generateLeaf(codec, random);
  }
}

/** A number, a BOOL or a byte string, with or without a length: whatever random bytes decode to. */
function generateLeaf(codec: Codec<unknown>, random: Seeded): unknown {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const bytes = random.bytes(random.below(300));
    // Lengths must be small to be met, and numbers must have their high bits set now and then.
    if (random.below(2) === 0) bytes.fill(0, 0, 1 + random.below(4));
    try {
      return codec.read(new Reader(bytes));
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
    }
  }
  throw new Error(`Cannot find a value of ${codec.name}`);
}
