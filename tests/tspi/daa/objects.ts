import { encode } from "../../../lib/codec/mod.ts";
import { bigintToBytes, sha1, signPkcs1Sha1 } from "../../../lib/crypto/mod.ts";
import { publicKeyToTpm } from "../../../lib/formats/mod.ts";
import { TPM_ES_NONE, TPM_PUBKEY, TPM_SS_RSASSAPKCS1v15_SHA1 } from "../../../lib/tpm12/mod.ts";
import {
  type AttributeSelection,
  Context,
  type CredentialRequest,
  type DaaCredential,
  type DaaIssuerKey,
  type DaaJoinBegun,
  type DaaJoinInitOptions,
  type DaaKeyPair,
  type Hash,
  type IssueCredentialOptions,
  type Key,
  TSS_KEY_SIZE_2048,
  TSS_KEY_TYPE_SIGNING,
  TSS_TPMSTATUS_DISABLEPUBSRKREAD,
  TSS_TSPATTRIB_CONTEXT_TRANSPORT,
  TSS_TSPATTRIB_CONTEXTTRANS_CONTROL,
  TSS_TSPATTRIB_CONTEXTTRANS_MODE,
  TSS_TSPATTRIB_ENABLE_TRANSPORT,
} from "../../../lib/tspi/mod.ts";
import { nodeSha1 } from "../../bytes.ts";
import { type BedOptions, type OwnedBed, ownedBed } from "../bed.ts";
import { AUTHENTICATION_KEYS, KEY_PAIR } from "./issuer.ts";

/** A platform, and an issuer and a verifier who have no TPM. */
export interface Parties extends OwnedBed {
  readonly issuer: Context;
  readonly verifier: Context;
  /** The issuer's public key, at the verifier. */
  readonly issuerPublic: DaaIssuerKey;
  /** What the verifier verifies with. */
  readonly verifying: DaaCredential;
}

/** Brings them together. */
export async function parties(options: BedOptions = {}): Promise<Parties> {
  const bed = await ownedBed(options);
  const issuer = Context.create();
  const verifier = Context.create();
  return {
    ...bed,
    issuer,
    verifier,
    issuerPublic: publicIssuerKeyOf(verifier),
    verifying: verifier.createDaaCredential(),
    async [Symbol.asyncDispose]() {
      await issuer.close();
      await verifier.close();
      await bed[Symbol.asyncDispose]();
    },
  };
}

/** An attribute, as its 13 bytes. */
export const attribute = (value: number): Uint8Array => bigintToBytes(BigInt(value), 13);

/** The attributes that the platform chooses. */
export const PLATFORM_ATTRIBUTES: readonly Uint8Array[] = [attribute(5), attribute(6)];
/** The attributes that the issuer chooses. */
export const ISSUER_ATTRIBUTES: readonly Uint8Array[] = [attribute(7), attribute(0)];

/** The issuer's key pair of the tests. */
export function issuerKeyOf(context: Context, keyPair: DaaKeyPair = KEY_PAIR): DaaIssuerKey {
  const issuerKey = context.createDaaIssuerKey();
  issuerKey.keyPair = keyPair;
  return issuerKey;
}

/** The public half of it, as platforms and verifiers have it. */
export function publicIssuerKeyOf(
  context: Context,
  { publicKey }: DaaKeyPair = KEY_PAIR,
): DaaIssuerKey {
  const issuerKey = context.createDaaIssuerKey();
  issuerKey.publicKey = publicKey;
  return issuerKey;
}

/** The keys that authenticate the issuer, the root first. */
export function authenticationKeys(context: Context): Key[] {
  return AUTHENTICATION_KEYS.map(({ publicKey }) => {
    const key = context.createRsaKey(TSS_KEY_TYPE_SIGNING | TSS_KEY_SIZE_2048);
    const schemes = { encScheme: TPM_ES_NONE, sigScheme: TPM_SS_RSASSAPKCS1v15_SHA1 };
    key.publicBlob = encode(TPM_PUBKEY, publicKeyToTpm(publicKey, schemes));
    return key;
  });
}

/** What a platform begins a join with: a chain of two keys. */
export function chain(issuerKey: DaaIssuerKey): DaaJoinInitOptions {
  const issuerAuthPKs = authenticationKeys(issuerKey.context);
  const [root, second] = AUTHENTICATION_KEYS;
  return {
    daaCounter: 3,
    issuerAuthPKs,
    issuerAuthPKSignatures: [
      signPkcs1Sha1(root!, sha1(second!.publicKey.modulus)),
      signPkcs1Sha1(second!, sha1(issuerKey.settingsToSign(issuerAuthPKs[0]!))),
    ],
  };
}

/** A hash object over a text. */
export function hashOf(context: Context, text: string): Hash {
  const hash = context.createHash();
  hash.setHashValue(nodeSha1(text));
  return hash;
}

/** A join that has come to its request, and the issuer's side of it. */
export interface Requested extends DaaJoinBegun {
  readonly issuerKey: DaaIssuerKey;
  readonly credential: DaaCredential;
  readonly credentialRequest: CredentialRequest;
  readonly issuerSession: Uint8Array;
}

/** A platform that asks the issuer, who has a context without TPM, for a credential. */
export async function requestCredential(
  { context, issuer }: { readonly context: Context; readonly issuer: Context },
  { selections = [], keyPair = KEY_PAIR, credential = context.createDaaCredential() }: {
    readonly credential?: DaaCredential;
    readonly selections?: readonly AttributeSelection[];
    readonly keyPair?: DaaKeyPair;
  } = {},
): Promise<Requested> {
  const issuerKey = issuerKeyOf(issuer, keyPair);
  const options = chain(issuerKey);
  const begun = await context.tpm.daaJoinInit(publicIssuerKeyOf(context, keyPair), options);
  const [root] = authenticationKeys(issuer);
  const { joinSession: issuerSession, ...challenge } = issuerKey.initCredential(root!, {
    ...begun,
    daaCounter: options.daaCounter,
  });
  credential.selections = selections;
  const credentialRequest = await context.tpm.daaJoinCreateDaaPubKey(credential, {
    ...challenge,
    attributesPlatform: PLATFORM_ATTRIBUTES.slice(0, issuerKey.platformAttributes),
    joinSession: begun.joinSession,
  });
  credential.selections = [];
  return { ...begun, issuerKey, credential, credentialRequest, issuerSession };
}

/** What the issuer makes of a request. */
export function issue(
  { issuerKey, credentialRequest, issuerSession }: Requested,
  options: Partial<IssueCredentialOptions> = {},
): ReturnType<DaaIssuerKey["issueCredential"]> {
  return issuerKey.issueCredential(credentialRequest, {
    joinSession: issuerSession,
    attributesIssuer: ISSUER_ATTRIBUTES.slice(0, issuerKey.issuerAttributes),
    ...options,
  });
}

/** A platform with a credential. */
export async function joined(
  sides: { readonly context: Context; readonly issuer: Context },
): Promise<DaaCredential> {
  const requested = await requestCredential(sides);
  const { credential, joinSession } = requested;
  const credIssuer = issue(requested);
  await sides.context.tpm.daaJoinStoreCredential(credential, { credIssuer, joinSession });
  return credential;
}

/** Has the commands of a platform go through transport sessions of a mode. */
export async function enableTransport(
  { context, srk }: OwnedBed,
  mode: number,
): Promise<void> {
  await context.tpm.setStatus(TSS_TPMSTATUS_DISABLEPUBSRKREAD, false);
  await srk.getPubKey();
  context.setTransEncryptionKey(srk);
  const set = (part: number, value: number) =>
    context.setAttribUint32(TSS_TSPATTRIB_CONTEXT_TRANSPORT, part, { value });
  await set(TSS_TSPATTRIB_CONTEXTTRANS_MODE, mode);
  await set(TSS_TSPATTRIB_CONTEXTTRANS_CONTROL, TSS_TSPATTRIB_ENABLE_TRANSPORT);
}
