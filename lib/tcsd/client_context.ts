import {
  type KmKeyinfo,
  type KmKeyinfo2,
  type LoadKeyByUuidResult,
  type PcrEvent,
  Tcsi,
  type TcsRequest,
  type TcsResponse,
} from "../tcs/mod.ts";
import type { CommandName } from "../tpm12/commands/mod.ts";
import { TPM_ALG_RSA } from "../tpm12/constants/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import type { ClientLink } from "./client_link.ts";
import type { TcsiMethod } from "./operation.ts";
import { operationByCommand, operationByMethod } from "./operations/mod.ts";
import type { Values } from "./slot.ts";

type Request<M extends TcsiMethod & keyof Tcsi> = Tcsi[M] extends (request: infer R) => unknown ? R
  : never;
type Result<M extends TcsiMethod & keyof Tcsi> = Tcsi[M] extends (...args: never[]) => infer R ? R
  : never;

/** The numbers of the TPM and of the TSS for RSA. */
const RSA = [TPM_ALG_RSA, 0x20];

/** A context of a daemon. */
export class ClientContext extends Tcsi {
  /** Minor version of the TPM. */
  override readonly tpmVersion: number;
  readonly #link: ClientLink;
  readonly #hContext: number;
  readonly #onClose: () => void;
  #closed = false;

  private constructor(link: ClientLink, opened: Values, onClose: () => void) {
    super();
    this.#link = link;
    this.#hContext = opened.hContext as number;
    this.tpmVersion = opened.tpmVersion as number;
    this.#onClose = onClose;
  }

  /** Opens a context over a connection, which it closes in the end. */
  static async open(link: ClientLink, onClose: () => void): Promise<ClientContext> {
    const opened = await link.call(operationByMethod("openContext")!, {});
    return new ClientContext(link, opened as Values, onClose);
  }

  /** Executes a command; TSS_E_NOTIMPL for one that the protocol does not carry. */
  override async command<N extends CommandName>(
    name: N,
    request: TcsRequest<N>,
  ): Promise<TcsResponse<N>> {
    const operation = operationByCommand(name);
    if (operation === undefined) {
      const detail = "the protocol of the daemon does not carry this command";
      throw tssError("tcs", "TSS_E_NOTIMPL", { command: name, detail });
    }
    const hContext = this.#hContext;
    const answer = await this.#link.call(operation, { hContext, ...request }) as Values;
    answer.auths ??= [];
    return answer as unknown as TcsResponse<N>;
  }

  override async closeContext(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#call("closeContext", {});
    } finally {
      this.#link.close();
      this.#onClose();
    }
  }

  override getTcsCapability(request: Request<"getTcsCapability">): Result<"getTcsCapability"> {
    return this.#call("getTcsCapability", request);
  }

  override registerKey(request: Request<"registerKey">): Promise<void> {
    return this.#perform("registerKey", request);
  }

  override unregisterKey(request: Request<"unregisterKey">): Promise<void> {
    return this.#perform("unregisterKey", request);
  }

  override enumRegisteredKeys(
    request: { readonly keyUUID?: Uint8Array } = {},
  ): Promise<readonly KmKeyinfo[]> {
    return this.#call("enumRegisteredKeys", request);
  }

  override enumRegisteredKeys2(
    request: { readonly keyUUID?: Uint8Array } = {},
  ): Promise<readonly KmKeyinfo2[]> {
    return this.#call("enumRegisteredKeys2", request);
  }

  /** TrouSerS' daemon refuses the operation of this name; a chain begins with the key itself. */
  override async getRegisteredKey(request: Request<"getRegisteredKey">): Promise<KmKeyinfo> {
    const [key] = await this.enumRegisteredKeys(request);
    if (key !== undefined) return key;
    throw tssError("tcs", "TSS_E_PS_KEY_NOTFOUND", {
      detail: "no key is registered under this UUID",
    });
  }

  override getRegisteredKeyBlob(
    request: Request<"getRegisteredKeyBlob">,
  ): Result<"getRegisteredKeyBlob"> {
    return this.#call("getRegisteredKeyBlob", request);
  }

  /** TrouSerS' daemon crashes when it is asked for anything else than TPM_ALG_RSA. */
  override getRegisteredKeyByPublicInfo(
    request: Request<"getRegisteredKeyByPublicInfo">,
  ): Result<"getRegisteredKeyByPublicInfo"> {
    const asked = { ...request, algID: TPM_ALG_RSA };
    if (RSA.includes(request.algID)) return this.#call("getRegisteredKeyByPublicInfo", asked);
    const detail = `keys are RSA keys, and algorithm ${request.algID} was asked for`;
    return Promise.reject(tssError("tcs", "TSS_E_BAD_PARAMETER", { detail }));
  }

  override loadKeyByBlob(request: Request<"loadKeyByBlob">): Result<"loadKeyByBlob"> {
    return this.#call("loadKeyByBlob", request);
  }

  override loadKeyByUUID(request: Request<"loadKeyByUUID">): Promise<LoadKeyByUuidResult> {
    return this.#call("loadKeyByUUID", request);
  }

  override evictKey(request: Request<"evictKey">): Promise<void> {
    return this.#perform("evictKey", request);
  }

  override keyControlOwner(request: Request<"keyControlOwner">): Result<"keyControlOwner"> {
    return this.#call("keyControlOwner", request);
  }

  override makeIdentity(request: Request<"makeIdentity">): Result<"makeIdentity"> {
    return this.#call("makeIdentity", request);
  }

  override getCredential(request: Request<"getCredential">): Result<"getCredential"> {
    return this.#call("getCredential", request);
  }

  override logPcrEvent(request: Request<"logPcrEvent">): Result<"logPcrEvent"> {
    return this.#call("logPcrEvent", request);
  }

  override getPcrEvent(request: Request<"getPcrEvent">): Result<"getPcrEvent"> {
    return this.#call("getPcrEvent", request);
  }

  override getPcrEventsByPcr(
    request: Request<"getPcrEventsByPcr">,
  ): Promise<readonly PcrEvent[]> {
    return this.#call("getPcrEventsByPcr", request);
  }

  override getPcrEventLog(): Promise<readonly PcrEvent[]> {
    return this.#call("getPcrEventLog", {});
  }

  override adminTssSessionsPerLocality(
    request: Request<"adminTssSessionsPerLocality">,
  ): Promise<void> {
    return this.#perform("adminTssSessionsPerLocality", request);
  }

  async #perform(method: TcsiMethod, request: object): Promise<void> {
    await this.#call(method, request);
  }

  #call<T>(method: TcsiMethod, request: object): Promise<T> {
    const fields = { hContext: this.#hContext, ...request };
    return this.#link.call(operationByMethod(method)!, fields) as Promise<T>;
  }
}
