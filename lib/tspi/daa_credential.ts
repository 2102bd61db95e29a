import { TPM_RT_DAA_TPM } from "../tpm12/constants/mod.ts";
import type { Attribute } from "./attributes.ts";
import type { TssCallback } from "./callbacks.ts";
import type { Context } from "./context.ts";
import { TSS_DAA_LENGTH_HASH } from "./constants/daa.ts";
import { TSS_OBJECT_TYPE_DAA_CERTIFICATE } from "./constants/object_types.ts";
import {
  answerForF,
  type AttributeCommitment,
  type AttributeSelection,
  type DaaPublicKey,
  type DaaSignature,
  type JoinedSession,
  type ReopenedSignature,
  reopenSignature,
  type StoredCredential,
  TSS_DAA_SIGNATURE,
  verifyIssuerKey,
} from "./daa/mod.ts";
import type { DaaAraKey } from "./daa_ara_key.ts";
import { DAA_CREDENTIAL_ATTRIBUTES } from "./daa_attributes.ts";
import type { DaaSign, DaaVerifySignature } from "./daa_callbacks.ts";
import {
  attributeGammas,
  attributeNumber,
  conditionOf,
  type DaaSignData,
  missing,
  requireNonce,
  requireSelections,
  requireStructure,
  signedData,
} from "./daa_inputs.ts";
import type { DaaIssuerKey } from "./daa_issuer_key.ts";
import type { Hash } from "./hash.ts";
import { TspObject } from "./tsp_object.ts";

/** The callbacks of a credential, each with what it is given back; `null` where there is none. */
export interface DaaCredentialCallbacks {
  /** Proves more with a signature. */
  sign: TssCallback<DaaSign> | null;
  /** Checks what more a signature proves. */
  verifySignature: TssCallback<DaaVerifySignature> | null;
}

/** What {@linkcode DaaCredential.verifySignature} takes: what was asked for, and what came. */
export interface VerifyDaaSignatureOptions {
  /** The signature. */
  readonly daaSignature: DaaSignature;
  /** What was signed; of a key the public part is enough. */
  readonly signData: DaaSignData;
  /** The nonce that the verifier gave, 20 bytes. */
  readonly verifierNonce: Uint8Array;
  /** The name that the verifier gave, if any. */
  readonly verifierBaseName?: Uint8Array;
  /** The attributes that were revealed, 13 bytes each, `null` for the others; all by default. */
  readonly attributes?: readonly (Uint8Array | null)[];
  /** The authority that the pseudonym was to be encrypted to. */
  readonly araKey?: DaaAraKey | null;
  /** The condition on which it may lift anonymity. */
  readonly araCondition?: Hash | null;
  /** Secrets f of TPMs that were broken. */
  readonly rogues?: readonly bigint[];
}

/**
 * A credential of direct anonymous attestation, with which its TPM signs as one of the issuer's,
 * and nobody sees which; also what a verifier works with, who needs no TPM. Made by
 * `context.createDaaCredential()`.
 */
export class DaaCredential extends TspObject {
  /** TSS_OBJECT_TYPE_DAA_CERTIFICATE. */
  override readonly objectType: number = TSS_OBJECT_TYPE_DAA_CERTIFICATE;
  /** The context it belongs to. */
  override readonly context: Context;
  /** Its callbacks. */
  readonly callbacks: DaaCredentialCallbacks = { sign: null, verifySignature: null };
  /**
   * Commitments to hidden attributes that the next request, signature or verification is about: of
   * each a flag for each attribute, in a request for each that the platform chooses.
   */
  selections: readonly AttributeSelection[] = [];
  /** The commitments that the last request or signature made. */
  attributeCommitments: readonly AttributeCommitment[] = [];
  /** The name that a verifier gives signers; empty for none. */
  verifierBaseName: Uint8Array = new Uint8Array(0);
  #stored: StoredCredential | null = null;
  #joined: JoinedSession | null = null;

  /** Made by `context.createDaaCredential()`. */
  constructor(context: Context) {
    super();
    this.context = context;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<DaaCredential>[] {
    return DAA_CREDENTIAL_ATTRIBUTES;
  }

  /** The credential itself; throws TSS_E_INVALID_OBJ_ACCESS when there is none yet. */
  get stored(): StoredCredential {
    return this.opened().#stored ?? missing("credential");
  }

  /** Takes a credential. */
  set stored(stored: StoredCredential) {
    this.opened().#stored = stored;
  }

  /** The join that awaits its credential; throws TSS_E_INVALID_OBJ_ACCESS when none does. */
  get joined(): JoinedSession {
    return this.opened().#joined ?? missing("join under way");
  }

  /** Takes a join that awaits its credential, or `null` when that has come. */
  adoptJoin(joined: JoinedSession | null): void {
    this.opened().#joined = joined;
  }

  /**
   * `Tspi_DAA_IssuerKeyVerify`: whether an issuer's key is a right one, by the proof that comes with
   * it; a platform should ask before it joins. Takes some seconds. Throws TSS_E_INVALID_OBJ_ACCESS
   * without public key or proof.
   */
  issuerKeyVerify(issuerKey: DaaIssuerKey): boolean {
    const { publicKey, proof } = issuerKey;
    return verifyIssuerKey(publicKey, proof ?? missing("proof"), this.opened().context.random);
  }

  /**
   * `Tspi_DAA_Verifier_Init`: a verifier's new nonce, 20 bytes, which the caller has to keep, and
   * the name of this object ({@linkcode verifierBaseName}).
   */
  verifierInit(): { readonly nonceVerifier: Uint8Array; readonly baseName: Uint8Array } {
    const { context, verifierBaseName } = this.opened();
    return {
      nonceVerifier: context.random(TSS_DAA_LENGTH_HASH),
      baseName: verifierBaseName.slice(),
    };
  }

  /**
   * `Tspi_DAA_VerifySignature`: whether a signature is right: made with a credential of the issuer,
   * for this nonce, name and data, with the commitments of {@linkcode selections}.
   *
   * Throws TSS_E_BAD_PARAMETER when the attributes are not those that were revealed or a parameter
   * has a wrong length, TSS_E_DAA_PSEUDONYM_ERROR when a TPM signed that was broken,
   * TSS_E_HASH_NO_DATA, TSS_E_INVALID_OBJ_ACCESS without the issuer's or authority's public key.
   */
  async verifySignature(
    issuerKey: DaaIssuerKey,
    options: VerifyDaaSignatureOptions,
  ): Promise<boolean> {
    const { selections } = this.opened();
    const { publicKey } = issuerKey;
    const { araKey, attributes, verifierBaseName, rogues = [] } = options;
    const signature = requireStructure(TSS_DAA_SIGNATURE, options.daaSignature);
    const condition = conditionOf(options.araCondition);
    const reopened = reopenSignature(publicKey, signature, {
      nonceVerifier: requireNonce(options.verifierNonce),
      signed: signedData(options.signData),
      selections: requireSelections(selections, publicKey.capitalY.length),
      rogues,
      ...verifierBaseName && { baseName: verifierBaseName },
      ...attributes && { attributes: attributes.map((value) => value && attributeNumber(value)) },
      ...araKey && { revocation: { publicKey: araKey.publicKey, condition } },
    });
    return reopened !== null && await this.#agrees(publicKey, signature, reopened);
  }

  /** Whether the callback, if there is one, finds the additional proof right. */
  async #agrees(
    daaPublicKey: DaaPublicKey,
    signature: DaaSignature,
    { commitments, pseudonym }: ReopenedSignature,
  ): Promise<boolean> {
    const { verifySignature } = this.callbacks;
    if (verifySignature === null) return true;
    return await verifySignature.callback({
      appData: verifySignature.appData,
      challenge: signature.challenge,
      additionalProof: signature.callbackResult,
      daaPublicKey,
      gammas: attributeGammas(daaPublicKey),
      sAttributes: signature.sA,
      attributeCommitments: signature.attributeCommitments,
      attributeCommitmentsProof: commitments,
      zeta: signature.zeta,
      sF: answerForF(signature),
      pseudonym: signature.signedPseudonym,
      pseudonymProof: pseudonym,
    });
  }

  /** Lets the credential go; a join that was not finished leaves the TPM. */
  protected override releaseResources(): Promise<void> {
    this.#stored = null;
    return this.abandonJoin();
  }

  /** Gives up the join that awaits its credential; the TPM's session with this handle stays. */
  async abandonJoin(daaHandle: number | null = null): Promise<void> {
    const joined = this.#joined;
    this.#joined = null;
    if (joined === null || joined.daaHandle === daaHandle) return;
    const request = { handle: joined.daaHandle, resourceType: TPM_RT_DAA_TPM };
    // It may be gone already.
    await this.context.execute("TPM_FlushSpecific", { request }).catch(() => {});
  }
}
