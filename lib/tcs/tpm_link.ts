import { CodecError, Writer } from "../codec/mod.ts";
import { type Command, type CommandName, COMMANDS } from "../tpm12/commands/mod.ts";
import { TssError, tssError } from "../tpm12/tss_error.ts";
import type { Tddl } from "../tddl/mod.ts";
import {
  type AuthRequest,
  type AuthResponse,
  flattenResponseBody,
  splitResponse,
  type Values,
  writeRequest,
} from "../wire/mod.ts";
import { after, type Eventually, promised } from "./eventually.ts";
import type { TcsRequest, TcsResponse } from "./tcs_command.ts";

/** TPM_RETRY: the TPM is busy; the command is to be sent again. */
const TPM_RETRY = 0x800;
/** How often, and after how many milliseconds. */
const RETRIES = 5;
const RETRY_DELAY = 20;
const NO_AUTHS: readonly (AuthRequest | null)[] = [];

/** Sends commands to the TPM below, with the TPM's own handles; the caller sends one at a time. */
export class TpmLink {
  readonly #tddl: Tddl;
  #writer = new Writer();

  /** Takes over an open TDDL. */
  constructor(tddl: Tddl) {
    this.#tddl = tddl;
  }

  /** Executes one command; throws a TssError of layer `tpm` for what the TPM refuses. */
  command<N extends CommandName>(name: N, request: TcsRequest<N>): Promise<TcsResponse<N>> {
    const execute = () => this.execute(COMMANDS[name], request as Values);
    return promised(execute) as unknown as Promise<TcsResponse<N>>;
  }

  /** As {@linkcode command}, at once if the TPM answers at once. */
  execute(row: Command, request: Values): Eventually<Values> {
    const auths = (request.auths ?? NO_AUTHS) as readonly (AuthRequest | null)[];
    const writer = this.#writer;
    writeRequest(writer, row, { request, auths });
    const answer = this.#transmit(writer.finish());
    // Who waits may still hold the bytes.
    if (answer instanceof Promise) this.#writer = new Writer();
    else writer.reset();
    return after(answer, (bytes) => decodeAnswer(row, bytes, auths));
  }

  /** Closes the TDDL. */
  close(): Promise<void> {
    return this.#tddl.close();
  }

  #transmit(packet: Uint8Array, attempt = 0): Eventually<Uint8Array> {
    return after(this.#tddl.transmit(packet), (answer) => {
      const busy = answer.length === 10 && answer[8] === TPM_RETRY >> 8 && answer[9] === 0;
      return busy && attempt < RETRIES ? this.#transmitAgain(packet, attempt + 1) : answer;
    });
  }

  async #transmitAgain(packet: Uint8Array, attempt: number): Promise<Uint8Array> {
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
    return await this.#transmit(packet, attempt);
  }
}

/**
 * The values of an answer. Throws a TssError of layer `tpm` for what the TPM refuses, of layer `tddl`
 * for what cannot be read.
 */
export function decodeAnswer(
  row: Command,
  bytes: Uint8Array,
  auths: readonly (AuthRequest | null)[],
): Values {
  try {
    const parts = splitResponse(row, bytes);
    if (parts.returnCode !== 0) {
      throw TssError.fromResult(parts.returnCode & 0xfff, { command: row.name });
    }
    const body = flattenResponseBody(row, parts.body);
    return { ...parts.outHandles, ...body, auths: alignAuths(auths, parts.auths) };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const detail = `the TPM's answer cannot be read: ${error.message}`;
    throw tssError("tddl", "TDDL_E_IOERROR", { command: row.name, detail, cause: error });
  }
}

/** The answer's blocks in the places that the request's had. */
function alignAuths(
  requests: readonly (AuthRequest | null)[],
  responses: readonly AuthResponse[],
): (AuthResponse | null)[] {
  let next = 0;
  return requests.map((auth) => auth === null ? null : responses[next++] ?? null);
}
