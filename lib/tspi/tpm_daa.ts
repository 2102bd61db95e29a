import { decode, encode, U32 } from "../codec/mod.ts";
import { bigintToBytes } from "../crypto/mod.ts";
import { TPM_KEY_IDENTITY, TPM_RT_DAA_TPM } from "../tpm12/constants/mod.ts";
import { TSS_DAA_LENGTH_N } from "./constants/daa.ts";
import {
  type AttributeSelection,
  beginSign,
  type BegunSignature,
  converse,
  type CredentialRequest,
  type DaaDialogue,
  type DaaIdentityProof,
  type DaaSignature,
  finishSign,
  type IssuedCredential,
  JOIN_SESSION,
  joinCreateDaaPubKey,
  joinInit,
  joinStoreCredential,
  requireAuthentication,
  type SignOptions,
  TSS_DAA_CRED_ISSUER,
} from "./daa/mod.ts";
import type { DaaAraKey } from "./daa_ara_key.ts";
import type { DaaCredential } from "./daa_credential.ts";
import {
  attributeGammas,
  attributeNumber,
  authenticationModulus,
  conditionOf,
  type DaaSignData,
  requireNonce,
  requireSelections,
  requireStructure,
  signedData,
} from "./daa_inputs.ts";
import type { DaaIssuerKey } from "./daa_issuer_key.ts";
import { Hash } from "./hash.ts";
import type { Key } from "./key.ts";
import { decoded } from "./key_base.ts";
import { TpmDelegation } from "./tpm_delegation.ts";
import { tspError } from "./tsp_error.ts";

/** What {@linkcode TpmDaa.daaJoinInit} takes besides the issuer's key. */
export interface DaaJoinInitOptions {
  /** Tells several credentials of one platform apart. */
  readonly daaCounter: number;
  /** The keys that authenticate the issuer, of 2048 bits, the root first. */
  readonly issuerAuthPKs: readonly Key[];
  /** Signatures: of each key's modulus by the one before it, and last of the issuer's settings. */
  readonly issuerAuthPKSignatures: readonly Uint8Array[];
}

/** What {@linkcode TpmDaa.daaJoinInit} gives. */
export interface DaaJoinBegun {
  /** U', 256 bytes, for the issuer. */
  readonly capitalUprime: Uint8Array;
  /** The platform's credentials, for the issuer. */
  readonly identityProof: DaaIdentityProof;
  /** The platform's side of the join. */
  readonly joinSession: Uint8Array;
}

/** What {@linkcode TpmDaa.daaJoinCreateDaaPubKey} takes besides the credential. */
export interface DaaJoinCreateOptions {
  /** What the issuer encrypted to the endorsement key. */
  readonly authenticationChallenge: Uint8Array;
  /** The issuer's nonce, 20 bytes. */
  readonly nonceIssuer: Uint8Array;
  /** The attributes that the platform chooses, 13 bytes each; the issuer does not see them. */
  readonly attributesPlatform?: readonly Uint8Array[];
  /** What `daaJoinInit()` gave. */
  readonly joinSession: Uint8Array;
}

/** What {@linkcode TpmDaa.daaSign} takes besides the credential. */
export interface DaaSignOptions {
  /** What is signed: a hash, or a loaded identity key. */
  readonly signData: DaaSignData;
  /** The verifier's nonce, 20 bytes. */
  readonly verifierNonce: Uint8Array;
  /** Makes signatures under one name linkable; none, or an empty one, makes them not. */
  readonly verifierBaseName?: Uint8Array;
  /** Which attributes are revealed, a flag each; by default none. */
  readonly revealAttributes?: AttributeSelection;
  /** Encrypts the pseudonym to an authority that can lift the anonymity. */
  readonly araKey?: DaaAraKey | null;
  /** The condition on which it may. */
  readonly araCondition?: Hash | null;
}

/** Direct anonymous attestation, the TPM's side. Everything is authorised as the owner. */
export abstract class TpmDaa extends TpmDelegation {
  /**
   * `Tspi_TPM_DAA_JoinInit`: begins to join an issuer, whose key a chain of RSA keys authenticates.
   * The chain is checked before the TPM sees it. The endorsement credential is the one that is set
   * on the TPM object, or the public endorsement key.
   *
   * Throws TSS_E_DAA_ISSUER_KEY_ERROR when the chain is wrong, TSS_E_BAD_PARAMETER for keys of
   * another size or not as many signatures as keys, TSS_E_INVALID_OBJ_ACCESS without public issuer
   * key, TPM_AUTHFAIL, TPM_RESOURCES when too many DAA sessions are open.
   */
  async daaJoinInit(
    issuerKey: DaaIssuerKey,
    { daaCounter, issuerAuthPKs, issuerAuthPKSignatures: signatures }: DaaJoinInitOptions,
  ): Promise<DaaJoinBegun> {
    const { publicKey } = issuerKey;
    const moduli = issuerAuthPKs.map(authenticationModulus);
    if (moduli.length === 0 || moduli.length !== signatures.length) {
      throw tspError("TSS_E_BAD_PARAMETER", "there are as many signatures as keys, one at least");
    }
    decoded(() => encode(U32, daaCounter));
    const authentication = { moduli, signatures };
    requireAuthentication(publicKey, authentication);
    const identityProof = await this.#identityProof();
    const session = await this.#talk(
      "TPM_DAA_Join",
      joinInit(publicKey, { authentication, daaCounter }),
    );
    return {
      capitalUprime: bigintToBytes(session.capitalUprime, TSS_DAA_LENGTH_N),
      identityProof,
      joinSession: encode(JOIN_SESSION, session),
    };
  }

  /**
   * `Tspi_TPM_DAA_JoinCreateDaaPubKey`: makes the request for a credential, with commitments to
   * attributes where the credential object has selections. The object keeps the rest of the join.
   *
   * Throws TSS_E_BAD_PARAMETER for no join session and attributes or nonces that do not fit,
   * TPM_DAA_STAGE when the join has been here before, TPM_DECRYPT_ERROR and TPM_DAA_INPUT_DATA0 for
   * a challenge to another TPM, TPM_AUTHFAIL; the TPM then ends the join.
   */
  async daaJoinCreateDaaPubKey(
    daaCredential: DaaCredential,
    inputs: DaaJoinCreateOptions,
  ): Promise<CredentialRequest> {
    const { attributesPlatform = [] } = inputs;
    const session = decoded(() => decode(JOIN_SESSION, inputs.joinSession.slice()));
    const { selections } = daaCredential.opened();
    const dialogue = joinCreateDaaPubKey(session, {
      authenticationChallenge: inputs.authenticationChallenge,
      nonceIssuer: requireNonce(inputs.nonceIssuer),
      attributesPlatform: attributesPlatform.map(attributeNumber),
      selections: requireSelections(selections, session.key.platformAttributes),
      random: this.context.random,
    });
    await daaCredential.abandonJoin(session.daaHandle);
    const { credentialRequest, session: joined } = await this.#talk("TPM_DAA_Join", dialogue);
    daaCredential.adoptJoin(joined);
    daaCredential.attributeCommitments = credentialRequest.attributeCommitments;
    return credentialRequest;
  }

  /**
   * `Tspi_TPM_DAA_JoinStoreCredential`: checks what the issuer sent and keeps it in the credential
   * object, which signs from then on.
   *
   * Throws TSS_E_INVALID_OBJ_ACCESS when the object made no request, TSS_E_BAD_PARAMETER for the
   * session of another join, TSS_E_DAA_CREDENTIAL_PROOF_ERROR when the credential is wrong, after
   * which a right one is still taken, TPM_AUTHFAIL.
   */
  async daaJoinStoreCredential(
    daaCredential: DaaCredential,
    { credIssuer, joinSession }: {
      /** What the issuer sent. */
      readonly credIssuer: IssuedCredential;
      /** What `daaJoinInit()` gave. */
      readonly joinSession: Uint8Array;
    },
  ): Promise<void> {
    const { joined } = daaCredential;
    const session = decoded(() => decode(JOIN_SESSION, joinSession.slice()));
    const same = session.daaHandle === joined.daaHandle &&
      session.capitalUprime === joined.capitalUprime;
    if (!same) throw tspError("TSS_E_BAD_PARAMETER", "the join session is another's");
    requireStructure(TSS_DAA_CRED_ISSUER, credIssuer);
    const dialogue = joinStoreCredential(joined, credIssuer, this.context.random);
    daaCredential.stored = await this.#talk("TPM_DAA_Join", dialogue);
    daaCredential.adoptJoin(null);
  }

  /**
   * `Tspi_TPM_DAA_Sign`: signs a hash or an identity key, as one of the issuer's TPMs, with
   * commitments to hidden attributes where the credential object has selections, and what its
   * callback proves besides.
   *
   * Throws TSS_E_INVALID_OBJ_ACCESS without credential, TSS_E_BAD_PARAMETER for a nonce, hash or
   * flags of another length and commitments to revealed attributes, TSS_E_INVALID_KEYUSAGE for
   * another key than an identity, TSS_E_NOTIMPL for any key when the core services are behind a
   * tcsd, TPM_DAA_INPUT_DATA0 for the credential of another TPM, TPM_AUTHFAIL, and what the callback
   * throws.
   */
  async daaSign(daaCredential: DaaCredential, inputs: DaaSignOptions): Promise<DaaSignature> {
    const { signData } = inputs;
    if (!(signData instanceof Hash) && signData.fields.keyUsage !== TPM_KEY_IDENTITY) {
      throw tspError("TSS_E_INVALID_KEYUSAGE");
    }
    const options = this.#signOptions(daaCredential, inputs);
    if (signData instanceof Hash) return await this.#sign(daaCredential, options);
    using lent = await this.context.tcsi.lendKey({ hKey: signData.tcsHandle });
    return await this.#sign(daaCredential, { ...options, identityHandle: lent.tpmHandle });
  }

  #signOptions(daaCredential: DaaCredential, inputs: DaaSignOptions): SignOptions {
    const { stored: { attributes }, selections } = daaCredential;
    const { revealAttributes = attributes.map(() => false), araKey, verifierBaseName } = inputs;
    requireSelections([revealAttributes, ...selections], attributes.length);
    const reveals = (selection: AttributeSelection) =>
      selection.some((selected, i) => selected && revealAttributes[i]);
    if (selections.some(reveals)) {
      throw tspError("TSS_E_BAD_PARAMETER", "a commitment is to an attribute that is revealed");
    }
    const condition = conditionOf(inputs.araCondition);
    return {
      revealAttributes,
      selections,
      nonceVerifier: requireNonce(inputs.verifierNonce),
      signed: signedData(inputs.signData),
      random: this.context.random,
      ...verifierBaseName && { baseName: verifierBaseName },
      ...araKey && { revocation: { publicKey: araKey.publicKey, condition } },
    };
  }

  async #sign(daaCredential: DaaCredential, options: SignOptions): Promise<DaaSignature> {
    const { stored } = daaCredential;
    const begun = await this.#talk("TPM_DAA_Sign", beginSign(stored, options));
    const { daaHandle } = begun;
    const callbackResult = await this.#ending(
      () => daaHandle,
      () => askCallback(daaCredential, begun),
    );
    const dialogue = finishSign(stored, begun, { ...options, callbackResult });
    const signature = await this.#talk("TPM_DAA_Sign", dialogue, { daaHandle });
    daaCredential.attributeCommitments = signature.attributeCommitments;
    return signature;
  }

  async #identityProof(): Promise<DaaIdentityProof> {
    const { endorsement, platform, tpmConformance: conformance } = this.credentials;
    if (endorsement.length > 0) {
      return { endorsementCredential: endorsement, platform, conformance };
    }
    const { endorsementPubKey } = await this.getPubEndorsementKey({ ownerAuthorized: true });
    const endorsementCredential = endorsementPubKey.publicBlob;
    await this.context.closeObject(endorsementPubKey);
    return { endorsementCredential, platform, conformance };
  }

  /**
   * Takes stages of a DAA session as the owner; a failure ends it: from the first stage on, or at
   * once where its handle is given.
   */
  async #talk<T>(
    command: "TPM_DAA_Join" | "TPM_DAA_Sign",
    dialogue: DaaDialogue<T>,
    { daaHandle = 0 }: { readonly daaHandle?: number } = {},
  ): Promise<T> {
    let handle = daaHandle;
    const speak = () =>
      converse(dialogue, async (request) => {
        handle = request.daaHandle;
        const auth = [this.ownerAuthorizer()];
        const { outputData } = await this.context.execute(command, { request, auth });
        if (request.stage === 0) handle = decode(U32, outputData);
        return outputData;
      });
    return await this.#ending(() => handle, speak);
  }

  /** Does something; when it fails the DAA session goes, if it is open. */
  async #ending<T>(daaHandle: () => number, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      const handle = daaHandle();
      const request = { handle, resourceType: TPM_RT_DAA_TPM };
      // The TPM has ended it where it was the TPM that refused.
      if (handle !== 0) {
        await this.context.execute("TPM_FlushSpecific", { request }).catch(() => {});
      }
      throw error;
    }
  }
}

/** What the credential's callback proves besides; `null` without callback. */
async function askCallback(
  { callbacks: { sign }, stored: { issuerPK, attributes } }: DaaCredential,
  { masked, commitments, pseudonym, pseudonymTilde, encryption }: BegunSignature,
): Promise<DaaSignature["callbackResult"]> {
  if (sign === null) return null;
  const { challenge, payloadFlag = 0, payload = new Uint8Array(0) } = await sign.callback({
    appData: sign.appData,
    daaPublicKey: issuerPK,
    gammas: attributeGammas(issuerPK),
    attributes,
    randomAttributes: masked.rA,
    attributeCommitments: commitments,
    pseudonym,
    pseudonymTilde,
    pseudonymEncrypted: encryption,
  });
  return { challenge: challenge.getHashValue(), payloadFlag, payload: payload.slice() };
}
