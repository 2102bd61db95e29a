import { encode } from "../codec/mod.ts";
import type { RsaPrivateKey } from "../crypto/mod.ts";
import {
  TPM_ALG_RSA,
  TPM_AUTH_ALWAYS,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_KEY_STORAGE,
  TPM_NV_PER_OWNERWRITE,
  TPM_PT_ASYM,
  TPM_SS_NONE,
} from "../tpm12/constants/mod.ts";
import { encodeStoredCertificate, NV_INDEX_EK_CERTIFICATE } from "../formats/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_RSA_KEY_PARMS,
  type TpmKey,
  type TpmKeyParms,
} from "../tpm12/structures/mod.ts";
import { createKey, pubDataDigest } from "./keys/key_blob.ts";
import { DEFAULT_EXPONENT, MAX_BITS } from "./keys/key_rules.ts";
import type { EndorsementAuthority } from "./endorsement_authority.ts";
import { nvSize, nvSpaceLeft, openArea } from "./nv.ts";
import { Key, rsaPublicKey } from "./state/key.ts";
import type { Tpm } from "./tpm.ts";

const NOTHING = new Uint8Array(0);

/** The structure of an endorsement key before it has a modulus; its schemes are fixed. */
export function endorsementKeyTemplate(keyInfo: TpmKeyParms): TpmKey {
  return {
    ver: STRUCT_VER_1_1,
    keyUsage: TPM_KEY_STORAGE,
    keyFlags: 0,
    authDataUsage: TPM_AUTH_ALWAYS,
    algorithmParms: {
      ...keyInfo,
      encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1,
      sigScheme: TPM_SS_NONE,
    },
    PCRInfo: NOTHING,
    pubKey: { key: NOTHING },
    encData: NOTHING,
  };
}

/** Puts an endorsement key into a TPM that is being manufactured: one it generates, or a given one. */
export function installEndorsementKey(tpm: Tpm, source: "none" | "generate" | RsaPrivateKey): void {
  if (source === "none") return;
  const template = endorsementKeyTemplate({
    algorithmID: TPM_ALG_RSA,
    encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1,
    sigScheme: TPM_SS_NONE,
    parms: encode(TPM_RSA_KEY_PARMS, { keyLength: MAX_BITS, numPrimes: 2, exponent: NOTHING }),
  });
  const secrets = {
    usageAuth: new Uint8Array(20),
    migrationAuth: tpm.permanent.tpmProof.slice(),
  };
  if (source === "generate") {
    tpm.permanent.endorsementKey = createKey(tpm, template, secrets);
    return;
  }
  const { bits, exponent } = source.publicKey;
  if (bits !== MAX_BITS || exponent !== BigInt(DEFAULT_EXPONENT)) {
    const needed = `${MAX_BITS} bits and ${DEFAULT_EXPONENT} are needed`;
    throw new TypeError(`Cannot install the endorsement key: ${needed}`);
  }
  const publicPart = { ...template, pubKey: { key: source.publicKey.modulus } };
  tpm.permanent.endorsementKey = new Key({
    publicPart,
    sensitive: {
      ...secrets,
      payload: TPM_PT_ASYM,
      pubDataDigest: pubDataDigest(publicPart),
      privKey: { key: source.prime },
    },
  });
}

/**
 * Puts the certificate of the endorsement key into NV (PC client specification for conventional
 * BIOS 1.21, 7.3.2). Its index has the D bit: no owner takes it away, nor does clearing him. The
 * owner may write it; reading takes no secret, not even once NV storage is locked.
 */
export function installEndorsementCertificate(tpm: Tpm, authority: EndorsementAuthority): void {
  const { permanent } = tpm;
  if (permanent.endorsementKey === null) {
    throw new TypeError("Cannot certify the endorsement key: there is none");
  }
  const data = encodeStoredCertificate(
    authority.certify(rsaPublicKey(permanent.endorsementKey.pubkey)),
  );
  const area = openArea(NV_INDEX_EK_CERTIFICATE, { attributes: TPM_NV_PER_OWNERWRITE, data });
  if (nvSize(area.pubInfo) > nvSpaceLeft(tpm)) {
    throw new TypeError("Cannot store the endorsement certificate: NV storage is too small");
  }
  permanent.nvAreas.push(area);
}
