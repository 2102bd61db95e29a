import { bitLength, modPow } from "./bignum.ts";
import { MONTGOMERY_WASM } from "./montgomery_wasm.ts";

/** One power to compute: `base`^`exponent` mod `modulus`, none of them negative. */
export interface PowInput {
  /** Any size. */
  base: bigint;
  /** Any size; above 64 bits in one of the two for {@linkcode modPowPair} to be quick. */
  exponent: bigint;
  /** Any size; odd and up to 2048 bits for {@linkcode modPowPair} to be quick. */
  modulus: bigint;
}

/**
 * Two modular powers at the price of about one. {@linkcode modPow} where the machine has no fused
 * multiply-add for vectors, or where the numbers are not made for it.
 */
export function modPowPair(first: PowInput, second: PowInput): [bigint, bigint] {
  const size = Math.max(bitLength(first.modulus), bitLength(second.modulus));
  const longest = Math.max(bitLength(first.exponent), bitLength(second.exponent));
  const odd = (first.modulus & second.modulus & 1n) === 1n;
  if (odd && size <= MAX_BITS && longest > 64 && longest <= MAX_BITS) {
    engine ??= start();
    if (engine !== "none") return engine.run(first, second, Math.ceil((size + 2) / RADIX));
  }
  return [simple(first), simple(second)];
}

const simple = ({ base, exponent, modulus }: PowInput) => modPow(base, exponent, modulus);

/** Bits of a digit of montgomery.wat. */
const RADIX = 51;
const DIGIT = (1n << 51n) - 1n;
const MAX_BITS = 2048;

let engine: Engine | "none" | undefined;

/** The engine, if it computes right: a multiply-add that rounds twice would not. */
function start(): Engine | "none" {
  const modulus = (1n << 255n) - 19n;
  const inputs: [PowInput, PowInput] = [
    { base: modulus - 3n, exponent: modulus / 3n, modulus },
    { base: modulus / 5n, exponent: modulus / 7n, modulus: modulus - 8n },
  ];
  try {
    const made = new Engine();
    const [a, b] = made.run(...inputs, 6);
    return a === simple(inputs[0]) && b === simple(inputs[1]) ? made : "none";
  } catch {
    return "none";
  }
}

/** Where montgomery.wat expects things, in bytes. */
const AT = {
  inverse: 0,
  bias: 0x60,
  modulus: 0x400,
  one: 0x800,
  result: 0xc00,
  exponent: [0x2000, 0x2800],
  powers: 0x4000,
} as const;

class Engine {
  readonly #pow: (limbs: number, digits: number) => void;
  readonly #bytes: Uint8Array;
  readonly #floats: Float64Array;
  readonly #words: BigUint64Array;
  #limbs = 0;

  constructor() {
    const module = new WebAssembly.Module(Uint8Array.fromBase64(MONTGOMERY_WASM));
    const { memory, pow } = new WebAssembly.Instance(module).exports;
    const { buffer } = memory as WebAssembly.Memory;
    this.#pow = pow as (limbs: number, digits: number) => void;
    this.#bytes = new Uint8Array(buffer);
    this.#floats = new Float64Array(buffer);
    this.#words = new BigUint64Array(buffer);
  }

  run(first: PowInput, second: PowInput, limbs: number): [bigint, bigint] {
    this.#setLimbs(limbs);
    const exponents = [first.exponent.toString(16), second.exponent.toString(16)] as const;
    const digits = Math.max(exponents[0].length, exponents[1].length);
    this.#put(first, exponents[0].padStart(digits, "0"), 0);
    this.#put(second, exponents[1].padStart(digits, "0"), 1);
    this.#pow(limbs, digits);
    const results: [bigint, bigint] = [
      this.#read(AT.result, 0) % first.modulus,
      this.#read(AT.result, 1) % second.modulus,
    ];
    this.#wipe();
    return results;
  }

  #put({ base, modulus }: PowInput, exponent: string, half: 0 | 1): void {
    const shift = BigInt(RADIX * this.#limbs);
    const one = (1n << shift) % modulus;
    this.#floats[AT.inverse / 8 + half] = negativeInverse(modulus);
    this.#write(AT.modulus, half, modulus);
    this.#floats[AT.one / 8 + half] = 1;
    this.#write(AT.result, half, one);
    this.#write(AT.powers, half, one);
    this.#write(AT.powers + 16 * this.#limbs, half, (base << shift) % modulus);
    const at = AT.exponent[half];
    for (let i = 0; i < exponent.length; i++) {
      const code = exponent.charCodeAt(i);
      this.#bytes[at + i] = code < 58 ? code - 48 : code - 87;
    }
  }

  #write(at: number, half: 0 | 1, value: bigint): void {
    for (let i = 0; i < this.#limbs; i++, value >>= 51n) {
      this.#floats[at / 8 + 2 * i + half] = Number(value & DIGIT);
    }
  }

  #read(at: number, half: 0 | 1): bigint {
    let value = 0n;
    for (let i = this.#limbs - 1; i >= 0; i--) {
      value = (value << 51n) | BigInt(this.#floats[at / 8 + 2 * i + half]!);
    }
    return value;
  }

  /**
   * The bias of a column takes out c1 for each upper and 3 2^51 for each lower half of a product
   * in it, adds 2^60, and takes out what the last column's 2^60 carries over. Column k has k+1
   * products a b and as many m n, or 2 limbs - 1 - k above the middle.
   */
  #setLimbs(limbs: number): void {
    if (limbs === this.#limbs) return;
    this.#limbs = limbs;
    const products = (k: number) => BigInt(2 * Math.min(k + 1, 2 * limbs - 1 - k));
    for (let k = 0; k < 2 * limbs; k++) {
      const constants = products(k) * 0x4338_0000_0000_0000n +
        products(k - 1) * 0x4668_0000_0000_0000n;
      const carried = k === 0 ? 0n : 1n << 9n;
      this.#words[AT.bias / 8 + k] = BigInt.asUintN(64, (1n << 60n) - carried - constants);
    }
  }

  #wipe(): void {
    this.#bytes.fill(0, AT.inverse, AT.inverse + 16);
    this.#bytes.fill(0, AT.modulus, AT.powers + 16 * 16 * this.#limbs);
  }
}

/** -1/modulus mod 2^51, by Newton's iteration: each turn doubles the bits that are right. */
function negativeInverse(modulus: bigint): number {
  const low = modulus & DIGIT;
  let inverse = low; // Right in 3 bits, as for every odd number.
  for (let bits = 3; bits < RADIX; bits *= 2) {
    inverse = BigInt.asUintN(RADIX, inverse * (2n - low * inverse));
  }
  return Number(BigInt.asUintN(RADIX, -inverse));
}
