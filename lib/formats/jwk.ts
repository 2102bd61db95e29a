import { CodecError } from "../codec/mod.ts";
import { bigintToBytes, type RsaPublicKey } from "../crypto/mod.ts";
import { rsaKey } from "./rsa_key.ts";
import { base64UrlToBytes } from "./text.ts";

/** An RSA public key as a JSON Web Key (RFC 7517, RFC 7518, 6.3.1). */
export interface RsaJwk {
  /** Key type. */
  readonly kty: "RSA";
  /** Modulus, base64url. */
  readonly n: string;
  /** Exponent, base64url. */
  readonly e: string;
  /** `RS256` and the like. */
  readonly alg?: string;
  /** `sig` or `enc`. */
  readonly use?: string;
  /** Name of the key. */
  readonly kid?: string;
}

/** The members of a JWK that are not the key itself. */
export type JwkMembers = Pick<RsaJwk, "alg" | "use" | "kid">;

/** The key as a JWK, with the members given. */
export function publicKeyToJwk(key: RsaPublicKey, members: JwkMembers = {}): RsaJwk {
  return {
    kty: "RSA",
    n: toBase64Url(key.modulus),
    e: toBase64Url(bigintToBytes(key.exponent)),
    ...members,
  };
}

/** The key in a parsed JWK; members other than `kty`, `n` and `e` are ignored. Throws {@linkcode CodecError}. */
export function publicKeyFromJwk(jwk: unknown): RsaPublicKey {
  if (typeof jwk !== "object" || jwk === null) throw jwkError("it is no object");
  const { kty, n, e } = jwk as Record<string, unknown>;
  if (kty !== "RSA") throw jwkError(`kty is ${JSON.stringify(kty)}, not "RSA"`);
  if (typeof n !== "string" || typeof e !== "string") throw jwkError("n or e is missing");
  const exponent = base64UrlToBytes(e, "JWK.e");
  if (exponent.length === 0) throw jwkError("e is empty");
  return rsaKey(base64UrlToBytes(n, "JWK.n"), { exponent, what: "JWK" });
}

/** The SHA-256 input of a JWK thumbprint (RFC 7638): its required members, sorted, without spaces. */
export function jwkThumbprintInput(key: RsaPublicKey): Uint8Array {
  const { e, kty, n } = publicKeyToJwk(key);
  return new TextEncoder().encode(JSON.stringify({ e, kty, n }));
}

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function jwkError(detail: string): CodecError {
  return new CodecError("value", `Cannot decode JWK: ${detail}`);
}
