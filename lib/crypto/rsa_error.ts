/**
 * An RSA operation that cannot be done with these bytes: a message too long for the key, a number
 * not below the modulus, wrong padding, a prime that does not divide the modulus. Its message
 * never tells which check of a padding failed.
 */
export class RsaError extends RangeError {
  /** Always `"RsaError"`. */
  override readonly name: string = "RsaError";
}
