/** How much of everything an emulated TPM holds. The defaults are those of libtpms. */
export interface Limits {
  /** Longest command and answer in bytes. */
  readonly buffer: number;
  /** Loaded keys, owner-evict keys among them. */
  readonly keys: number;
  /** Keys that stay loaded by the owner's will. */
  readonly ownerEvictKeys: number;
  /** OIAP, OSAP and DSAP sessions. */
  readonly authSessions: number;
  /** Transport sessions. */
  readonly transportSessions: number;
  /** DAA sessions. */
  readonly daaSessions: number;
  /** Session contexts saved outside at one time. */
  readonly savedContexts: number;
  /** How far the counts of saved session contexts may lie apart. */
  readonly contextGap: number;
  /** Monotonic counters. */
  readonly counters: number;
  /** Rows of the family table. */
  readonly familyRows: number;
  /** Rows of the delegation table. */
  readonly delegateRows: number;
  /** Bytes of NV storage for areas. */
  readonly nvSpace: number;
  /** NV writes while no owner is installed. */
  readonly nvWritesWithoutOwner: number;
  /** Failed authorisations before the lockout begins. */
  readonly dictionaryAttackThreshold: number;
  /** Most bytes of one TPM_SHA1Update. */
  readonly sha1UpdateBytes: number;
}

/** The limits of libtpms. */
export const DEFAULT_LIMITS: Limits = {
  buffer: 4096,
  keys: 20,
  ownerEvictKeys: 10,
  authSessions: 16,
  transportSessions: 16,
  daaSessions: 2,
  savedContexts: 128,
  contextGap: 0xffffffff,
  counters: 8,
  familyRows: 16,
  delegateRows: 4,
  nvSpace: 28672,
  nvWritesWithoutOwner: 64,
  dictionaryAttackThreshold: 5,
  sha1UpdateBytes: 4032,
};
