import { decode } from "../codec/mod.ts";
import { Sha1, sha1, SHA1_SIZE, verifyPkcs1Der, verifyPkcs1Sha1 } from "../crypto/mod.ts";
import { derOctets, derSequence } from "../formats/mod.ts";
import {
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_SS_RSASSAPKCS1v15_SHA1,
} from "../tpm12/constants/mod.ts";
import { TPM_CURRENT_TICKS } from "../tpm12/structures/mod.ts";
import { encodeSignInfo, tickStampSignInfo } from "../verify/mod.ts";
import { type Attribute, requireBytes } from "./attributes.ts";
import type { Context } from "./context.ts";
import {
  TSS_HASH_DEFAULT,
  TSS_HASH_OTHER,
  TSS_HASH_SHA1,
  TSS_TSPATTRIB_HASH_IDENTIFIER,
} from "./constants/hash.ts";
import { TSS_OBJECT_TYPE_HASH } from "./constants/object_types.ts";
import type { Key } from "./key.ts";
import { publicKeyOf } from "./key_use.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";
import {
  challengeOf,
  requireSignature,
  type TssValidation,
  type ValidationOptions,
} from "./validation.ts";

const ATTRIBUTES: readonly Attribute<Hash>[] = [
  {
    flag: TSS_TSPATTRIB_HASH_IDENTIFIER,
    data: { set: (hash, value) => void (hash.identifier = requireBytes(value).slice()) },
  },
];

/** A hash value to sign, to verify, or to stamp. Made by `context.createHash()`. */
export class Hash extends TspObject {
  /** TSS_OBJECT_TYPE_HASH. */
  override readonly objectType: number = TSS_OBJECT_TYPE_HASH;
  /** The context it belongs to. */
  override readonly context: Context;
  /** TSS_HASH_SHA1 or TSS_HASH_OTHER. */
  readonly algorithm: number;
  /**
   * DER AlgorithmIdentifier of a hash of another algorithm; keys of the scheme DER then sign the
   * DigestInfo of it and the value. Without it they sign the value as it is.
   */
  identifier: Uint8Array | null = null;
  /**
   * The TPM_SIGN_INFO that a key of the scheme INFO signed last: it holds the session's odd nonce,
   * and whoever verifies the signature needs it.
   */
  signInfo: Uint8Array | null = null;
  #value: Uint8Array | null = null;
  #running: Sha1 | null = null;

  /** Made by `context.createHash()`; throws TSS_E_INVALID_OBJECT_INITFLAG. */
  constructor(context: Context, initFlags: number) {
    super();
    if (![TSS_HASH_DEFAULT, TSS_HASH_SHA1, TSS_HASH_OTHER].includes(initFlags)) {
      throw tspError("TSS_E_INVALID_OBJECT_INITFLAG", `there is no hash algorithm ${initFlags}`);
    }
    this.context = context;
    this.algorithm = initFlags === TSS_HASH_DEFAULT ? TSS_HASH_SHA1 : initFlags;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<Hash>[] {
    return ATTRIBUTES;
  }

  /**
   * `Tspi_Hash_SetHashValue`: takes a hash value, 20 bytes for SHA-1. Throws
   * TSS_E_HASH_INVALID_LENGTH for another length.
   */
  setHashValue(hashValue: Uint8Array): void {
    this.opened();
    const fits = this.algorithm === TSS_HASH_SHA1
      ? hashValue.length === SHA1_SIZE
      : hashValue.length > 0;
    if (!fits) {
      throw tspError("TSS_E_HASH_INVALID_LENGTH", `${hashValue.length} bytes are no hash value`);
    }
    this.#value = hashValue.slice();
    this.#running = null;
  }

  /** `Tspi_Hash_GetHashValue`: the hash value. Throws TSS_E_HASH_NO_DATA when there is none. */
  getHashValue(): Uint8Array {
    this.opened();
    if (this.#running !== null) return this.#running.digest();
    if (this.#value === null) throw tspError("TSS_E_HASH_NO_DATA");
    return this.#value.slice();
  }

  /**
   * `Tspi_Hash_UpdateHashValue`: hashes more data with SHA-1; a value that was set is replaced.
   * Throws TSS_E_HASH_INVALID_ALG for another algorithm.
   */
  updateHashValue(data: Uint8Array): void {
    if (this.opened().algorithm !== TSS_HASH_SHA1) throw tspError("TSS_E_HASH_INVALID_ALG");
    this.#value = null;
    this.#running ??= new Sha1();
    this.#running.update(data);
  }

  /**
   * `Tspi_Hash_Sign`: has a loaded signing or legacy key sign the hash value, as the key's scheme
   * says: SHA1 the value, DER the value or its DigestInfo, INFO a TPM_SIGN_INFO of it.
   *
   * Throws TSS_E_HASH_NO_DATA, TSS_E_KEY_NOT_LOADED, TSS_E_INVALID_SIGSCHEME for a key that does
   * not sign, TPM_INVALID_KEYUSAGE for one that does not sign such things.
   */
  async sign(key: Key): Promise<Uint8Array> {
    const areaToSign = this.#toSign(key);
    let nonceOdd: Uint8Array | undefined;
    const { sig } = await this.context.execute("TPM_Sign", {
      request: { keyHandle: key.tcsHandle, areaToSign },
      auth: [key.usageAuthorizer()],
      onNonces: ([nonces]) => nonceOdd = nonces?.nonceOdd,
    });
    const informs = schemeOf(key) === TPM_SS_RSASSAPKCS1v15_INFO && nonceOdd !== undefined;
    this.signInfo = informs ? encodeSignInfo("sign", { nonce: nonceOdd!, data: areaToSign }) : null;
    return sig;
  }

  /**
   * `Tspi_Hash_VerifySignature`: whether a key's signature is over the hash value; no TPM takes
   * part when the public key is known. Throws TSS_E_VERIFICATION_FAILED when it is not,
   * TSS_E_HASH_NO_DATA, TSS_E_INVALID_SIGSCHEME for a key that does not sign, or one of the scheme
   * INFO whose {@linkcode signInfo} is not known.
   */
  async verifySignature(key: Key, signature: Uint8Array): Promise<void> {
    const area = this.#toSign(key);
    const publicKey = await publicKeyOf(key);
    const scheme = schemeOf(key);
    const genuine = scheme === TPM_SS_RSASSAPKCS1v15_DER
      ? verifyPkcs1Der(publicKey, area, signature)
      : verifyPkcs1Sha1(publicKey, this.#signedDigest(scheme, area), signature);
    if (!genuine) throw tspError("TSS_E_VERIFICATION_FAILED");
  }

  /**
   * `Tspi_Hash_TickStampBlob`: has a loaded signing key sign the hash value, of 20 bytes, with the
   * TPM's tick counter: a TPM_SIGN_INFO. Throws TSS_E_HASH_INVALID_LENGTH for another length,
   * TSS_E_BAD_PARAMETER for a challenge that has not 20 bytes, TSS_E_VERIFICATION_FAILED when none
   * is given and the signature is wrong.
   */
  async tickStampBlob(
    identKey: Key,
    options: ValidationOptions = {},
  ): Promise<TssValidation> {
    const { context } = this;
    const digestToStamp = this.getHashValue();
    if (digestToStamp.length !== SHA1_SIZE) throw tspError("TSS_E_HASH_INVALID_LENGTH");
    const { nonce, verifies } = challengeOf(options, context.random, { exactly: true });
    const { currentTicks, sig } = await context.execute("TPM_TickStampBlob", {
      request: { keyHandle: identKey.tcsHandle, antiReplay: nonce, digestToStamp },
      auth: [identKey.usageAuthorizer()],
    });
    const stamp = { digestToStamp, currentTicks: decode(TPM_CURRENT_TICKS, currentTicks) };
    const data = tickStampSignInfo(stamp, nonce);
    const validation = { externalData: nonce, data, validationData: sig };
    if (verifies) requireSignature(validation, await publicKeyOf(identKey));
    return validation;
  }

  #toSign(key: Key): Uint8Array {
    const value = this.getHashValue();
    const scheme = schemeOf(key);
    if (scheme < TPM_SS_RSASSAPKCS1v15_SHA1 || scheme > TPM_SS_RSASSAPKCS1v15_INFO) {
      throw tspError("TSS_E_INVALID_SIGSCHEME");
    }
    if (scheme !== TPM_SS_RSASSAPKCS1v15_DER || this.identifier === null) return value;
    return derSequence(this.identifier, derOctets(value));
  }

  #signedDigest(scheme: number, area: Uint8Array): Uint8Array {
    if (scheme === TPM_SS_RSASSAPKCS1v15_SHA1) {
      if (area.length === SHA1_SIZE) return area;
      throw tspError("TSS_E_HASH_INVALID_LENGTH", "the key's scheme signs 20 bytes");
    }
    if (this.signInfo === null) {
      throw tspError("TSS_E_INVALID_SIGSCHEME", "the TPM_SIGN_INFO that was signed is not known");
    }
    return sha1(this.signInfo);
  }
}

function schemeOf(key: Key): number {
  return key.fields.algorithmParms.sigScheme;
}
