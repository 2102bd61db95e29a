import { type Reader, Writer } from "../../codec/mod.ts";
import { tpmError, TssError } from "../../tpm12/tss_error.ts";
import type { SectionName } from "../state/image.ts";
import {
  PTM_INIT_FLAG_DELETE_VOLATILE,
  SWTPM_BLOBS,
  SWTPM_CONTROL,
  type SwtpmAnswer,
  type SwtpmBlob,
  type SwtpmCommand,
  type SwtpmRequest,
  type SwtpmRow,
} from "./control_protocol.ts";
import { infoText } from "./info.ts";
import type { Platform } from "./platform.ts";

/** What control requests are made of. */
export interface ControlContext {
  /** The TPM and its switches. */
  readonly platform: Platform;
  /** Whether a file descriptor can come with a request. */
  readonly takesDescriptors: boolean;
  /** Serves the descriptor that came with the request as the data channel. */
  takeDataDescriptor(): void;
  /** Ends the server once the request is answered. */
  shutdown(): void;
}

type Handlers = {
  readonly [N in SwtpmCommand]: (
    context: ControlContext,
    request: SwtpmRequest<N>,
  ) => SwtpmAnswer<N>;
};

const PAD = new Uint8Array(3);

/** The section of our state behind each of swtpm's blobs. */
const SECTIONS: Readonly<Record<SwtpmBlob, SectionName>> = {
  permanent: "permanent",
  volatile: "volatile",
  savestate: "saved",
};

/** What each request does. A TssError is answered with its code. */
const HANDLERS: Handlers = {
  CMD_GET_CAPABILITY: ({ takesDescriptors }) => ({ caps: capabilities(takesDescriptors) }),
  CMD_INIT: ({ platform }, { flags }) => {
    platform.init({ deleteVolatile: (flags & PTM_INIT_FLAG_DELETE_VOLATILE) !== 0 });
    return {};
  },
  CMD_SHUTDOWN: ({ platform, shutdown }) => {
    platform.stop();
    shutdown();
    return {};
  },
  CMD_GET_TPMESTABLISHED: ({ platform }) => ({ bit: platform.established ? 1 : 0, pad: PAD }),
  CMD_SET_LOCALITY: ({ platform }, { locality }) => {
    platform.setLocality(locality);
    return {};
  },
  CMD_HASH_START: ({ platform }) => {
    platform.hashStart();
    return {};
  },
  CMD_HASH_DATA: ({ platform }, { data }) => {
    platform.hashData(data);
    return {};
  },
  CMD_HASH_END: ({ platform }) => {
    platform.hashEnd();
    return {};
  },
  // A command is never under way when a request is looked at, and swtpm answers this then.
  CMD_CANCEL_TPM_CMD: () => {
    throw tpmError("TPM_FAIL", "no command is under way");
  },
  CMD_STORE_VOLATILE: ({ platform }) => {
    platform.storeVolatile();
    return {};
  },
  CMD_RESET_TPMESTABLISHED: ({ platform }, { locality }) => {
    platform.resetEstablished(locality);
    return {};
  },
  CMD_GET_STATEBLOB: ({ platform }, { type, offset }) => {
    const name = blobName(type);
    const blob = name === undefined ? null : platform.stateBlob(SECTIONS[name]);
    if (blob === null) throw tpmError("TPM_RETRY", "there is no such state");
    const data = blob.subarray(offset);
    return { state_flags: 0, totlength: data.length, data };
  },
  CMD_SET_STATEBLOB: ({ platform }, { type, data }) => {
    const name = blobName(type);
    if (name === undefined) throw tpmError("TPM_BAD_PARAMETER", `there is no state ${type}`);
    platform.setStateBlob(SECTIONS[name], data);
    return {};
  },
  CMD_STOP: ({ platform }) => {
    platform.stop();
    return {};
  },
  CMD_GET_CONFIG: () => ({ flags: 0 }),
  CMD_SET_DATAFD: (context) => {
    context.takeDataDescriptor();
    return {};
  },
  CMD_SET_BUFFERSIZE: ({ platform }, { size }) => {
    if (size > 0 && platform.powered) throw tpmError("TPM_BAD_ORDINAL", "the TPM is on");
    return { ...platform.setBufferSize(size) };
  },
  CMD_GET_INFO: (_context, { flags, offset }) => {
    const text = infoText(flags);
    if (offset >= text.length) throw tpmError("TPM_BAD_PARAMETER", "the text is shorter");
    return { totlength: text.length, data: text.subarray(offset) };
  },
  // The storage is locked for as long as it is open.
  CMD_LOCK_STORAGE: () => ({}),
};

const ROWS: ReadonlyMap<number, SwtpmCommand> = new Map(
  Object.entries(SWTPM_CONTROL).map(([name, { code }]) => [code, name as SwtpmCommand]),
);

/** The request with a number; `undefined` for a number that is none's. */
export function controlCommand(code: number): SwtpmCommand | undefined {
  return ROWS.get(code);
}

/** What is answered to a request. */
export interface ControlAnswer {
  /** A TPM return code. */
  readonly result: number;
  /** The whole answer. */
  readonly answer: Uint8Array;
}

/** Answers one request; the reader stands behind its number. Throws a CodecError for a bad one. */
export function answerControl(
  context: ControlContext,
  name: SwtpmCommand,
  reader: Reader,
): ControlAnswer {
  // The table ties each handler to its row; here the row is only known by name.
  const row = SWTPM_CONTROL[name] as unknown as SwtpmRow<unknown, unknown>;
  const handler = HANDLERS[name] as unknown as (context: ControlContext, q: unknown) => unknown;
  const request = row.request.read(reader);
  const { powered } = context.platform;
  if (row.power !== undefined && powered !== (row.power === "on")) {
    return refusal(TPM_BAD_ORDINAL);
  }
  try {
    const values = handler(context, request);
    const writer = new Writer(64);
    if (row.result) writer.u32(0);
    row.answer.write(writer, values);
    return { result: 0, answer: writer.finish() };
  } catch (error) {
    if (!(error instanceof TssError)) throw error;
    return refusal(error.code, row.refusalPadding);
  }
}

/** TPM_BAD_ORDINAL: the number is no request's, or not one for a TPM that is on, or off. */
export const TPM_BAD_ORDINAL = 0x0a;

/** An answer that says no. */
export function refusal(result: number, padding = 0): ControlAnswer {
  const answer = new Uint8Array(4 + padding);
  new DataView(answer.buffer).setUint32(0, result);
  return { result, answer };
}

function capabilities(takesDescriptors: boolean): bigint {
  let caps = 0n;
  for (const [name, row] of Object.entries(SWTPM_CONTROL)) {
    if (name !== "CMD_SET_DATAFD" || takesDescriptors) caps |= row.capability ?? 0n;
  }
  return caps;
}

function blobName(type: number): SwtpmBlob | undefined {
  const names = Object.keys(SWTPM_BLOBS) as SwtpmBlob[];
  return names.find((name) => SWTPM_BLOBS[name] === type);
}
