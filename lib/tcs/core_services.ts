import type { Tddl } from "../tddl/mod.ts";
import type { TcsCapabilityOptions } from "./capability.ts";
import type { CredentialSources } from "./credentials.ts";
import type { EventLogSources } from "./event_log.ts";
import { promised } from "./eventually.ts";
import type { KeyStorage } from "./key_storage.ts";
import { TcsContext } from "./tcs_context.ts";
import { TcsCore } from "./tcs_core.ts";
import type { Tcsi, TcsService } from "./tcsi.ts";

/** How much one client may hold, in all its contexts together. */
export interface TcsLimits {
  /** Keys; 256 when absent. */
  readonly keys?: number;
  /** Authorisation and transport sessions; 64 when absent. */
  readonly sessions?: number;
  /** Keys of all clients together; 8192 when absent. */
  readonly totalKeys?: number;
}

/** What the core services are made of; everything may be left out. */
export interface CoreServicesOptions {
  /** Where registered keys are kept; by default in memory. */
  readonly keyStorage?: KeyStorage;
  /** Logs of firmware and kernel. */
  readonly eventLog?: EventLogSources;
  /** The platform's credentials. */
  readonly credentials?: CredentialSources;
  /** What the TCS says of the platform. */
  readonly platform?: TcsCapabilityOptions;
  /** How much one client may hold. */
  readonly limits?: TcsLimits;
  /**
   * Nobody else uses the TPM: what is in its slots was left behind and goes, keys that the owner
   * made stay excepted.
   */
  readonly soleUser?: boolean;
}

/**
 * The TSS core services over one TPM, in this process: contexts, keys and sessions that are many
 * though the TPM's slots are few, registered keys, the event log. One command runs at a time, first
 * come, first served.
 */
export class CoreServices implements TcsService {
  readonly #core: TcsCore;

  private constructor(core: TcsCore) {
    this.#core = core;
  }

  /**
   * Starts the services on an open TDDL, which they close in the end. The TPM must have had its
   * TPM_Startup; a TssError tells when it has not, or is no TPM 1.2.
   */
  static async start(tddl: Tddl, options: CoreServicesOptions = {}): Promise<CoreServices> {
    return new CoreServices(await TcsCore.start(tddl, options));
  }

  /** Opens a context of its own. What contexts with one `client` hold is counted together. */
  openContext(client?: object): Promise<Tcsi> {
    return Promise.resolve(this.openContextNow(client));
  }

  /** As {@linkcode openContext}: nothing is to be waited for in this process. */
  openContextNow(client?: object): Tcsi {
    return new TcsContext(this.#core, client);
  }

  /** Closes the TDDL; contexts still open are worth nothing from then on. */
  [Symbol.asyncDispose](): Promise<void> {
    return promised(() => this.#core.lock.run(() => this.#core.link.close()));
  }
}
