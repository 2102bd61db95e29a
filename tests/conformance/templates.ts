import { encode } from "../../lib/codec/mod.ts";
import { sha1 } from "../../lib/crypto/mod.ts";
import {
  TPM_ALG_RSA,
  TPM_AUTH_ALWAYS,
  TPM_DEL_OWNER_BITS,
  TPM_ES_NONE,
  TPM_ES_RSAESOAEP_SHA1_MGF1,
  TPM_KEY_BIND,
  TPM_KEY_IDENTITY,
  TPM_KEY_LEGACY,
  TPM_KEY_SIGNING,
  TPM_KEY_STORAGE,
  TPM_LOC_ALL,
  TPM_LOC_ZERO,
  TPM_SS_NONE,
  TPM_SS_RSASSAPKCS1v15_SHA1,
  TPM_TAG_DELEGATE_PUBLIC,
  TPM_TAG_DELEGATIONS,
  TPM_TAG_KEY12,
  TPM_TAG_NV_ATTRIBUTES,
  TPM_TAG_NV_DATA_PUBLIC,
  TPM_TAG_PCR_INFO_LONG,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_PCR_COMPOSITE,
  TPM_PCR_INFO,
  TPM_PCR_INFO_LONG,
  TPM_RSA_KEY_PARMS,
  type TpmDelegatePublic,
  type TpmKey,
  type TpmKey12,
  type TpmKeyParms,
  type TpmNvDataPublic,
  type TpmPcrInfoShort,
  type TpmPcrSelection,
} from "../../lib/tpm12/structures/mod.ts";

/** Twenty zero bytes: the well-known secret, and no digest. */
export const ZEROS: Uint8Array = new Uint8Array(20);

/** A secret that follows from a word: its SHA-1, as tpm-tools make of a password. */
export function secret(word: string): Uint8Array {
  return sha1(new TextEncoder().encode(word));
}

/** What a key may be used for. */
export type Usage = "signing" | "storage" | "identity" | "bind" | "legacy";

const USAGES: Record<Usage, { keyUsage: number; encScheme: number; sigScheme: number }> = {
  signing: {
    keyUsage: TPM_KEY_SIGNING,
    encScheme: TPM_ES_NONE,
    sigScheme: TPM_SS_RSASSAPKCS1v15_SHA1,
  },
  storage: {
    keyUsage: TPM_KEY_STORAGE,
    encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1,
    sigScheme: TPM_SS_NONE,
  },
  identity: {
    keyUsage: TPM_KEY_IDENTITY,
    encScheme: TPM_ES_NONE,
    sigScheme: TPM_SS_RSASSAPKCS1v15_SHA1,
  },
  bind: {
    keyUsage: TPM_KEY_BIND,
    encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1,
    sigScheme: TPM_SS_NONE,
  },
  legacy: {
    keyUsage: TPM_KEY_LEGACY,
    encScheme: TPM_ES_RSAESOAEP_SHA1_MGF1,
    sigScheme: TPM_SS_RSASSAPKCS1v15_SHA1,
  },
};

/** What a template of a key takes besides its usage; each has a common value. */
export interface KeyTemplateOptions {
  /** Bits, 2048 by default. */
  bits?: number;
  /** Public exponent; none, as by default, for 65537. */
  exponent?: Uint8Array;
  /** TPM_KEY_FLAG bits, by default none: not migratable. */
  keyFlags?: number;
  /** TPM_AUTH_*, by default always. */
  authDataUsage?: number;
  /** TPM_ES_*, by default as the usage goes. */
  encScheme?: number;
  /** TPM_SS_*, by default as the usage goes. */
  sigScheme?: number;
  /** The form of 1.1 or of 1.2, the latter by default. */
  form?: "TPM_KEY" | "TPM_KEY12";
  /** Encoded TPM_PCR_INFO or TPM_PCR_INFO_LONG, by default none. */
  PCRInfo?: Uint8Array;
}

/** Parameters of an RSA key. */
export function rsaParms(usage: Usage, options: KeyTemplateOptions = {}): TpmKeyParms {
  const { bits = 2048, exponent = new Uint8Array() } = options;
  const { encScheme = USAGES[usage].encScheme, sigScheme = USAGES[usage].sigScheme } = options;
  const parms = encode(TPM_RSA_KEY_PARMS, { keyLength: bits, numPrimes: 2, exponent });
  return { algorithmID: TPM_ALG_RSA, encScheme, sigScheme, parms };
}

/** A key that is yet to be created. */
export function keyTemplate(usage: Usage, options: KeyTemplateOptions = {}): TpmKey | TpmKey12 {
  const common = {
    keyUsage: USAGES[usage].keyUsage,
    keyFlags: options.keyFlags ?? 0,
    authDataUsage: options.authDataUsage ?? TPM_AUTH_ALWAYS,
    algorithmParms: rsaParms(usage, options),
    PCRInfo: options.PCRInfo ?? new Uint8Array(),
    pubKey: { key: new Uint8Array() },
    encData: new Uint8Array(),
  };
  return options.form === "TPM_KEY"
    ? { ver: { major: 1, minor: 1, revMajor: 0, revMinor: 0 }, ...common }
    : { tag: TPM_TAG_KEY12, fill: 0, ...common };
}

/** A selection of PCRs, three bytes long. */
export function selectPcrs(...indices: number[]): TpmPcrSelection {
  const pcrSelect = new Uint8Array(3);
  for (const index of indices) pcrSelect[index >> 3]! |= 1 << (index & 7);
  return { pcrSelect };
}

/** What data or keys are bound to: PCRs with their composite, and localities. */
export interface Binding {
  /** The PCRs, and those at creation. */
  pcrs?: readonly number[];
  /** Composite hash at release, by default zeros. */
  digestAtRelease?: Uint8Array;
  /** TPM_LOC_* bits at release, by default all. */
  localityAtRelease?: number;
}

/** An encoded TPM_PCR_INFO. */
export function pcrInfo({ pcrs = [], digestAtRelease = ZEROS }: Binding): Uint8Array {
  const pcrSelection = selectPcrs(...pcrs);
  return encode(TPM_PCR_INFO, { pcrSelection, digestAtRelease, digestAtCreation: ZEROS });
}

/** An encoded TPM_PCR_INFO_LONG, created at locality 0. */
export function pcrInfoLong(
  { pcrs = [], digestAtRelease = ZEROS, localityAtRelease = TPM_LOC_ALL }: Binding,
): Uint8Array {
  return encode(TPM_PCR_INFO_LONG, {
    tag: TPM_TAG_PCR_INFO_LONG,
    localityAtCreation: TPM_LOC_ZERO,
    localityAtRelease,
    creationPCRSelection: selectPcrs(...pcrs),
    releasePCRSelection: selectPcrs(...pcrs),
    digestAtCreation: ZEROS,
    digestAtRelease,
  });
}

/** The composite digest of PCRs that are all zeros. */
export function compositeOfZeros(...pcrs: number[]): Uint8Array {
  const composite = { select: selectPcrs(...pcrs), pcrValue: pcrs.map(() => ZEROS) };
  return sha1(encode(TPM_PCR_COMPOSITE, composite));
}

/** A TPM_PCR_INFO_SHORT. */
export function pcrInfoShort(
  { pcrs = [], digestAtRelease = ZEROS, localityAtRelease = TPM_LOC_ALL }: Binding = {},
): TpmPcrInfoShort {
  return { pcrSelection: selectPcrs(...pcrs), localityAtRelease, digestAtRelease };
}

/** What an NV area takes besides its number. */
export interface NvTemplateOptions {
  /** TPM_NV_PER_* bits. */
  attributes: number;
  /** Bytes. */
  dataSize: number;
  /** What reading is bound to. */
  read?: Binding;
  /** What writing is bound to. */
  write?: Binding;
}

/** An NV area that is yet to be defined. */
export function nvTemplate(nvIndex: number, options: NvTemplateOptions): TpmNvDataPublic {
  return {
    tag: TPM_TAG_NV_DATA_PUBLIC,
    nvIndex,
    pcrInfoRead: pcrInfoShort(options.read),
    pcrInfoWrite: pcrInfoShort(options.write),
    permission: { tag: TPM_TAG_NV_ATTRIBUTES, attributes: options.attributes },
    bReadSTClear: false,
    bWriteSTClear: false,
    bWriteDefine: false,
    dataSize: options.dataSize,
  };
}

/** What an owner delegation takes; it lets through every PCR and locality. */
export interface DelegationOptions {
  /** Its family. */
  familyID: number;
  /** TPM_DELEGATE_* or TPM_KEY_DELEGATE_* bits. */
  per1: number;
  /** TPM_DEL_OWNER_BITS, as by default, or TPM_DEL_KEY_BITS. */
  delegateType?: number;
  /** The family's count, 1 by default as in a new family. */
  verificationCount?: number;
}

/** A delegation that is yet to be made. */
export function delegatePublic(options: DelegationOptions): TpmDelegatePublic {
  const { familyID, per1, delegateType = TPM_DEL_OWNER_BITS, verificationCount = 1 } = options;
  return {
    tag: TPM_TAG_DELEGATE_PUBLIC,
    rowLabel: 1,
    pcrInfo: pcrInfoShort(),
    permissions: { tag: TPM_TAG_DELEGATIONS, delegateType, per1, per2: 0 },
    familyID,
    verificationCount,
  };
}
