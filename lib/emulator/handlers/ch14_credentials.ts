import { encode } from "../../codec/mod.ts";
import { equalBytes, sha1 } from "../../crypto/mod.ts";
import { TPM_KH_EK, TPM_KH_SRK } from "../../tpm12/constants/mod.ts";
import { TPM_PUBKEY, type TpmKeyParms, type TpmPubkey } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { clearOwner, drawDaaSecrets } from "../clear_owner.ts";
import { endorsementKeyTemplate } from "../endorsement_key.ts";
import { createKey } from "../keys/key_blob.ts";
import { DEFAULT_EXPONENT, exponentOf, MAX_BITS, rsaParms } from "../keys/key_rules.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_CreateEndorsementKeyPair (Part 3, 14.1). */
export const TPM_CreateEndorsementKeyPair: Handler<"TPM_CreateEndorsementKeyPair"> = (
  tpm,
  { antiReplay, keyInfo },
) => withChecksum(createEndorsementKey(tpm, keyInfo), antiReplay);

/** Actions 1 to 3 and 5 to 10, which TPM_CreateRevocableEK shares. */
function createEndorsementKey(tpm: Tpm, keyInfo: TpmKeyParms): TpmPubkey {
  const { permanent } = tpm;
  // 1.
  if (permanent.endorsementKey !== null) {
    throw tpmError("TPM_DISABLED_CMD", "there is an endorsement key already");
  }
  // 2.
  const parms = rsaParms(keyInfo);
  const isUsual = parms.keyLength === MAX_BITS && exponentOf(parms) === DEFAULT_EXPONENT;
  if (!isUsual || parms.numPrimes !== 2) {
    throw tpmError(
      "TPM_BAD_KEY_PROPERTY",
      `an endorsement key has ${MAX_BITS} bits and exponent ${DEFAULT_EXPONENT}`,
    );
  }
  // 3.
  const key = createKey(tpm, endorsementKeyTemplate(keyInfo), {
    usageAuth: new Uint8Array(20),
    migrationAuth: permanent.tpmProof.slice(),
  });
  // 5.
  permanent.endorsementKey = key;
  // 6 to 8.
  drawDaaSecrets(tpm);
  // 9, 10.
  permanent.flags.CEKPUsed = true;
  permanent.flags.enableRevokeEK = false;
  tpm.changed();
  return key.pubkey;
}

/** 4. checksum = SHA1(PUBEK ‖ antiReplay). */
function withChecksum(pubEndorsementKey: TpmPubkey, antiReplay: Uint8Array) {
  return { pubEndorsementKey, checksum: sha1(encode(TPM_PUBKEY, pubEndorsementKey), antiReplay) };
}

/** TPM_CreateRevocableEK (Part 3, 14.2). */
export const TPM_CreateRevocableEK: Handler<"TPM_CreateRevocableEK"> = (
  tpm,
  { antiReplay, keyInfo, generateReset, inputEKreset },
) => {
  // 1, 2.
  const pubEndorsementKey = createEndorsementKey(tpm, keyInfo);
  // 3.
  const { permanent } = tpm;
  permanent.flags.enableRevokeEK = true;
  permanent.EKReset = generateReset ? tpm.random(20) : inputEKreset;
  // 4.
  return { ...withChecksum(pubEndorsementKey, antiReplay), outputEKreset: permanent.EKReset };
};

/** TPM_RevokeTrust (Part 3, 14.3). */
export const TPM_RevokeTrust: Handler<"TPM_RevokeTrust"> = (tpm, { EKReset }) => {
  const { permanent } = tpm;
  // 1.
  if (!permanent.flags.enableRevokeEK) {
    throw tpmError("TPM_PERMANENTEK", "the endorsement key was made to stay");
  }
  // 2.
  if (!equalBytes(EKReset, permanent.EKReset)) {
    throw tpmError("TPM_AUTHFAIL", "EKReset is wrong");
  }
  // 3.
  tpm.requirePhysicalPresence();
  // 4.
  clearOwner(tpm, { allNvAreas: true });
  permanent.flags.nvLocked = false;
  // 5 to 8.
  drawDaaSecrets(tpm);
  permanent.endorsementKey?.wipe();
  permanent.endorsementKey = null;
  permanent.flags.CEKPUsed = false;
  tpm.changed();
  return {};
};

/** TPM_ReadPubek (Part 3, 14.4). */
export const TPM_ReadPubek: Handler<"TPM_ReadPubek"> = (tpm, { antiReplay }) => {
  // 1.
  if (!tpm.permanent.flags.readPubek) {
    throw tpmError("TPM_DISABLED_CMD", "only the owner may read the endorsement key");
  }
  // 2 to 4.
  return withChecksum(tpm.endorsementKey.pubkey, antiReplay);
};

/** TPM_OwnerReadInternalPub (Part 3, 14.5). */
export const TPM_OwnerReadInternalPub: Handler<"TPM_OwnerReadInternalPub"> = (
  tpm,
  { keyHandle },
) => {
  // 2.
  if (keyHandle === TPM_KH_EK) return { publicPortion: tpm.endorsementKey.pubkey };
  // 3.
  if (keyHandle === TPM_KH_SRK) return { publicPortion: tpm.loadedKey(TPM_KH_SRK).key.pubkey };
  // 4.
  throw tpmError("TPM_BAD_PARAMETER", "only TPM_KH_EK and TPM_KH_SRK can be read so");
};
