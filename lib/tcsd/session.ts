import { CodecError } from "../codec/mod.ts";
import { type RandomSource, systemRandom } from "../crypto/mod.ts";
import { after, type Eventually } from "../tcs/eventually.ts";
import { CoreServices, type Tcsi, type TcsService } from "../tcs/mod.ts";
import { TcsContext } from "../tcs/tcs_context.ts";
import { TssError, tssError } from "../tpm12/tss_error.ts";
import type { Answer } from "./answer.ts";
import { decodeRequest, encodeAnswer } from "./engine.ts";
import type { Operation } from "./operation.ts";
import { isCommandAlone, operationByOrdinal } from "./operations/mod.ts";
import { decodePacket, encodeResult } from "./packet.ts";
import { PacketError, TCS_E_INTERNAL_ERROR } from "./packet_error.ts";
import type { Values } from "./slot.ts";

/** TSS_E_FAIL of the TCS layer: no such operation, or not for this peer. */
const TCS_E_FAIL = 0x2002;
/** TSS_E_BAD_PARAMETER of the TCS layer. */
const TCS_E_BAD_PARAMETER = 0x2003;
/** TPM_RESOURCES: what a peer is told that holds too much. */
const TPM_RESOURCES = 0x15;

/** What a session is told of its peer and its limits. */
export interface SessionOptions {
  /** The ordinals the peer may use; all of them when absent. */
  readonly allowed?: ReadonlySet<number> | undefined;
  /** Contexts the peer may have open; 64 when absent. */
  readonly maxContexts?: number;
  /** Where context handles come from. */
  readonly random?: RandomSource;
  /** What the server has done so far, encoded; nothing is told when absent. */
  readonly status?: (() => Uint8Array) | undefined;
  /** Told of each request once it is answered. */
  readonly onAnswer?: ((request: AnsweredRequest) => void) | undefined;
}

/** A request that has been answered. No parameter is told: they may be secret. */
export interface AnsweredRequest {
  /** Name of the operation; absent when there is none with this ordinal. */
  readonly operation: string | undefined;
  /** The ordinal. */
  readonly ordinal: number;
  /** The result. */
  readonly result: number;
  /** Milliseconds it took. */
  readonly duration: number;
  /** What failed without a result of its own: a fault of ours. */
  readonly error?: unknown;
}

/** The methods of a context by name, as the table of operations calls them. */
type Methods = Readonly<Record<string, (request: Values) => Promise<unknown>>>;

/** Has a context do an operation, at once if that takes no waiting. */
function call(context: Tcsi, operation: Operation, request: Values): Eventually<unknown> {
  const { method, command } = operation;
  if (context instanceof TcsContext) {
    if (command !== undefined && isCommandAlone(operation)) {
      return context.commandNow(command, request);
    }
    if (method === "loadKeyByBlob") return context.loadKeyNow(request as never);
    if (method === "closeContext") return context.closeNow();
  }
  return (context as unknown as Methods)[method!]!(request);
}

function ordinalOf(bytes: Uint8Array): number {
  return ((bytes[4]! << 24) | (bytes[5]! << 16) | (bytes[6]! << 8) | bytes[7]!) >>> 0;
}

/** The result stands where the ordinal does. */
const resultIn = ordinalOf;

/**
 * One connection's side of the protocol: requests in, answers out. Contexts belong to the
 * connection: their handles are random, and of no use to others.
 */
export class TcsdSession {
  readonly #service: TcsService;
  readonly #options: SessionOptions;
  readonly #contexts = new Map<number, Tcsi>();
  #closed = false;

  /** A session over the core services, with no context open. */
  constructor(service: TcsService, options: SessionOptions = {}) {
    this.#service = service;
    this.#options = options;
  }

  /** Contexts that are open. */
  get contexts(): number {
    return this.#contexts.size;
  }

  /**
   * Answers one packet, one at a time, at once where that takes no waiting. Whatever fails is told
   * in the answer; {@linkcode PacketError} is thrown only when it says that the connection is to
   * be closed.
   */
  answer(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const started = performance.now();
    const ordinal = bytes.length < 8 ? 0 : ordinalOf(bytes);
    const operation = operationByOrdinal(ordinal);
    const tell = (result: number, error?: unknown) =>
      this.#options.onAnswer?.({
        operation: operation?.name,
        ordinal,
        result,
        duration: performance.now() - started,
        error,
      });
    const done = (packet: Uint8Array) => {
      tell(resultIn(packet));
      return packet;
    };
    const failed = (error: unknown) => {
      if (error instanceof PacketError && error.closes) throw error;
      const result = resultOf(error);
      tell(result ?? TCS_E_INTERNAL_ERROR, result === undefined ? error : undefined);
      return encodeResult(result ?? TCS_E_INTERNAL_ERROR);
    };
    try {
      const answer = this.#answer(bytes, operation);
      return answer instanceof Promise ? answer.then(done).catch(failed) : done(answer);
    } catch (error) {
      return failed(error);
    }
  }

  /** Closes every context that is open. */
  async close(): Promise<void> {
    this.#closed = true;
    const contexts = [...this.#contexts.values()];
    this.#contexts.clear();
    await Promise.allSettled(contexts.map((context) => context.closeContext()));
  }

  #answer(bytes: Uint8Array, operation: Operation | undefined): Eventually<Uint8Array> {
    const packet = decodePacket(bytes, "request");
    const { allowed } = this.#options;
    if (operation === undefined || operation.method === null) return encodeResult(TCS_E_FAIL);
    if (allowed !== undefined && !allowed.has(operation.ordinal)) return encodeResult(TCS_E_FAIL);
    const request = decodeRequest(operation, packet);
    return after(this.#perform(operation, request), (answer) => {
      try {
        return encodeAnswer(operation, answer, { request });
      } catch (cause) {
        throw new TypeError(`Cannot encode the answer to ${operation.name}`, { cause });
      }
    });
  }

  #perform(operation: Operation, fields: Values): Eventually<Answer> {
    const { method, conversion } = operation;
    if (method === "openContext") return this.#openContext();
    if (method === "status") return this.#status();
    const hContext = fields.hContext as number;
    const context = this.#contexts.get(hContext);
    if (context === undefined) {
      throw tssError("tcs", "TCS_E_INVALID_CONTEXTHANDLE", {
        detail: "this connection has no context with this handle",
      });
    }
    if (method === "closeContext") this.#contexts.delete(hContext);
    const request = conversion?.fromRequest?.(fields) ?? fields;
    return after(
      call(context, operation, request),
      (given) =>
        conversion?.toAnswer?.(given, fields) ?? { result: 0, response: given as Values ?? {} },
    );
  }

  #status(): Answer {
    const status = this.#options.status?.();
    return status === undefined
      ? { result: TCS_E_FAIL, response: {} }
      : { result: 0, response: { status } };
  }

  #openContext(): Eventually<Answer> {
    const { maxContexts = 64 } = this.#options;
    if (this.#contexts.size >= maxContexts) {
      throw TssError.fromResult(TPM_RESOURCES, {
        detail: `the connection has ${maxContexts} contexts open already`,
      });
    }
    const service = this.#service;
    return service instanceof CoreServices
      ? this.#keep(service.openContextNow(this))
      : service.openContext(this).then((context) => this.#keep(context));
  }

  /** Gives a context a handle. */
  #keep(context: Tcsi): Answer {
    const { random = systemRandom } = this.#options;
    if (this.#closed) context.closeContext().catch(() => {});
    let hContext = 0;
    while (hContext === 0 || this.#contexts.has(hContext)) {
      hContext = new DataView(random(4).slice().buffer).getUint32(0);
    }
    this.#contexts.set(hContext, context);
    return { result: 0, response: { hContext, tpmVersion: context.tpmVersion } };
  }
}

/** The result word for what was thrown; `undefined` for a fault of ours. */
function resultOf(error: unknown): number | undefined {
  if (error instanceof TssError || error instanceof PacketError) return error.result;
  // A value that passes for bytes here and fits no field of the command.
  return error instanceof CodecError ? TCS_E_BAD_PARAMETER : undefined;
}
