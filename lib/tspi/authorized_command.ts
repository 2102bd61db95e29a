import type { TcsRequest, TcsResponse } from "../tcs/mod.ts";
import { type Command, type CommandName, COMMANDS } from "../tpm12/commands/mod.ts";
import { TPM_RT_AUTH } from "../tpm12/constants/mod.ts";
import { isRefusal } from "../tpm12/tss_error.ts";
import {
  type AuthResponse,
  encodeRequestBody,
  encodeResponseBody,
  requestDigest,
  responseDigest,
} from "../wire/mod.ts";
import type { Authorizer, NewSecret, SecretParameter } from "./authorizer.ts";
import type { SessionNonces } from "./callbacks.ts";
import type { Commander } from "./commander.ts";
import { openSession, type SessionOptions } from "./open_session.ts";
import type { RoleSession } from "./role_session.ts";
import { tspError } from "./tsp_error.ts";

/** Hides what goes in, or lays open what comes out, with the session of a role (TPM_Sealx). */
export interface DataMask<N extends CommandName> {
  /** The role whose session it is. */
  readonly role: number;
  /** The parameter that is hidden in the request. */
  readonly in?: keyof TcsRequest<N> & string;
  /** The parameter that is hidden in the answer. */
  readonly out?: keyof TcsResponse<N> & string;
  /** Does it; the nonces are those the request went with. */
  apply(data: Uint8Array, session: RoleSession): Uint8Array | Promise<Uint8Array>;
}

/** A command to the TPM and who authorises it. `S` are the parameters that hold new secrets. */
export interface AuthorizedCommand<N extends CommandName, S extends keyof TcsRequest<N> = never> {
  /** Handles and parameters but for the new secrets. */
  readonly request: Omit<TcsRequest<N>, S | "auths">;
  /** Who proves each role of the row, in its order; `null` leaves a role out that is optional. */
  readonly auth?: readonly (Authorizer | null)[];
  /** The new secrets; they are hidden as the row's `adip` column says. */
  readonly secrets?: { readonly [K in S]: NewSecret };
  /** Data that is hidden besides. */
  readonly mask?: DataMask<N>;
  /** Told the nonces that the request goes with, in the order of the roles. */
  readonly onNonces?: (nonces: readonly (SessionNonces | null)[]) => void;
}

/**
 * Executes a command with sessions: opens the kind that each role of its row takes, hides new
 * secrets, computes the digest, has the policies prove it, checks the answer, and ends the
 * sessions.
 *
 * Throws TSS_E_TSP_AUTHREQUIRED or TSS_E_TSP_AUTH2REQUIRED when a role that is not optional has
 * nobody to prove it, TSS_E_TSP_AUTHFAIL or TSS_E_TSP_AUTH2FAIL when the answer is not genuine.
 */
export async function executeAuthorized<
  N extends CommandName,
  S extends keyof TcsRequest<N> = never,
>(
  commander: Commander,
  name: N,
  command: AuthorizedCommand<N, S> & SessionOptions,
): Promise<TcsResponse<N>> {
  const { request, auth = [], secrets, mask, onNonces, scheme, random } = command;
  const row: Command = COMMANDS[name];
  requireRoles(row, auth);
  const sessions: (RoleSession | null)[] = [];
  const clear: Uint8Array[] = [];
  try {
    for (const [i, role] of row.auth.entries()) {
      const authorizer = auth[i] ?? null;
      const bound = mask?.role === i;
      const options = { authorizer: authorizer!, bound, scheme, random };
      sessions.push(authorizer && await openSession(commander, role, options));
    }
    onNonces?.(sessions.map((session) => session?.nonces ?? null));
    const hidden = await hideSecrets(row, { sessions, secrets, clear });
    const values: Record<string, unknown> = { ...request, ...hidden };
    const masking = mask && { ...mask, session: sessions[mask.role]! };
    if (masking?.in) {
      values[masking.in] = await masking.apply(values[masking.in] as Uint8Array, masking.session);
    }
    const answer = await exchange(commander, name, { values, sessions }) as Record<string, unknown>;
    if (masking?.out) {
      answer[masking.out] = await masking.apply(answer[masking.out] as Uint8Array, masking.session);
    }
    return answer as TcsResponse<N>;
  } catch (error) {
    await abandonSessions(commander, { sessions, error });
    throw error;
  } finally {
    for (const session of sessions) session?.dispose();
    for (const secret of clear) secret.fill(0);
  }
}

function requireRoles(row: Command, auth: readonly (Authorizer | null)[]): void {
  row.auth.forEach((role, i) => {
    // A transport session is the commander's to prove.
    if (role.optional || auth[i] || role.for === "transport") return;
    const second = row.auth.slice(0, i).some((_, before) => auth[before]);
    throw tspError(second ? "TSS_E_TSP_AUTH2REQUIRED" : "TSS_E_TSP_AUTHREQUIRED").of(row.name);
  });
}

/**
 * New secrets, each hidden with the session whose role names its parameter. Without that session
 * they travel as they are, as for TPM_NV_DefineSpace of a TPM without owner, and are noted in
 * `clear`.
 */
async function hideSecrets(
  row: Command,
  { sessions, secrets = {}, clear }: {
    readonly sessions: readonly (RoleSession | null)[];
    readonly secrets?: Readonly<Record<string, NewSecret>> | undefined;
    readonly clear: Uint8Array[];
  },
): Promise<Record<string, Uint8Array>> {
  const hidden: Record<string, Uint8Array> = {};
  for (const [i, role] of row.auth.entries()) {
    const parameters = Object.entries(role.adip ?? {}).map(([name, nonce]): SecretParameter => ({
      name,
      nonce: nonce!,
      ...secrets[name]!,
    }));
    const session = sessions[i];
    if (session) Object.assign(hidden, await session.hide(parameters));
    else {
      for (const { name, policy } of parameters) {
        hidden[name] = await policy?.getSecret({ confirm: true }) ?? new Uint8Array(20);
        clear.push(hidden[name]);
      }
    }
  }
  return hidden;
}

/** Sends the request with its session blocks, and checks those of the answer. */
async function exchange<N extends CommandName>(
  commander: Commander,
  name: N,
  { values, sessions }: {
    readonly values: Record<string, unknown>;
    readonly sessions: readonly (RoleSession | null)[];
  },
): Promise<TcsResponse<N>> {
  const row: Command = COMMANDS[name];
  const { ordinal } = row;
  if (!sessions.some((session) => session)) {
    return await commander.command(name, { ...values, auths: [] } as unknown as TcsRequest<N>);
  }
  const digest = requestDigest(ordinal, encodeRequestBody(row, values));
  const auths = [];
  for (const session of sessions) {
    auths.push(session && await session.authorize({ ordinal, digest }));
  }
  const request = { ...values, auths } as unknown as TcsRequest<N>;
  const answer = await commander.command(name, request);
  const answerDigest = responseDigest(ordinal, encodeResponseBody(row, answer));
  let seen = 0;
  for (const [i, session] of sessions.entries()) {
    if (!session) continue;
    seen++;
    const block: AuthResponse | null = answer.auths[i] ?? null;
    const genuine = block !== null &&
      await session.verify({ ordinal, digest: answerDigest }, block);
    if (genuine) continue;
    throw tspError(seen === 2 ? "TSS_E_TSP_AUTH2FAIL" : "TSS_E_TSP_AUTHFAIL").of(name);
  }
  return answer;
}

/**
 * Ends sessions that a failure left open: a command that the TPM refuses ends its own, but for
 * refusals that ask to come again.
 */
async function abandonSessions(
  commander: Commander,
  { sessions, error }: {
    readonly sessions: readonly (RoleSession | null)[];
    readonly error: unknown;
  },
): Promise<void> {
  const opened = sessions.filter((session) => session !== null);
  const ended = isRefusal(error) && error.command !== "TPM_OIAP" && error.command !== "TPM_OSAP" &&
    error.command !== "TPM_DSAP";
  if (ended) return;
  for (const { authHandle } of opened) {
    const resource = { handle: authHandle, resourceType: TPM_RT_AUTH };
    // It may be gone already, and the failure is told anyway.
    await commander.command("TPM_FlushSpecific", resource).catch(() => {});
  }
}
