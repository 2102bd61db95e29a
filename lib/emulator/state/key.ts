import { BOOL, type Codec, decode, encode, struct, U32 } from "../../codec/mod.ts";
import { RsaPrivateKey, RsaPublicKey, sha1 } from "../../crypto/mod.ts";
import { TPM_MIGRATABLE } from "../../tpm12/constants/mod.ts";
import {
  TPM_KEY_ANY,
  TPM_PCR_INFO,
  TPM_PCR_INFO_LONG,
  TPM_PUBKEY,
  TPM_RSA_KEY_PARMS,
  TPM_STORE_ASYMKEY,
  TPM_STORE_PUBKEY,
  type TpmKey,
  type TpmKey12,
  type TpmPubkey,
  type TpmStoreAsymkey,
} from "../../tpm12/structures/mod.ts";
import { type ReleaseCondition, releaseOf } from "./release_condition.ts";

/** The two halves of a key inside the TPM. */
export interface KeyParts {
  /** TPM_KEY or TPM_KEY12; encData is empty for a key that was never wrapped. */
  readonly publicPart: TpmKey | TpmKey12;
  /** Payload type, secrets and one prime. */
  readonly sensitive: TpmStoreAsymkey;
}

/** A key inside the TPM, with all that follows from its parts, worked out when first asked for. */
export class Key implements KeyParts {
  /** TPM_KEY or TPM_KEY12. */
  readonly publicPart: TpmKey | TpmKey12;
  /** Payload type, secrets and one prime. */
  readonly sensitive: TpmStoreAsymkey;
  #private: RsaPrivateKey | undefined;
  #release: ReleaseCondition | null | undefined;

  /** Takes over the parts; `privateKey` when it is at hand already. */
  constructor(parts: KeyParts, privateKey?: RsaPrivateKey) {
    this.publicPart = parts.publicPart;
    this.sensitive = parts.sensitive;
    this.#private = privateKey;
  }

  /** TPM_KEY_* usage. */
  get keyUsage(): number {
    return this.publicPart.keyUsage;
  }

  /** The secret that use of the key takes, 20 bytes. */
  get usageAuth(): Uint8Array {
    return this.sensitive.usageAuth;
  }

  /** Whether the key may leave this TPM. */
  get migratable(): boolean {
    return this.hasFlag(TPM_MIGRATABLE);
  }

  /** The modulus, big-endian. */
  get modulus(): Uint8Array {
    return this.publicPart.pubKey.key;
  }

  /** RSA key with its private half. */
  get rsa(): RsaPrivateKey {
    return this.#private ??= new RsaPrivateKey(
      rsaPublicKey(this.pubkey),
      this.sensitive.privKey.key,
    );
  }

  /** The public key as a structure of its own. */
  get pubkey(): TpmPubkey {
    const { algorithmParms, pubKey } = this.publicPart;
    return { algorithmParms, pubKey };
  }

  /** SHA-1 of the TPM_PUBKEY, 20 bytes: names the key in migration and identity structures. */
  get pubkeyDigest(): Uint8Array {
    return sha1(encode(TPM_PUBKEY, this.pubkey));
  }

  /** SHA-1 of the TPM_STORE_PUBKEY, 20 bytes: names the key in delegations and transport logs. */
  get storePubkeyDigest(): Uint8Array {
    return sha1(encode(TPM_STORE_PUBKEY, this.publicPart.pubKey));
  }

  /** The PCRs and localities that use of the key takes; `null` when it is bound to none. */
  get release(): ReleaseCondition | null {
    return this.#release ??= keyRelease(this.publicPart);
  }

  /** Whether use of the key depends on the value of a PCR. */
  get usesPcrs(): boolean {
    return this.release?.pcrSelect.some((byte) => byte !== 0) ?? false;
  }

  /** Whether a TPM_KEY_FLAG_* bit is set. */
  hasFlag(flag: number): boolean {
    return (this.publicPart.keyFlags & flag) !== 0;
  }

  /** Wipes secrets and the private half. */
  wipe(): void {
    this.sensitive.usageAuth.fill(0);
    this.sensitive.migrationAuth.fill(0);
    this.sensitive.privKey.key.fill(0);
    this.#private?.wipe();
  }
}

const KEY_PARTS: Codec<KeyParts> = struct("KEY", {
  publicPart: TPM_KEY_ANY,
  sensitive: TPM_STORE_ASYMKEY,
});

/** Wire form of {@linkcode Key} in the emulator's own state. */
export const KEY: Codec<Key> = {
  name: KEY_PARTS.name,
  read: (reader) => new Key(KEY_PARTS.read(reader)),
  write: (writer, key) => KEY_PARTS.write(writer, key),
};

/** A key in a slot. */
export interface LoadedKey {
  /** TPM_KEY_HANDLE. */
  handle: number;
  /** The key. */
  key: Key;
  /** Whether a parent up to the root is bound to PCRs: CertifyKey tells it. */
  parentPCRStatus: boolean;
  /** Whether the owner alone may evict it (TPM_KEY_CONTROL_OWNER_EVICT). */
  ownerEvict: boolean;
}

/** Wire form of {@linkcode LoadedKey} in the emulator's own state. */
export const LOADED_KEY: Codec<LoadedKey> = struct("LOADED_KEY", {
  handle: U32,
  key: KEY,
  parentPCRStatus: BOOL,
  ownerEvict: BOOL,
});

/** Modulus and exponent of a TPM_PUBKEY (Part 2, 10.1: no exponent means 65537). */
export function rsaPublicKey({ algorithmParms, pubKey }: TpmPubkey): RsaPublicKey {
  return new RsaPublicKey(pubKey.key, decode(TPM_RSA_KEY_PARMS, algorithmParms.parms).exponent);
}

function keyRelease({ PCRInfo, ...key }: TpmKey | TpmKey12): ReleaseCondition | null {
  if (PCRInfo.length === 0) return null;
  return releaseOf(
    "ver" in key ? decode(TPM_PCR_INFO, PCRInfo) : decode(TPM_PCR_INFO_LONG, PCRInfo),
  );
}
