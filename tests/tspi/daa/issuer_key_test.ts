import { assert, assertEquals } from "@std/assert";
import { encode } from "../../../lib/codec/mod.ts";
import { bitLength, isProbablePrime, modPow, seededRandom, sha1 } from "../../../lib/crypto/mod.ts";
import { TPM_DAA_ISSUER } from "../../../lib/tpm12/structures/mod.ts";
import { capitalSprime, encodePublicKey } from "../../../lib/tspi/daa/issuer_key.ts";
import { hasRightForm, proveIssuerKey } from "../../../lib/tspi/daa/issuer_setup.ts";
import {
  converse,
  type DaaDialogue,
  type DaaPublicKey,
  issuerSettings,
  verifyIssuerKey,
} from "../../../lib/tspi/daa/mod.ts";
import { generateSafePrime } from "../../../lib/tspi/daa/safe_prime.ts";
import { KEY_PAIR } from "./issuer.ts";

const random = seededRandom(new TextEncoder().encode("issuer"));
const KEY = KEY_PAIR.publicKey;

/** The key with other Z, R0 and R1, whose exponents are known, and without attributes. */
function provableKey(exponents: readonly [bigint, bigint, bigint]): DaaPublicKey {
  const [capitalZ, capitalR0, capitalR1] = exponents.map((exponent) =>
    modPow(KEY.capitalS, exponent, KEY.modulus)
  ) as [bigint, bigint, bigint];
  return { ...KEY, capitalZ, capitalR0, capitalR1, capitalY: [], platformAttributes: 0 };
}

Deno.test("the proof of an issuer key is accepted, and refused for another key", () => {
  const exponents = [3n, 5n, 7n] as const;
  const publicKey = provableKey(exponents);
  // Secrets below 2^64 instead of the order prove as much, and take no time.
  const proof = proveIssuerKey({ publicKey, productPQprime: 1n << 64n }, exponents, random);
  assert(verifyIssuerKey(publicKey, proof, random));
  const other = provableKey([3n, 5n, 9n]);
  assertEquals(verifyIssuerKey(other, proof, random), false);
});

Deno.test("an issuer key of wrong form is refused whatever its proof", () => {
  assert(hasRightForm(KEY, random));
  const forms: Partial<DaaPublicKey>[] = [
    { modulus: KEY.modulus >> 1n },
    { capitalS: 1n },
    { capitalZ: KEY.modulus },
    { capitalR0: 0n },
    { gamma: 1n },
    { gamma: KEY.gamma + 1n },
    { capitalGamma: KEY.capitalGamma - 2n },
    { rho: KEY.rho + 2n },
    { platformAttributes: 5 },
  ];
  for (const form of forms) assertEquals(hasRightForm({ ...KEY, ...form }, random), false);
});

Deno.test("a safe prime is one, and has its length", () => {
  const prime = generateSafePrime(256, random);
  assertEquals(bitLength(prime), 256);
  assert(isProbablePrime(prime, random) && isProbablePrime((prime - 1n) / 2n, random));
});

Deno.test("the TPM's settings of an issuer are digests of 148 bytes in all", () => {
  const settings = encode(TPM_DAA_ISSUER, issuerSettings(KEY));
  assertEquals(settings.length, 148);
  assertEquals(
    issuerSettings(KEY).DAA_digest_n,
    sha1(Uint8Array.fromHex(KEY.modulus.toString(16))),
  );
  assertEquals(capitalSprime(KEY), modPow(KEY.capitalS, 2n ** 1024n, KEY.modulus));
});

Deno.test("the public key is hashed with a version, sizes and full lengths", () => {
  const encoded = encodePublicKey({ ...KEY, gamma: 2n });
  const sizes = 4 + 5 * 260 + 2 * 208 + 30 + 4 * 260 + KEY.issuerBaseName.length;
  assertEquals(encoded.length, sizes);
  assertEquals(encoded.subarray(0, 8), Uint8Array.of(1, 2, 0, 0, 0, 0, 1, 0));
  const gamma = encoded.subarray(4 + 5 * 260, 4 + 5 * 260 + 208);
  assertEquals(gamma, Uint8Array.of(0, 0, 0, 204, ...new Uint8Array(203), 2));
});

Deno.test("converse() holds a dialogue by promises, and lets errors through", async () => {
  function* dialogue(): DaaDialogue<number> {
    const data = new Uint8Array();
    const first = yield { daaHandle: 0, stage: 0, inputData0: data, inputData1: data };
    const second = yield { daaHandle: 1, stage: 1, inputData0: data, inputData1: data };
    return first.length + second.length;
  }
  const lengths = await converse(
    dialogue(),
    ({ stage }) => Promise.resolve(new Uint8Array(stage + 2)),
  );
  assertEquals(lengths, 5);
});
