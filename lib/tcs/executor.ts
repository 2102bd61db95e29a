import { type Command, COMMANDS } from "../tpm12/commands/mod.ts";
import { isRefusal, TssError } from "../tpm12/tss_error.ts";
import type { AuthRequest, AuthResponse, Values } from "../wire/mod.ts";
import type { TcsCore } from "./tcs_core.ts";
import { requireAllowed } from "./admission.ts";
import { after, type Eventually, rescue } from "./eventually.ts";
import { handleList } from "./handle_list.ts";
import { fixedEntity, handleParameters, keyParameters } from "./handles.ts";
import { freshKey } from "./key_resource.ts";
import {
  type AuthResource,
  isFixedHandle,
  type KeyResource,
  type Resource,
  type ResourceOwner,
  type TransportResource,
} from "./resource.ts";
import { ownService } from "./own_services.ts";
import { isFull } from "./resource_manager.ts";
import { executeTransport } from "./transport.ts";
import { isEncrypted, isExclusive } from "./transport_public.ts";

/** A request, and the resources that its handles stand for. */
export interface Translation {
  /** The command. */
  readonly row: Command;
  /** The request with its context's handles. */
  readonly request: Values;
  /** Its keys by the name of their parameter; fixed handles stay as they are. */
  readonly keys: readonly (readonly [name: string, key: KeyResource])[];
  /** The blocks of its sessions. */
  readonly auths: readonly (AuthRequest | null)[];
  /** The sessions in the places of their blocks. */
  readonly sessions: readonly (AuthResource | TransportResource | null)[];
  /** What must be inside while it runs. */
  readonly needed: readonly Resource[];
}

/** Codes by which the TPM says that it lacks what we have a handle of. */
const LOST = ["TPM_INVALID_KEYHANDLE", "TPM_INVALID_AUTHHANDLE", "TPM_KEYNOTFOUND"];
const NO_AUTHS: readonly null[] = [];

/** Executes the commands of one context; each method is called with the TPM to oneself. */
export class Executor {
  /** The services. */
  readonly services: TcsCore;
  /** The context, whose handles those of its commands are. */
  readonly owner: ResourceOwner;
  /** DAA sessions, which keep the TPM's handles: the answer's digest covers them. */
  readonly daaSessions: Set<number> = new Set();

  /** Commands of `owner`. */
  constructor(services: TcsCore, owner: ResourceOwner) {
    this.services = services;
    this.owner = owner;
  }

  /** Executes a command, at once where that takes no waiting. */
  execute(row: Command, request: Values): Eventually<Values> {
    const alone = !(request.auths as Translation["auths"] | undefined)?.some(Boolean);
    if (alone && handleParameters(row).plain && !this.services.isFollowed(row)) {
      requireAllowed(row, this, request);
      const own = row === COMMANDS.TPM_GetCapability ? handleList(this, request) : undefined;
      return own ?? this.services.link.execute(row, request);
    }
    if (row.name === "TPM_ExecuteTransport") return executeTransport(this, request);
    const own = ownService(row);
    if (own !== undefined) return own(this, request);
    return this.#execute(row, request);
  }

  #execute(row: Command, request: Values): Eventually<Values> {
    requireAllowed(row, this, request);
    const translation = this.translate(row, request);
    const answer = rescue(
      () => this.#send(translation),
      (error) => this.#sendAfterLoss(translation, error),
    );
    if (!this.services.isFollowed(row)) return answer;
    return after(answer, async (values) => {
      await this.services.afterCommand(translation, this, values);
      return values;
    });
  }

  /** When the TPM has lost what it should have, sends a command again that has no sessions. */
  async #sendAfterLoss(translation: Translation, error: unknown): Promise<Values> {
    if (translation.needed.length === 0 || !isLoss(error)) throw error;
    await this.services.resources.resynchronize();
    // A session ends with an error, and the user alone can open another.
    if (!isAlone(translation)) throw error;
    return await this.#send(translation);
  }

  /** Finds the resources that the handles of a request stand for. */
  translate(row: Command, request: Values): Translation {
    const { table } = this.services.resources;
    const keys: [string, KeyResource][] = [];
    for (const name of keyParameters(row, request)) {
      const handle = request[name] as number;
      if (!isFixedHandle(handle)) keys.push([name, table.key(this.owner, handle)]);
    }
    const auths = (request.auths ?? NO_AUTHS) as Translation["auths"];
    const sessions = auths.map((auth, i) => {
      if (auth === null) return null;
      const role = row.auth[row.auth.length - auths.length + i];
      return role?.for === "transport"
        ? table.transport(this.owner, auth.authHandle)
        : table.auth(this.owner, auth.authHandle);
    });
    const needed: Resource[] = keys.map(([, key]) => key);
    for (const session of sessions) if (session !== null) needed.push(session);
    return { row, request, keys, auths, sessions, needed };
  }

  /** The request with the TPM's handles, once everything it needs is inside. */
  resolve({ request, keys, auths, sessions }: Translation): Values {
    const resolved: Values = { ...request, auths: resolveAuths(auths, sessions) };
    for (const [name, key] of keys) resolved[name] = key.tpmHandle!;
    return resolved;
  }

  /** Sees to it that what a command makes has a slot, and its context a claim to it. */
  async makeRoom(row: Command, needed: readonly Resource[]): Promise<void> {
    const { resources } = this.services;
    const { newKeys, digestedKeys, newAuth, newTransport } = handleParameters(row);
    if (newKeys.length + digestedKeys.length > 0) {
      resources.budget.requireQuota(this.owner, "key");
      await resources.reserve("key", needed);
    }
    for (const kind of ["auth", "transport"] as const) {
      if ((kind === "auth" ? newAuth : newTransport) === undefined) continue;
      resources.budget.requireQuota(this.owner, kind);
      await resources.reserve(kind, needed);
    }
  }

  /** Sends a request at once when all that it takes is inside and free. */
  #send(translation: Translation): Eventually<Values> {
    const { link, resources } = this.services;
    const { row, needed } = translation;
    const kind = slotTaken(row);
    if (!resources.areInside(needed) || kind !== undefined && !resources.budget.hasFree(kind)) {
      return this.#sendWithRoom(translation);
    }
    if (kind !== undefined) resources.budget.requireQuota(this.owner, kind);
    return rescue(
      () =>
        after(
          link.execute(row, this.resolve(translation)),
          (answer) => this.#settle(translation, answer),
        ),
      (error) => this.#failed(translation, error),
    );
  }

  /** Sends a request once there is room for what it needs and makes. */
  async #sendWithRoom(translation: Translation): Promise<Values> {
    const { link, resources } = this.services;
    const { row, needed } = translation;
    await resources.bringIn(needed);
    await this.makeRoom(row, needed);
    const send = async () => await link.execute(row, this.resolve(translation));
    try {
      const kind = isAlone(translation) ? slotTaken(row) : undefined;
      const answer = await (kind === undefined ? send() : resources.withRoom(kind, needed, send));
      return this.#settle(translation, answer);
    } catch (error) {
      await this.endSessions(translation.sessions, error);
      throw error;
    }
  }

  async #failed(translation: Translation, error: unknown): Promise<Values> {
    const full = slotTaken(translation.row) !== undefined && isFull(error);
    if (full && isAlone(translation)) return await this.#sendWithRoom(translation);
    await this.endSessions(translation.sessions, error);
    // Somebody else has taken slots that we took for free: once is enough.
    if (full) await this.services.resources.budget.measure();
    throw error;
  }

  #settle(translation: Translation, answer: Values): Values {
    this.settleSessions(translation.sessions, answer.auths as readonly (AuthResponse | null)[]);
    return this.adopt(translation, answer);
  }

  /** A command that the TPM refused ended the sessions it came with (Part 1, 13.2). */
  async endSessions(sessions: Translation["sessions"], error: unknown): Promise<void> {
    if (!isRefusal(error)) return;
    for (const session of sessions) {
      if (session !== null) await this.services.resources.release(session);
    }
  }

  /** Sessions that the answer says are over leave the table. */
  settleSessions(
    sessions: Translation["sessions"],
    auths: readonly (AuthResponse | null)[],
  ): void {
    sessions.forEach((session, i) => {
      if (session !== null && auths[i]?.continueAuthSession === false) {
        this.services.resources.forget(session);
      }
    });
  }

  /** Gives what an answer brings a handle of this context. */
  adopt(translation: Translation, answer: Values): Values {
    const { row, keys, request } = translation;
    const { newAuth, newTransport, newKeys, digestedKeys } = handleParameters(row);
    if (slotTaken(row) === undefined) return answer;
    const { table } = this.services.resources;
    const adopted: Values = { ...answer };
    for (const name of newKeys) {
      adopted[name] = this.#adoptKey(translation, answer[name] as number, table.newHandle());
    }
    for (const name of digestedKeys) {
      const number = answer[name];
      // Left out where the parameters of a wrapped answer are not to be read.
      if (typeof number === "number") this.#adoptKey(translation, number, number);
    }
    if (newAuth !== undefined) {
      const boundTo = isSession(row) ? keys[0]?.[1] ?? fixedEntity(row, request) : null;
      adopted[newAuth] = table.add<AuthResource>({
        ...this.#fresh(answer[newAuth] as number, table.newHandle()),
        kind: "auth",
        boundTo,
      }).handle;
    }
    if (newTransport !== undefined) {
      const exclusive = isExclusive(request);
      adopted[newTransport] = table.add<TransportResource>({
        ...this.#fresh(answer[newTransport] as number, table.newHandle()),
        kind: "transport",
        exclusive,
        encrypted: isEncrypted(request),
        pinned: exclusive,
      }).handle;
    }
    return adopted;
  }

  #adoptKey({ row, request, keys, auths }: Translation, tpmHandle: number, handle: number): number {
    const isLoad = row === COMMANDS.TPM_LoadKey2 || row === COMMANDS.TPM_LoadKey;
    // Its own, as the request may be a view of something larger; absent when it came encrypted.
    const blob = isLoad ? (request.inKey as Uint8Array | undefined)?.slice() : undefined;
    const parent = keys[0]?.[1] ?? request.parentHandle as number;
    const reloadable = blob !== undefined && auths.every((auth) => auth === null);
    return this.services.resources.table.add<KeyResource>({
      ...this.#fresh(tpmHandle, handle),
      ...freshKey,
      // A key of the TPM's own making is known by the TPM's number alone.
      pinned: !isLoad,
      blob: blob ?? null,
      parent: reloadable ? parent : null,
    }).handle;
  }

  #fresh(tpmHandle: number, handle: number) {
    return { handle, owner: this.owner, tpmHandle, saved: null, pinned: false };
  }
}

function resolveAuths(
  auths: Translation["auths"],
  sessions: Translation["sessions"],
): Translation["auths"] {
  if (auths.length === 0) return auths;
  return auths.map((auth, i) =>
    auth === null ? null : { ...auth, authHandle: sessions[i]!.tpmHandle! }
  );
}

function isAlone({ sessions }: Translation): boolean {
  return sessions.every((session) => session === null);
}

/** The slot that a command takes, if it takes one. */
function slotTaken(row: Command): "key" | "auth" | "transport" | undefined {
  const { newKeys, digestedKeys, newAuth, newTransport } = handleParameters(row);
  if (newAuth !== undefined) return "auth";
  if (newTransport !== undefined) return "transport";
  return newKeys.length + digestedKeys.length > 0 ? "key" : undefined;
}

function isLoss(error: unknown): boolean {
  return error instanceof TssError && error.layer === "tpm" && LOST.includes(error.codeName);
}

function isSession(row: Command): boolean {
  return row.name === "TPM_OSAP" || row.name === "TPM_DSAP";
}
