import { CodecError, decode, encode, Reader } from "../../codec/mod.ts";
import { equalBytes, sha1, signPkcs1Sha1 } from "../../crypto/mod.ts";
import { COMMANDS } from "../../tpm12/commands/mod.ts";
import {
  TPM_EK_TYPE_ACTIVATE,
  TPM_KEY_IDENTITY,
  TPM_MIGRATABLE,
  TPM_TAG_EK_BLOB,
} from "../../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_ASYM_CA_CONTENTS,
  TPM_EK_BLOB,
  TPM_EK_BLOB_ACTIVATE,
  TPM_IDENTITY_CONTENTS,
  type TpmKey,
  type TpmKey12,
  type TpmSymmetricKey,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { authorizeInTurn } from "../authorization.ts";
import { createKey, decryptUnder, wrapKey } from "../keys/key_blob.ts";
import {
  DEFAULT_EXPONENT,
  exponentOf,
  MAX_BITS,
  requireKeyRules,
  rsaParms,
} from "../keys/key_rules.ts";
import { withPcrsAtCreation } from "../keys/pcr_info.ts";
import type { Key } from "../state/key.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_MakeIdentity (Part 3, 15.1). */
export const TPM_MakeIdentity: Handler<"TPM_MakeIdentity"> = (
  tpm,
  { identityAuth, labelPrivCADigest, idKeyParams },
  call,
) => {
  const srk = call.key("srk").key;
  // 1.
  requireKeyRules(tpm, idKeyParams);
  requireStrength(idKeyParams);
  // 2.
  authorizeInTurn(tpm, call, "owner");
  // 3.
  authorizeInTurn(tpm, call, "srk");
  // 4.
  if (idKeyParams.keyUsage !== TPM_KEY_IDENTITY) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the new key is not an identity key");
  }
  // 5.
  if ((idKeyParams.keyFlags & TPM_MIGRATABLE) !== 0) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "an identity key cannot be migratable");
  }
  // 6.
  const usageAuth = call.decryptAuth("identityAuth", identityAuth);
  // 8 to 14.
  const key = createKey(tpm, withPcrsAtCreation(tpm, idKeyParams), {
    usageAuth,
    migrationAuth: tpm.permanent.tpmProof.slice(),
  });
  // 15.
  const idKey = wrapKey(tpm, srk, key);
  // 16.
  const contents = encode(TPM_IDENTITY_CONTENTS, {
    ver: STRUCT_VER_1_1,
    ordinal: COMMANDS.TPM_MakeIdentity.ordinal,
    labelPrivCADigest,
    identityPubKey: key.pubkey,
  });
  // 17.
  const identityBinding = signPkcs1Sha1(key.rsa, sha1(contents));
  key.wipe();
  return { idKey, identityBinding };
};

/** 1.a. Asked for whatever the usage is. */
function requireStrength({ algorithmParms }: TpmKey | TpmKey12): void {
  const parms = rsaParms(algorithmParms);
  if (parms.keyLength < MAX_BITS || exponentOf(parms) !== DEFAULT_EXPONENT) {
    throw tpmError(
      "TPM_BAD_KEY_PROPERTY",
      `an identity key has ${MAX_BITS} bits and exponent ${DEFAULT_EXPONENT}`,
    );
  }
}

/** TPM_ActivateIdentity (Part 3, 15.2). */
export const TPM_ActivateIdentity: Handler<"TPM_ActivateIdentity"> = (tpm, { blob }, call) => {
  const { key } = call.key("idKeyHandle");
  // 1.
  authorizeInTurn(tpm, call, "owner");
  // 2.
  authorizeInTurn(tpm, call, "idKeyHandle");
  // 3.
  if (key.keyUsage !== TPM_KEY_IDENTITY) {
    throw tpmError("TPM_BAD_PARAMETER", "only an identity key can be activated");
  }
  // 5.
  const plain = decryptUnder(tpm.endorsementKey, blob);
  try {
    // 6.
    const isEkBlob = new Reader(plain).peekU16() === TPM_TAG_EK_BLOB;
    // 9.
    return { symmetricKey: isEkBlob ? fromEkBlob(tpm, key, plain) : fromCaContents(key, plain) };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw tpmError("TPM_BAD_PARAMETER", error.message);
  }
};

/** 7. The form of 1.1. */
function fromCaContents(key: Key, plain: Uint8Array): TpmSymmetricKey {
  const { sessionKey, idDigest } = decode(TPM_ASYM_CA_CONTENTS, plain);
  requireIdentity(key, idDigest);
  return sessionKey;
}

/** 8. The form of 1.2. */
function fromEkBlob(tpm: Tpm, key: Key, plain: Uint8Array): TpmSymmetricKey {
  const { ekType, blob } = decode(TPM_EK_BLOB, plain);
  if (ekType !== TPM_EK_TYPE_ACTIVATE) {
    throw tpmError("TPM_BAD_TYPE", `the blob is of type ${ekType}, not for activation`);
  }
  const { sessionKey, idDigest, pcrInfo } = decode(TPM_EK_BLOB_ACTIVATE, blob);
  requireIdentity(key, idDigest);
  tpm.requireRelease({
    pcrSelect: pcrInfo.pcrSelection.pcrSelect,
    digestAtRelease: pcrInfo.digestAtRelease,
    localityAtRelease: pcrInfo.localityAtRelease,
  });
  return sessionKey;
}

/** 4, 7.a, 8.c. */
function requireIdentity(key: Key, idDigest: Uint8Array): void {
  if (!equalBytes(key.pubkeyDigest, idDigest)) {
    throw tpmError("TPM_BAD_PARAMETER", "the blob is for another identity");
  }
}
