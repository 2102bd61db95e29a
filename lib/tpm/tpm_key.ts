import { bigintToBytes } from "../crypto/mod.ts";
import { encodeSpki, publicKeyToJwk, publicKeyToOpenSsh, publicKeyToPem } from "../formats/mod.ts";
import type { Context, Key } from "../tspi/mod.ts";
import { TSS_ENCDATA_BIND } from "../tspi/constants/mod.ts";
import { hashToSign } from "./hash_to_sign.ts";
import { closeKey } from "./secrets.ts";

/** What a key is for: signing, decrypting, signing what the TPM says of itself, or being a parent. */
export type KeyPurpose = "sign" | "decrypt" | "attest" | "storage";

/** What `key.exportKey()` gives for each format. */
export interface ExportedKeys {
  /** SubjectPublicKeyInfo, DER. */
  spki: Uint8Array;
  /** SubjectPublicKeyInfo, PEM. */
  pem: string;
  /** JSON Web Key. */
  jwk: JsonWebKey;
  /** A line of OpenSSH's authorized_keys. */
  openssh: string;
  /** TPM_KEY or TPM_KEY12, the private part encrypted under its parent: for `tpm.loadKey()`. */
  tpm: Uint8Array;
}

/** The hash that a signature goes over. */
export type SignatureHash = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

/** A key in the TPM, shaped like a WebCrypto key. Its private part never leaves the TPM in clear. */
export class TpmCryptoKey implements AsyncDisposable {
  /** WebCrypto's type. */
  readonly type = "private";
  /** The private part cannot be had. */
  readonly extractable = false;
  /** What the key is for. */
  readonly usage: KeyPurpose;
  /** WebCrypto's usages. */
  readonly usages: readonly ("sign" | "decrypt")[];
  /**
   * The TSPI's key object, for what this class has no method for.
   *
   * @internal
   */
  readonly key: Key;
  readonly #context: Context;

  /** Made by `tpm.createKey()` and `tpm.loadKey()`. */
  constructor(context: Context, key: Key, usage: KeyPurpose) {
    this.#context = context;
    this.key = key;
    this.usage = usage;
    this.usages = usage === "sign" ? ["sign"] : usage === "decrypt" ? ["decrypt"] : [];
  }

  /** WebCrypto's algorithm. */
  get algorithm(): RsaHashedKeyAlgorithm {
    const { bits, exponent } = this.key.publicKey;
    return {
      name: this.usage === "decrypt" ? "RSA-OAEP" : "RSASSA-PKCS1-v1_5",
      modulusLength: bits,
      publicExponent: Uint8Array.from(bigintToBytes(exponent)),
      hash: { name: "SHA-1" },
    };
  }

  /**
   * A PKCS#1 v1.5 signature over the hash of the data; other programs verify it with the public
   * key. A key of the scheme SHA1 signs SHA-1 alone, one of the scheme INFO signs the TPM's
   * TPM_SIGN_INFO instead of the bare digest. Throws a TypeError for a hash the key cannot sign.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await using key = await tpm.createKey({ usage: "sign" });
   * const data = new TextEncoder().encode("hello");
   * const signature = await key.sign(data, { hash: "SHA-256" });
   * const spki = await crypto.subtle.importKey("jwk", await key.exportKey("jwk"),
   *   { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["verify"]);
   * console.assert(await crypto.subtle.verify("RSASSA-PKCS1-v1_5", spki, signature, data));
   * ```
   */
  async sign(
    data: Uint8Array,
    { hash = "SHA-1" }: { readonly hash?: SignatureHash } = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const subject = hashToSign(this.key, data, ALGORITHMS[hash]);
    try {
      return Uint8Array.from(await subject.sign(this.key));
    } finally {
      await this.#context.closeObject(subject);
    }
  }

  /**
   * Encrypts data for this key; no TPM takes part. A key of 2048 bits takes up to 209 bytes.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await using key = await tpm.createKey({ usage: "decrypt" });
   * const secret = await key.encrypt(new TextEncoder().encode("hello"));
   * console.assert(new TextDecoder().decode(await key.decrypt(secret)) === "hello");
   * ```
   */
  async encrypt(data: Uint8Array): Promise<Uint8Array> {
    const bound = this.#context.createEncData(TSS_ENCDATA_BIND);
    try {
      await bound.bind(this.key, data);
      return bound.blob;
    } finally {
      await this.#context.closeObject(bound);
    }
  }

  /**
   * Decrypts what {@linkcode encrypt}, or TSPI's Tspi_Data_Bind, made. Throws TPM_DECRYPT_ERROR for
   * anything else, TPM_AUTHFAIL.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await using key = await tpm.createKey({ usage: "decrypt", secret: "s3cret" });
   * const encrypted = await key.encrypt(new TextEncoder().encode("hello"));
   * console.assert(new TextDecoder().decode(await key.decrypt(encrypted)) === "hello");
   * ```
   */
  async decrypt(data: Uint8Array): Promise<Uint8Array> {
    const bound = this.#context.createEncData(TSS_ENCDATA_BIND);
    try {
      bound.blob = data;
      return await bound.unbind(this.key);
    } finally {
      await this.#context.closeObject(bound);
    }
  }

  /**
   * The public key in a format of others, or the whole key as the TPM wrapped it.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await using key = await tpm.createKey({ usage: "sign" });
   * console.log(await key.exportKey("openssh"));
   * ```
   */
  exportKey<F extends keyof ExportedKeys>(format: F): Promise<ExportedKeys[F]> {
    const { publicKey } = this.key;
    const formats: { readonly [G in keyof ExportedKeys]: () => ExportedKeys[G] } = {
      spki: () => encodeSpki(publicKey),
      pem: () => publicKeyToPem(publicKey),
      jwk: () => publicKeyToJwk(publicKey),
      openssh: () => publicKeyToOpenSsh(publicKey),
      tpm: () => this.key.blob,
    };
    return Promise.resolve(formats[format]());
  }

  /**
   * Takes the key out of the TPM, and wipes its secret.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const key = await tpm.createKey({ usage: "sign", secret: "s3cret" });
   * await key.close();
   * ```
   */
  async close(): Promise<void> {
    if (!this.key.closed) await closeKey(this.key);
  }

  /** As {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const ALGORITHMS = {
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
} as const;
