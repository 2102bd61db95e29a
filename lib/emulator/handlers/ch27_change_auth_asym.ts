import { type Codec, encode, Reader } from "../../codec/mod.ts";
import { equalBytes, hmacSha1, sha1 } from "../../crypto/mod.ts";
import {
  TPM_AUTH_NEVER,
  TPM_ET_DATA,
  TPM_ET_KEY,
  TPM_ISVOLATILE,
  TPM_KEY_AUTHCHANGE,
  TPM_KEY_IDENTITY,
  TPM_KH_SRK,
} from "../../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_CERTIFY_INFO,
  TPM_CHANGEAUTH_VALIDATE,
  type TpmChangeauthValidate,
  type TpmKey,
  type TpmKeyParms,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { authorize, authorizeInTurn } from "../authorization.ts";
import type { Call } from "../call.ts";
import { ownerEntity } from "../entities.ts";
import { createKey, decryptUnder, encryptUnder } from "../keys/key_blob.ts";
import { requireKeyRules, requireStorage } from "../keys/key_rules.ts";
import { openEntity } from "../keys/open_entity.ts";
import { signDigest } from "../keys/signing.ts";
import type { LoadedKey } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import { certifyInfo1 } from "./ch13_certify.ts";
import { evictKey } from "./ch22_eviction.ts";
import type { Handler } from "./handler.ts";

const NOTHING = new Uint8Array(0);

/** TPM_ChangeAuthAsymStart (Part 3, 27.4.1). */
export const TPM_ChangeAuthAsymStart: Handler<"TPM_ChangeAuthAsymStart"> = (
  tpm,
  { antiReplay, tempKeyParms },
  call,
) => {
  const { key: idKey } = call.key("idHandle");
  // 1.
  if (idKey.keyUsage !== TPM_KEY_IDENTITY) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the new key is certified by an identity key");
  }
  authorizeInTurn(tpm, call, "idHandle");
  // 2 to 6.
  const template = temporaryKey(tempKeyParms);
  requireKeyRules(tpm, template);
  // 7.
  const { keys } = tpm.volatile;
  keys.requireRoom();
  const key = createKey(tpm, template, {
    usageAuth: new Uint8Array(20),
    migrationAuth: tpm.permanent.tpmProof.slice(),
  });
  const loaded = keys.add({
    handle: keys.freeHandle(tpm.random),
    key,
    parentPCRStatus: false,
    ownerEvict: false,
  });
  // 8.
  const tempKey: TpmKey = { ...template, pubKey: { key: key.modulus } };
  // 9.
  const certifyInfo = certifyInfo1(loaded, antiReplay);
  // 10.
  const sig = signDigest(idKey, sha1(encode(TPM_CERTIFY_INFO, certifyInfo)));
  return { certifyInfo, sig, ephHandle: loaded.handle, tempKey };
};

/** The key before it has a modulus. */
function temporaryKey(algorithmParms: TpmKeyParms): TpmKey {
  return {
    ver: STRUCT_VER_1_1,
    keyUsage: TPM_KEY_AUTHCHANGE,
    keyFlags: TPM_ISVOLATILE,
    authDataUsage: TPM_AUTH_NEVER,
    algorithmParms,
    PCRInfo: NOTHING,
    pubKey: { key: NOTHING },
    encData: NOTHING,
  };
}

/** TPM_ChangeAuthAsymFinish (Part 3, 27.4.2). */
export const TPM_ChangeAuthAsymFinish: Handler<"TPM_ChangeAuthAsymFinish"> = (
  tpm,
  { parentHandle, ephHandle, entityType, newAuthLink, encNewAuth, encData },
  call,
) => {
  const parent = call.key("parentHandle").key;
  // 1.
  authorizeParent(tpm, call, parentHandle);
  // 2.
  if (entityType !== TPM_ET_KEY && entityType !== TPM_ET_DATA) {
    throw tpmError("TPM_WRONG_ENTITYTYPE", "only a key or sealed data can get another secret so");
  }
  requireStorage(parent);
  // 3.
  const plain = decryptUnder(parent, encData);
  const entity = openEntity(plain, { entityType, read: readLoosely });
  // 4.
  const ephemeral = tpm.loadedKey(ephHandle);
  const { newAuthSecret, n1 } = newSecret(ephemeral, encNewAuth);
  // 5, 6.
  if (!equalBytes(hmacSha1(entity.secret, newAuthSecret), newAuthLink)) {
    throw tpmError("TPM_AUTHFAIL", "newAuthLink does not join the old and the new secret");
  }
  // 7, 8.
  const outData = encryptUnder(tpm, parent, entity.withSecret(newAuthSecret));
  // 9, 10.
  const saltNonce = tpm.random(20);
  const changeProof = hmacSha1(newAuthSecret, new Uint8Array([...saltNonce, ...n1]));
  // 11.
  evictKey(tpm, ephemeral);
  return { outData, saltNonce, changeProof };
};

/** 1. Under the SRK it is the owner who changes secrets. */
function authorizeParent(tpm: Tpm, call: Call, parentHandle: number): void {
  const use = call.use("parentHandle");
  if (use !== undefined && parentHandle === TPM_KH_SRK) {
    authorize(tpm, call, { use, entity: ownerEntity(tpm) });
  } else authorizeInTurn(tpm, call, "parentHandle");
}

/** 3. Bytes left over are let pass, as libtpms does. */
function readLoosely<T>(codec: Codec<T>, plain: Uint8Array): T {
  return codec.read(new Reader(plain));
}

/** 4. The new secret, which the ephemeral key alone decrypts. */
function newSecret({ key }: LoadedKey, encNewAuth: Uint8Array): TpmChangeauthValidate {
  if (key.keyUsage !== TPM_KEY_AUTHCHANGE) {
    throw tpmError("TPM_BAD_PARAMETER", "ephHandle is not a key of TPM_ChangeAuthAsymStart");
  }
  return readLoosely(TPM_CHANGEAUTH_VALIDATE, decryptUnder(key, encNewAuth));
}
