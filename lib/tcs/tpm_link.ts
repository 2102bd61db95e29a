import { type Command, type CommandName, COMMANDS } from "../tpm12/commands/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import type { Tddl } from "../tddl/mod.ts";
import {
  type AuthRequest,
  type AuthResponse,
  encodeRequest,
  flattenResponseBody,
  splitResponse,
  type Values,
} from "../wire/mod.ts";
import type { TcsRequest, TcsResponse } from "./tcs_command.ts";

/** TPM_RETRY: the TPM is busy; the command is to be sent again. */
const TPM_RETRY = 0x800;
/** How often, and after how many milliseconds. */
const RETRIES = 5;
const RETRY_DELAY = 20;

/** Sends commands to the TPM below, with the TPM's own handles. */
export class TpmLink {
  readonly #tddl: Tddl;

  /** Takes over an open TDDL. */
  constructor(tddl: Tddl) {
    this.#tddl = tddl;
  }

  /** Executes one command; throws a TssError of layer `tpm` for what the TPM refuses. */
  async command<N extends CommandName>(
    name: N,
    request: TcsRequest<N>,
  ): Promise<TcsResponse<N>> {
    const row: Command = COMMANDS[name];
    const auths = request.auths ?? [];
    const parts = splitResponse(row, await this.#transmit(encodeRequest(row, request, auths)));
    if (parts.returnCode !== 0) {
      throw TssError.fromResult(parts.returnCode & 0xfff, { command: name });
    }
    const body: Values = flattenResponseBody(row, parts.body);
    return {
      ...parts.outHandles,
      ...body,
      auths: alignAuths(auths, parts.auths),
    } as unknown as TcsResponse<N>;
  }

  /** Closes the TDDL. */
  close(): Promise<void> {
    return this.#tddl.close();
  }

  async #transmit(packet: Uint8Array): Promise<Uint8Array> {
    for (let attempt = 0;; attempt++) {
      const answer = await this.#tddl.transmitData(packet);
      const busy = answer.length === 10 && answer[8] === TPM_RETRY >> 8 && answer[9] === 0;
      if (!busy || attempt === RETRIES) return answer;
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
    }
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
