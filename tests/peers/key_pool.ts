import { bigintToBytes, bytesToBigint, gcd, modInverse } from "../../lib/crypto/mod.ts";
import { PRIME_PAIRS } from "./rsa_primes.ts";

const SYMBOLS = {
  RSA_PKCS1_OpenSSL: { parameters: [], result: "pointer" },
  RSA_meth_dup: { parameters: ["pointer"], result: "pointer" },
  RSA_meth_free: { parameters: ["pointer"], result: "void" },
  RSA_meth_set_keygen: { parameters: ["pointer", "pointer"], result: "i32" },
  RSA_set_default_method: { parameters: ["pointer"], result: "void" },
  RSA_new: { parameters: [], result: "pointer" },
  RSA_free: { parameters: ["pointer"], result: "void" },
  RSA_set_method: { parameters: ["pointer", "pointer"], result: "i32" },
  RSA_generate_key_ex: { parameters: ["pointer", "i32", "pointer", "pointer"], result: "i32" },
  RSA_get0_p: { parameters: ["pointer"], result: "pointer" },
  RSA_get0_q: { parameters: ["pointer"], result: "pointer" },
  RSA_set0_key: { parameters: ["pointer", "pointer", "pointer", "pointer"], result: "i32" },
  RSA_set0_factors: { parameters: ["pointer", "pointer", "pointer"], result: "i32" },
  BN_bin2bn: { parameters: ["buffer", "i32", "pointer"], result: "pointer" },
  BN_bn2bin: { parameters: ["pointer", "buffer"], result: "i32" },
  BN_get_word: { parameters: ["pointer"], result: "u64" },
} as const satisfies Deno.ForeignLibraryInterface;

const KEYGEN = {
  parameters: ["pointer", "i32", "pointer", "pointer"],
  result: "i32",
} as const;

interface Primes {
  p: bigint;
  q: bigint;
}

/** How many keys of one size there are before they come round again. */
const KEYS_PER_SIZE = PRIME_PAIRS.length;

/** What was made so far, by size and exponent; outlives the pools. */
const generated = new Map<string, Primes[]>();

/**
 * Gives every RSA key that OpenSSL is asked for in this process out of a small store, in turn:
 * the self test of libtpms alone generates one each time it starts. Keys of 2048 bits come ready
 * made, other sizes are generated the first few times. Undone by `close()`.
 */
export class KeyPool implements Disposable {
  readonly #library = Deno.dlopen("libcrypto.so.3", SYMBOLS);
  readonly #original = this.#library.symbols.RSA_PKCS1_OpenSSL();
  readonly #method = this.#library.symbols.RSA_meth_dup(this.#original);
  readonly #keygen = new Deno.UnsafeCallback(KEYGEN, (...call) => this.#give(...call));
  readonly #turns = new Map<string, number>();

  /** Puts the store in place of key generation. */
  constructor() {
    const { symbols } = this.#library;
    symbols.RSA_meth_set_keygen(this.#method, this.#keygen.pointer);
    symbols.RSA_set_default_method(this.#method);
  }

  /** Has the first keys given out next. */
  rewind(): void {
    this.#turns.clear();
  }

  /** Lets OpenSSL generate its keys again. */
  close(): void {
    const { symbols } = this.#library;
    symbols.RSA_set_default_method(this.#original);
    symbols.RSA_meth_free(this.#method);
    this.#keygen.close();
    this.#library.close();
  }

  /** As `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** OpenSSL's rsa_keygen: fills `rsa`; 1 for success. An exception here would end the process. */
  #give(
    rsa: Deno.PointerValue,
    bits: number,
    exponent: Deno.PointerValue,
    progress: Deno.PointerValue,
  ): number {
    try {
      const { symbols } = this.#library;
      const e = symbols.BN_get_word(exponent);
      const name = `${bits}/${e}`;
      const store = storeOf(name, e);
      const turn = this.#turns.get(name) ?? 0;
      this.#turns.set(name, turn + 1);
      const index = turn % KEYS_PER_SIZE;
      const primes = store[index] ?? this.#generate(bits, exponent, progress);
      if (primes === undefined) return 0;
      const { p, q } = store[index] = primes;
      // Back to OpenSSL's own method, whose keys take the fast path everywhere else.
      symbols.RSA_set_method(rsa, this.#original);
      const d = modInverse(e, (p - 1n) * (q - 1n));
      symbols.RSA_set0_key(rsa, this.#number(p * q), this.#number(e), this.#number(d));
      symbols.RSA_set0_factors(rsa, this.#number(p), this.#number(q));
      return 1;
    } catch (error) {
      console.error(error);
      return 0;
    }
  }

  #generate(
    bits: number,
    exponent: Deno.PointerValue,
    progress: Deno.PointerValue,
  ): Primes | undefined {
    const { symbols } = this.#library;
    const rsa = symbols.RSA_new();
    symbols.RSA_set_method(rsa, this.#original);
    // OpenSSL makes no key of so many bits, or with such an exponent.
    if (symbols.RSA_generate_key_ex(rsa, bits, exponent, progress) !== 1) {
      symbols.RSA_free(rsa);
      return undefined;
    }
    const read = (number: Deno.PointerValue): bigint => {
      const bytes = new Uint8Array(bits);
      return bytesToBigint(bytes.subarray(0, symbols.BN_bn2bin(number, bytes)));
    };
    const primes = { p: read(symbols.RSA_get0_p(rsa)), q: read(symbols.RSA_get0_q(rsa)) };
    symbols.RSA_free(rsa);
    return primes;
  }

  #number(value: bigint): Deno.PointerValue {
    const bytes = bigintToBytes(value);
    return this.#library.symbols.BN_bin2bn(bytes as BufferSource, bytes.length, null);
  }
}

function storeOf(name: string, e: bigint): Primes[] {
  let store = generated.get(name);
  if (store === undefined) {
    const ready = PRIME_PAIRS
      .map(([p, q]) => ({ p: BigInt(`0x${p}`), q: BigInt(`0x${q}`) }))
      .filter(({ p, q }) => gcd(e, (p - 1n) * (q - 1n)) === 1n);
    store = name.startsWith("2048/") ? ready : [];
    generated.set(name, store);
  }
  return store;
}
