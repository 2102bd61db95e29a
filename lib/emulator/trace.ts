import type { Command } from "../tpm12/commands/mod.ts";
import type { TssError } from "../tpm12/tss_error.ts";
import { type DecodedPacket, decodeRequest, decodeResponse } from "../wire/mod.ts";
import type { Execution } from "./dispatcher.ts";

/** One command as a tracer sees it; what it says is worked out when asked for. */
export class Trace implements Execution {
  /** The request. */
  readonly request: Uint8Array;
  /** The answer. */
  readonly response: Uint8Array;
  /** The command; `undefined` for a request whose ordinal could not be read or is no command's. */
  readonly command: Command | undefined;
  /** Why it was refused. */
  readonly error: TssError | null;
  /** Whether it came in a TPM_ExecuteTransport, which is told of after it; shown decrypted. */
  readonly wrapped: boolean;

  /** Made by the emulator. */
  constructor(
    request: Uint8Array,
    { response, command, error }: Execution,
    { wrapped = false }: { readonly wrapped?: boolean } = {},
  ) {
    this.request = request;
    this.response = response;
    this.command = command;
    this.error = error;
    this.wrapped = wrapped;
  }

  /** Names and values of the request, what may be secret left out; `null` when it is no command's. */
  get decodedRequest(): DecodedPacket | null {
    return this.command === undefined ? null : decodeRequest(this.command, this.request);
  }

  /** Names and values of the answer, as above; none in that of a refusal. */
  get decodedResponse(): DecodedPacket | null {
    return this.command === undefined ? null : decodeResponse(this.command, this.response);
  }

  /** Why the command was refused, as a sentence; `null` when it was not. */
  get refusal(): string | null {
    if (this.error === null) return null;
    const what = this.command?.name ?? "The request";
    return `${what} was refused with ${this.error.codeName}: ${this.error.detail}.`;
  }
}
