import { uuidToString } from "../formats/mod.ts";
import { type CommandName, COMMANDS } from "../tpm12/commands/mod.ts";
import { TPM_RT_DAA_TPM } from "../tpm12/constants/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import type { Values } from "../wire/mod.ts";
import type { TcsCore } from "./tcs_core.ts";
import { type Eventually, promised } from "./eventually.ts";
import { Executor } from "./executor.ts";
import type { ResourceOwner } from "./resource.ts";
import type { TcsRequest, TcsResponse } from "./tcs_command.ts";
import { type LentKey, type LoadedKey, type LoadKeyByUuidResult, Tcsi } from "./tcsi.ts";
import type { KmKeyinfo, KmKeyinfo2, LoadkeyInfo, PcrEvent } from "./types.ts";

/** One context of the core services in this process. */
export class TcsContext extends Tcsi implements ResourceOwner {
  readonly #services: TcsCore;
  readonly #executor: Executor;
  /** Whoever opened it. */
  readonly client: object;
  #closed = false;

  /** Made by {@linkcode CoreServices.openContext}. */
  constructor(services: TcsCore, client?: object) {
    super();
    this.#services = services;
    this.#executor = new Executor(services, this);
    this.client = client ?? this;
  }

  /** Minor version of the TPM. */
  get tpmVersion(): number {
    return this.#services.tpmVersion;
  }

  /** Executes a command with this context's handles. */
  override command<N extends CommandName>(
    name: N,
    request: TcsRequest<N>,
  ): Promise<TcsResponse<N>> {
    const execute = () => this.commandNow(name, request as unknown as Values);
    return promised(execute) as unknown as Promise<TcsResponse<N>>;
  }

  /** As {@linkcode command}, at once where that takes no waiting: no promise then. */
  commandNow(name: CommandName, request: Values): Eventually<Values> {
    return this.runNow(() => this.#executor.execute(COMMANDS[name], request));
  }

  /** As {@linkcode loadKeyByBlob}, in the way of {@linkcode commandNow}. */
  loadKeyNow(request: Parameters<Tcsi["loadKeyByBlob"]>[0]): Eventually<LoadedKey> {
    return this.runNow(() => this.#services.keyLoader.byBlob(this.#executor, request));
  }

  /** As {@linkcode closeContext}, in the way of {@linkcode commandNow}. */
  closeNow(): Eventually<void> {
    return this.#services.lock.run(() => this.#close());
  }

  /** Runs a task with the TPM to itself; throws TCS_E_INVALID_CONTEXTHANDLE once closed. */
  runNow<T>(task: () => Eventually<T>): Eventually<T> {
    return this.#services.lock.run(() => {
      this.#requireOpen();
      return task();
    });
  }

  /** As {@linkcode runNow}, as a promise. */
  run<T>(task: () => Eventually<T>): Promise<T> {
    return promised(() => this.runNow(task));
  }

  /** Runs a task that needs no TPM, beside whatever that is doing. */
  #own<T>(task: () => T | Promise<T>): Promise<T> {
    return Promise.try(() => {
      this.#requireOpen();
      return task();
    });
  }

  #requireOpen(): void {
    if (!this.#closed) return;
    throw tssError("tcs", "TCS_E_INVALID_CONTEXTHANDLE", { detail: "the context is closed" });
  }

  /** Lets go of everything; closing again does nothing. */
  override closeContext(): Promise<void> {
    return promised(() => this.closeNow());
  }

  #close(): Eventually<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { daaSessions } = this.#executor;
    const { resources } = this.#services;
    if (daaSessions.size === 0) return resources.releaseAll(this);
    return this.#flushDaaSessions().then(() => resources.releaseAll(this));
  }

  async #flushDaaSessions(): Promise<void> {
    for (const handle of this.#executor.daaSessions) {
      const request = { handle, resourceType: TPM_RT_DAA_TPM };
      await this.#services.link.command("TPM_FlushSpecific", request).catch(() => {});
    }
  }

  override getTcsCapability(
    { capArea, subCap }: { readonly capArea: number; readonly subCap: Uint8Array },
  ): Promise<{ readonly resp: Uint8Array }> {
    return this.#own(() => ({ resp: this.#services.capability(capArea, subCap) }));
  }

  override registerKey(request: Parameters<Tcsi["registerKey"]>[0]): Promise<void> {
    return this.#own(() => this.#services.registeredKeys.register(request));
  }

  override unregisterKey({ keyUUID }: { readonly keyUUID: Uint8Array }): Promise<void> {
    return this.#own(async () => {
      await this.#services.registeredKeys.unregister(keyUUID);
      this.#services.resources.forgetName(uuidToString(keyUUID));
    });
  }

  override enumRegisteredKeys(
    { keyUUID }: { readonly keyUUID?: Uint8Array } = {},
  ): Promise<readonly KmKeyinfo[]> {
    return this.#own(() => this.#services.registeredKeys.list(keyUUID));
  }

  override enumRegisteredKeys2(
    { keyUUID }: { readonly keyUUID?: Uint8Array } = {},
  ): Promise<readonly KmKeyinfo2[]> {
    return this.#own(() => this.#services.registeredKeys.list(keyUUID));
  }

  override getRegisteredKey(
    { keyUUID }: { readonly keyUUID: Uint8Array },
  ): Promise<KmKeyinfo> {
    return this.#own(async () => (await this.#services.registeredKeys.list(keyUUID))[0]!);
  }

  override getRegisteredKeyBlob(
    { keyUUID }: { readonly keyUUID: Uint8Array },
  ): Promise<{ readonly prgbKey: Uint8Array }> {
    return this.#own(async () => ({
      prgbKey: (await this.#services.registeredKeys.get(keyUUID)).blob,
    }));
  }

  override getRegisteredKeyByPublicInfo(
    { rgbPublicInfo }: { readonly algID: number; readonly rgbPublicInfo: Uint8Array },
  ): Promise<{ readonly keyBlob: Uint8Array }> {
    return this.#own(async () => ({
      keyBlob: (await this.#services.registeredKeys.byPublicKey(rgbPublicInfo)).blob,
    }));
  }

  override loadKeyByBlob(
    request: Parameters<Tcsi["loadKeyByBlob"]>[0],
  ): ReturnType<Tcsi["loadKeyByBlob"]> {
    return this.run(() => this.#services.keyLoader.byBlob(this.#executor, request));
  }

  override loadKeyByUUID(
    request: { readonly keyUUID: Uint8Array; readonly loadkeyInfo?: LoadkeyInfo },
  ): Promise<LoadKeyByUuidResult> {
    return this.run(() => this.#services.keyLoader.byUuid(this.#executor, request));
  }

  override lendKey({ hKey }: { readonly hKey: number }): Promise<LentKey> {
    return this.run(async () => {
      const { resources } = this.#services;
      const key = resources.table.key(this, hKey);
      await resources.bringIn([key]);
      key.lent++;
      return { tpmHandle: key.tpmHandle!, [Symbol.dispose]: () => void key.lent-- };
    });
  }

  override evictKey({ hKey }: { readonly hKey: number }): Promise<void> {
    return this.run(() => this.#services.keyLoader.evict(this.#executor, hKey));
  }

  override keyControlOwner(
    request: TcsRequest<"TPM_KeyControlOwner">,
  ): ReturnType<Tcsi["keyControlOwner"]> {
    return this.run(async () => {
      const { registeredKeys, resources } = this.#services;
      const key = resources.table.key(this, request.keyHandle);
      const uuid = key.tpmHandle === null
        ? undefined
        : registeredKeys.uuidOfOwnerEvict(key.tpmHandle);
      const answer = await this.#executor.execute(
        COMMANDS.TPM_KeyControlOwner,
        request as unknown as Values,
      );
      // The name it has now, or had until now.
      const uuidData = registeredKeys.uuidOfOwnerEvict(key.tpmHandle!) ?? uuid ??
        new Uint8Array(16);
      return { ...answer as unknown as TcsResponse<"TPM_KeyControlOwner">, uuidData };
    });
  }

  override makeIdentity(
    request: TcsRequest<"TPM_MakeIdentity">,
  ): ReturnType<Tcsi["makeIdentity"]> {
    return this.run(async () => {
      const answer = await this.#executor.execute(
        COMMANDS.TPM_MakeIdentity,
        request as unknown as Values,
      );
      const { credentials } = this.#services;
      return {
        ...answer as unknown as TcsResponse<"TPM_MakeIdentity">,
        endorsementCredential: await credentials.endorsement(),
        platformCredential: await credentials.platform(),
        conformanceCredential: await credentials.conformance(),
      };
    });
  }

  override getCredential(
    { ulCredentialType }: {
      readonly ulCredentialType: number;
      readonly ulCredentialAccessMode: number;
    },
  ): Promise<{ readonly rgbCredentialData: Uint8Array }> {
    return this.#own(async () => ({
      rgbCredentialData: await this.#services.credentials.ofType(ulCredentialType),
    }));
  }

  override logPcrEvent(
    { event }: { readonly event: PcrEvent },
  ): Promise<{ readonly ulEventNumber: number }> {
    return this.#own(() => ({ ulEventNumber: this.#services.eventLog.add(event) }));
  }

  override getPcrEvent(
    request: Parameters<Tcsi["getPcrEvent"]>[0],
  ): ReturnType<Tcsi["getPcrEvent"]> {
    return this.#own(async () => {
      const events = await this.#services.eventLog.ofPcr(request.pcrIndex);
      if (request.lengthOnly) return { number: events.length, event: undefined };
      const event = events[request.eventNumber];
      if (event === undefined) {
        throw tssError("tcs", "TSS_E_BAD_PARAMETER", {
          detail: `PCR ${request.pcrIndex} has ${events.length} events`,
        });
      }
      return { number: request.eventNumber, event };
    });
  }

  override getPcrEventsByPcr(
    { pcrIndex, firstEvent, eventCount }: Parameters<Tcsi["getPcrEventsByPcr"]>[0],
  ): Promise<readonly PcrEvent[]> {
    return this.#own(async () =>
      (await this.#services.eventLog.ofPcr(pcrIndex)).slice(firstEvent, firstEvent + eventCount)
    );
  }

  override getPcrEventLog(): Promise<readonly PcrEvent[]> {
    return this.#own(() => this.#services.eventLog.all());
  }
}
