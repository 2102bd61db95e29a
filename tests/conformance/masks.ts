import type { CommandName } from "../../lib/tpm12/commands/mod.ts";

/**
 * What in a command's answer is random or depends on the TPM's own keys, and so differs between
 * two TPMs that agree: paths of parameters and fields. Sizes are compared all the same, but for a
 * path with a star, whose form is the maker's own. Handles and nonces outside the digest and
 * the blocks of sessions need no mention.
 */
export const MASKS: Partial<Record<CommandName, readonly string[]>> = {
  TPM_CreateEndorsementKeyPair: ["pubEndorsementKey.pubKey", "checksum"],
  TPM_CreateRevocableEK: ["pubEndorsementKey.pubKey", "checksum", "outputEKreset"],
  TPM_ReadPubek: ["pubEndorsementKey.pubKey", "checksum"],
  TPM_OwnerReadPubek: ["pubEndorsementKey.pubKey"],
  TPM_OwnerReadInternalPub: ["publicPortion.pubKey"],
  TPM_TakeOwnership: ["srkPub.pubKey"],
  TPM_CreateWrapKey: ["wrappedKey.pubKey", "wrappedKey.encData"],
  TPM_GetPubKey: ["pubKey.pubKey"],
  TPM_Seal: ["sealedData.encData"],
  TPM_Sealx: ["sealedData.encData"],
  TPM_ChangeAuth: ["outData"],
  TPM_MakeIdentity: ["idKey.pubKey", "idKey.encData", "identityBinding"],
  TPM_Sign: ["sig"],
  TPM_Quote: ["sig"],
  TPM_Quote2: ["sig"],
  TPM_CertifyKey: ["certifyInfo.pubkeyDigest", "outData"],
  TPM_CertifyKey2: ["certifyInfo.pubkeyDigest", "outData"],
  TPM_TickStampBlob: ["currentTicks.currentTicks", "currentTicks.tickNonce", "sig"],
  TPM_GetTicks: ["currentTime.currentTicks", "currentTime.tickNonce"],
  TPM_GetRandom: ["randomBytes"],
  TPM_CreateMigrationBlob: ["random", "outData"],
  TPM_ConvertMigrationBlob: ["outData"],
  TPM_AuthorizeMigrationKey: ["outData.digest"],
  TPM_MigrateKey: ["outData"],
  TPM_CMK_CreateKey: ["wrappedKey.pubKey", "wrappedKey.encData"],
  TPM_CMK_CreateTicket: ["sigTicket"],
  TPM_CMK_CreateBlob: ["random", "outData"],
  TPM_CMK_ConvertMigration: ["outData"],
  TPM_CMK_ApproveMA: ["outData"],
  TPM_SaveContext: [
    "contextBlob.handle",
    "contextBlob.integrityDigest",
    "contextBlob.additionalData*",
    "contextBlob.sensitiveData*",
  ],
  TPM_SaveKeyContext: ["keyContextBlob*"],
  TPM_SaveAuthContext: ["authContextBlob*"],
  TPM_Delegate_CreateKeyDelegation: [
    "blob.integrityDigest",
    "blob.pubKeyDigest",
    "blob.additionalArea*",
    "blob.sensitiveArea*",
  ],
  TPM_Delegate_CreateOwnerDelegation: [
    "blob.integrityDigest",
    "blob.additionalArea*",
    "blob.sensitiveArea*",
  ],
  TPM_EstablishTransport: ["currentTicks.currentTicks", "currentTicks.tickNonce", "transNonceEven"],
  TPM_ExecuteTransport: ["currentTicks", "wrappedRsp"],
  TPM_ReleaseTransportSigned: [
    "currentTicks.currentTicks",
    "currentTicks.tickNonce",
    "signature",
  ],
  TPM_ChangeAuthAsymStart: ["certifyInfo.pubkeyDigest", "sig", "ephHandle", "tempKey.pubKey"],
  TPM_ChangeAuthAsymFinish: ["outData", "saltNonce", "changeProof"],
  TPM_GetAuditDigestSigned: ["sig"],
  TPM_CertifySelfTest: ["sig"],
  TPM_DAA_Join: ["outputData*"],
  TPM_DAA_Sign: ["outputData*"],
};
