import { type Command, type CommandName, COMMANDS } from "../tpm12/commands/mod.ts";
import { TPM_RT_AUTH, TPM_RT_DAA_TPM, TPM_RT_KEY, TPM_RT_TRANS } from "../tpm12/constants/mod.ts";
import { TssError, tssError } from "../tpm12/tss_error.ts";
import type { AuthRequest, AuthResponse, Values } from "../wire/mod.ts";
import type { CoreServices } from "./core_services.ts";
import { boundKeyParameter, handleParameters } from "./handles.ts";
import type { AuthResource, KeyResource, Resource, TransportResource } from "./resource.ts";
import type { TcsRequest, TcsResponse } from "./tcs_command.ts";
import { type LoadKeyByUuidResult, Tcsi } from "./tcsi.ts";
import { executeTransport } from "./transport.ts";
import type { KmKeyinfo, KmKeyinfo2, LoadkeyInfo, PcrEvent } from "./types.ts";

/** A request whose handles are the TPM's, and what it uses. */
export interface Translated {
  /** Handles and sessions as the TPM knows them. */
  readonly request: Values & { readonly auths: readonly (AuthRequest | null)[] };
  /** Resources that must be inside while it runs. */
  readonly needed: readonly Resource[];
  /** The sessions, in the places of their blocks. */
  readonly sessions: readonly (AuthResource | TransportResource | null)[];
}

/** One context of the core services in this process. */
export class TcsContext extends Tcsi {
  readonly #services: CoreServices;
  #closed = false;
  /** DAA sessions, which keep the TPM's handles. */
  readonly #daaSessions = new Set<number>();

  /** Made by {@linkcode CoreServices.openContext}. */
  constructor(services: CoreServices) {
    super();
    this.#services = services;
  }

  /** Minor version of the TPM. */
  get tpmVersion(): number {
    return this.#services.tpmVersion;
  }

  /** The services this context belongs to. */
  get services(): CoreServices {
    return this.#services;
  }

  /** Executes a command with this context's handles. */
  override command<N extends CommandName>(
    name: N,
    request: TcsRequest<N>,
  ): Promise<TcsResponse<N>> {
    return this.run(async () => {
      const answer = await this.execute(COMMANDS[name], request as unknown as Values);
      return answer as unknown as TcsResponse<N>;
    });
  }

  /** Runs a task with the TPM to itself; throws TCS_E_INVALID_CONTEXTHANDLE once closed. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#services.lock.run(() => {
      if (this.#closed) {
        throw tssError("tcs", "TCS_E_INVALID_CONTEXTHANDLE", { detail: "the context is closed" });
      }
      return task();
    });
  }

  /** Executes a command; to be called with the TPM to oneself. */
  async execute(row: Command, request: Values): Promise<Values> {
    switch (row.name) {
      case "TPM_ExecuteTransport":
        return await executeTransport(this, request);
      case "TPM_FlushSpecific":
        return await this.#flush(request.handle as number, request.resourceType as number);
      case "TPM_Terminate_Handle":
        return await this.#flush(request.authHandle as number, TPM_RT_AUTH);
    }
    const translated = this.translate(row, request);
    await this.#services.resources.bringIn(translated.needed);
    const answer = await this.#send(row, translated);
    await this.#services.afterCommand(row, this, { request, answer });
    return answer;
  }

  /** Replaces this context's handles in a request by the resources they stand for. */
  translate(row: Command, request: Values): Translated {
    const { resources } = this.#services;
    const needed: Resource[] = [];
    const translated: Values = { ...request };
    const bound = boundKeyParameter(row, request);
    const names = bound === undefined ? handleParameters(row).keys : [bound];
    for (const name of row.name === "TPM_DSAP" && bound === undefined ? [] : names) {
      const key = this.#services.findKey(this, request[name] as number);
      if (key === null) continue;
      needed.push(key);
      Object.defineProperty(translated, name, { enumerable: true, get: () => key.tpmHandle });
    }
    const auths = (request.auths ?? []) as readonly (AuthRequest | null)[];
    const sessions = auths.map((auth, i) => {
      if (auth === null) return null;
      const role = row.auth[row.auth.length - auths.length + i];
      const session = role?.for === "transport"
        ? this.transportSession(auth.authHandle)
        : resources.auth(this, auth.authHandle);
      needed.push(session);
      return session;
    });
    translated.auths = auths;
    return { request: translated as Translated["request"], needed, sessions };
  }

  /** The transport session with a handle; throws TCS_E_INVALID_AUTHHANDLE. */
  transportSession(handle: number): TransportResource {
    const session = this.#services.resources.transport(this, handle);
    if (session !== undefined) return session;
    throw tssError("tcs", "TCS_E_INVALID_AUTHHANDLE", {
      detail: "no transport session of this context has this handle",
    });
  }

  /** Sends a translated request, and takes in what the answer brings. */
  async #send(row: Command, translated: Translated): Promise<Values> {
    const { link, resources } = this.#services;
    const { needed, sessions } = translated;
    const { newAuth, newTransport, newKeys } = handleParameters(row);
    if (newKeys.length > 0) this.#services.requireQuota(this, "key");
    if (newAuth !== undefined) this.#services.requireQuota(this, "auth");
    const send = () => {
      const auths = translated.request.auths.map((auth, i) =>
        auth === null ? null : { ...auth, authHandle: sessions[i]!.tpmHandle! }
      );
      return link.command(row.name, { ...translated.request, auths } as never) as Promise<Values>;
    };
    let answer: Values;
    try {
      if (newAuth !== undefined) answer = await resources.withRoom("auth", needed, send);
      else {
        if (newKeys.length > 0) {
          await resources.requireKeySlot(needed, () => this.#services.freeKeySlots());
        }
        answer = newTransport !== undefined && sessions.length === 0
          ? await resources.withRoom("transport", needed, send)
          : await send();
      }
    } catch (error) {
      await this.endSessions(sessions, error);
      throw error;
    }
    this.settleSessions(sessions, answer.auths as readonly (AuthResponse | null)[]);
    return this.adopt(row, { answer, needed });
  }

  /** A command that the TPM refused ended the sessions it came with (Part 1, 13.2). */
  async endSessions(sessions: Translated["sessions"], error: unknown): Promise<void> {
    const fatal = error instanceof TssError && error.layer === "tpm" && error.code < 0x800;
    if (!fatal) return;
    for (const session of sessions) {
      if (session !== null) await this.#services.resources.release(session);
    }
  }

  /** Sessions that the answer says are over leave the table. */
  settleSessions(
    sessions: Translated["sessions"],
    auths: readonly (AuthResponse | null)[],
  ): void {
    sessions.forEach((session, i) => {
      if (session !== null && auths[i]?.continueAuthSession === false) {
        this.#services.resources.forget(session);
      }
    });
  }

  /** Gives what an answer brings a handle of this context. */
  adopt(
    row: Command,
    { answer, needed }: { readonly answer: Values; readonly needed: readonly Resource[] },
  ): Values {
    const { newAuth, newTransport, newKeys } = handleParameters(row);
    const { resources } = this.#services;
    const fresh = { owner: this, saved: null, lastUse: 0, pinned: false };
    const adopted: Values = { ...answer };
    for (const name of newKeys) {
      const handle = resources.newHandle();
      resources.add<KeyResource>({
        ...fresh,
        kind: "key",
        handle,
        tpmHandle: answer[name] as number,
        uuid: undefined,
      });
      adopted[name] = handle;
    }
    if (newAuth !== undefined) {
      const boundTo = needed.find((resource) => resource.kind === "key") as KeyResource | undefined;
      adopted[newAuth] = resources.add<AuthResource>({
        ...fresh,
        kind: "auth",
        handle: resources.newHandle(),
        tpmHandle: answer[newAuth] as number,
        boundTo: boundTo ?? null,
      }).handle;
    }
    if (newTransport !== undefined) {
      adopted[newTransport] = resources.add<TransportResource>({
        ...fresh,
        kind: "transport",
        handle: resources.newHandle(),
        tpmHandle: answer[newTransport] as number,
      }).handle;
    }
    return adopted;
  }

  async #flush(handle: number, resourceType: number): Promise<Values> {
    const { resources, link } = this.#services;
    if (resourceType === TPM_RT_KEY) await this.#services.releaseKey(this, handle);
    else if (resourceType === TPM_RT_AUTH) await resources.release(resources.auth(this, handle));
    else if (resourceType === TPM_RT_TRANS) await resources.release(this.transportSession(handle));
    else {
      if (resourceType === TPM_RT_DAA_TPM) this.#daaSessions.delete(handle);
      await link.command("TPM_FlushSpecific", { handle, resourceType });
    }
    return { auths: [] };
  }

  /** Notes a DAA session that this context opened. */
  noteDaaSession(handle: number): void {
    this.#daaSessions.add(handle);
  }

  /** Lets go of everything; closing again does nothing. */
  override closeContext(): Promise<void> {
    return this.#services.lock.run(async () => {
      if (this.#closed) return;
      this.#closed = true;
      for (const handle of this.#daaSessions) {
        await this.#services.link.command("TPM_FlushSpecific", {
          handle,
          resourceType: TPM_RT_DAA_TPM,
        }).catch(() => {});
      }
      await this.#services.releaseContext(this);
    });
  }

  override getTcsCapability(
    { capArea, subCap }: { readonly capArea: number; readonly subCap: Uint8Array },
  ): Promise<{ readonly resp: Uint8Array }> {
    return this.run(() => Promise.resolve({ resp: this.#services.capability(capArea, subCap) }));
  }

  override registerKey(request: Parameters<Tcsi["registerKey"]>[0]): Promise<void> {
    return this.run(() => this.#services.registeredKeys.register(request));
  }

  override unregisterKey({ keyUUID }: { readonly keyUUID: Uint8Array }): Promise<void> {
    return this.run(() => this.#services.registeredKeys.unregister(keyUUID));
  }

  override enumRegisteredKeys(
    { keyUUID }: { readonly keyUUID?: Uint8Array } = {},
  ): Promise<readonly KmKeyinfo[]> {
    return this.run(() => this.#services.registeredKeys.list(keyUUID));
  }

  override enumRegisteredKeys2(
    { keyUUID }: { readonly keyUUID?: Uint8Array } = {},
  ): Promise<readonly KmKeyinfo2[]> {
    return this.run(() => this.#services.registeredKeys.list(keyUUID));
  }

  override getRegisteredKey(
    { keyUUID }: { readonly keyUUID: Uint8Array },
  ): Promise<KmKeyinfo> {
    return this.run(async () => (await this.#services.registeredKeys.list(keyUUID))[0]!);
  }

  override getRegisteredKeyBlob(
    { keyUUID }: { readonly keyUUID: Uint8Array },
  ): Promise<{ readonly prgbKey: Uint8Array }> {
    return this.run(async () => ({
      prgbKey: (await this.#services.registeredKeys.get(keyUUID)).blob,
    }));
  }

  override getRegisteredKeyByPublicInfo(
    { rgbPublicInfo }: { readonly algID: number; readonly rgbPublicInfo: Uint8Array },
  ): Promise<{ readonly keyBlob: Uint8Array }> {
    return this.run(async () => ({
      keyBlob: (await this.#services.registeredKeys.byPublicKey(rgbPublicInfo)).blob,
    }));
  }

  override loadKeyByBlob(
    request: Parameters<Tcsi["loadKeyByBlob"]>[0],
  ): ReturnType<Tcsi["loadKeyByBlob"]> {
    return this.run(() => this.#services.loadKeyByBlob(this, request));
  }

  override loadKeyByUUID(
    request: { readonly keyUUID: Uint8Array; readonly loadkeyInfo?: LoadkeyInfo },
  ): Promise<LoadKeyByUuidResult> {
    return this.run(() => this.#services.loadKeyByUuid(this, request));
  }

  override evictKey({ hKey }: { readonly hKey: number }): Promise<void> {
    return this.run(() => this.#services.releaseKey(this, hKey));
  }

  override keyControlOwner(
    request: TcsRequest<"TPM_KeyControlOwner">,
  ): ReturnType<Tcsi["keyControlOwner"]> {
    return this.run(() => this.#services.keyControlOwner(this, request));
  }

  override makeIdentity(
    request: TcsRequest<"TPM_MakeIdentity">,
  ): ReturnType<Tcsi["makeIdentity"]> {
    return this.run(async () => {
      const answer = await this.execute(COMMANDS.TPM_MakeIdentity, request as unknown as Values);
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
    return this.run(async () => ({
      rgbCredentialData: await this.#services.credentials.ofType(ulCredentialType),
    }));
  }

  override logPcrEvent(
    { event }: { readonly event: PcrEvent },
  ): Promise<{ readonly ulEventNumber: number }> {
    return this.run(async () => ({ ulEventNumber: await this.#services.eventLog.add(event) }));
  }

  override getPcrEvent(
    request: Parameters<Tcsi["getPcrEvent"]>[0],
  ): ReturnType<Tcsi["getPcrEvent"]> {
    return this.run(async () => {
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
    return this.run(async () =>
      (await this.#services.eventLog.ofPcr(pcrIndex)).slice(firstEvent, firstEvent + eventCount)
    );
  }

  override getPcrEventLog(): Promise<readonly PcrEvent[]> {
    return this.run(() => this.#services.eventLog.all());
  }
}
