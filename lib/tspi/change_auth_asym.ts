import { concat, decode, encode } from "../codec/mod.ts";
import { equalBytes, hmacSha1, rsaOaepEncrypt, SHA1_SIZE } from "../crypto/mod.ts";
import { publicKeyFromTpm } from "../formats/mod.ts";
import {
  TPM_ALG_RSA,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_KH_SRK,
  TPM_SS_NONE,
} from "../tpm12/constants/mod.ts";
import {
  TPM_CHANGEAUTH_VALIDATE,
  TPM_KEY,
  TPM_KEY_PARMS,
  TPM_PUBKEY,
  type TpmChangeauthValidate,
  type TpmKey,
} from "../tpm12/structures/mod.ts";
import { verifyCertifyInfo, VerifyError } from "../verify/mod.ts";
import { requireUsagePolicy } from "./change_auth.ts";
import { TSS_KEY_TYPE_AUTHCHANGE } from "./constants/keys.ts";
import type { Key } from "./key.ts";
import type { KeyBase } from "./key_base.ts";
import { rsaParms } from "./key_template.ts";
import { publicKeyOf } from "./key_use.ts";
import type { Policy } from "./policy.ts";
import { tspError } from "./tsp_error.ts";
import type { TspObject } from "./tsp_object.ts";

/** What a change of secret by way of an ephemeral key is about. */
interface AsymmetricChange {
  /** The loaded key above the object. */
  readonly parentKey: KeyBase;
  /** The loaded identity key that certifies the ephemeral key. */
  readonly identKey: Key;
  /** Has the new secret. */
  readonly newPolicy: Policy;
  /** TPM_ET_KEY or TPM_ET_DATA. */
  readonly entityType: number;
  /** The encrypted part of the blob. */
  readonly encData: Uint8Array;
}

/** A new secret as it travels. */
interface HiddenSecret {
  /** TPM_CHANGEAUTH_VALIDATE, encrypted with the ephemeral key. */
  readonly encNewAuth: Uint8Array;
  /** HMAC-SHA1(old secret, new secret). */
  readonly newAuthLink: Uint8Array;
  /** The new secret and the nonce beside it; `null` when only a callback knows them. */
  readonly clear: TpmChangeauthValidate | null;
}

/** Bits of the ephemeral key. */
const KEY_SIZE = 2048;

/**
 * Changes the secret in a key or in sealed data so that whoever knows the parent's secret cannot
 * read it: it travels encrypted with a key that the TPM makes for it (TPM_ChangeAuthAsymStart,
 * TPM_ChangeAuthAsymFinish). Gives the new encData.
 */
export async function changeAuthAsymUnderParent(
  object: TspObject,
  { parentKey, identKey, newPolicy, entityType, encData }: AsymmetricChange,
): Promise<Uint8Array> {
  requireUsagePolicy(newPolicy);
  const { context } = object;
  const parentHandle = parentKey.tcsHandle;
  const { tempKey, ephHandle } = await startChange(identKey);
  let clear: TpmChangeauthValidate | null = null;
  try {
    const hidden = await hideSecret(object, { newPolicy, tempKey });
    clear = hidden.clear;
    const { encNewAuth, newAuthLink } = hidden;
    const { outData, saltNonce, changeProof } = await context.execute("TPM_ChangeAuthAsymFinish", {
      request: { parentHandle, ephHandle, entityType, newAuthLink, encNewAuth, encData },
      // Under the SRK it is the owner's secret that is proved (Part 3, 27.4.2).
      auth: [
        parentHandle === TPM_KH_SRK ? context.tpm.ownerAuthorizer() : parentKey.usageAuthorizer(),
      ],
    });
    if (clear !== null) requireProof(clear, { saltNonce, changeProof });
    object.assignPolicy(newPolicy);
    return outData;
  } finally {
    clear?.newAuthSecret.fill(0);
    // The TPM lets it go itself when all went well; the core services may have to be told.
    await context.evictKey(ephHandle).catch(() => {});
  }
}

/** Has the TPM make the ephemeral key, and checks that an identity key vouches for it. */
async function startChange(
  identKey: Key,
): Promise<{ readonly tempKey: TpmKey; readonly ephHandle: number }> {
  const { context } = identKey;
  const nonce = context.random(SHA1_SIZE);
  const answer = await context.execute("TPM_ChangeAuthAsymStart", {
    request: {
      idHandle: identKey.tcsHandle,
      antiReplay: nonce,
      tempKeyParms: encode(TPM_KEY_PARMS, {
        algorithmID: TPM_ALG_RSA,
        encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1,
        sigScheme: TPM_SS_NONE,
        parms: rsaParms(KEY_SIZE),
      }),
    },
    auth: [identKey.usageAuthorizer()],
  });
  const { certifyInfo, sig: signature, ephHandle } = answer;
  try {
    const tempKey = decode(TPM_KEY, answer.tempKey);
    const publicKey = await publicKeyOf(identKey);
    verifyCertifyInfo({ certifyInfo, signature, publicKey, nonce, key: tempKey });
    return { tempKey, ephHandle };
  } catch (error) {
    await context.evictKey(ephHandle).catch(() => {});
    if (!(error instanceof VerifyError)) throw error;
    throw tspError("TSS_E_VERIFICATION_FAILED", error.message);
  }
}

/** The new secret, hidden by the callback of a policy that keeps its secret, or here. */
async function hideSecret(
  object: TspObject,
  { newPolicy, tempKey }: { readonly newPolicy: Policy; readonly tempKey: TpmKey },
): Promise<HiddenSecret> {
  const { usagePolicy: oldPolicy, context: { random } } = object;
  if (oldPolicy.inCallbackMode || newPolicy.inCallbackMode) {
    return await hideByCallback(object, { newPolicy, tempKey });
  }
  oldPolicy.use();
  const oldSecret = await oldPolicy.getSecret();
  let clear: TpmChangeauthValidate | null = null;
  let message: Uint8Array | null = null;
  try {
    const newAuthSecret = await newPolicy.getSecret({ confirm: true });
    clear = { newAuthSecret, n1: random(SHA1_SIZE) };
    message = encode(TPM_CHANGEAUTH_VALIDATE, clear);
    const encNewAuth = rsaOaepEncrypt(publicKeyFromTpm(tempKey), message, { random });
    return { encNewAuth, newAuthLink: hmacSha1(oldSecret, newAuthSecret), clear };
  } catch (error) {
    clear?.newAuthSecret.fill(0);
    throw error;
  } finally {
    oldSecret.fill(0);
    message?.fill(0);
  }
}

/** Has the callback of the new policy, or else of the old one, hide the secret. */
async function hideByCallback(
  object: TspObject,
  { newPolicy, tempKey }: { readonly newPolicy: Policy; readonly tempKey: TpmKey },
): Promise<HiddenSecret> {
  const { context } = object;
  const changeAuthAsym = newPolicy.callbacks.changeAuthAsym ??
    object.usagePolicy.callbacks.changeAuthAsym;
  if (changeAuthAsym === null) {
    throw tspError("TSS_E_INTERNAL_ERROR", "neither policy has a callback for the new secret");
  }
  const { callback, appData } = changeAuthAsym;
  const pubKey = context.createRsaKey(TSS_KEY_TYPE_AUTHCHANGE);
  try {
    pubKey.publicBlob = encode(TPM_PUBKEY, tempKey);
    const { encAuth, authLink } = await callback({ appData, object, pubKey });
    return { encNewAuth: encAuth, newAuthLink: authLink, clear: null };
  } finally {
    await context.closeObject(pubKey);
  }
}

/** Requires the TPM to know the new secret: HMAC-SHA1(new secret, saltNonce ‖ n1). */
function requireProof(
  { newAuthSecret, n1 }: TpmChangeauthValidate,
  { saltNonce, changeProof }: {
    readonly saltNonce: Uint8Array;
    readonly changeProof: Uint8Array;
  },
): void {
  if (equalBytes(hmacSha1(newAuthSecret, concat([saltNonce, n1])), changeProof)) return;
  throw tspError("TSS_E_VERIFICATION_FAILED", "the TPM does not prove that it has the secret");
}
