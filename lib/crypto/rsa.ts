import { bigintToBytes, bytesToBigint, modInverse, modPow } from "./bignum.ts";
import { modPowPair } from "./montgomery.ts";
import { RsaError } from "./rsa_error.ts";

// What is computed by whom, by the times for 2048 bits in Deno 2.9 (a private operation, a public
// one with 65537): node:crypto 1.9 ms and 190 µs, and it refuses RSA_NO_PADDING in privateEncrypt();
// BigInt 1.4 ms and 35 µs; montgomery.wat, both primes at once, 0.85 ms. So nothing of RSA goes
// through node:crypto. Nor do these operations hide their timing: the keys are of an emulator.

/** A public exponent: a number, or its big-endian bytes, where none stands for 65537. */
export type RsaExponent = bigint | number | Uint8Array;

/** An RSA public key: modulus and exponent. */
export class RsaPublicKey {
  /** The modulus n, as many bytes as the key has. */
  readonly modulus: Uint8Array;
  /** The public exponent e, odd and at least 3. */
  readonly exponent: bigint;
  /** n as a number. */
  readonly n: bigint;

  /**
   * From the modulus (64–256 bytes in a TPM; leading zeros do not count) and the exponent, by
   * default 65537. Throws {@linkcode RsaError} when either is even, or e is below 3.
   */
  constructor(modulus: Uint8Array, exponent: RsaExponent = 65537n) {
    this.n = bytesToBigint(modulus);
    this.exponent = toExponent(exponent);
    if ((this.n & 1n) === 0n) throw new RsaError("Cannot use this modulus: it is even");
    if ((this.exponent & 1n) === 0n || this.exponent < 3n) {
      throw new RsaError("Cannot use this exponent: it is even or below 3");
    }
    this.modulus = bigintToBytes(this.n);
  }

  /** Length of the modulus in bytes, and so of every cipher text and signature. */
  get size(): number {
    return this.modulus.length;
  }

  /** Length of the modulus in bits. */
  get bits(): number {
    return 8 * this.size - Math.clz32(this.modulus[0]!) + 24;
  }

  /** Whether these bytes may be a cipher text or signature: the key's size, and below n. */
  fits(block: Uint8Array): boolean {
    return block.length === this.size && bytesToBigint(block) < this.n;
  }
}

/**
 * An RSA private key from what a TPM keeps of one: modulus, exponent and one prime. The rest is
 * derived at the first private operation and kept until {@linkcode RsaPrivateKey.wipe}.
 */
export class RsaPrivateKey {
  /** The public half. */
  readonly publicKey: RsaPublicKey;
  #p: bigint;
  #q: bigint;
  #crt: CrtParameters | undefined;

  /**
   * From the public half and one of the two primes, big-endian. Throws {@linkcode RsaError} when
   * the prime does not divide the modulus.
   */
  constructor(publicKey: RsaPublicKey, prime: Uint8Array) {
    this.publicKey = publicKey;
    this.#p = bytesToBigint(prime);
    const trivial = this.#p <= 1n || this.#p >= publicKey.n;
    if (trivial || publicKey.n % this.#p !== 0n) {
      throw new RsaError("Cannot use this prime: it does not divide the modulus");
    }
    this.#q = publicKey.n / this.#p;
  }

  /** Length of the modulus in bytes. */
  get size(): number {
    return this.publicKey.size;
  }

  /** A copy of the prime the key was made from, half as many bytes as the modulus. */
  get prime(): Uint8Array {
    this.#check();
    return bigintToBytes(this.#p, Math.ceil(this.size / 2));
  }

  /** A copy of the other prime. */
  get otherPrime(): Uint8Array {
    this.#check();
    return bigintToBytes(this.#q, Math.ceil(this.size / 2));
  }

  /** What the Chinese remainder theorem needs, derived once. */
  get crt(): CrtParameters {
    this.#check();
    return this.#crt ??= deriveCrt(this.#p, this.#q, this.publicKey.exponent);
  }

  /** Forgets every secret number; private operations throw a `TypeError` from now on. */
  wipe(): void {
    this.#p = this.#q = 0n;
    this.#crt = undefined;
  }

  #check(): void {
    if (this.#p === 0n) throw new TypeError("Cannot use this private key: it was wiped");
  }
}

/** The numbers of RFC 8017, 3.2, second representation. */
export interface CrtParameters {
  /** The first prime. */
  readonly p: bigint;
  /** The second prime. */
  readonly q: bigint;
  /** e^-1 mod p-1. */
  readonly dP: bigint;
  /** e^-1 mod q-1. */
  readonly dQ: bigint;
  /** q^-1 mod p. */
  readonly qInv: bigint;
}

/**
 * RSAEP: `input`^e mod n, of the modulus' length. `input` is a big-endian number of any length.
 * Throws {@linkcode RsaError} when it is not below the modulus.
 */
export function rsaPublic(key: RsaPublicKey, input: Uint8Array): Uint8Array {
  const value = bytesToBigint(input);
  if (value >= key.n) throw new RsaError("Cannot encrypt: the input is not below the modulus");
  return bigintToBytes(modPow(value, key.exponent, key.n), key.size);
}

/**
 * RSADP: `input`^d mod n, of the modulus' length. `input` takes as many bytes as the modulus.
 * Throws {@linkcode RsaError} for another length or a number not below the modulus.
 */
export function rsaPrivate(key: RsaPrivateKey, input: Uint8Array): Uint8Array {
  const { p, q, dP, dQ, qInv } = key.crt;
  if (input.length !== key.size) {
    throw new RsaError(`Cannot decrypt ${input.length} bytes: the key has ${key.size}`);
  }
  const value = bytesToBigint(input);
  if (value >= key.publicKey.n) {
    throw new RsaError("Cannot decrypt: the input is not below the modulus");
  }
  const [mp, mq] = modPowPair(
    { base: value % p, exponent: dP, modulus: p },
    { base: value % q, exponent: dQ, modulus: q },
  );
  const h = ((mp - mq) * qInv) % p;
  return bigintToBytes(mq + (h < 0n ? h + p : h) * q, key.size);
}

function deriveCrt(p: bigint, q: bigint, e: bigint): CrtParameters {
  try {
    const dP = modInverse(e, p - 1n);
    const dQ = modInverse(e, q - 1n);
    return { p, q, dP, dQ, qInv: modInverse(q, p) };
  } catch {
    throw new RsaError("Cannot use this private key: modulus, prime and exponent do not match");
  }
}

/** The exponent as a number; no bytes stand for 65537. */
export function toExponent(exponent: RsaExponent): bigint {
  if (!(exponent instanceof Uint8Array)) return BigInt(exponent);
  return exponent.length === 0 ? 65537n : bytesToBigint(exponent);
}
