import { bytes, type Codec, named, SIZED32, struct, U32, U64, U8 } from "../../codec/mod.ts";

/** One request of the control channel. Numbers are big-endian; there is no other framing. */
export interface SwtpmRow<Q, A> {
  /** Number in front of the request. */
  readonly code: number;
  /** What follows it. */
  readonly request: Codec<Q>;
  /** Bytes that are enough of what follows when they come in one piece: without the padding. */
  readonly unpadded?: number;
  /** Only while the TPM is on, or only while it is off; at all times when absent. */
  readonly power?: "on" | "off";
  /** Its bit in the answer of CMD_GET_CAPABILITY, if it has one. */
  readonly capability?: bigint;
  /** Zeros behind the return code when the TPM refuses; none when absent. */
  readonly refusalPadding?: number;
  /** Whether a TPM return code comes first in the answer; when it is not 0 the rest may be absent. */
  readonly result: boolean;
  /** What follows the return code. */
  readonly answer: Codec<A>;
}

/** Neither request nor answer. */
export type Nothing = Record<never, never>;

const NOTHING: Codec<Nothing> = struct("NOTHING", {});
const PAD: Codec<Uint8Array> = bytes("pad", 3);

interface Locality {
  locality: number;
  pad: Uint8Array;
}
const LOCALITY: Codec<Locality> = struct<Locality>("LOCALITY", { locality: U8, pad: PAD });

interface Established {
  bit: number;
  pad: Uint8Array;
}

interface BlobRequest {
  state_flags: number;
  type: number;
  offset: number;
}

interface BlobAnswer {
  state_flags: number;
  totlength: number;
  data: Uint8Array;
}

interface BlobSent {
  state_flags: number;
  type: number;
  data: Uint8Array;
}

interface BufferSizes {
  size: number;
  min: number;
  max: number;
}

interface InfoRequest {
  flags: bigint;
  offset: number;
  pad: number;
}

interface InfoAnswer {
  totlength: number;
  data: Uint8Array;
}

/** The capability bits follow the numbers, but the three requests of a hash (6 to 8) share one. */
const capabilityOf = (code: number): bigint =>
  1n << BigInt(code < 6 ? code - 2 : Math.max(code, 8) - 4);

/** A row whose request and answer are empty but for the return code. */
const bare = (code: number): SwtpmRow<Nothing, Nothing> => ({
  code,
  capability: capabilityOf(code),
  request: NOTHING,
  result: true,
  answer: NOTHING,
});

/** As {@linkcode bare}, for a TPM that is on. */
const bareOn = (code: number): SwtpmRow<Nothing, Nothing> => ({ ...bare(code), power: "on" });

/** Every request of swtpm's control channel for a TPM 1.2 (tpm_ioctl.h). */
export const SWTPM_CONTROL: {
  readonly CMD_GET_CAPABILITY: SwtpmRow<Nothing, { caps: bigint }>;
  readonly CMD_INIT: SwtpmRow<{ flags: number }, Nothing>;
  readonly CMD_SHUTDOWN: SwtpmRow<Nothing, Nothing>;
  readonly CMD_GET_TPMESTABLISHED: SwtpmRow<Nothing, Established>;
  readonly CMD_SET_LOCALITY: SwtpmRow<Locality, Nothing>;
  readonly CMD_HASH_START: SwtpmRow<Nothing, Nothing>;
  readonly CMD_HASH_DATA: SwtpmRow<{ data: Uint8Array }, Nothing>;
  readonly CMD_HASH_END: SwtpmRow<Nothing, Nothing>;
  readonly CMD_CANCEL_TPM_CMD: SwtpmRow<Nothing, Nothing>;
  readonly CMD_STORE_VOLATILE: SwtpmRow<Nothing, Nothing>;
  readonly CMD_RESET_TPMESTABLISHED: SwtpmRow<Locality, Nothing>;
  readonly CMD_GET_STATEBLOB: SwtpmRow<BlobRequest, BlobAnswer>;
  readonly CMD_SET_STATEBLOB: SwtpmRow<BlobSent, Nothing>;
  readonly CMD_STOP: SwtpmRow<Nothing, Nothing>;
  readonly CMD_GET_CONFIG: SwtpmRow<Nothing, { flags: number }>;
  readonly CMD_SET_DATAFD: SwtpmRow<Nothing, Nothing>;
  readonly CMD_SET_BUFFERSIZE: SwtpmRow<{ size: number }, BufferSizes>;
  readonly CMD_GET_INFO: SwtpmRow<InfoRequest, InfoAnswer>;
  readonly CMD_LOCK_STORAGE: SwtpmRow<{ retries: number }, Nothing>;
} = {
  CMD_GET_CAPABILITY: {
    code: 0x01,
    request: NOTHING,
    result: false,
    answer: struct<{ caps: bigint }>("ptm_cap", { caps: U64 }),
  },
  CMD_INIT: { ...bare(0x02), request: struct<{ flags: number }>("ptm_init", { flags: U32 }) },
  CMD_SHUTDOWN: bare(0x03),
  CMD_GET_TPMESTABLISHED: {
    ...bareOn(0x04),
    answer: struct<Established>("ptm_est", { bit: U8, pad: PAD }),
  },
  CMD_SET_LOCALITY: { ...bare(0x05), request: named("ptm_loc", LOCALITY), unpadded: 1 },
  CMD_HASH_START: bareOn(0x06),
  CMD_HASH_DATA: {
    ...bareOn(0x07),
    request: struct<{ data: Uint8Array }>("ptm_hdata", { data: SIZED32 }),
  },
  CMD_HASH_END: bareOn(0x08),
  CMD_CANCEL_TPM_CMD: bareOn(0x09),
  CMD_STORE_VOLATILE: bareOn(0x0a),
  CMD_RESET_TPMESTABLISHED: {
    ...bareOn(0x0b),
    request: named("ptm_reset_est", LOCALITY),
    unpadded: 1,
  },
  CMD_GET_STATEBLOB: {
    ...bareOn(0x0c),
    request: struct<BlobRequest>("ptm_getstate", { state_flags: U32, type: U32, offset: U32 }),
    refusalPadding: 12,
    answer: struct<BlobAnswer>("ptm_getstate", {
      state_flags: U32,
      totlength: U32,
      data: SIZED32,
    }),
  },
  CMD_SET_STATEBLOB: {
    ...bare(0x0d),
    power: "off",
    request: struct<BlobSent>("ptm_setstate", { state_flags: U32, type: U32, data: SIZED32 }),
  },
  CMD_STOP: bare(0x0e),
  CMD_GET_CONFIG: {
    ...bare(0x0f),
    answer: struct<{ flags: number }>("ptm_getconfig", { flags: U32 }),
  },
  CMD_SET_DATAFD: bare(0x10),
  CMD_SET_BUFFERSIZE: {
    ...bare(0x11),
    request: struct<{ size: number }>("ptm_setbuffersize", { size: U32 }),
    answer: struct<BufferSizes>("ptm_setbuffersize", { size: U32, min: U32, max: U32 }),
  },
  CMD_GET_INFO: {
    ...bare(0x12),
    request: struct<InfoRequest>("ptm_getinfo", { flags: U64, offset: U32, pad: U32 }),
    answer: struct<InfoAnswer>("ptm_getinfo", { totlength: U32, data: SIZED32 }),
  },
  // Newer than swtpm 0.7, which has no such bit.
  CMD_LOCK_STORAGE: {
    code: 0x13,
    request: struct<{ retries: number }>("ptm_lockstorage", { retries: U32 }),
    result: true,
    answer: NOTHING,
  },
};

/** Name of a control request. */
export type SwtpmCommand = keyof typeof SWTPM_CONTROL;

/** What a request takes. */
export type SwtpmRequest<N extends SwtpmCommand> = (typeof SWTPM_CONTROL)[N] extends
  SwtpmRow<infer Q, infer _> ? Q : never;
/** What comes back for it. */
export type SwtpmAnswer<N extends SwtpmCommand> = (typeof SWTPM_CONTROL)[N] extends
  SwtpmRow<infer _, infer A> ? A : never;

/** INIT flag: delete the volatile state once it has been read. */
export const PTM_INIT_FLAG_DELETE_VOLATILE = 1;
/** State flag of a request: the blob is to come decrypted. */
export const PTM_STATE_FLAG_DECRYPTED = 1;
/** State flag of an answer: the blob is encrypted. */
export const PTM_STATE_FLAG_ENCRYPTED = 2;

/** GET_INFO flag: the specification the TPM follows. */
export const SWTPM_INFO_TPMSPECIFICATION = 1n;
/** GET_INFO flag: maker, model and version of the TPM. */
export const SWTPM_INFO_TPMATTRIBUTES = 2n;

/** Ordinal of the command, none of the TPM's, that sets the locality; a BYTE follows it. */
export const SET_LOCALITY_ORDINAL = 0x20001000;

/** The numbers of the state blobs. */
export const SWTPM_BLOBS: Readonly<Record<SwtpmBlob, number>> = {
  permanent: 1,
  volatile: 2,
  savestate: 3,
};
/** A state blob: permanent, volatile, or what TPM_SaveState saved. */
export type SwtpmBlob = "permanent" | "volatile" | "savestate";
