import type { RandomSource, Sha1 } from "../../crypto/mod.ts";
import { TPM_KH_OWNER, TPM_TAG_STCLEAR_FLAGS } from "../../tpm12/constants/mod.ts";
import type { TpmStclearFlags } from "../../tpm12/structures/mod.ts";
import type { DaaSession } from "./daa_session.ts";
import { HandleTable } from "./handle_table.ts";
import type { LoadedKey } from "./key.ts";
import type { Limits } from "./limits.ts";
import { PcrBank } from "./pcr_bank.ts";
import type { AuthSession, TransportSession } from "./sessions.ts";

/** The counter no counter has: none was incremented since TPM_Startup(ST_CLEAR). */
export const NO_COUNTER = 0xffffffff;
/** Takes the place of the active counter once it was released: no other may be incremented. */
export const RELEASED_COUNTER = 0xfffffffe;

/** The SHA-1 thread and who started it. */
export interface Sha1Thread {
  /** The hash so far. */
  readonly hash: Sha1;
  /** Handle of the transport session it belongs to; 0 for none. */
  readonly transportHandle: number;
}

/**
 * What is lost at power off unless TPM_SaveState keeps it: TPM_STCLEAR_FLAGS, TPM_STCLEAR_DATA,
 * TPM_STANY_FLAGS, TPM_STANY_DATA and all loaded resources (Part 2, 7).
 */
export class VolatileState {
  /** TPM_STCLEAR_FLAGS. */
  readonly flags: TpmStclearFlags = {
    tag: TPM_TAG_STCLEAR_FLAGS,
    deactivated: false,
    disableForceClear: false,
    physicalPresence: false,
    physicalPresenceLock: false,
    bGlobalLock: false,
  };
  /** Platform configuration registers. */
  readonly pcrs: PcrBank = new PcrBank();
  /** Loaded keys; the owner-evict keys of the permanent state among them. */
  readonly keys: HandleTable<LoadedKey>;
  /** Authorisation sessions. */
  readonly authSessions: HandleTable<AuthSession>;
  /** Transport sessions. */
  readonly transportSessions: HandleTable<TransportSession>;
  /** DAA sessions. */
  readonly daaSessions: HandleTable<DaaSession>;
  /** Nonce in saved key contexts, 20 bytes; drawn at first use. */
  contextNonceKey: Uint8Array | null = null;
  /** Nonce in saved session contexts, 20 bytes; drawn at first use. */
  contextNonceSession: Uint8Array | null = null;
  /** Count given to the last saved session context. */
  contextCount = 0;
  /** Counts of the session contexts that are outside and may come back; 0 for a free place. */
  contextList: number[] = [];
  /** The counter that may be incremented until the next TPM_Startup(ST_CLEAR). */
  countID: number = NO_COUNTER;
  /** What OIAP and OSAP mean by the owner: TPM_KH_OWNER, or a row of the delegation table. */
  ownerReference: number = TPM_KH_OWNER;
  /** TPM_ResetLockValue failed since the lockout began. */
  disableResetLock = false;
  /** Bits of TPM_SD_DEFERREDPHYSICALPRESENCE. */
  deferredPhysicalPresence = 0;
  /** Digest of the audited commands, 20 bytes. */
  auditDigest: Uint8Array = new Uint8Array(20);
  /** Names the session of the tick counter, 20 bytes. */
  tickNonce: Uint8Array = new Uint8Array(20);
  /** What the clock said when the tick counter was 0, in microseconds. */
  tickStart = 0n;
  /** When the lockout ends by the clock, in microseconds; 0 when there is none. */
  lockoutEnd = 0n;
  /** A trusted operating system has been started (TPM_STANY_FLAGS). */
  TOSPresent = false;
  /** Handle of the exclusive transport session; 0 for none. */
  transportExclusive = 0;
  /** SHA-1 thread. */
  sha1Thread: Sha1Thread | null = null;

  /** Makes the state TPM_Init leaves, before TPM_Startup. */
  constructor(limits: Limits) {
    this.keys = new HandleTable({ limit: limits.keys, full: "TPM_NOSPACE", entry: "key slot" });
    this.authSessions = new HandleTable({
      limit: limits.authSessions,
      full: "TPM_RESOURCES",
      entry: "authorisation session",
    });
    this.transportSessions = new HandleTable({
      limit: limits.transportSessions,
      full: "TPM_RESOURCES",
      entry: "transport session",
    });
    this.daaSessions = new HandleTable({
      limit: limits.daaSessions,
      full: "TPM_RESOURCES",
      entry: "DAA session",
    });
    this.pcrs.clear();
  }

  /** The nonce of key contexts, drawn at first use. */
  keyContextNonce(random: RandomSource): Uint8Array {
    return this.contextNonceKey ??= random(20);
  }

  /** The nonce of session contexts, drawn at first use. */
  sessionContextNonce(random: RandomSource): Uint8Array {
    return this.contextNonceSession ??= random(20);
  }
}
