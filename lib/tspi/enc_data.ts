import { decode, encode } from "../codec/mod.ts";
import { adipData } from "../auth/mod.ts";
import { RsaError, rsaOaepEncrypt, rsaPkcs1Encrypt } from "../crypto/mod.ts";
import {
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_ES_RSAESPKCSv15,
  TPM_ET_DATA,
  TPM_KEY_BIND,
  TPM_KEY_LEGACY,
  TPM_PT_BIND,
} from "../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_BOUND_DATA,
  TPM_PCR_INFO,
  TPM_PCR_INFO_ANY,
  TPM_PCR_INFO_LONG,
  TPM_STORED_DATA_ANY,
  type TpmPcrInfo,
  type TpmPcrInfoLong,
  type TpmStoredData,
  type TpmStoredData12,
} from "../tpm12/structures/mod.ts";
import { type Attribute, requireBool, requireBytes } from "./attributes.ts";
import { changeAuthUnderParent } from "./change_auth.ts";
import { changeAuthAsymUnderParent } from "./change_auth_asym.ts";
import type { Context } from "./context.ts";
import { TSS_ALG_XOR } from "./constants/algorithms.ts";
import * as E from "./constants/enc_data.ts";
import { TSS_OBJECT_TYPE_ENCDATA } from "./constants/object_types.ts";
import { TSS_PCRS_STRUCT_INFO } from "./constants/pcrs.ts";
import { TSS_POLICY_USAGE } from "./constants/policy.ts";
import { Key } from "./key.ts";
import { decoded } from "./key_base.ts";
import { publicKeyOf } from "./key_use.ts";
import { PCR_ATTRIBUTE_READERS } from "./pcr_attributes.ts";
import type { PcrComposite } from "./pcr_composite.ts";
import type { Policy } from "./policy.ts";
import type { RoleSession } from "./role_session.ts";
import { tspError } from "./tsp_error.ts";
import { type NewPolicyOptions, TspObject } from "./tsp_object.ts";

/** What {@linkcode EncData.seal} may take besides. */
export interface SealOptions {
  /** The PCRs that must have their values again when it is unsealed. */
  readonly pcrComposite?: PcrComposite | null;
}

const ATTRIBUTES: readonly Attribute<EncData>[] = [
  {
    flag: E.TSS_TSPATTRIB_ENCDATA_BLOB,
    subFlag: E.TSS_TSPATTRIB_ENCDATABLOB_BLOB,
    data: {
      get: (encData) => encData.blob,
      set: (encData, value) => void (encData.blob = requireBytes(value)),
    },
  },
  {
    flag: E.TSS_TSPATTRIB_ENCDATA_SEAL,
    subFlag: E.TSS_TSPATTRIB_ENCDATASEAL_PROTECT_MODE,
    uint32: {
      get: (encData) => encData.protects ? 1 : 0,
      set: (encData, value) => void (encData.protects = requireBool(value)),
    },
  },
  ...PCR_ATTRIBUTE_READERS.encData,
];

/** Data encrypted for a key: bound or sealed. Made by `context.createEncData()`. */
export class EncData extends TspObject {
  /** TSS_OBJECT_TYPE_ENCDATA. */
  override readonly objectType: number = TSS_OBJECT_TYPE_ENCDATA;
  /** The context it belongs to. */
  override readonly context: Context;
  /** TSS_ENCDATA_SEAL, TSS_ENCDATA_BIND or TSS_ENCDATA_LEGACY. */
  readonly encDataType: number;
  /** Whether data is sealed by TPM_Sealx, hidden on its way to the TPM and back. */
  protects = false;
  #blob: Uint8Array | null = null;

  /** Made by `context.createEncData()`; throws TSS_E_INVALID_OBJECT_INITFLAG. */
  constructor(context: Context, initFlags: number) {
    super();
    if (initFlags < E.TSS_ENCDATA_SEAL || initFlags > E.TSS_ENCDATA_LEGACY) {
      throw tspError("TSS_E_INVALID_OBJECT_INITFLAG", `there is no encrypted data ${initFlags}`);
    }
    this.context = context;
    this.encDataType = initFlags;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<EncData>[] {
    return ATTRIBUTES;
  }

  /** Usage policy. */
  protected override get policyTypes(): readonly number[] {
    return [TSS_POLICY_USAGE];
  }

  /** The encrypted data; throws TSS_E_ENC_NO_DATA when there is none. */
  get blob(): Uint8Array {
    if (this.#blob !== null) return this.#blob.slice();
    throw tspError("TSS_E_ENC_NO_DATA");
  }

  /** Takes encrypted data. */
  set blob(blob: Uint8Array) {
    this.opened();
    this.#blob = blob.slice();
  }

  /** The PCRs that sealed data is bound to; `null` for none. */
  get pcrInfo(): TpmPcrInfo | TpmPcrInfoLong | null {
    const { sealInfo } = this.#storedData();
    return sealInfo.length === 0 ? null : decode(TPM_PCR_INFO_ANY, sealInfo);
  }

  /**
   * `Tspi_Data_Bind`: encrypts data for a binding or legacy key; no TPM takes part. With a key of
   * 2048 bits it takes up to 209 bytes (OAEP), 240 or 245 (PKCS#1 v1.5).
   *
   * Throws TSS_E_INVALID_KEYUSAGE for another key, TSS_E_ENC_INVALID_LENGTH for too much data,
   * TSS_E_INVALID_ENCSCHEME for a key that does not encrypt, TSS_E_ENC_INVALID_TYPE unless the
   * object is for bound data.
   */
  async bind(encKey: Key, dataToBind: Uint8Array): Promise<void> {
    this.#requireType(E.TSS_ENCDATA_BIND, E.TSS_ENCDATA_LEGACY);
    const { keyUsage, algorithmParms: { encScheme } } = encKey.fields;
    if (keyUsage !== TPM_KEY_BIND && keyUsage !== TPM_KEY_LEGACY) {
      throw tspError("TSS_E_INVALID_KEYUSAGE", "data is bound to a binding or legacy key");
    }
    const publicKey = await publicKeyOf(encKey);
    const { random } = this.context;
    const bare = keyUsage === TPM_KEY_LEGACY && encScheme === TPM_ES_RSAESPKCSv15;
    const message = bare ? dataToBind : encode(TPM_BOUND_DATA, {
      ver: STRUCT_VER_1_1,
      payload: TPM_PT_BIND,
      payloadData: dataToBind,
    });
    try {
      if (encScheme === TPM_ES_RSAESOAEP_SHA1_MGF1) {
        this.#blob = rsaOaepEncrypt(publicKey, message, { random });
      } else if (encScheme === TPM_ES_RSAESPKCSv15) {
        this.#blob = rsaPkcs1Encrypt(publicKey, message, random);
      } else throw tspError("TSS_E_INVALID_ENCSCHEME");
    } catch (error) {
      if (!(error instanceof RsaError)) throw error;
      throw tspError("TSS_E_ENC_INVALID_LENGTH", error.message);
    }
  }

  /**
   * `Tspi_Data_Unbind`: decrypts bound data with the loaded key. Throws TSS_E_ENC_NO_DATA,
   * TSS_E_KEY_NOT_LOADED, TPM_DECRYPT_ERROR for data of another key.
   */
  async unbind(key: Key): Promise<Uint8Array> {
    this.#requireType(E.TSS_ENCDATA_BIND, E.TSS_ENCDATA_LEGACY);
    const { outData } = await this.context.execute("TPM_UnBind", {
      request: { keyHandle: key.tcsHandle, inData: this.blob },
      auth: [key.usageAuthorizer()],
    });
    return outData;
  }

  /**
   * `Tspi_Data_Seal`: encrypts data, of a size that fits the TPM's RSA block (some 200 bytes),
   * under a loaded storage key, for this TPM alone and, if wanted, for certain values of PCRs. The
   * secret of the usage policy becomes that of the data.
   *
   * Throws TSS_E_KEY_NOT_LOADED, TSS_E_ENC_INVALID_TYPE unless the object is for sealed data,
   * TPM_BAD_DATASIZE for too much data.
   */
  async seal(
    encKey: Key,
    dataToSeal: Uint8Array,
    { pcrComposite = null }: SealOptions = {},
  ): Promise<void> {
    this.#requireType(E.TSS_ENCDATA_SEAL);
    const pcrInfo = this.#pcrInfoFor(pcrComposite);
    const request = { keyHandle: encKey.tcsHandle, pcrInfo, inData: dataToSeal };
    const auth = [encKey.boundAuthorizer()];
    const secrets = { encAuth: { policy: this.usagePolicy, object: this } };
    const { sealedData } = this.protects
      ? await this.context.execute("TPM_Sealx", {
        request,
        auth,
        secrets,
        mask: { role: 0, in: "inData", apply: this.#maskOf(encKey) },
      })
      : await this.context.execute("TPM_Seal", { request, auth, secrets });
    this.#blob = sealedData;
  }

  /**
   * `Tspi_Data_Unseal`: decrypts sealed data with the loaded key that sealed it. Throws
   * TSS_E_ENC_NO_DATA, TSS_E_KEY_NOT_LOADED; TPM_WRONGPCRVAL when PCRs have other values than it
   * was sealed for, TPM_AUTHFAIL and TPM_AUTH2FAIL when the secret of key or data is wrong,
   * TPM_NOTSEALED_BLOB for data of another TPM.
   */
  async unseal(key: Key): Promise<Uint8Array> {
    this.#requireType(E.TSS_ENCDATA_SEAL);
    const request = { parentHandle: key.tcsHandle, inData: this.blob };
    const ofData = {
      object: this,
      policy: this.usagePolicy,
      entityType: TPM_ET_DATA,
      entityValue: 0,
    };
    const stored = this.#storedData();
    const hidden = "tag" in stored && stored.et !== 0;
    const { secret } = hidden
      ? await this.context.execute("TPM_Unseal", {
        request,
        auth: [key.boundAuthorizer(), ofData],
        mask: { role: 0, out: "secret", apply: this.#maskOf(key) },
      })
      : await this.context.execute("TPM_Unseal", {
        request,
        auth: [key.usageAuthorizer(), ofData],
      });
    return secret;
  }

  /**
   * `Tspi_ChangeAuth`: gives sealed data the secret of a new policy, which becomes its usage
   * policy. The parent is the loaded key that sealed it. Throws TSS_E_BAD_PARAMETER for another
   * parent, TSS_E_ENC_NO_DATA without data, TPM_AUTHFAIL when a secret is wrong.
   */
  override async changeAuth(parentObject: TspObject | null, newPolicy: Policy): Promise<void> {
    this.#requireType(E.TSS_ENCDATA_SEAL);
    const parentKey = requireSealer(parentObject);
    const stored = this.#storedData();
    const encData = await changeAuthUnderParent(this, parentKey, {
      newPolicy,
      entityType: TPM_ET_DATA,
      encData: stored.encData,
    });
    this.#blob = encode(TPM_STORED_DATA_ANY, { ...stored, encData });
  }

  /**
   * `Tspi_ChangeAuthAsym`: gives sealed data the secret of a new policy, so that whoever knows the parent's
   * secret does not learn it. The parent is the loaded key that sealed it; under the SRK the owner
   * authorises. The identity key is loaded, too. A policy in callback mode has its callback of
   * change auth asym hide the secret.
   *
   * Throws TSS_E_BAD_PARAMETER for another parent, TSS_E_ENC_NO_DATA without data, TSS_E_KEY_NOT_LOADED,
   * TSS_E_VERIFICATION_FAILED when the TPM's answer is not certified by the identity key or does not
   * prove the new secret, TPM_INVALID_KEYUSAGE unless it is an identity key, TPM_AUTHFAIL when a
   * secret is wrong, and what the callback throws.
   */
  override async changeAuthAsym(
    parentObject: TspObject | null,
    identKey: Key,
    { newPolicy }: NewPolicyOptions,
  ): Promise<void> {
    this.#requireType(E.TSS_ENCDATA_SEAL);
    const parentKey = requireSealer(parentObject);
    const stored = this.#storedData();
    const encData = await changeAuthAsymUnderParent(this, {
      parentKey,
      identKey,
      newPolicy,
      entityType: TPM_ET_DATA,
      encData: stored.encData,
    });
    this.#blob = encode(TPM_STORED_DATA_ANY, { ...stored, encData });
  }

  /** TPM_Sealx takes the long form alone, TPM_Seal either. */
  #pcrInfoFor(pcrComposite: PcrComposite | null): Uint8Array {
    if (pcrComposite === null) return new Uint8Array(0);
    const short = pcrComposite.structType === TSS_PCRS_STRUCT_INFO && !this.protects;
    return short
      ? encode(TPM_PCR_INFO, pcrComposite.toPcrInfo())
      : encode(TPM_PCR_INFO_LONG, pcrComposite.toPcrInfoLong());
  }

  /** How data is hidden on its way: by the callback of the usage policy, or by the session. */
  #maskOf(key: Key) {
    return (data: Uint8Array, { bound, nonces }: RoleSession) => {
      const { sealxMask } = this.usagePolicy.callbacks;
      if (sealxMask !== null) {
        const { callback, appData, alg = TSS_ALG_XOR } = sealxMask;
        return callback({ ...nonces, appData, key, encData: this, alg, data });
      }
      if (bound !== null) return adipData(bound, nonces, data);
      throw tspError("TSS_E_INTERNAL_ERROR", "the policy has no callback to mask the data");
    };
  }

  #storedData(): TpmStoredData | TpmStoredData12 {
    return decoded(() => decode(TPM_STORED_DATA_ANY, this.blob));
  }

  #requireType(...types: readonly number[]): void {
    if (types.includes(this.opened().encDataType)) return;
    throw tspError("TSS_E_ENC_INVALID_TYPE");
  }
}

/** The parent of sealed data; throws TSS_E_BAD_PARAMETER. */
function requireSealer(parentObject: TspObject | null): Key {
  if (parentObject instanceof Key) return parentObject;
  throw tspError("TSS_E_BAD_PARAMETER", "the parent of sealed data is the key that sealed it");
}
