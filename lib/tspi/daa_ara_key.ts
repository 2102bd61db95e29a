import type { Attribute } from "./attributes.ts";
import type { Context } from "./context.ts";
import { TSS_OBJECT_TYPE_DAA_ARA_KEY } from "./constants/object_types.ts";
import {
  type EncryptedPseudonym,
  generateRevocationKey,
  type RevocationKeyPair,
  type RevocationPublicKey,
  revokeAnonymity,
  TSS_DAA_PSEUDONYM_ENCRYPTED,
} from "./daa/mod.ts";
import { DAA_ARA_KEY_ATTRIBUTES } from "./daa_attributes.ts";
import { conditionOf, missing, requireStructure } from "./daa_inputs.ts";
import type { DaaIssuerKey } from "./daa_issuer_key.ts";
import type { Hash } from "./hash.ts";
import { TspObject } from "./tsp_object.ts";

/**
 * The key of an authority that can lift the anonymity of signatures: the whole pair with the
 * authority, the public half with signers and verifiers. Made by `context.createDaaAraKey()`; it
 * needs no TPM.
 */
export class DaaAraKey extends TspObject {
  /** TSS_OBJECT_TYPE_DAA_ARA_KEY. */
  override readonly objectType: number = TSS_OBJECT_TYPE_DAA_ARA_KEY;
  /** The context it belongs to. */
  override readonly context: Context;
  #publicKey: RevocationPublicKey | null = null;
  #secretKey: Pick<RevocationKeyPair, "exponents"> | null = null;

  /** Made by `context.createDaaAraKey()`. */
  constructor(context: Context) {
    super();
    this.context = context;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<DaaAraKey>[] {
    return DAA_ARA_KEY_ATTRIBUTES;
  }

  /** The public half; throws TSS_E_INVALID_OBJ_ACCESS when it is not known. */
  get publicKey(): RevocationPublicKey {
    return this.opened().#publicKey ?? missing("public key");
  }

  /** Takes a public half. */
  set publicKey(publicKey: RevocationPublicKey) {
    this.opened().#publicKey = publicKey;
  }

  /** The secret, x0 to x5; throws TSS_E_INVALID_OBJ_ACCESS when it is not known. */
  get secretKey(): Pick<RevocationKeyPair, "exponents"> {
    return this.opened().#secretKey ?? missing("secret");
  }

  /** Takes the secret of the public half. */
  set secretKey({ exponents }: Pick<RevocationKeyPair, "exponents">) {
    this.opened().#secretKey = { exponents };
  }

  /** Both halves; throws TSS_E_INVALID_OBJ_ACCESS when one is not known. */
  get keyPair(): RevocationKeyPair {
    return { publicKey: this.publicKey, ...this.secretKey };
  }

  /** Takes both halves. */
  set keyPair(keyPair: RevocationKeyPair) {
    this.publicKey = keyPair.publicKey;
    this.secretKey = keyPair;
  }

  /**
   * `Tspi_DAA_ARA_GenerateKey`: makes a key pair for the pseudonyms of an issuer. Throws
   * TSS_E_INVALID_OBJ_ACCESS when the issuer's public key is not known.
   */
  generateKey(issuerKey: DaaIssuerKey): void {
    this.keyPair = generateRevocationKey(issuerKey.publicKey, this.context.random);
  }

  /**
   * `Tspi_DAA_ARA_RevokeAnonymity`: decrypts the pseudonym of a signature, on the condition that it
   * was encrypted on. Under the issuer's base name it is the pseudonym of the join.
   *
   * Throws TSS_E_DAA_AR_DECRYPTION_ERROR for another key, condition or no cipher text,
   * TSS_E_INVALID_OBJ_ACCESS without secret key.
   */
  revokeAnonymity(
    encryptedPseudonym: EncryptedPseudonym,
    { issuerKey, araCondition }: {
      /** The issuer. */
      readonly issuerKey: DaaIssuerKey;
      /** The condition; none is another one than any. */
      readonly araCondition?: Hash | null;
    },
  ): { readonly capitalNv: bigint } {
    const { deltas } = requireStructure(TSS_DAA_PSEUDONYM_ENCRYPTED, encryptedPseudonym);
    const condition = conditionOf(araCondition);
    const { publicKey } = issuerKey;
    return { capitalNv: revokeAnonymity(publicKey, this.keyPair, { deltas, condition }) };
  }

  /** Lets the secret go. */
  protected override releaseResources(): void {
    this.#secretKey = null;
  }
}
