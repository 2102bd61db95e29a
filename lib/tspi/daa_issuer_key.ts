import { decode, encode } from "../codec/mod.ts";
import { bytesToBigint, equalBytes, gcd, type RsaPublicKey, sha1 } from "../crypto/mod.ts";
import { decodeCertificate, decodeTpmPublicKey } from "../formats/mod.ts";
import type { Attribute } from "./attributes.ts";
import type { Context } from "./context.ts";
import { TSS_OBJECT_TYPE_DAA_ISSUER_KEY } from "./constants/object_types.ts";
import {
  type AttributeSelection,
  type CredentialRequest,
  type DaaIdentityProof,
  type DaaKeyPair,
  type DaaKeyProof,
  type DaaPublicKey,
  encodePublicKey,
  generateIssuerKey,
  issueCredential,
  type IssuedCredential,
  ISSUER_JOIN_SESSION,
  issuerInitCredential,
  settingsToSign,
  TSS_DAA_CREDENTIAL_REQUEST,
} from "./daa/mod.ts";
import { DAA_ISSUER_KEY_ATTRIBUTES } from "./daa_attributes.ts";
import {
  attributeNumber,
  authenticationModulus,
  missing,
  requireSelections,
  requireStructure,
} from "./daa_inputs.ts";
import type { Key } from "./key.ts";
import { decoded } from "./key_base.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";

/** What {@linkcode DaaIssuerKey.initCredential} is told of the platform. */
export interface InitCredentialOptions {
  /** The platform's credentials, which the issuer has to check. */
  readonly identityProof: DaaIdentityProof;
  /** U', 256 bytes. */
  readonly capitalUprime: Uint8Array;
  /** Tells several credentials of one platform apart. */
  readonly daaCounter: number;
}

/** What {@linkcode DaaIssuerKey.initCredential} gives. */
export interface InitializedCredential {
  /** The issuer's nonce, 20 bytes, for the platform. */
  readonly nonceIssuer: Uint8Array;
  /** What the endorsement key alone can decrypt, for the platform. */
  readonly authenticationChallenge: Uint8Array;
  /** The issuer's side of the join, to be kept secret. */
  readonly joinSession: Uint8Array;
}

/** What {@linkcode DaaIssuerKey.issueCredential} takes besides the request. */
export interface IssueCredentialOptions {
  /** What `initCredential()` gave. */
  readonly joinSession: Uint8Array;
  /** The attributes that the issuer chooses, 13 bytes each. */
  readonly attributesIssuer?: readonly Uint8Array[];
  /** Commitments to its attributes that the platform was to make. */
  readonly selections?: readonly AttributeSelection[];
  /** Secrets f of TPMs that were broken. */
  readonly rogues?: readonly bigint[];
}

/**
 * An issuer's key of direct anonymous attestation: the whole pair with the issuer, the public half
 * elsewhere. Made by `context.createDaaIssuerKey()`; it needs no TPM.
 */
export class DaaIssuerKey extends TspObject {
  /** TSS_OBJECT_TYPE_DAA_ISSUER_KEY. */
  override readonly objectType: number = TSS_OBJECT_TYPE_DAA_ISSUER_KEY;
  /** The context it belongs to. */
  override readonly context: Context;
  /** The proof that the key is a right one; `null` when it is not known. */
  proof: DaaKeyProof | null = null;
  #publicKey: DaaPublicKey | null = null;
  #secretKey: Pick<DaaKeyPair, "productPQprime"> | null = null;
  #counts = { platform: 0, issuer: 0 };

  /** Made by `context.createDaaIssuerKey()`. */
  constructor(context: Context) {
    super();
    this.context = context;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<DaaIssuerKey>[] {
    return DAA_ISSUER_KEY_ATTRIBUTES;
  }

  /** The public half; throws TSS_E_INVALID_OBJ_ACCESS when it is not known. */
  get publicKey(): DaaPublicKey {
    return this.opened().#publicKey ?? missing("public key");
  }

  /** Takes a public half. */
  set publicKey(publicKey: DaaPublicKey) {
    this.opened().#publicKey = publicKey;
  }

  /** The secret, p'q'; throws TSS_E_INVALID_OBJ_ACCESS when it is not known. */
  get secretKey(): Pick<DaaKeyPair, "productPQprime"> {
    return this.opened().#secretKey ?? missing("secret");
  }

  /** Takes the secret of the public half. */
  set secretKey({ productPQprime }: Pick<DaaKeyPair, "productPQprime">) {
    this.opened().#secretKey = { productPQprime };
  }

  /** Both halves; throws TSS_E_INVALID_OBJ_ACCESS when one is not known. */
  get keyPair(): DaaKeyPair {
    return { publicKey: this.publicKey, ...this.secretKey };
  }

  /** Takes both halves. */
  set keyPair(keyPair: DaaKeyPair) {
    this.publicKey = keyPair.publicKey;
    this.secretKey = keyPair;
  }

  /** How many attributes platforms choose: of the key, or of the key to be made. */
  get platformAttributes(): number {
    return this.#publicKey?.platformAttributes ?? this.#counts.platform;
  }

  /** Sets it for a key to be made; throws TSS_E_INVALID_OBJ_ACCESS when there is a key. */
  set platformAttributes(count: number) {
    this.#countsToSet().platform = count;
  }

  /** How many attributes the issuer chooses: of the key, or of the key to be made. */
  get issuerAttributes(): number {
    const key = this.#publicKey;
    return key ? key.capitalY.length - key.platformAttributes : this.#counts.issuer;
  }

  /** Sets it for a key to be made; throws TSS_E_INVALID_OBJ_ACCESS when there is a key. */
  set issuerAttributes(count: number) {
    this.#countsToSet().issuer = count;
  }

  /**
   * `Tspi_DAA_Issuer_GenerateKey`: makes the key pair and the proof that it is a right one, for as
   * many attributes as the object says. Takes some seconds, in which nothing else runs. Throws
   * TSS_E_INVALID_OBJ_ACCESS when the object has a key.
   */
  generateKey(issuerBaseName: Uint8Array): void {
    const { platform, issuer } = this.#countsToSet();
    const { keyPair, proof } = generateIssuerKey({
      issuerBaseName: issuerBaseName.slice(),
      platformAttributes: platform,
      issuerAttributes: issuer,
      random: this.context.random,
    });
    this.keyPair = keyPair;
    this.proof = proof;
  }

  /**
   * What the last of the keys that authenticate the issuer has to sign, with PKCS#1 v1.5 and SHA-1:
   * the digest of the root's modulus, and TPM_DAA_ISSUER.
   */
  settingsToSign(rootKey: Key): Uint8Array {
    return settingsToSign(this.publicKey, authenticationModulus(rootKey));
  }

  /**
   * `Tspi_DAA_Issuer_InitCredential`: challenges a platform by its endorsement key.
   * `issuerAuthPK` is the root of the keys that authenticate the issuer. The platform's credentials
   * are not checked: whether its TPM is a genuine one the caller has to see.
   *
   * Throws TSS_E_INVALID_OBJ_ACCESS without public key, TSS_E_BAD_PARAMETER when the endorsement
   * credential is neither a certificate nor a TPM_PUBKEY, or U' no number below the modulus.
   */
  initCredential(
    issuerAuthPK: Key,
    { identityProof, capitalUprime, daaCounter }: InitCredentialOptions,
  ): InitializedCredential {
    const { publicKey, context: { random } } = this;
    const number = bytesToBigint(capitalUprime);
    if (number >= publicKey.modulus || gcd(number, publicKey.modulus) !== 1n) {
      throw tspError("TSS_E_BAD_PARAMETER", "U' is no number mod n");
    }
    const endorsementKey = endorsementKeyOf(identityProof);
    const { authenticationChallenge, session } = issuerInitCredential(endorsementKey, {
      capitalUprime: number,
      daaCounter,
      rootModulus: authenticationModulus(issuerAuthPK),
      random,
    });
    const joinSession = { ...session, keyDigest: keyDigest(publicKey) };
    return {
      nonceIssuer: session.nonceIssuer,
      authenticationChallenge,
      joinSession: decoded(() => encode(ISSUER_JOIN_SESSION, joinSession)),
    };
  }

  /**
   * `Tspi_DAA_Issuer_IssueCredential`: checks a platform's request and issues its credential.
   *
   * Throws TSS_E_DAA_AUTHENTICATION_ERROR when its TPM has not the endorsement key,
   * TSS_E_DAA_PSEUDONYM_ERROR for a TPM that was broken,
   * TSS_E_DAA_CREDENTIAL_REQUEST_PROOF_ERROR when the request proves nothing,
   * TSS_E_INVALID_OBJ_ACCESS without secret key, TSS_E_BAD_PARAMETER for a join session of another
   * key and attributes that do not fit.
   */
  issueCredential(
    credentialRequest: CredentialRequest,
    { joinSession, attributesIssuer = [], selections = [], rogues = [] }: IssueCredentialOptions,
  ): IssuedCredential {
    const { keyPair } = this;
    const session = decoded(() => decode(ISSUER_JOIN_SESSION, joinSession.slice()));
    if (!equalBytes(session.keyDigest, keyDigest(keyPair.publicKey))) {
      throw tspError("TSS_E_BAD_PARAMETER", "the join session is of another issuer key");
    }
    return issueCredential(
      keyPair,
      requireStructure(TSS_DAA_CREDENTIAL_REQUEST, credentialRequest),
      {
        session,
        attributesIssuer: attributesIssuer.map(attributeNumber),
        selections: requireSelections(selections, this.platformAttributes),
        rogues,
        random: this.context.random,
      },
    );
  }

  /** Lets the secret go. */
  protected override releaseResources(): void {
    this.#secretKey = null;
  }

  #countsToSet(): { platform: number; issuer: number } {
    if (this.opened().#publicKey === null) return this.#counts;
    throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the object has its key");
  }
}

/** The endorsement key in its certificate (DER), or in a TPM_PUBKEY. */
function endorsementKeyOf({ endorsementCredential }: DaaIdentityProof): RsaPublicKey {
  const bytes = endorsementCredential.slice();
  return decoded(() =>
    bytes[0] === 0x30 ? decodeCertificate(bytes).publicKey : decodeTpmPublicKey(bytes)
  );
}

function keyDigest(key: DaaPublicKey): Uint8Array {
  return sha1(encodePublicKey(key));
}
