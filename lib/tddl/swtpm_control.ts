import { CodecError, concat, encode, Reader, Writer } from "../codec/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import { openerFor } from "./open_stream.ts";
import { connectError } from "./socket_channel.ts";
import { formatAddress, type SocketAddress, type Stream } from "./stream.ts";
import {
  PTM_INIT_FLAG_DELETE_VOLATILE,
  PTM_STATE_FLAG_DECRYPTED,
  PTM_STATE_FLAG_ENCRYPTED,
  SWTPM_BLOBS,
  SWTPM_CONTROL,
  type SwtpmAnswer,
  type SwtpmBlob,
  type SwtpmCommand,
  type SwtpmRequest,
  type SwtpmRow,
} from "../emulator/server/control_protocol.ts";
import { inFunction, reasonOf, tddlError } from "./tddl_error.ts";

/** Milliseconds a control request may take; powering on reads and checks the whole state. */
const TIMEOUT = 30_000;
/** Most bytes of one HASH_DATA. */
const HASH_PIECE = 4096;
/** Answer of CMD_GET_TPMESTABLISHED while the TPM is off (TPM_BAD_ORDINAL). */
const NOT_RUNNING = 0x0a;
const PAD = new Uint8Array(3);

/** A state blob as swtpm gave it. */
export interface SwtpmState {
  /** The blob. */
  readonly data: Uint8Array;
  /** Whether it is encrypted with swtpm's key. */
  readonly encrypted: boolean;
}

/**
 * The control channel of swtpm, and of whatever speaks its protocol. A connection is made for each
 * request: swtpm serves one at a time, and others may want it.
 *
 * Each method throws the TPM return code that swtpm answers, TPM_BAD_ORDINAL (0x0a) where the TPM
 * is off and should be on or the other way round, and TDDL_E_IOERROR (0x1087) when the connection
 * fails.
 */
export class SwtpmControl {
  /** Where the control channel is. */
  readonly name: string;
  readonly #address: SocketAddress;

  /** The control channel at an address; nothing is connected. */
  constructor(address: SocketAddress) {
    this.#address = address;
    this.name = formatAddress(address);
  }

  /** `CMD_GET_CAPABILITY`: the requests served, one bit each (1 is INIT, 2 SHUTDOWN …). */
  async getCapability(): Promise<bigint> {
    return (await this.#request("CMD_GET_CAPABILITY", {})).caps;
  }

  /** `CMD_INIT`: powers the TPM on, or off and on. TPM_Startup comes next. */
  async init(options: {
    /** Deletes the volatile state once it has been read. */
    readonly deleteVolatile?: boolean;
  } = {}): Promise<void> {
    const flags = options.deleteVolatile ? PTM_INIT_FLAG_DELETE_VOLATILE : 0;
    await this.#request("CMD_INIT", { flags });
  }

  /** `CMD_STOP`: powers the TPM off. */
  async stop(): Promise<void> {
    await this.#request("CMD_STOP", {});
  }

  /** `CMD_SHUTDOWN`: ends the whole program. */
  async shutdown(): Promise<void> {
    await this.#request("CMD_SHUTDOWN", {});
  }

  /** Whether the TPM is on. */
  async isRunning(): Promise<boolean> {
    try {
      await this.getTpmEstablished();
      return true;
    } catch (error) {
      if (error instanceof TssError && error.code === NOT_RUNNING) return false;
      throw error;
    }
  }

  /** `CMD_GET_TPMESTABLISHED`: whether a dynamic launch has set the bit. */
  async getTpmEstablished(): Promise<boolean> {
    return (await this.#request("CMD_GET_TPMESTABLISHED", {})).bit !== 0;
  }

  /** `CMD_RESET_TPMESTABLISHED`: clears the bit; takes locality 3 or 4. */
  async resetTpmEstablished(locality: number): Promise<void> {
    await this.#request("CMD_RESET_TPMESTABLISHED", { locality, pad: PAD });
  }

  /** `CMD_SET_LOCALITY`: the locality (0 to 4) that commands come from. */
  async setLocality(locality: number): Promise<void> {
    await this.#request("CMD_SET_LOCALITY", { locality, pad: PAD });
  }

  /**
   * `CMD_HASH_START`, `CMD_HASH_DATA`, `CMD_HASH_END`: the TPM_HASH_* sequence of a dynamic launch
   * over `data`, which extends PCR 17 and sets the established bit.
   */
  async hash(data: Uint8Array): Promise<void> {
    await this.#request("CMD_HASH_START", {});
    for (let offset = 0; offset < data.length; offset += HASH_PIECE) {
      await this.#request("CMD_HASH_DATA", { data: data.subarray(offset, offset + HASH_PIECE) });
    }
    await this.#request("CMD_HASH_END", {});
  }

  /** `CMD_CANCEL_TPM_CMD`: asks for the command under way to be given up; TPM_FAIL without one. */
  async cancelTpmCmd(): Promise<void> {
    await this.#request("CMD_CANCEL_TPM_CMD", {});
  }

  /** `CMD_STORE_VOLATILE`: has the volatile state written to storage. */
  async storeVolatile(): Promise<void> {
    await this.#request("CMD_STORE_VOLATILE", {});
  }

  /** `CMD_GET_STATEBLOB`: a whole state blob. Throws TPM_RETRY (0x800) when there is none. */
  async getStateBlob(type: SwtpmBlob, options: {
    /** Decrypted, if swtpm encrypts its state. */
    readonly decrypted?: boolean;
  } = {}): Promise<SwtpmState> {
    const pieces: Uint8Array[] = [];
    for (let offset = 0;;) {
      const { state_flags, totlength, data } = await this.#request("CMD_GET_STATEBLOB", {
        state_flags: options.decrypted ? PTM_STATE_FLAG_DECRYPTED : 0,
        type: SWTPM_BLOBS[type],
        offset,
      });
      pieces.push(data);
      offset += data.length;
      if (offset < totlength && data.length > 0) continue;
      return {
        data: concat(pieces),
        encrypted: (state_flags & PTM_STATE_FLAG_ENCRYPTED) !== 0,
      };
    }
  }

  /** `CMD_SET_STATEBLOB`: the state to power on with. The TPM must be off. */
  async setStateBlob(type: SwtpmBlob, state: SwtpmState): Promise<void> {
    await this.#request("CMD_SET_STATEBLOB", {
      state_flags: state.encrypted ? PTM_STATE_FLAG_ENCRYPTED : 0,
      type: SWTPM_BLOBS[type],
      data: state.data,
    });
  }

  /** `CMD_GET_CONFIG`: how swtpm was started. */
  async getConfig(): Promise<{
    /** State files are encrypted. */
    fileKey: boolean;
    /** State blobs are encrypted. */
    migrationKey: boolean;
  }> {
    const { flags } = await this.#request("CMD_GET_CONFIG", {});
    return { fileKey: (flags & 1) !== 0, migrationKey: (flags & 2) !== 0 };
  }

  /** `CMD_SET_BUFFERSIZE`: sets the largest command in bytes, or asks. To set, stop the TPM. */
  async setBufferSize(size = 0): Promise<{
    /** Size that holds now. */
    size: number;
    /** Smallest possible. */
    min: number;
    /** Largest possible. */
    max: number;
  }> {
    return await this.#request("CMD_SET_BUFFERSIZE", { size });
  }

  /** `CMD_GET_INFO`: what swtpm says of its TPM, as JSON; 1 gives the specification it follows. */
  async getInfo(flags: bigint): Promise<unknown> {
    const pieces: Uint8Array[] = [];
    for (let offset = 0;;) {
      const { totlength, data } = await this.#request("CMD_GET_INFO", { flags, offset, pad: 0 });
      pieces.push(data);
      offset += data.length;
      if (offset < totlength && data.length > 0) continue;
      const text = new TextDecoder().decode(concat(pieces));
      return JSON.parse(text.replace(/\0+$/, ""));
    }
  }

  async #request<N extends SwtpmCommand>(
    command: N,
    request: SwtpmRequest<N>,
  ): Promise<SwtpmAnswer<N>> {
    const row = SWTPM_CONTROL[command] as unknown as SwtpmRow<SwtpmRequest<N>, SwtpmAnswer<N>>;
    const signal = AbortSignal.timeout(TIMEOUT);
    const opener = await openerFor(this.#address);
    let stream: Stream | undefined;
    const giveUp = () => stream?.close();
    signal.addEventListener("abort", giveUp);
    try {
      stream = await opener.open(this.#address, signal).catch((error) => {
        throw signal.aborted ? error : connectError(this.name, error);
      });
      await stream.send(encodeRequest(row, request));
      return await this.#receive(command, { row, stream });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      if (error instanceof TssError) throw inFunction(command, error);
      const options = { command, cause: error };
      if (signal.aborted) {
        const detail = `${this.name} gave no answer in ${TIMEOUT} ms`;
        throw tddlError("TSS_E_TIMEOUT", detail, options);
      }
      throw tddlError("TDDL_E_IOERROR", `${this.name}: ${reasonOf(error)}`, options);
    } finally {
      signal.removeEventListener("abort", giveUp);
      await stream?.close();
    }
  }

  /** Nothing but the row says where an answer ends. */
  async #receive<Q, A>(
    command: SwtpmCommand,
    { row, stream }: { row: SwtpmRow<Q, A>; stream: Stream },
  ): Promise<A> {
    let received = new Uint8Array();
    for (;;) {
      const piece = await stream.receive();
      if (piece.length === 0) throw new Error("it closed the connection");
      received = concat([received, piece]);
      try {
        const reader = new Reader(received);
        const result = row.result ? reader.u32() : 0;
        if (result !== 0) throw TssError.fromResult(result, { command });
        return row.answer.read(reader);
      } catch (error) {
        if (!(error instanceof CodecError) || error.reason !== "truncated") throw error;
      }
    }
  }
}

function encodeRequest<Q, A>(row: SwtpmRow<Q, A>, request: Q): Uint8Array {
  const writer = new Writer();
  writer.u32(row.code);
  writer.bytes(encode(row.request, request));
  return writer.finish();
}
