import { encode } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt, sha1 } from "../../lib/crypto/mod.ts";
import {
  TPM_ALG_AES128,
  TPM_EK_TYPE_ACTIVATE,
  TPM_ES_SYM_CTR,
  TPM_TAG_EK_BLOB,
  TPM_TAG_EK_BLOB_ACTIVATE,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_ASYM_CA_CONTENTS,
  TPM_EK_BLOB,
  TPM_EK_BLOB_ACTIVATE,
  TPM_PUBKEY,
  type TpmPcrInfoShort,
} from "../../lib/tpm12/structures/mod.ts";
import { pubkeyOf } from "./migration_steps.ts";
import type { Side } from "./side.ts";
import { pcrInfoShort } from "./templates.ts";

/** How what a privacy CA sends is other than good, and in the form of 1.2. */
export interface Credential {
  /** The form of 1.1. */
  old?: true;
  /** TPM_EK_TYPE_*. */
  ekType?: number;
  /** Digest of the identity's TPM_PUBKEY. */
  idDigest?: Uint8Array;
  /** PCRs and localities for which it is. */
  pcrInfo?: TpmPcrInfoShort;
}

const sessionKey = {
  algId: TPM_ALG_AES128,
  encScheme: TPM_ES_SYM_CTR,
  data: new Uint8Array(16).fill(6),
};

/** The session key of a credential for the key "identity", encrypted to the endorsement key. */
export function credential(side: Side, options: Credential = {}): Uint8Array {
  const { old, ekType = TPM_EK_TYPE_ACTIVATE, pcrInfo = pcrInfoShort() } = options;
  const { idDigest = sha1(encode(TPM_PUBKEY, pubkeyOf(side, "identity"))) } = options;
  const activate = { tag: TPM_TAG_EK_BLOB_ACTIVATE, sessionKey, idDigest, pcrInfo } as const;
  const plain = old ? encode(TPM_ASYM_CA_CONTENTS, { sessionKey, idDigest }) : encode(TPM_EK_BLOB, {
    tag: TPM_TAG_EK_BLOB,
    ekType,
    blob: encode(TPM_EK_BLOB_ACTIVATE, activate),
  });
  return rsaOaepEncrypt(side.ek!, plain, { random: side.random });
}
