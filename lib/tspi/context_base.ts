import type { AdipScheme } from "../auth/mod.ts";
import { type RandomSource, systemRandom } from "../crypto/mod.ts";
import type { KeyStorage, Tcsi, TcsRequest, TcsResponse, TcsService } from "../tcs/mod.ts";
import type { ConnectionSpec } from "../tddl/mod.ts";
import type { CommandName } from "../tpm12/commands/mod.ts";
import { type AuthorizedCommand, executeAuthorized } from "./authorized_command.ts";
import { type Commander, TcsiCommander } from "./commander.ts";
import {
  TSS_CONNECTION_VERSION_1_2,
  TSS_TSPATTRIB_HASH_MODE_NOT_NULL,
} from "./constants/context.ts";
import { TSS_POLICY_USAGE, TSS_SECRET_MODE_NONE } from "./constants/policy.ts";
import { reach, userKeyStorage } from "./destination.ts";
import type { Context } from "./context.ts";
import { Policy } from "./policy.ts";
import { Tpm } from "./tpm.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";

/** What a user is asked for. */
export interface SecretPrompt {
  /** The policy that needs its secret. */
  readonly policy: Policy;
  /** What to ask with; may be empty. */
  readonly message: string;
  /** The secret is a new one, and might be asked for twice. */
  readonly confirm: boolean;
}

/** Asks a user for a secret and gives what was typed. */
export type PromptForSecret = (prompt: SecretPrompt) => string | Promise<string>;

/** What a {@linkcode Context} is made with; everything may be left out. */
export interface ContextOptions {
  /** Asks the user for secrets of mode POPUP; without it there is nobody to ask. */
  readonly prompt?: PromptForSecret;
  /** The user's registered keys; by default the file that TrouSerS uses. */
  readonly userStorage?: KeyStorage;
  /** TSS_CONNECTION_VERSION_*: the default form of keys and PCRs; 1.1 by default. */
  readonly connectionVersion?: number;
  /** How new secrets are hidden from eavesdroppers on their way to the TPM; XOR by default. */
  readonly adipScheme?: AdipScheme;
  /** Where nonces and padding come from; by default the operating system. */
  readonly random?: RandomSource;
}

/** The connection of a context, and how its commands get to the TPM. */
export abstract class ContextBase extends TspObject implements AsyncDisposable {
  /** 0: a context is not created by another. */
  override readonly objectType: number = 0;
  /** Asks the user for secrets; `null` when nobody can be asked. */
  prompt: PromptForSecret | null;
  /** Whether the user must not be asked for anything. */
  silent = false;
  /** TSS_TSPATTRIB_HASH_MODE_* of policies to be made. */
  secretHashMode: number = TSS_TSPATTRIB_HASH_MODE_NOT_NULL;
  /** TSS_CONNECTION_VERSION_*: the default form of keys and PCRs to be made. */
  connectionVersion: number;
  /** How new secrets are hidden on their way to the TPM. */
  adipScheme: AdipScheme;
  /** Where nonces and padding come from. */
  readonly random: RandomSource;
  /** The user's registered keys. */
  readonly userStorage: KeyStorage;
  readonly #objects = new Set<TspObject>();
  #defaultPolicy: Policy | undefined;
  #zeroPolicy: Policy | undefined;
  #tcsi: Tcsi | null = null;
  #commander: Commander | null = null;
  #tpm: Tpm | null = null;
  #service: TcsService | null = null;
  #machineName = "";
  #closing = false;

  /** Made by `Context.create()`. */
  constructor(options: ContextOptions) {
    super();
    this.prompt = options.prompt ?? null;
    this.connectionVersion = options.connectionVersion ?? 1;
    this.adipScheme = options.adipScheme ?? "XOR";
    this.random = options.random ?? systemRandom;
    this.userStorage = options.userStorage ?? userKeyStorage();
  }

  /** The context itself. */
  abstract override readonly context: Context;

  /** Default policy of the objects. */
  protected override get policyTypes(): readonly number[] {
    return [TSS_POLICY_USAGE];
  }

  /** Whether the default key is a TPM_KEY12, and the default PCRs a TPM_PCR_INFO_LONG. */
  get defaultKey12(): boolean {
    return this.connectionVersion === TSS_CONNECTION_VERSION_1_2;
  }

  /**
   * `Tspi_Context_Connect`: reaches a TPM by a connection string: `tcsd:HOST:PORT` through a daemon,
   * any other in this process; or through core services that the caller has and keeps. Without
   * destination the TPM is the one that the environment variable TPM_TDDL names, or the device.
   *
   * Throws TSS_E_CONNECTION_FAILED when the context is connected already, a TypeError for no
   * connection string, and what reaching the TPM or the daemon throws.
   */
  async connect(destination?: string | ConnectionSpec | TcsService): Promise<void> {
    if (this.opened().isConnected) {
      throw tspError("TSS_E_CONNECTION_FAILED", "the context is connected already");
    }
    const given = typeof destination === "object" && "openContext" in destination;
    const { service, name, owned } = given
      ? { service: destination, name: "", owned: false }
      : await reach(destination);
    try {
      this.#tcsi = await service.openContext();
    } catch (error) {
      if (owned) await service[Symbol.asyncDispose]();
      throw error;
    }
    this.#service = owned ? service : null;
    this.#machineName = name;
    this.#commander = new TcsiCommander(this.#tcsi);
    this.#tpm = this.adopt(new Tpm(this.context));
  }

  /**
   * `Tspi_Context_Close`: closes the objects of the context, wipes its secrets, lets go of its keys
   * and sessions, and ends the connection. Closing again does nothing.
   */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    // What fails to be let go here goes with the connection.
    for (const object of this.#objects) await object.release().catch(() => {});
    this.#objects.clear();
    await this.release();
    const [tcsi, service] = [this.#tcsi, this.#service];
    this.#tcsi =
      this.#commander =
      this.#tpm =
      this.#service =
        null;
    try {
      await tcsi?.closeContext();
    } finally {
      await service?.[Symbol.asyncDispose]();
    }
  }

  /** As {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** `Tspi_Context_FreeMemory`: nothing to do where memory is collected. */
  freeMemory(): void {}

  /** Whether the context is connected. */
  get isConnected(): boolean {
    return this.#tcsi !== null;
  }

  /** The connection string it was connected with; empty for core services of the caller. */
  get machineName(): string {
    return this.#machineName;
  }

  /** The core services; throws TSS_E_NO_CONNECTION. */
  get tcsi(): Tcsi {
    return this.#tcsi ?? this.#unconnected();
  }

  /**
   * What sends commands to the TPM; throws TSS_E_NO_CONNECTION.
   *
   * @internal
   */
  get commander(): Commander {
    return this.#commander ?? this.#unconnected();
  }

  /**
   * Sends commands another way from now on, as a transport session does.
   *
   * @internal
   */
  set commander(commander: Commander) {
    this.#commander = commander;
  }

  /** The TPM object; throws TSS_E_NO_CONNECTION. */
  get tpm(): Tpm {
    return this.#tpm ?? this.#unconnected();
  }

  /** `Tspi_Context_GetTpmObject`: the TPM object. Throws TSS_E_NO_CONNECTION. */
  getTpmObject(): Tpm {
    return this.tpm;
  }

  /**
   * `Tspi_Context_GetDefaultPolicy`: the usage policy of every object that was given none. Its
   * secret mode is POPUP until it is set.
   */
  getDefaultPolicy(): Policy {
    return this.policyOf(TSS_POLICY_USAGE) ??
      (this.#defaultPolicy ??= this.adopt(new Policy(this.context, TSS_POLICY_USAGE)));
  }

  /** A policy whose secret is 20 zero bytes, for entities that have no other. */
  get zeroPolicy(): Policy {
    if (this.#zeroPolicy === undefined) {
      this.#zeroPolicy = this.adopt(new Policy(this.context, TSS_POLICY_USAGE));
      this.#zeroPolicy.setSecret(TSS_SECRET_MODE_NONE);
    }
    return this.#zeroPolicy;
  }

  /**
   * Executes a command of the TPM with the sessions its row asks for; handles are those of the core
   * services.
   *
   * @internal
   */
  execute<N extends CommandName, S extends keyof TcsRequest<N> = never>(
    name: N,
    command: AuthorizedCommand<N, S>,
  ): Promise<TcsResponse<N>> {
    const { adipScheme: scheme, random } = this;
    return executeAuthorized(this.commander, name, { ...command, scheme, random });
  }

  /**
   * Takes a key out of the TPM by its handle of the core services.
   *
   * @internal
   */
  async evictKey(evictHandle: number): Promise<void> {
    await this.commander.command("TPM_EvictKey", { evictHandle });
  }

  /** Takes an object in, to be closed with the context. */
  protected adopt<O extends TspObject>(object: O): O {
    this.#objects.add(object);
    return object;
  }

  /** The open objects of the context. */
  protected get objects(): ReadonlySet<TspObject> {
    return this.#objects;
  }

  /** Closes one object. */
  protected async abandon(object: TspObject): Promise<void> {
    this.#objects.delete(object);
    await object.release();
  }

  #unconnected(): never {
    throw tspError("TSS_E_NO_CONNECTION");
  }
}
