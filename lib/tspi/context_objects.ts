import { ContextBase } from "./context_base.ts";
import { TSS_ENCDATA_BIND, TSS_ENCDATA_SEAL } from "./constants/enc_data.ts";
import { TSS_HASH_SHA1 } from "./constants/hash.ts";
import {
  TSS_OBJECT_TYPE_DAA_ARA_KEY,
  TSS_OBJECT_TYPE_DAA_CERTIFICATE,
  TSS_OBJECT_TYPE_DAA_ISSUER_KEY,
  TSS_OBJECT_TYPE_DELFAMILY,
  TSS_OBJECT_TYPE_ENCDATA,
  TSS_OBJECT_TYPE_HASH,
  TSS_OBJECT_TYPE_MIGDATA,
  TSS_OBJECT_TYPE_NV,
  TSS_OBJECT_TYPE_PCRS,
  TSS_OBJECT_TYPE_POLICY,
  TSS_OBJECT_TYPE_RSAKEY,
} from "./constants/object_types.ts";
import { TSS_PCRS_STRUCT_DEFAULT } from "./constants/pcrs.ts";
import { TSS_POLICY_OPERATOR, TSS_POLICY_USAGE } from "./constants/policy.ts";
import type { Context } from "./context.ts";
import { DaaAraKey } from "./daa_ara_key.ts";
import { DaaCredential } from "./daa_credential.ts";
import { DaaIssuerKey } from "./daa_issuer_key.ts";
import { DelFamily } from "./del_family.ts";
import { EncData } from "./enc_data.ts";
import { Hash } from "./hash.ts";
import { Key } from "./key.ts";
import { MigData } from "./mig_data.ts";
import { NvStore } from "./nv_store.ts";
import { PcrComposite } from "./pcr_composite.ts";
import { Policy } from "./policy.ts";
import { tspError } from "./tsp_error.ts";
import type { TspObject } from "./tsp_object.ts";

/** How an object of each type is made of its initFlags. */
const FACTORIES: {
  readonly [T in keyof ObjectOfType]: (context: Context, initFlags: number) => ObjectOfType[T];
} = {
  [TSS_OBJECT_TYPE_POLICY]: (context, initFlags) => {
    if (initFlags < TSS_POLICY_USAGE || initFlags > TSS_POLICY_OPERATOR) throw noSuch(initFlags);
    return new Policy(context, initFlags);
  },
  [TSS_OBJECT_TYPE_RSAKEY]: (context, initFlags) => new Key(context, initFlags),
  [TSS_OBJECT_TYPE_ENCDATA]: (context, initFlags) => new EncData(context, initFlags),
  [TSS_OBJECT_TYPE_PCRS]: (context, initFlags) => new PcrComposite(context, initFlags),
  [TSS_OBJECT_TYPE_HASH]: (context, initFlags) => new Hash(context, initFlags),
  [TSS_OBJECT_TYPE_DELFAMILY]: only((context) => new DelFamily(context)),
  [TSS_OBJECT_TYPE_NV]: only((context) => new NvStore(context)),
  [TSS_OBJECT_TYPE_MIGDATA]: only((context) => new MigData(context)),
  [TSS_OBJECT_TYPE_DAA_CERTIFICATE]: only((context) => new DaaCredential(context)),
  [TSS_OBJECT_TYPE_DAA_ISSUER_KEY]: only((context) => new DaaIssuerKey(context)),
  [TSS_OBJECT_TYPE_DAA_ARA_KEY]: only((context) => new DaaAraKey(context)),
};

/** The class of objects of each TSS_OBJECT_TYPE_*. */
export interface ObjectOfType {
  /** Policies. */
  readonly [TSS_OBJECT_TYPE_POLICY]: Policy;
  /** Keys. */
  readonly [TSS_OBJECT_TYPE_RSAKEY]: Key;
  /** Encrypted data. */
  readonly [TSS_OBJECT_TYPE_ENCDATA]: EncData;
  /** PCRs. */
  readonly [TSS_OBJECT_TYPE_PCRS]: PcrComposite;
  /** Hashes. */
  readonly [TSS_OBJECT_TYPE_HASH]: Hash;
  /** Families of delegations. */
  readonly [TSS_OBJECT_TYPE_DELFAMILY]: DelFamily;
  /** NV areas. */
  readonly [TSS_OBJECT_TYPE_NV]: NvStore;
  /** Migration data. */
  readonly [TSS_OBJECT_TYPE_MIGDATA]: MigData;
  /** Credentials of direct anonymous attestation. */
  readonly [TSS_OBJECT_TYPE_DAA_CERTIFICATE]: DaaCredential;
  /** Issuers' keys of direct anonymous attestation. */
  readonly [TSS_OBJECT_TYPE_DAA_ISSUER_KEY]: DaaIssuerKey;
  /** Keys of authorities that lift anonymity. */
  readonly [TSS_OBJECT_TYPE_DAA_ARA_KEY]: DaaAraKey;
}

/** Making and closing objects. */
export abstract class ContextObjects extends ContextBase {
  /**
   * `Tspi_Context_CreateObject`: makes an object of a type (TSS_OBJECT_TYPE_*), of the kind that
   * the flags say. Throws TSS_E_INVALID_OBJECT_TYPE, TSS_E_INVALID_OBJECT_INITFLAG.
   */
  createObject<T extends keyof ObjectOfType>(objectType: T, initFlags?: number): ObjectOfType[T];
  /** As above, for a type that is only known when it runs. */
  createObject(objectType: number, initFlags?: number): TspObject;
  createObject(objectType: number, initFlags: number = 0): TspObject {
    this.opened();
    const factory = (FACTORIES as Readonly<
      Record<number, ((context: Context, initFlags: number) => TspObject) | undefined>
    >)[objectType];
    if (factory === undefined) throw tspError("TSS_E_INVALID_OBJECT_TYPE");
    return this.adopt(factory(this.context, initFlags));
  }

  /**
   * `Tspi_Context_CloseObject`: lets an object go: a loaded key leaves the TPM, a secret is wiped.
   * Throws TSS_E_INVALID_HANDLE when it belongs to another context or is closed.
   */
  async closeObject(object: TspObject): Promise<void> {
    if (!this.objects.has(object)) throw tspError("TSS_E_INVALID_HANDLE");
    await this.abandon(object);
  }

  /** A policy: TSS_POLICY_USAGE, TSS_POLICY_MIGRATION or TSS_POLICY_OPERATOR. */
  createPolicy(policyType: number = TSS_POLICY_USAGE): Policy {
    return this.createObject(TSS_OBJECT_TYPE_POLICY, policyType);
  }

  /** A key, not made yet: TSS_KEY_* flags of authorisation, type, size, structure and template. */
  createRsaKey(initFlags: number): Key {
    return this.createObject(TSS_OBJECT_TYPE_RSAKEY, initFlags);
  }

  /** Encrypted data: TSS_ENCDATA_SEAL, TSS_ENCDATA_BIND or TSS_ENCDATA_LEGACY. */
  createEncData(initFlags: number = TSS_ENCDATA_SEAL): EncData {
    return this.createObject(TSS_OBJECT_TYPE_ENCDATA, initFlags);
  }

  /** Encrypted data that is bound. */
  createBoundData(): EncData {
    return this.createEncData(TSS_ENCDATA_BIND);
  }

  /** PCRs: TSS_PCRS_STRUCT_*. */
  createPcrComposite(initFlags: number = TSS_PCRS_STRUCT_DEFAULT): PcrComposite {
    return this.createObject(TSS_OBJECT_TYPE_PCRS, initFlags);
  }

  /** A hash: TSS_HASH_SHA1 or TSS_HASH_OTHER. */
  createHash(initFlags: number = TSS_HASH_SHA1): Hash {
    return this.createObject(TSS_OBJECT_TYPE_HASH, initFlags);
  }

  /** A family of delegations that stands for none of the TPM's. */
  createDelFamily(): DelFamily {
    return this.createObject(TSS_OBJECT_TYPE_DELFAMILY);
  }

  /** The object for a family of the TPM's, always the same while it is open. */
  delFamilyOf(familyID: number): DelFamily {
    for (const object of this.objects) {
      if (object instanceof DelFamily && object.familyID === familyID) return object;
    }
    return this.adopt(new DelFamily(this.context, familyID));
  }

  /** An NV area, its index, size and permissions not set yet. */
  createNvStore(): NvStore {
    return this.createObject(TSS_OBJECT_TYPE_NV);
  }

  /** Migration data, nothing set yet. */
  createMigData(): MigData {
    return this.createObject(TSS_OBJECT_TYPE_MIGDATA);
  }

  /** A credential of direct anonymous attestation, to be joined for, or to verify with. */
  createDaaCredential(): DaaCredential {
    return this.createObject(TSS_OBJECT_TYPE_DAA_CERTIFICATE);
  }

  /** An issuer's key of direct anonymous attestation, to be made or set. */
  createDaaIssuerKey(): DaaIssuerKey {
    return this.createObject(TSS_OBJECT_TYPE_DAA_ISSUER_KEY);
  }

  /** The key of an authority that lifts anonymity, to be made or set. */
  createDaaAraKey(): DaaAraKey {
    return this.createObject(TSS_OBJECT_TYPE_DAA_ARA_KEY);
  }

  /** The keys of the context. */
  protected *keys(): Iterable<Key> {
    for (const object of this.objects) {
      if (object instanceof Key && !object.closed) yield object;
    }
  }

  /** Marks every key as not loaded: the TPM was cleared. */
  forgetKeys(): void {
    for (const key of this.keys()) key.adoptHandle(null);
  }
}

/** Makes objects of a type that has one kind alone. */
function only<O>(make: (context: Context) => O): (context: Context, initFlags: number) => O {
  return (context, initFlags) => {
    if (initFlags !== 0) throw noSuch(initFlags);
    return make(context);
  };
}

function noSuch(initFlags: number): Error {
  return tspError("TSS_E_INVALID_OBJECT_INITFLAG", `there is no such object: ${initFlags}`);
}
