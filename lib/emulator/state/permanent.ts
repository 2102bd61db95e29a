import {
  BOOL,
  bytes,
  type Codec,
  counted,
  optionalSized32,
  SIZED32,
  struct,
  U16,
  U32,
} from "../../codec/mod.ts";
import type { RandomSource } from "../../crypto/mod.ts";
import { TPM_TAG_COUNTER_VALUE, TPM_TAG_PERMANENT_FLAGS } from "../../tpm12/constants/mod.ts";
import {
  TPM_COUNTER_VALUE,
  TPM_DELEGATE_TABLE_ROW,
  TPM_DIRVALUE,
  TPM_FAMILY_TABLE_ENTRY,
  TPM_NONCE,
  TPM_NV_DATA_SENSITIVE,
  TPM_PERMANENT_FLAGS,
  TPM_SECRET,
  type TpmCounterValue,
  type TpmDelegateTableRow,
  type TpmFamilyTableEntry,
  type TpmNvDataSensitive,
  type TpmPermanentFlags,
} from "../../tpm12/structures/mod.ts";
import { KEY, type Key, LOADED_KEY, type LoadedKey } from "./key.ts";

/** A monotonic counter and its secret. */
export interface Counter {
  /** TPM_COUNT_ID. */
  countID: number;
  /** Label and value. */
  value: TpmCounterValue;
  /** Secret for increment and release, 20 bytes. */
  authData: Uint8Array;
}

const COUNTER: Codec<Counter> = struct("COUNTER", {
  countID: U32,
  value: TPM_COUNTER_VALUE,
  authData: TPM_SECRET,
});

/** A filled row of the delegation table. */
export interface DelegateRow {
  /** TPM_DELEGATE_INDEX. */
  index: number;
  /** The row. */
  row: TpmDelegateTableRow;
}

const DELEGATE_ROW: Codec<DelegateRow> = struct("DELEGATE_ROW", {
  index: U32,
  row: TPM_DELEGATE_TABLE_ROW,
});

/** What survives power off: TPM_PERMANENT_FLAGS, TPM_PERMANENT_DATA and NV storage (Part 2, 7). */
export interface PermanentState {
  /** TPM_PERMANENT_FLAGS. */
  flags: TpmPermanentFlags;
  /** Proves to this TPM that it made a blob, 20 bytes. */
  tpmProof: Uint8Array;
  /** What TPM_RevokeTrust takes, 20 bytes. */
  EKReset: Uint8Array;
  /** Secret of the owner, 20 bytes (zeros without owner). */
  ownerAuth: Uint8Array;
  /** Whether there is an owner. */
  ownerInstalled: boolean;
  /** Secret of the operator, 20 bytes. */
  operatorAuth: Uint8Array;
  /** The data integrity register, 20 bytes. */
  authDIR: Uint8Array;
  /** Encoded TPM_PUBKEY of the manufacturer's maintenance key; empty for none. */
  manuMaintPub: Uint8Array;
  /** Endorsement key. */
  endorsementKey: Key | null;
  /** Storage root key. */
  srk: Key | null;
  /** AES key of saved contexts, 16 bytes. */
  contextKey: Uint8Array;
  /** AES key of delegation blobs, 16 bytes. */
  delegateKey: Uint8Array;
  /** AES key of DAA blobs, 16 bytes. */
  daaBlobKey: Uint8Array;
  /** Proves to this TPM that it made a DAA blob, 20 bytes. */
  daaProof: Uint8Array;
  /** Seed of all DAA secrets, 20 bytes. */
  tpmDAASeed: Uint8Array;
  /** Counts audit sessions. */
  auditMonotonicCounter: TpmCounterValue;
  /** Monotonic counters. */
  counters: Counter[];
  /** Value the next counter starts above. */
  lastCounter: number;
  /** Ordinals that are audited, rising. */
  auditedOrdinals: number[];
  /** Delegation families. */
  familyTable: TpmFamilyTableEntry[];
  /** Identifier of the last family made. */
  lastFamilyID: number;
  /** Owner delegations held inside. */
  delegateTable: DelegateRow[];
  /** NV writes made while there was no owner. */
  noOwnerNVWrite: number;
  /** TPM_CMK_DELEGATE_* bits. */
  restrictDelegate: number;
  /** Keys the owner made stay. */
  ownerEvictKeys: LoadedKey[];
  /** NV areas, oldest first. */
  nvAreas: TpmNvDataSensitive[];
  /** Failed authorisations that count towards the lockout. */
  authFailCount: number;
}

/** Wire form of {@linkcode PermanentState}. */
export const PERMANENT_STATE: Codec<PermanentState> = struct("PERMANENT_STATE", {
  flags: TPM_PERMANENT_FLAGS,
  tpmProof: TPM_NONCE,
  EKReset: TPM_NONCE,
  ownerAuth: TPM_SECRET,
  ownerInstalled: BOOL,
  operatorAuth: TPM_SECRET,
  authDIR: TPM_DIRVALUE,
  manuMaintPub: SIZED32,
  endorsementKey: optionalSized32(KEY),
  srk: optionalSized32(KEY),
  contextKey: bytes("contextKey", 16),
  delegateKey: bytes("delegateKey", 16),
  daaBlobKey: bytes("daaBlobKey", 16),
  daaProof: TPM_NONCE,
  tpmDAASeed: TPM_NONCE,
  auditMonotonicCounter: TPM_COUNTER_VALUE,
  counters: counted(U16, COUNTER),
  lastCounter: U32,
  auditedOrdinals: counted(U16, U32),
  familyTable: counted(U16, TPM_FAMILY_TABLE_ENTRY),
  lastFamilyID: U32,
  delegateTable: counted(U16, DELEGATE_ROW),
  noOwnerNVWrite: U32,
  restrictDelegate: U32,
  ownerEvictKeys: counted(U16, LOADED_KEY),
  nvAreas: counted(U16, TPM_NV_DATA_SENSITIVE),
  authFailCount: U32,
});

/** A TPM fresh from the factory, without endorsement key, enabled and active. */
export function manufacture(random: RandomSource, auditedOrdinals: number[]): PermanentState {
  return {
    flags: {
      tag: TPM_TAG_PERMANENT_FLAGS,
      disable: false,
      ownership: true,
      deactivated: false,
      readPubek: true,
      disableOwnerClear: false,
      allowMaintenance: true,
      physicalPresenceLifetimeLock: false,
      physicalPresenceHWEnable: false,
      physicalPresenceCMDEnable: false,
      CEKPUsed: false,
      TPMpost: false,
      TPMpostLock: false,
      FIPS: false,
      operator: false,
      enableRevokeEK: true,
      nvLocked: false,
      readSRKPub: false,
      tpmEstablished: false,
      maintenanceDone: false,
      disableFullDALogicInfo: false,
    },
    tpmProof: random(20),
    EKReset: random(20),
    ownerAuth: new Uint8Array(20),
    ownerInstalled: false,
    operatorAuth: new Uint8Array(20),
    authDIR: new Uint8Array(20),
    manuMaintPub: new Uint8Array(0),
    endorsementKey: null,
    srk: null,
    contextKey: random(16),
    delegateKey: random(16),
    daaBlobKey: random(16),
    daaProof: random(20),
    tpmDAASeed: random(20),
    auditMonotonicCounter: { tag: TPM_TAG_COUNTER_VALUE, label: new Uint8Array(4), counter: 0 },
    counters: [],
    lastCounter: 0,
    auditedOrdinals,
    familyTable: [],
    lastFamilyID: 0,
    delegateTable: [],
    noOwnerNVWrite: 0,
    restrictDelegate: 0,
    ownerEvictKeys: [],
    nvAreas: [],
    authFailCount: 0,
  };
}
