import {
  BOOL,
  bytes,
  type Codec,
  counted,
  decode,
  encode,
  optionalSized32,
  SIZED32,
  struct,
  U16,
  U32,
  U64,
  U8,
} from "../../codec/mod.ts";
import { Sha1 } from "../../crypto/mod.ts";
import {
  TPM_DIGEST,
  TPM_NONCE,
  TPM_STCLEAR_FLAGS,
  type TpmStclearFlags,
} from "../../tpm12/structures/mod.ts";
import { lockoutLeft } from "../dictionary_attack.ts";
import type { Tpm } from "../tpm.ts";
import { DAA_SESSION, type DaaSession } from "./daa_session.ts";
import { LOADED_KEY, type LoadedKey } from "./key.ts";
import { PCR_COUNT } from "./pcr_bank.ts";
import {
  AUTH_SESSION,
  type AuthSession,
  TRANSPORT_SESSION,
  type TransportSession,
} from "./sessions.ts";

/** The locks of one NV area that last until TPM_Startup(ST_CLEAR). */
interface NvLocks {
  nvIndex: number;
  bReadSTClear: boolean;
  bWriteSTClear: boolean;
}

const NV_LOCKS: Codec<NvLocks> = struct("NV_LOCKS", {
  nvIndex: U32,
  bReadSTClear: BOOL,
  bWriteSTClear: BOOL,
});

/** A SHA-1 thread under way. */
interface Sha1State {
  transportHandle: number;
  state: Uint8Array;
}

/** What TPM_SaveState saves: the ST_CLEAR data, sessions and keys. */
interface SavedState {
  flags: TpmStclearFlags;
  pcrs: Uint8Array;
  keys: LoadedKey[];
  authSessions: AuthSession[];
  transportSessions: TransportSession[];
  daaSessions: DaaSession[];
  contextNonceKey: Uint8Array | null;
  contextNonceSession: Uint8Array | null;
  contextCount: number;
  contextList: number[];
  countID: number;
  ownerReference: number;
  disableResetLock: boolean;
  deferredPhysicalPresence: number;
  auditDigest: Uint8Array;
  nvLocks: NvLocks[];
}

const SAVED_STATE: Codec<SavedState> = struct("SAVED_STATE", {
  flags: TPM_STCLEAR_FLAGS,
  pcrs: bytes("PCR[]", PCR_COUNT * 20),
  keys: counted(U16, LOADED_KEY),
  authSessions: counted(U16, AUTH_SESSION),
  transportSessions: counted(U16, TRANSPORT_SESSION),
  daaSessions: counted(U16, DAA_SESSION),
  contextNonceKey: optionalSized32(TPM_NONCE),
  contextNonceSession: optionalSized32(TPM_NONCE),
  contextCount: U32,
  contextList: counted(U16, U32),
  countID: U32,
  ownerReference: U32,
  disableResetLock: BOOL,
  deferredPhysicalPresence: U32,
  auditDigest: TPM_DIGEST,
  nvLocks: counted(U16, NV_LOCKS),
});

/** What a snapshot of a running machine holds besides: the ST_ANY data and the SHA-1 thread. */
interface RunningState {
  locality: number;
  hardwarePresence: boolean;
  postInitialise: boolean;
  transportExclusive: number;
  TOSPresent: boolean;
  tickNonce: Uint8Array;
  /** Microseconds of the tick counter. */
  ticks: bigint;
  /** Microseconds left of the lockout. */
  lockoutLeft: bigint;
  sha1Thread: Sha1State | null;
  launchHash: Uint8Array | null;
}

const SHA1_STATE: Codec<Sha1State> = struct("SHA1_STATE", { transportHandle: U32, state: SIZED32 });

const RUNNING_STATE: Codec<RunningState> = struct("RUNNING_STATE", {
  locality: U8,
  hardwarePresence: BOOL,
  postInitialise: BOOL,
  transportExclusive: U32,
  TOSPresent: BOOL,
  tickNonce: TPM_NONCE,
  ticks: U64,
  lockoutLeft: U64,
  sha1Thread: optionalSized32(SHA1_STATE),
  launchHash: optionalSized32(bytes("launchHash", Sha1.STATE_SIZE)),
});

/** What TPM_SaveState saves of a machine, encoded. */
export function encodeSavedState(tpm: Tpm): Uint8Array {
  const { volatile, permanent } = tpm;
  return encode(SAVED_STATE, {
    ...volatile,
    flags: volatile.flags,
    pcrs: volatile.pcrs.bytes,
    keys: [...volatile.keys.values()].filter((loaded) => !loaded.ownerEvict),
    authSessions: [...volatile.authSessions.values()],
    transportSessions: [...volatile.transportSessions.values()],
    daaSessions: [...volatile.daaSessions.values()],
    nvLocks: permanent.nvAreas.map(({ pubInfo }) => pubInfo),
  });
}

/** Brings back what {@linkcode encodeSavedState} saved; `bytes` are taken over. */
export function restoreSavedState(tpm: Tpm, bytes: Uint8Array): void {
  const saved = decode(SAVED_STATE, bytes);
  const { volatile, permanent } = tpm;
  const { flags, pcrs, keys, authSessions, transportSessions, daaSessions, nvLocks, ...rest } =
    saved;
  Object.assign(volatile, rest);
  Object.assign(volatile.flags, flags);
  volatile.pcrs.bytes.set(pcrs);
  for (const loaded of keys) volatile.keys.add(loaded);
  for (const session of authSessions) volatile.authSessions.add(session);
  for (const session of transportSessions) volatile.transportSessions.add(session);
  for (const session of daaSessions) volatile.daaSessions.add(session);
  for (const lock of nvLocks) {
    const area = permanent.nvAreas.find(({ pubInfo }) => pubInfo.nvIndex === lock.nvIndex);
    if (area !== undefined) Object.assign(area.pubInfo, lock);
  }
}

/** Everything volatile of a running machine, encoded. */
export function encodeRunningState(tpm: Tpm): Uint8Array {
  const { volatile } = tpm;
  const thread = volatile.sha1Thread;
  const running = encode(RUNNING_STATE, {
    locality: tpm.locality,
    hardwarePresence: tpm.hardwarePresence,
    postInitialise: tpm.postInitialise,
    transportExclusive: volatile.transportExclusive,
    TOSPresent: volatile.TOSPresent,
    tickNonce: volatile.tickNonce,
    ticks: tpm.ticks,
    lockoutLeft: lockoutLeft(tpm),
    sha1Thread: thread === null
      ? null
      : { transportHandle: thread.transportHandle, state: thread.hash.toBytes() },
    launchHash: tpm.launchHash === null ? null : tpm.launchHash.toBytes(),
  });
  return encode(BOTH, { running, saved: encodeSavedState(tpm) });
}

const BOTH: Codec<{ running: Uint8Array; saved: Uint8Array }> = struct("VOLATILE_STATE", {
  running: SIZED32,
  saved: SIZED32,
});

/** Brings back what {@linkcode encodeRunningState} saved; `bytes` are taken over. */
export function restoreRunningState(tpm: Tpm, bytes: Uint8Array): void {
  const both = decode(BOTH, bytes);
  const running = decode(RUNNING_STATE, both.running);
  restoreSavedState(tpm, both.saved);
  const { volatile } = tpm;
  tpm.locality = running.locality;
  tpm.hardwarePresence = running.hardwarePresence;
  tpm.postInitialise = running.postInitialise;
  volatile.transportExclusive = running.transportExclusive;
  volatile.TOSPresent = running.TOSPresent;
  volatile.tickNonce = running.tickNonce;
  volatile.tickStart = tpm.clock() - running.ticks;
  volatile.lockoutEnd = running.lockoutLeft === 0n ? 0n : tpm.clock() + running.lockoutLeft;
  const thread = running.sha1Thread;
  volatile.sha1Thread = thread === null
    ? null
    : { transportHandle: thread.transportHandle, hash: Sha1.fromBytes(thread.state) };
  tpm.launchHash = running.launchHash === null ? null : Sha1.fromBytes(running.launchHash);
}
