import { encode } from "../../codec/mod.ts";
import { equalBytes, sha1 } from "../../crypto/mod.ts";
import {
  TPM_KEY_BIND,
  TPM_KEY_IDENTITY,
  TPM_KEY_STORAGE,
  TPM_MIGRATEAUTHORITY,
  TPM_PT_ASYM,
  TPM_PT_MIGRATE_EXTERNAL,
  TPM_PT_MIGRATE_RESTRICTED,
  TPM_TAG_CERTIFY_INFO2,
} from "../../tpm12/constants/mod.ts";
import { selectedPcrs } from "../../tpm12/pcr_selection.ts";
import {
  STRUCT_VER_1_1,
  TPM_CERTIFY_INFO_ANY,
  TPM_PCR_INFO,
  TPM_PCR_INFO_SHORT,
  type TpmCertifyInfo,
  type TpmCertifyInfo2,
} from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { authorizeInTurn } from "../authorization.ts";
import { requireSigningUsage, signDigest, SIGNING_USAGES, signsDigests } from "../keys/signing.ts";
import type { Key, LoadedKey } from "../state/key.ts";
import { ALL_LOCALITIES, type ReleaseCondition } from "../state/release_condition.ts";
import type { Tpm } from "../tpm.ts";
import { migrationAuthOf } from "./ch11_cmk.ts";
import type { Handler } from "./handler.ts";

const NOTHING = new Uint8Array(0);
const CERTIFIABLE: readonly number[] = [...SIGNING_USAGES, TPM_KEY_STORAGE, TPM_KEY_BIND];

/** TPM_CertifyKey (Part 3, 13.8). */
export const TPM_CertifyKey: Handler<"TPM_CertifyKey"> = (tpm, { antiReplay }, call) => {
  const certifier = call.key("certHandle").key;
  const loaded = call.key("keyHandle");
  const { key } = loaded;
  // 1.
  requireCertifyScheme(certifier);
  // 2.
  authorizeInTurn(tpm, call, "certHandle");
  authorizeInTurn(tpm, call, "keyHandle");
  // 3.
  if (key.sensitive.payload !== TPM_PT_ASYM) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "a certified migratable key takes TPM_CertifyKey2");
  }
  // 4.
  if (certifier.keyUsage === TPM_KEY_IDENTITY && key.migratable) {
    throw tpmError("TPM_MIGRATEFAIL", "an identity certifies no migratable key");
  }
  // 5, 6.
  requireUsages(certifier, key);
  // 7 to 13.
  const { release } = key;
  const certifyInfo = release !== null && needsCertifyInfo2(release)
    ? certifyInfo2(loaded, antiReplay)
    : certifyInfo1(loaded, antiReplay);
  // 14, 15.
  return { certifyInfo, outData: signCertifyInfo(certifier, certifyInfo) };
};

/** TPM_CertifyKey2 (Part 3, 13.9). */
export const TPM_CertifyKey2: Handler<"TPM_CertifyKey2"> = (
  tpm,
  { migrationPubDigest, antiReplay },
  call,
) => {
  const certifier = call.key("certHandle").key;
  const loaded = call.key("keyHandle");
  const { key } = loaded;
  // 1.
  requireCertifyScheme(certifier);
  // 2.
  authorizeInTurn(tpm, call, "keyHandle");
  authorizeInTurn(tpm, call, "certHandle");
  // 3.
  const underAuthority = isUnderAuthority(key);
  if (
    certifier.keyUsage === TPM_KEY_IDENTITY && key.migratable &&
    (!key.hasFlag(TPM_MIGRATEAUTHORITY) || !underAuthority)
  ) {
    throw tpmError("TPM_MIGRATEFAIL", "an identity certifies no freely migratable key");
  }
  // 4, 5.
  requireUsages(certifier, key);
  // 6 to 14.
  const certifyInfo = certifyInfo2(loaded, antiReplay);
  if (underAuthority) {
    requireAuthority(tpm, key, migrationPubDigest);
    certifyInfo.payloadType = key.sensitive.payload;
    certifyInfo.migrationAuthority = sha1(
      migrationPubDigest,
      Uint8Array.of(certifyInfo.payloadType),
    );
  }
  // 15.
  return { certifyInfo, outData: signCertifyInfo(certifier, certifyInfo) };
};

function requireCertifyScheme(certifier: Key): void {
  if (signsDigests(certifier)) return;
  throw tpmError("TPM_BAD_KEY_PROPERTY", "the certifying key does not sign SHA-1 digests");
}

function requireUsages(certifier: Key, key: Key): void {
  requireSigningUsage(certifier);
  if (!CERTIFIABLE.includes(key.keyUsage)) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "keys of this usage cannot be certified");
  }
}

/** Whether migration authorities control the key. */
function isUnderAuthority({ sensitive }: Key): boolean {
  return sensitive.payload === TPM_PT_MIGRATE_RESTRICTED ||
    sensitive.payload === TPM_PT_MIGRATE_EXTERNAL;
}

/** 13.9, 11.b. The authorities are those the key was made for. */
function requireAuthority(tpm: Tpm, key: Key, msaDigest: Uint8Array): void {
  const migrationAuth = migrationAuthOf(tpm, { msaDigest, pubKeyDigest: key.pubkeyDigest });
  if (!equalBytes(migrationAuth, key.sensitive.migrationAuth)) {
    throw tpmError("TPM_MA_SOURCE", "other authorities control the key");
  }
}

/** 13.8, 7. Localities and PCRs above 15 do not fit into the form of 1.1. */
function needsCertifyInfo2({ pcrSelect, localityAtRelease }: ReleaseCondition): boolean {
  return localityAtRelease !== ALL_LOCALITIES || selectedPcrs(pcrSelect).some((pcr) => pcr >= 16);
}

/** What both forms say of a key. */
function commonInfo({ key, parentPCRStatus }: LoadedKey, antiReplay: Uint8Array) {
  const { keyUsage, keyFlags, authDataUsage, algorithmParms } = key.publicPart;
  return {
    keyUsage,
    keyFlags,
    authDataUsage,
    algorithmParms,
    pubkeyDigest: sha1(key.modulus),
    data: antiReplay,
    parentPCRStatus,
  };
}

/** The form of 1.1, which TPM_ChangeAuthAsymStart shares (13.8, actions 8 to 13). */
export function certifyInfo1(loaded: LoadedKey, antiReplay: Uint8Array): TpmCertifyInfo {
  const { release } = loaded.key;
  // 9.b, 10. digestAtCreation is zeros.
  const PCRInfo = release === null ? NOTHING : encode(TPM_PCR_INFO, {
    pcrSelection: { pcrSelect: release.pcrSelect },
    digestAtRelease: release.digestAtRelease,
    digestAtCreation: new Uint8Array(20),
  });
  return { version: STRUCT_VER_1_1, ...commonInfo(loaded, antiReplay), PCRInfo };
}

function certifyInfo2(loaded: LoadedKey, antiReplay: Uint8Array): TpmCertifyInfo2 {
  const { release } = loaded.key;
  const PCRInfo = release === null ? NOTHING : encode(TPM_PCR_INFO_SHORT, {
    pcrSelection: { pcrSelect: release.pcrSelect },
    localityAtRelease: release.localityAtRelease,
    digestAtRelease: release.digestAtRelease,
  });
  return {
    tag: TPM_TAG_CERTIFY_INFO2,
    fill: 0,
    payloadType: TPM_PT_ASYM,
    ...commonInfo(loaded, antiReplay),
    PCRInfo,
    migrationAuthority: NOTHING,
  };
}

function signCertifyInfo(certifier: Key, info: TpmCertifyInfo | TpmCertifyInfo2): Uint8Array {
  return signDigest(certifier, sha1(encode(TPM_CERTIFY_INFO_ANY, info)));
}
