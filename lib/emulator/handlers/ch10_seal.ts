import { adipData, type AdipScheme, adipScheme } from "../../auth/mod.ts";
import { CodecError, decode, encode } from "../../codec/mod.ts";
import { equalBytes, sha1 } from "../../crypto/mod.ts";
import {
  TPM_ET_KEY,
  TPM_PID_OIAP,
  TPM_PT_SEAL,
  TPM_TAG_STORED_DATA12,
} from "../../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_PCR_INFO,
  TPM_PCR_INFO_LONG,
  TPM_SEALED_DATA,
  TPM_STORED_DATA_ANY,
  type TpmSealedData,
  type TpmStoredData,
  type TpmStoredData12,
} from "../../tpm12/structures/mod.ts";
import { tpmError, TssError } from "../../tpm12/tss_error.ts";
import type { Call, SessionUse } from "../call.ts";
import { looseEntity } from "../entities.ts";
import { decryptUnder, encryptUnder } from "../keys/key_blob.ts";
import { requireUnmovable } from "../keys/key_rules.ts";
import { isPcrInfoLong, pcrInfoAtCreation, pcrInfoLongAtCreation } from "../keys/pcr_info.ts";
import type { Key } from "../state/key.ts";
import { type ReleaseCondition, releaseOf } from "../state/release_condition.ts";
import type { AuthSession } from "../state/sessions.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

const NOTHING = new Uint8Array(0);
/** What OAEP takes of a block (Part 1, 31.1.1). */
const OAEP_OVERHEAD = 42;

/** TPM_Seal (Part 3, 10.1). */
export const TPM_Seal: Handler<"TPM_Seal"> = (tpm, { encAuth, pcrInfo, inData }, call) => {
  const { key } = call.key("keyHandle");
  // 2 to 4.
  requireSealing(key, inData);
  // 5 to 11.
  const stored = isPcrInfoLong(pcrInfo)
    ? storedData12(0, sealInfoOf(tpm, pcrInfo, pcrInfoLongAtCreation))
    : storedData11(sealInfoOf(tpm, pcrInfo, pcrInfoAtCreation));
  // 12, 13.
  const authData = call.decryptAuth("encAuth", encAuth);
  // 14 to 20.
  return { sealedData: seal(tpm, key, { stored, authData, data: inData }) };
};

/** TPM_Sealx (Part 3, 10.7). */
export const TPM_Sealx: Handler<"TPM_Sealx"> = (tpm, { encAuth, pcrInfo, inData }, call) => {
  const { key } = call.key("keyHandle");
  // 2 to 4.
  requireSealing(key, inData);
  // 9.
  const sealInfo = sealInfoOf(tpm, pcrInfo, pcrInfoLongAtCreation);
  // 5 to 8, 11. The scheme for the output of TPM_Unseal; XOR is 0, so that TPM_ET_KEY stands by it.
  const use = call.use("keyHandle")!;
  const et = (use.session as AuthSession).adipScheme << 8;
  const scheme = adipScheme(et)!;
  const stored = storedData12(scheme === "XOR" ? et | TPM_ET_KEY : et, sealInfo);
  const authData = call.decryptAuth("encAuth", encAuth);
  // 13, 14.
  const data = cryptData(use, scheme, inData);
  // 15 to 21.
  const sealedData = seal(tpm, key, { stored, authData, data });
  data.fill(0);
  return { sealedData };
};

/** Actions 2 to 4 of TPM_Seal and TPM_Sealx. */
function requireSealing(key: Key, inData: Uint8Array): void {
  if (inData.length === 0) throw tpmError("TPM_BAD_PARAMETER", "there is nothing to seal");
  requireUnmovable(key);
}

/** PCR information with its creation fields filled in; throws TPM_BADINDEX for what is none. */
function sealInfoOf(
  tpm: Tpm,
  pcrInfo: Uint8Array,
  fill: (tpm: Tpm, pcrInfo: Uint8Array) => Uint8Array,
): Uint8Array {
  if (pcrInfo.length === 0) return pcrInfo;
  try {
    return fill(tpm, pcrInfo);
  } catch (error) {
    throw error instanceof CodecError ? tpmError("TPM_BADINDEX", error.message) : error;
  }
}

function storedData11(sealInfo: Uint8Array): TpmStoredData {
  return { ver: STRUCT_VER_1_1, sealInfo, encData: NOTHING };
}

function storedData12(et: number, sealInfo: Uint8Array): TpmStoredData12 {
  return { tag: TPM_TAG_STORED_DATA12, et, sealInfo, encData: NOTHING };
}

/** Actions 14 to 20 of TPM_Seal. */
function seal(
  tpm: Tpm,
  key: Key,
  { stored, authData, data }: {
    readonly stored: TpmStoredData | TpmStoredData12;
    readonly authData: Uint8Array;
    readonly data: Uint8Array;
  },
): TpmStoredData | TpmStoredData12 {
  // 14.
  const plain = encode(TPM_SEALED_DATA, {
    payload: TPM_PT_SEAL,
    authData,
    tpmProof: tpm.permanent.tpmProof,
    storedDigest: storedDigest(stored),
    data,
  });
  authData.fill(0);
  // 15.
  const room = key.rsa.size - OAEP_OVERHEAD;
  if (plain.length > room) {
    plain.fill(0);
    const most = data.length - (plain.length - room);
    throw tpmError("TPM_BAD_DATASIZE", `${data.length} bytes came, the key seals up to ${most}`);
  }
  // 16 to 20.
  return { ...stored, encData: encryptUnder(tpm, key, plain) };
}

/** SHA-1 of a blob but for encDataSize and encData, 20 bytes (Part 2, 9.3). */
function storedDigest(stored: TpmStoredData | TpmStoredData12): Uint8Array {
  const encoded = encode(TPM_STORED_DATA_ANY, { ...stored, encData: NOTHING });
  return sha1(encoded.subarray(0, encoded.length - 4));
}

/** TPM_Unseal (Part 3, 10.2). */
export const TPM_Unseal: Handler<"TPM_Unseal"> = (tpm, { inData }, call) => {
  const { key } = call.key("parentHandle");
  // 2, 3.
  requireUnmovable(key);
  // 5, 6.
  const sealed = openSealed(tpm, key, inData);
  // 7.
  if (inData.sealInfo.length > 0) tpm.requireRelease(sealedRelease(inData));
  // 8.
  call.authorize("data", looseEntity(sealed.authData));
  // 9 to 11.
  if ("tag" in inData && inData.et !== 0) {
    return { secret: hideOutput(call, inData.et, sealed.data) };
  }
  return { secret: sealed.data };
};

/** Actions 5 and 6 of TPM_Unseal. */
function openSealed(
  tpm: Tpm,
  key: Key,
  stored: TpmStoredData | TpmStoredData12,
): TpmSealedData {
  const sealed = decryptSealed(key, stored.encData);
  const genuine = sealed.payload === TPM_PT_SEAL &&
    equalBytes(sealed.tpmProof, tpm.permanent.tpmProof) &&
    equalBytes(sealed.storedDigest, storedDigest(stored));
  if (!genuine) {
    throw tpmError("TPM_NOTSEALED_BLOB", "the blob was changed, or another TPM sealed it");
  }
  return sealed;
}

/** 5, 6.a. Every failure is TPM_NOTSEALED_BLOB (6.h). */
function decryptSealed(key: Key, encData: Uint8Array): TpmSealedData {
  try {
    return decode(TPM_SEALED_DATA, decryptUnder(key, encData));
  } catch (error) {
    if (!(error instanceof CodecError || error instanceof TssError)) throw error;
    throw tpmError("TPM_NOTSEALED_BLOB", "encData is not encrypted sealed data");
  }
}

/** 7.a, 7.b. The form of the PCR information goes with that of the blob. */
function sealedRelease(stored: TpmStoredData | TpmStoredData12): ReleaseCondition {
  const { sealInfo } = stored;
  return releaseOf(
    "tag" in stored ? decode(TPM_PCR_INFO_LONG, sealInfo) : decode(TPM_PCR_INFO, sealInfo),
  );
}

/** 9. What TPM_Sealx sealed leaves the TPM hidden by the parent's session, which ends. */
function hideOutput(call: Call, et: number, data: Uint8Array): Uint8Array {
  // 9.a.
  const use = call.use("parentHandle");
  if (use === undefined) {
    throw tpmError("TPM_AUTHFAIL", "what was sealed by TPM_Sealx takes two sessions to unseal");
  }
  // 9.b.
  if ((use.session as AuthSession).protocolID === TPM_PID_OIAP) {
    throw tpmError("TPM_BAD_MODE", "an OIAP session has no secret to hide the output with");
  }
  // 9.c, 9.d.
  const scheme = adipScheme(et);
  if (scheme === undefined) {
    throw tpmError("TPM_INAPPROPRIATE_ENC", `there is no scheme ${et >> 8}`);
  }
  // 9.e.
  use.continueAuthSession = false;
  return cryptData(use, scheme, data);
}

/** Hides or uncovers data with the secret and the nonces of a session. */
function cryptData(use: SessionUse, scheme: AdipScheme, data: Uint8Array): Uint8Array {
  const { sharedSecret, nonceEven } = use.session as AuthSession;
  return adipData({ scheme, sharedSecret }, { nonceEven, nonceOdd: use.block.nonceOdd }, data);
}
