import { decode, encode, U32 } from "../codec/mod.ts";
import { uuidToString } from "../formats/mod.ts";
import { type Command, COMMANDS } from "../tpm12/commands/mod.ts";
import { TPM_CAP_PROP_DIR, TPM_CAP_PROP_PCR, TPM_CAP_PROPERTY } from "../tpm12/constants/mod.ts";
import type { Tddl } from "../tddl/mod.ts";
import type { Values } from "../wire/mod.ts";
import { tcsCapability } from "./capability.ts";
import type { CoreServicesOptions } from "./core_services.ts";
import { Credentials } from "./credentials.ts";
import { EventLog } from "./event_log.ts";
import type { Executor, Translation } from "./executor.ts";
import { FairLock } from "./fair_lock.ts";
import { KeyLoader } from "./key_loader.ts";
import { MemoryKeyStorage } from "./key_storage.ts";
import { isOwnerEvict, ownerEvictHandles } from "./owner_evict.ts";
import { RegisteredKeys } from "./registered_keys.ts";
import type { KeyResource } from "./resource.ts";
import { ResourceManager } from "./resource_manager.ts";
import { TpmSlots } from "./slots.ts";
import { TpmLink } from "./tpm_link.ts";
import { minorVersion } from "./tpm_version.ts";

/** What services ask the TPM when they start. */
interface Facts {
  readonly tpmVersion: number;
  readonly pcrs: number;
  readonly dirs: number;
  readonly ownerEvict: readonly number[];
  readonly resources: ResourceManager;
}

/** The commands of {@linkcode TcsCore.afterCommand}. */
const FOLLOWED: ReadonlySet<Command> = new Set<Command>([
  COMMANDS.TPM_TakeOwnership,
  COMMANDS.TPM_OwnerClear,
  COMMANDS.TPM_ForceClear,
  COMMANDS.TPM_RevokeTrust,
  COMMANDS.TPM_Startup,
  COMMANDS.TPM_KeyControlOwner,
  COMMANDS.TPM_DAA_Join,
  COMMANDS.TPM_DAA_Sign,
]);

/** The stage with which the TPM ends a DAA session. */
const LAST_STAGE: Readonly<Record<string, number>> = { TPM_DAA_Join: 24, TPM_DAA_Sign: 15 };

/** What the contexts of the core services share. */
export class TcsCore {
  /** The way to the TPM. */
  readonly link: TpmLink;
  /** The TPM's slots. */
  readonly resources: ResourceManager;
  /** Whose turn it is. */
  readonly lock: FairLock = new FairLock();
  /** Persistent storage. */
  readonly registeredKeys: RegisteredKeys;
  /** What loads keys. */
  readonly keyLoader: KeyLoader = new KeyLoader(this);
  /** The platform's credentials. */
  readonly credentials: Credentials;
  /** What PCRs were extended with. */
  readonly eventLog: EventLog;
  /** Minor version of the TPM: 1 or 2. */
  readonly tpmVersion: number;
  /** How many PCRs the TPM has. */
  readonly pcrs: number;
  /** How many data integrity registers it has. */
  readonly dirs: number;
  /** One context at a time may hold an exclusive transport session. */
  readonly exclusiveTransport: boolean;
  readonly #options: CoreServicesOptions;

  private constructor(link: TpmLink, options: CoreServicesOptions, facts: Facts) {
    this.link = link;
    this.#options = options;
    this.tpmVersion = facts.tpmVersion;
    this.pcrs = facts.pcrs;
    this.dirs = facts.dirs;
    this.resources = facts.resources;
    this.exclusiveTransport = options.platform?.exclusiveTransport ?? false;
    this.registeredKeys = new RegisteredKeys(
      options.keyStorage ?? new MemoryKeyStorage(),
      (uuid) => this.resources.isLoaded(uuidToString(uuid)),
    );
    for (const handle of facts.ownerEvict) this.registeredKeys.ownerEvictUuid(handle, true);
    this.credentials = new Credentials(options.credentials);
    this.eventLog = new EventLog(options.eventLog, { pcrs: facts.pcrs });
  }

  /** As {@linkcode CoreServices.start}. */
  static async start(tddl: Tddl, options: CoreServicesOptions = {}): Promise<TcsCore> {
    const link = new TpmLink(tddl);
    await tddl.adoptDurations?.();
    const tpmVersion = await minorVersion(link);
    const property = async (property: number) => {
      const request = { capArea: TPM_CAP_PROPERTY, subCap: encode(U32, property) };
      return decode(U32, (await link.command("TPM_GetCapability", request)).resp);
    };
    const slots = await TpmSlots.ask(link, tpmVersion);
    if (options.soleUser) await slots.flushAll();
    return new TcsCore(link, options, {
      tpmVersion,
      pcrs: await property(TPM_CAP_PROP_PCR),
      dirs: await property(TPM_CAP_PROP_DIR),
      ownerEvict: tpmVersion === 1 ? [] : await ownerEvictHandles(link),
      resources: await ResourceManager.start(link, slots, { limits: options.limits }),
    });
  }

  /** The answer to `Tcsi_GetCapability`. */
  capability(capArea: number, subCap: Uint8Array): Uint8Array {
    return tcsCapability(capArea, subCap, this.#options.platform);
  }

  /** Whether a command changes something in the services besides handles. */
  isFollowed(row: Command): boolean {
    return FOLLOWED.has(row);
  }

  /**
   * What a command changes in the services besides handles. Parameters are missing where they
   * were encrypted.
   */
  async afterCommand(
    { row, request, keys }: Translation,
    executor: Executor,
    answer: Values,
  ): Promise<void> {
    switch (row) {
      case COMMANDS.TPM_TakeOwnership:
        if (answer.srkPub instanceof Uint8Array) await this.registeredKeys.setSrk(answer.srkPub);
        break;
      case COMMANDS.TPM_OwnerClear:
      case COMMANDS.TPM_ForceClear:
      case COMMANDS.TPM_RevokeTrust:
        await this.resources.resetAfterClear();
        await this.registeredKeys.forgetOwner();
        break;
      case COMMANDS.TPM_Startup:
        await this.resources.resynchronize();
        break;
      case COMMANDS.TPM_KeyControlOwner:
        for (const [, key] of keys) await this.#adoptOwnersWill(key);
        break;
      case COMMANDS.TPM_DAA_Join:
      case COMMANDS.TPM_DAA_Sign:
        if (request.stage === 0 && answer.outputData instanceof Uint8Array) {
          executor.daaSessions.add(decode(U32, answer.outputData));
        } else if (request.stage === LAST_STAGE[row.name]) {
          executor.daaSessions.delete(request.daaHandle as number);
        } else if (request.stage === undefined && request.daaHandle !== 0) {
          // That it is this context's the TPM has just said: the stage that opened it was hidden.
          executor.daaSessions.add(request.daaHandle as number);
        }
        break;
    }
  }

  /** TPM_KeyControlOwner may have come wrapped, and what it asked for be hidden. */
  async #adoptOwnersWill(key: KeyResource): Promise<void> {
    const ownerEvict = await isOwnerEvict(this.link, key.tpmHandle!);
    const name = this.registeredKeys.ownerEvictUuid(key.tpmHandle!, ownerEvict);
    const uuid = ownerEvict ? uuidToString(name) : undefined;
    await this.resources.setOwnerEvict(key, { ownerEvict, uuid });
  }
}
