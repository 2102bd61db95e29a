import { type Codec, CodecError, SIZED32, U32 } from "../../codec/mod.ts";
import { bigintToBytes, bytesToBigint } from "../../crypto/mod.ts";
import { TSS_DAA_LENGTH_GAMMA, TSS_DAA_LENGTH_N, TSS_DAA_LENGTH_RHO } from "../constants/daa.ts";
import type { DaaKeyPair, DaaPublicKey } from "./issuer_key.ts";
import { type DaaKeyProof, ROUNDS } from "./issuer_setup.ts";
import {
  array,
  daaStruct,
  mapped,
  number,
  numbers,
  shortNumber,
  SIZED_HASH,
} from "./number_codecs.ts";
import type { RevocationKeyPair, RevocationPublicKey } from "./revocation.ts";

/** TSS_DAA_PK with the numbers of attributes as it has them. */
interface WirePublicKey extends Omit<DaaPublicKey, "platformAttributes"> {
  readonly capitalYPlatformLength: number;
  readonly numPlatformAttributes: number;
  readonly numIssuerAttributes: number;
}

/** TSS_DAA_PK: an issuer's public key. */
export const TSS_DAA_PK: Codec<DaaPublicKey> = mapped(
  daaStruct<WirePublicKey>("TSS_DAA_PK", {
    modulus: number(TSS_DAA_LENGTH_N),
    capitalS: number(TSS_DAA_LENGTH_N),
    capitalZ: number(TSS_DAA_LENGTH_N),
    capitalR0: number(TSS_DAA_LENGTH_N),
    capitalR1: number(TSS_DAA_LENGTH_N),
    gamma: number(TSS_DAA_LENGTH_GAMMA),
    capitalGamma: number(TSS_DAA_LENGTH_GAMMA),
    rho: number(TSS_DAA_LENGTH_RHO),
    capitalY: numbers(TSS_DAA_LENGTH_N),
    capitalYPlatformLength: U32,
    issuerBaseName: SIZED32,
    numPlatformAttributes: U32,
    numIssuerAttributes: U32,
  }),
  {
    fromWire({ capitalYPlatformLength, numPlatformAttributes, numIssuerAttributes, ...key }) {
      const agree = capitalYPlatformLength === numPlatformAttributes &&
        key.capitalY.length === numPlatformAttributes + numIssuerAttributes;
      if (agree) return { ...key, platformAttributes: numPlatformAttributes };
      throw new CodecError("value", "Cannot decode TSS_DAA_PK: its numbers of attributes differ");
    },
    toWire: ({ platformAttributes, ...key }) => ({
      ...key,
      capitalYPlatformLength: platformAttributes,
      numPlatformAttributes: platformAttributes,
      numIssuerAttributes: key.capitalY.length - platformAttributes,
    }),
  },
);

/** TSS_DAA_SK: an issuer's secret, p'q'. */
export const TSS_DAA_SK: Codec<Pick<DaaKeyPair, "productPQprime">> = daaStruct("TSS_DAA_SK", {
  productPQprime: shortNumber(TSS_DAA_LENGTH_N),
});

/** TSS_DAA_KEY_PAIR: an issuer's key pair. */
export const TSS_DAA_KEY_PAIR: Codec<DaaKeyPair> = keyPair(
  "TSS_DAA_KEY_PAIR",
  TSS_DAA_SK,
  TSS_DAA_PK,
);

/**
 * TSS_DAA_PK_PROOF: the proof of an issuer's key. An element of the array is all rounds of one
 * variable.
 */
export const TSS_DAA_PK_PROOF: Codec<DaaKeyProof> = daaStruct("TSS_DAA_PK_PROOF", {
  challenge: SIZED_HASH,
  responses: mapped<bigint[][], Uint8Array[]>(array(ROUNDS * TSS_DAA_LENGTH_N), {
    fromWire: (items) => items.map((item) => rounds((at) => bytesToBigint(part(item, at)))),
    toWire: (responses) =>
      responses.map((values) => {
        const item = new Uint8Array(ROUNDS * TSS_DAA_LENGTH_N);
        values.forEach((value, i) => part(item, i).set(bigintToBytes(value, TSS_DAA_LENGTH_N)));
        return item;
      }),
  }),
});

function rounds<T>(make: (at: number) => T): T[] {
  return Array.from({ length: ROUNDS }, (_, i) => make(i));
}

function part(item: Uint8Array, at: number): Uint8Array {
  return item.subarray(at * TSS_DAA_LENGTH_N, (at + 1) * TSS_DAA_LENGTH_N);
}

/** TSS_DAA_AR_PK: the public key of an authority that lifts anonymity. */
export const TSS_DAA_AR_PK: Codec<RevocationPublicKey> = daaStruct("TSS_DAA_AR_PK", {
  eta: number(TSS_DAA_LENGTH_GAMMA),
  lambda1: number(TSS_DAA_LENGTH_GAMMA),
  lambda2: number(TSS_DAA_LENGTH_GAMMA),
  lambda3: number(TSS_DAA_LENGTH_GAMMA),
});

/** TSS_DAA_AR_SK: its secret, x0 to x5. */
export const TSS_DAA_AR_SK: Codec<Pick<RevocationKeyPair, "exponents">> = mapped(
  daaStruct("TSS_DAA_AR_SK", {
    x0: number(TSS_DAA_LENGTH_RHO),
    x1: number(TSS_DAA_LENGTH_RHO),
    x2: number(TSS_DAA_LENGTH_RHO),
    x3: number(TSS_DAA_LENGTH_RHO),
    x4: number(TSS_DAA_LENGTH_RHO),
    x5: number(TSS_DAA_LENGTH_RHO),
  }),
  {
    fromWire: ({ x0, x1, x2, x3, x4, x5 }) => ({ exponents: [x0, x1, x2, x3, x4, x5] as const }),
    toWire: ({ exponents: [x0, x1, x2, x3, x4, x5] }) => ({ x0, x1, x2, x3, x4, x5 }),
  },
);

/** TSS_DAA_AR_KEY_PAIR: its key pair. */
export const TSS_DAA_AR_KEY_PAIR: Codec<RevocationKeyPair> = keyPair(
  "TSS_DAA_AR_KEY_PAIR",
  TSS_DAA_AR_SK,
  TSS_DAA_AR_PK,
);

/** The secret half, then the public one. */
function keyPair<S extends object, P>(
  name: string,
  secretKey: Codec<S>,
  publicKey: Codec<P>,
): Codec<S & { readonly publicKey: P }> {
  return mapped(daaStruct<{ secretKey: S; publicKey: P }>(name, { secretKey, publicKey }), {
    fromWire: ({ secretKey, publicKey }) => ({ ...secretKey, publicKey }),
    toWire: (pair) => ({ secretKey: pair, publicKey: pair.publicKey }),
  });
}

/** The bases of attributes in commitments: an array of numbers. */
export const TSS_DAA_GAMMAS: Codec<bigint[]> = numbers(TSS_DAA_LENGTH_GAMMA);
