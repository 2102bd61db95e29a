import type { Tcsi, TcsService } from "../tcs/mod.ts";
import {
  formatAddress,
  type SocketAddress,
  type SpinOptions,
  type StreamOpener,
} from "../tddl/mod.ts";
import { openerFor } from "../tddl/open_stream.ts";
import { ClientContext } from "./client_context.ts";
import { ClientLink, commFailure } from "./client_link.ts";
import { operationByMethod } from "./operations/mod.ts";
import type { Values } from "./slot.ts";
import { decodeStatus, type TcsdStatus } from "./status.ts";

/** How a client behaves. */
export interface TcsdClientOptions extends SpinOptions {
  /** Milliseconds for connecting; 10 000 when absent. */
  readonly connectTimeout?: number;
  /** Milliseconds for an answer; 10 minutes when absent, as making a key can take a TPM long. */
  readonly answerTimeout?: number;
  /** What connects; found by the permissions granted when absent. */
  readonly opener?: StreamOpener;
}

/**
 * The core services behind a daemon, ours or TrouSerS'. Each context has a connection of its own,
 * as the daemon closes what a connection opened when it ends.
 */
export class TcsdClient implements TcsService {
  readonly #address: SocketAddress;
  readonly #options: TcsdClientOptions;
  readonly #contexts = new Set<Tcsi>();
  #opener: StreamOpener | undefined;

  /** A client of the daemon at an address; nothing is connected yet. */
  constructor(address: SocketAddress, options: TcsdClientOptions = {}) {
    this.#address = address;
    this.#options = options;
  }

  /**
   * Connects and opens a context. Throws a TssError when nobody answers, or no daemon does. Without
   * `--allow-net` (or `--allow-read` and `--allow-write` for a unix socket) Deno's own NotCapable.
   */
  async openContext(): Promise<Tcsi> {
    const link = await this.#connect();
    try {
      const context = await ClientContext.open(link, () => this.#contexts.delete(context));
      this.#contexts.add(context);
      return context;
    } catch (error) {
      link.close();
      throw error;
    }
  }

  /**
   * What the daemon has done so far. One of ours alone tells, and to peers on its machine; of any
   * other a TssError tells its refusal.
   */
  async status(): Promise<TcsdStatus> {
    const link = await this.#connect();
    try {
      const { status } = await link.call(operationByMethod("status")!, {}) as Values;
      return decodeStatus(status as Uint8Array);
    } finally {
      link.close();
    }
  }

  /** Closes the contexts still open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#contexts].map((context) => context.closeContext()));
  }

  async #connect(): Promise<ClientLink> {
    const { connectTimeout = 10_000, answerTimeout = 600_000 } = this.#options;
    const name = formatAddress(this.#address);
    const opener = this.#opener ??= this.#options.opener ??
      await openerFor(this.#address, this.#options);
    try {
      const signal = AbortSignal.timeout(connectTimeout);
      return new ClientLink(await opener.open(this.#address, signal), { name, answerTimeout });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable || error instanceof TypeError) throw error;
      throw commFailure(`no daemon answers at ${name}`, error);
    }
  }
}
