import { bytes, type Codec, named, SIZED32, struct, U32, U64, U8 } from "../codec/mod.ts";

/** One request of the control channel. Numbers are big-endian; there is no other framing. */
export interface SwtpmRow<Q, A> {
  /** Number in front of the request. */
  readonly code: number;
  /** What follows it. */
  readonly request: Codec<Q>;
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

const bare = (code: number): SwtpmRow<Nothing, Nothing> => ({
  code,
  request: NOTHING,
  result: true,
  answer: NOTHING,
});

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
    ...bare(0x04),
    answer: struct<Established>("ptm_est", { bit: U8, pad: PAD }),
  },
  CMD_SET_LOCALITY: { ...bare(0x05), request: named("ptm_loc", LOCALITY) },
  CMD_HASH_START: bare(0x06),
  CMD_HASH_DATA: {
    ...bare(0x07),
    request: struct<{ data: Uint8Array }>("ptm_hdata", { data: SIZED32 }),
  },
  CMD_HASH_END: bare(0x08),
  CMD_CANCEL_TPM_CMD: bare(0x09),
  CMD_STORE_VOLATILE: bare(0x0a),
  CMD_RESET_TPMESTABLISHED: { ...bare(0x0b), request: named("ptm_reset_est", LOCALITY) },
  CMD_GET_STATEBLOB: {
    code: 0x0c,
    request: struct<BlobRequest>("ptm_getstate", { state_flags: U32, type: U32, offset: U32 }),
    result: true,
    answer: struct<BlobAnswer>("ptm_getstate", {
      state_flags: U32,
      totlength: U32,
      data: SIZED32,
    }),
  },
  CMD_SET_STATEBLOB: {
    ...bare(0x0d),
    request: struct<BlobSent>("ptm_setstate", { state_flags: U32, type: U32, data: SIZED32 }),
  },
  CMD_STOP: bare(0x0e),
  CMD_GET_CONFIG: {
    ...bare(0x0f),
    answer: struct<{ flags: number }>("ptm_getconfig", { flags: U32 }),
  },
  CMD_SET_DATAFD: bare(0x10),
  CMD_SET_BUFFERSIZE: {
    code: 0x11,
    request: struct<{ size: number }>("ptm_setbuffersize", { size: U32 }),
    result: true,
    answer: struct<BufferSizes>("ptm_setbuffersize", { size: U32, min: U32, max: U32 }),
  },
  CMD_GET_INFO: {
    code: 0x12,
    request: struct<InfoRequest>("ptm_getinfo", { flags: U64, offset: U32, pad: U32 }),
    result: true,
    answer: struct<InfoAnswer>("ptm_getinfo", { totlength: U32, data: SIZED32 }),
  },
};

/** Name of a control request. */
export type SwtpmCommand = keyof typeof SWTPM_CONTROL;

/** INIT flag: delete the volatile state once it has been read. */
export const PTM_INIT_FLAG_DELETE_VOLATILE = 1;
/** State flag of a request: the blob is to come decrypted. */
export const PTM_STATE_FLAG_DECRYPTED = 1;
/** State flag of an answer: the blob is encrypted. */
export const PTM_STATE_FLAG_ENCRYPTED = 2;

/** The numbers of the state blobs. */
export const SWTPM_BLOBS: Readonly<Record<SwtpmBlob, number>> = {
  permanent: 1,
  volatile: 2,
  savestate: 3,
};
/** A state blob: permanent, volatile, or what TPM_SaveState saved. */
export type SwtpmBlob = "permanent" | "volatile" | "savestate";
