import { authHmac } from "../auth/mod.ts";
import { equalBytes } from "../crypto/mod.ts";
import type { AuthRole } from "../tpm12/commands/mod.ts";
import {
  TPM_AUTH_NEVER,
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_OWNER,
  TPM_KH_OWNER,
  TPM_KH_SRK,
  TPM_NO_READ_PUBKEY_AUTH,
  TPM_PCRIGNOREDONREAD,
  TPM_PID_DSAP,
  TPM_PID_OIAP,
  TPM_PID_OSAP,
} from "../tpm12/constants/mod.ts";
import { tpmError } from "../tpm12/tss_error.ts";
import type { Call, SessionUse } from "./call.ts";
import { delegationInRow, requireDelegation, requireUnrestricted } from "./delegation.ts";
import { countAuthFailure } from "./dictionary_attack.ts";
import { type Entity, keyEntity, looseEntity, ownerEntity } from "./entities.ts";
import type { LoadedKey } from "./state/key.ts";
import type { AuthSession, TransportSession } from "./state/sessions.ts";
import type { Tpm } from "./tpm.ts";

/**
 * Finds the keys a request names and checks the sessions of keys, owner and operator. The others
 * are left to the handler.
 */
export function authorizeCall(tpm: Tpm, call: Call, request: Record<string, unknown>): void {
  const transport = call.use("transport");
  if (transport !== undefined) transport.session = findTransport(tpm, transport);
  const roles = call.command.auth;
  for (const role of roles) {
    const handle = keyHandle(role, request);
    if (handle === undefined || handle === role.noKey) continue;
    call.setKey(role.for, usableKey(tpm, role, handle));
  }
  for (const role of roles) if (!role.inTurn) authorizeRole(tpm, call, role);
}

/** What {@linkcode authorizeCall} does for a role, when its row has the handler do it in its turn. */
export function authorizeInTurn(tpm: Tpm, call: Call, what: AuthRole["for"]): void {
  authorizeRole(tpm, call, call.command.auth.find((role) => role.for === what)!);
}

/** The handle of the key that a role is about; `undefined` when it is about none. */
function keyHandle(role: AuthRole, request: Record<string, unknown>): number | undefined {
  if (role.for === "srk") return TPM_KH_SRK;
  return role.for.endsWith("Handle") ? request[role.for] as number : undefined;
}

/** The key with a handle, its PCRs and locality being right. */
function usableKey(tpm: Tpm, role: AuthRole, handle: number): LoadedKey {
  const loaded = tpm.loadedKey(handle);
  const ignored = role.isNoUse ||
    (role.readsPublic && loaded.key.hasFlag(TPM_PCRIGNOREDONREAD));
  if (!ignored) tpm.requireRelease(loaded.key.release, "TPM_WRONGPCRVAL");
  return loaded;
}

/** A key that is used without its session must not ask for one. */
function requireNoAuth(call: Call, role: AuthRole): void {
  if (!call.hasKey(role.for)) return;
  const { authDataUsage } = call.key(role.for).key.publicPart;
  if (authDataUsage === TPM_AUTH_NEVER) return;
  if (role.readsPublic && authDataUsage === TPM_NO_READ_PUBKEY_AUTH) return;
  throw tpmError("TPM_AUTHFAIL", `use of ${role.for} takes a session`);
}

function authorizeRole(tpm: Tpm, call: Call, role: AuthRole): void {
  const use = call.sessions.find((use) => use.role === role);
  if (use === undefined) requireNoAuth(call, role);
  else if (role.role !== "migration") authorizeUse(tpm, call, { role, use });
}

function authorizeUse(
  tpm: Tpm,
  call: Call,
  { role, use }: { role: AuthRole; use: SessionUse },
): void {
  if (call.hasKey(role.for)) {
    const { key } = call.key(role.for);
    authorize(tpm, call, { use, entity: keyEntity(key) });
    if (call.delegation(role.for) !== null) requireUnrestricted(tpm, key);
  } else if (role.for === "owner") authorize(tpm, call, { use, entity: ownerEntity(tpm) });
  else if (role.for === "operator") {
    if (!tpm.permanent.flags.operator) {
      throw tpmError("TPM_NOOPERATOR", "no operator secret has been set");
    }
    authorize(tpm, call, { use, entity: looseEntity(tpm.permanent.operatorAuth) });
  }
}

/**
 * Checks one session against an entity: that there is such a session, that its protocol will do,
 * that it is bound to this entity or delegated this command, and its HMAC. Throws
 * TPM_INVALID_AUTHHANDLE, TPM_BAD_MODE, TPM_AUTHFAIL or (second session) TPM_AUTH2FAIL.
 */
export function authorize(
  tpm: Tpm,
  call: Call,
  { use, entity }: { readonly use: SessionUse; readonly entity: Entity },
): void {
  const session = findSession(tpm, use);
  use.session = session;
  const key = hmacKey(tpm, call, { session, entity });
  checkHmac(tpm, call, { use, key, nonceEven: session.nonceEven });
}

function findSession(tpm: Tpm, use: SessionUse): AuthSession {
  const session = tpm.volatile.authSessions.get(use.block.authHandle);
  if (session === undefined) {
    throw tpmError("TPM_INVALID_AUTHHANDLE", "there is no such authorisation session");
  }
  const kind = PROTOCOLS[session.protocolID]!;
  const allowed = use.role.sessions;
  if (allowed !== undefined && !allowed.includes(kind)) {
    throw tpmError("TPM_BAD_MODE", `the session is ${kind}, not ${allowed.join(" or ")}`);
  }
  return session;
}

/** Throws unless all sessions of a request are there and of the kinds that will do. */
export function requireSessions(tpm: Tpm, call: Call): void {
  for (const use of call.sessions) findSession(tpm, use);
}

/** 24.2, 24.3, action 1: the transport session of a command, before anything else. */
function findTransport(tpm: Tpm, { block }: SessionUse): TransportSession {
  const session = tpm.volatile.transportSessions.get(block.authHandle);
  if (session === undefined) {
    throw tpmError("TPM_INVALID_AUTHHANDLE", "there is no such transport session");
  }
  return session;
}

/** The kind of an authorisation session by its TPM_PID_*. */
export const PROTOCOLS: Readonly<Record<number, "OIAP" | "OSAP" | "DSAP">> = {
  [TPM_PID_OIAP]: "OIAP",
  [TPM_PID_OSAP]: "OSAP",
  [TPM_PID_DSAP]: "DSAP",
};

/** The secret under OIAP; the shared secret of a session bound to the entity otherwise. */
function hmacKey(
  tpm: Tpm,
  call: Call,
  { session, entity }: { session: AuthSession; entity: Entity },
): Uint8Array {
  const isOwner = entity.entityType === TPM_ET_OWNER;
  if (session.protocolID === TPM_PID_OIAP) {
    if (!isOwner) return entity.secret;
    if (!tpm.permanent.ownerInstalled) throw tpmError("TPM_AUTHFAIL", "there is no owner");
    return ownerSecret(tpm, call);
  }
  if (session.protocolID === TPM_PID_DSAP) {
    const forKey = session.entityType === TPM_ET_DEL_KEY_BLOB;
    if (forKey === isOwner || (forKey && !bound(session, entity))) {
      throw tpmError("TPM_AUTHFAIL", "the delegation is for something else");
    }
    requireDelegation(tpm, call.command, session.delegation!);
    return session.sharedSecret;
  }
  if (session.entityType !== entity.entityType || !bound(session, entity)) {
    throw tpmError("TPM_AUTHFAIL", "the session was opened for something else");
  }
  return session.sharedSecret;
}

/** The owner's secret under OIAP: that of a delegation while the owner pointer names one. */
function ownerSecret(tpm: Tpm, call: Call): Uint8Array {
  const { ownerReference } = tpm.volatile;
  if (ownerReference === TPM_KH_OWNER) return tpm.permanent.ownerAuth;
  const { pub, authValue } = delegationInRow(tpm, ownerReference);
  requireDelegation(tpm, call.command, pub);
  return authValue;
}

function bound(session: AuthSession, entity: Entity): boolean {
  return equalBytes(session.entityDigest, entity.entityDigest);
}

/** Throws unless the HMAC of a request is right; a wrong one counts towards the lockout. */
function checkHmac(
  tpm: Tpm,
  call: Call,
  { use, key, nonceEven }: {
    readonly use: SessionUse;
    readonly key: Uint8Array;
    readonly nonceEven: Uint8Array;
  },
): void {
  if (provesHmac(call, { use, key, nonceEven })) return;
  countAuthFailure(tpm);
  const code = use.position === 0 ? "TPM_AUTHFAIL" : "TPM_AUTH2FAIL";
  throw tpmError(code, `the HMAC of the ${use.role.for} session is wrong`);
}

/** Whether a request proves a key by the HMAC of a session; its answer is proved by it then. */
export function provesHmac(
  call: Call,
  { use, key, nonceEven }: {
    readonly use: SessionUse;
    readonly key: Uint8Array;
    readonly nonceEven: Uint8Array;
  },
): boolean {
  const { nonceOdd, continueAuthSession, authData } = use.block;
  const expected = authHmac(key, { digest: call.digest, nonceEven, nonceOdd, continueAuthSession });
  if (!equalBytes(expected, authData)) return false;
  // A copy: the command may wipe the secret, and its answer is proved with it all the same.
  use.hmacKey?.fill(0);
  use.hmacKey = key.slice();
  return true;
}
