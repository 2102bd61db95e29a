import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { assertThrows } from "@std/assert";
import { decode } from "../../lib/codec/mod.ts";
import type { RsaPublicKey } from "../../lib/crypto/mod.ts";
import { decodeTpmPublicKey, publicKeyFromJwk } from "../../lib/formats/mod.ts";
import { TPM_PUBKEY, type TpmPubkey } from "../../lib/tpm12/structures/mod.ts";
import { VerifyError, type VerifyReason } from "../../lib/verify/mod.ts";
import { fromHex } from "../hex.ts";

const vectors = new Map(
  Deno.readTextFileSync(new URL("vectors.txt", import.meta.url))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" ") as [string, string]),
);

/** Bytes of a line in vectors.txt. */
export function vector(name: string): Uint8Array {
  const hex = vectors.get(name);
  if (hex === undefined) throw new Error(`No vector ${name}`);
  return fromHex(hex);
}

/** The key in a line of vectors.txt. */
export function vectorKey(name: string): RsaPublicKey {
  return decodeTpmPublicKey(vector(name));
}

/** The TPM_PUBKEY in a line of vectors.txt. */
export function vectorPubkey(name: string): TpmPubkey {
  return decode(TPM_PUBKEY, vector(name));
}

/** The challenge of all vectors, and of what {@linkcode sign} signs in these tests. */
export const NONCE: Uint8Array = vector("nonce");

const pair = generateKeyPairSync("rsa", { modulusLength: 1024 });
const privateKey: KeyObject = pair.privateKey;
/** The key {@linkcode sign} signs with. */
export const TEST_KEY: RsaPublicKey = publicKeyFromJwk(pair.publicKey.export({ format: "jwk" }));

/** A signature as a TPM makes it: PKCS#1 v1.5 over SHA-1. */
export function sign(data: Uint8Array): Uint8Array {
  return new Uint8Array(createSign("sha1").update(data).sign(privateKey));
}

/** The call must fail with this reason at this field. */
export function assertRefused(
  call: () => unknown,
  expected: { reason: VerifyReason; field: string; message?: string; pcrIndex?: number },
): void {
  const error = assertThrows(call, VerifyError, expected.message ?? expected.field);
  const found = [error.reason, error.field, error.pcrIndex];
  const wanted = [expected.reason, expected.field, expected.pcrIndex];
  if (String(found) !== String(wanted)) throw error;
}
