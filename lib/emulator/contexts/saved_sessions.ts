import { type Codec, encode } from "../../codec/mod.ts";
import { equalBytes } from "../../crypto/mod.ts";
import {
  TPM_ET_COUNTER,
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_KEYHANDLE,
  TPM_ET_NV,
  TPM_ET_OWNER,
  TPM_KH_SRK,
  TPM_PID_OSAP,
  TPM_RT_AUTH,
  TPM_RT_DAA_TPM,
  TPM_RT_TRANS,
} from "../../tpm12/constants/mod.ts";
import type { TpmContextBlob } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import {
  contextPlace,
  enterContext,
  openContext,
  readResource,
  requireNonce,
  sealContext,
} from "./context_blob.ts";
import { counterEntity, type Entity, keyEntity, nvEntity, ownerEntity } from "../entities.ts";
import { DAA_SESSION } from "../state/daa_session.ts";
import type { Handled, HandleTable } from "../state/handle_table.ts";
import { AUTH_SESSION, type AuthSession, TRANSPORT_SESSION } from "../state/sessions.ts";
import type { Tpm } from "../tpm.ts";

/** The sessions of one kind and how they are written. */
interface SessionKind<T extends Handled = Handled> {
  readonly table: HandleTable<T>;
  readonly codec: Codec<T>;
}

/** The kind of a resource type; `undefined` for what is no session. */
function sessionKind(tpm: Tpm, resourceType: number): SessionKind | undefined {
  const { authSessions, transportSessions, daaSessions } = tpm.volatile;
  if (resourceType === TPM_RT_AUTH) return kindOf(authSessions, AUTH_SESSION);
  if (resourceType === TPM_RT_TRANS) return kindOf(transportSessions, TRANSPORT_SESSION);
  if (resourceType === TPM_RT_DAA_TPM) return kindOf(daaSessions, DAA_SESSION);
  return undefined;
}

/** Forgets which kind: what a kind's codec reads goes into the same kind's table only. */
function kindOf<T extends Handled>(table: HandleTable<T>, codec: Codec<T>): SessionKind {
  return { table, codec } as unknown as SessionKind;
}

/** Takes a session out of the TPM into a blob: TPM_SaveContext. */
export function saveSession(
  tpm: Tpm,
  { handle, ...head }: {
    readonly handle: number;
    readonly resourceType: number;
    readonly label: Uint8Array;
  },
): TpmContextBlob {
  // 2, 3.
  const kind = sessionKind(tpm, head.resourceType);
  const session = kind?.table.get(handle);
  if (kind === undefined || session === undefined) {
    throw tpmError("TPM_INVALID_RESOURCE", `nothing of type ${head.resourceType} has this handle`);
  }
  const contextCount = enterContext(tpm);
  const blob = sealContext(tpm, {
    ...head,
    handle,
    contextCount,
    contextNonce: tpm.volatile.sessionContextNonce(tpm.random),
    internalData: encode(kind.codec, session),
    entityDigest: publicEntity(session),
  });
  // 10.c.
  kind.table.delete(handle);
  return blob;
}

/** 8.f.i. The digest of a key; those of other entities are made of their secrets. */
function publicEntity(session: Handled): Uint8Array {
  return "entityType" in session && isBoundToKey(session as AuthSession)
    ? (session as AuthSession).entityDigest
    : new Uint8Array(0);
}

function isBoundToKey({ entityType }: AuthSession): boolean {
  return entityType === TPM_ET_KEYHANDLE || entityType === TPM_ET_DEL_KEY_BLOB;
}

/** How {@linkcode loadSession} brings a session back. */
export interface LoadOptions {
  /** Refuse when the session's own handle is taken by now. */
  readonly keepHandle: boolean;
  /** Checks what the session is bound to; throws when it is not there. */
  readonly check: (session: AuthSession) => void;
}

/** Brings a session back from a blob: TPM_LoadContext. Gives its handle. */
export function loadSession(
  tpm: Tpm,
  blob: TpmContextBlob,
  { keepHandle, check }: LoadOptions,
): number {
  const kind = sessionKind(tpm, blob.resourceType);
  if (kind === undefined) {
    throw tpmError("TPM_INVALID_RESOURCE", `resource type ${blob.resourceType} is never saved`);
  }
  // 3, 4, 6.
  const sensitive = openContext(tpm, blob);
  // 5.a.i.
  requireNonce(sensitive, tpm.volatile.contextNonceSession);
  const session = readResource(kind.codec, sensitive);
  // 9.
  const place = contextPlace(tpm, blob.contextCount);
  // 5.a.ii.
  if (blob.resourceType === TPM_RT_AUTH) check(session as AuthSession);
  // 7, 8.
  session.handle = handleFor(tpm, kind.table, { handle: blob.handle, keepHandle });
  // 9.c, 10.
  kind.table.add(session);
  tpm.volatile.contextList[place] = 0;
  return session.handle;
}

/** 7, 8. The handle a resource had, if it is free; otherwise another. Throws TPM_BAD_HANDLE. */
export function handleFor(
  tpm: Tpm,
  table: HandleTable<Handled>,
  { handle, keepHandle }: { readonly handle: number; readonly keepHandle: boolean },
): number {
  table.requireRoom();
  const found = table.freeHandle(tpm.random, handle);
  if (keepHandle && found !== handle) {
    throw tpmError("TPM_BAD_HANDLE", "the handle of the context is in use");
  }
  return found;
}

/** 5.a.ii. What an OSAP or DSAP session is bound to must be there, and be what it was. */
export function requireEntity(tpm: Tpm, session: AuthSession, entityHandle: number): void {
  const entity = entityOf(tpm, session, entityHandle);
  if (entity !== null && !equalBytes(entity.entityDigest, session.entityDigest)) {
    throw missing();
  }
}

/** The entity a session names; `null` when it needs none. */
function entityOf(tpm: Tpm, session: AuthSession, entityHandle: number): Entity | null {
  if (isBoundToKey(session)) return boundKey(tpm, session, entityHandle);
  const { permanent } = tpm;
  switch (session.entityType) {
    case TPM_ET_OWNER:
      return session.protocolID === TPM_PID_OSAP ? ownerEntity(tpm) : null;
    case TPM_ET_COUNTER: {
      const counter = permanent.counters.find(({ countID }) => countID === entityHandle);
      if (counter === undefined) throw missing();
      return counterEntity(counter);
    }
    case TPM_ET_NV: {
      const area = permanent.nvAreas.find(({ pubInfo }) => pubInfo.nvIndex === entityHandle);
      if (area === undefined) throw missing();
      return nvEntity(area);
    }
    default:
      return null;
  }
}

/** The SRK is always there, whatever entityHandle says; another key must be at entityHandle. */
function boundKey(tpm: Tpm, { entityDigest }: AuthSession, entityHandle: number): Entity {
  const { srk } = tpm.permanent;
  const root = srk === null ? null : keyEntity(srk);
  if (root !== null) {
    if (entityHandle === TPM_KH_SRK || equalBytes(root.entityDigest, entityDigest)) return root;
  }
  const loaded = tpm.volatile.keys.get(entityHandle);
  if (loaded === undefined) {
    throw tpmError(
      "TPM_BAD_HANDLE",
      "entityHandle names no loaded key, and the session is a key's",
    );
  }
  return keyEntity(loaded.key);
}

/** The key a session is bound to must be loaded, under whatever handle (Part 3, 27.2.4). */
export function requireKeyLoaded(tpm: Tpm, session: AuthSession): void {
  if (!isBoundToKey(session)) return;
  const keys = [...tpm.volatile.keys.values()].map(({ key }) => key);
  const isLoaded = [...keys, tpm.permanent.srk].some((key) =>
    key !== null && equalBytes(keyEntity(key).entityDigest, session.entityDigest)
  );
  if (!isLoaded) throw tpmError("TPM_RESOURCEMISSING", "the session's key is not loaded");
}

function missing(): Error {
  return tpmError("TPM_RESOURCEMISSING", "what the session is bound to is not at entityHandle");
}
