import { adip, adipScheme } from "../auth/mod.ts";
import type { AuthRole, Command } from "../tpm12/commands/mod.ts";
import { TPM_KH_OWNER, TPM_PID_OIAP } from "../tpm12/constants/mod.ts";
import type { TpmDelegatePublic } from "../tpm12/structures/mod.ts";
import { tpmError } from "../tpm12/tss_error.ts";
import { type AuthRequest, requestDigest } from "../wire/mod.ts";
import { authorize } from "./authorization.ts";
import { delegationInRow } from "./delegation.ts";
import type { Entity } from "./entities.ts";
import type { LoadedKey } from "./state/key.ts";
import type { AuthSession, TransportSession } from "./state/sessions.ts";
import type { Tpm } from "./tpm.ts";

/** One session of a request. */
export interface SessionUse {
  /** What it proves. */
  readonly role: AuthRole;
  /** 0 for the first session of the request, 1 for the second. */
  readonly position: number;
  /** What came for it in the request. */
  readonly block: AuthRequest;
  /** The session, once it was found. */
  session: AuthSession | TransportSession | null;
  /**
   * The HMAC key of request and answer, once the request's HMAC was found right: a copy, which the
   * dispatcher wipes once the answer is proved or refused.
   */
  hmacKey: Uint8Array | null;
  /** Whether the session stays open after the answer. */
  continueAuthSession: boolean;
  /** The TPM's nonce of the answer, 20 bytes, when the handler had to draw it beforehand. */
  nextNonceEven: Uint8Array | null;
}

/** The transport session a command came wrapped in. */
export interface Wrapping {
  /** The session. */
  readonly session: TransportSession;
  /** Whether parameters travel encrypted. */
  readonly encrypted: boolean;
}

/** One request on its way through the TPM: its row, its keys and its sessions. */
export class Call {
  /** The command. */
  readonly command: Command;
  /**
   * What stands for the answer's parameters in its digest when it is not their encoding
   * (TPM_ExecuteTransport).
   */
  responseBody: Uint8Array | null = null;
  /** What the audit takes for the digests of request and answer when it is not these. */
  audited: { readonly input: Uint8Array; readonly output: Uint8Array } | null = null;
  /** The sessions, in the order of the request. */
  readonly sessions: readonly SessionUse[];
  /** The transport session it came in, if any. */
  readonly wrapping: Wrapping | null;
  readonly #tpm: Tpm;
  readonly #body: Uint8Array;
  #digest: Uint8Array | undefined;
  readonly #keys = new Map<string, LoadedKey>();

  /** Made by the dispatcher. */
  constructor(
    tpm: Tpm,
    parts: {
      readonly command: Command;
      readonly body: Uint8Array;
      readonly blocks: readonly AuthRequest[];
      readonly wrapping: Wrapping | null;
    },
  ) {
    this.#tpm = tpm;
    this.command = parts.command;
    this.#body = parts.body;
    this.wrapping = parts.wrapping;
    const roles = parts.command.auth.slice(parts.command.auth.length - parts.blocks.length);
    this.sessions = parts.blocks.map((block, position) => ({
      role: roles[position]!,
      position,
      block,
      session: null,
      hmacKey: null,
      continueAuthSession: block.continueAuthSession,
      nextNonceEven: null,
    }));
  }

  /** Digest of the request parameters, 20 bytes, worked out when first asked for. */
  get digest(): Uint8Array {
    return this.#digest ??= requestDigest(this.command.ordinal, this.#body);
  }

  /** Puts another digest in its place (TPM_ExecuteTransport). */
  set digest(digest: Uint8Array) {
    this.#digest = digest;
  }

  /** Puts in the key of a handle parameter. */
  setKey(parameter: string, loaded: LoadedKey): void {
    this.#keys.set(parameter, loaded);
  }

  /** The key in a handle parameter that a session role names. */
  key(parameter: string): LoadedKey {
    const loaded = this.#keys.get(parameter);
    if (loaded === undefined) throw new TypeError(`${this.command.name} has no key ${parameter}`);
    return loaded;
  }

  /** Whether {@linkcode key} has a key for a handle parameter. */
  hasKey(parameter: string): boolean {
    return this.#keys.has(parameter);
  }

  /** The session that proves a role, `undefined` when the request came without it. */
  use(role: AuthRole["for"]): SessionUse | undefined {
    return this.sessions.find((use) => use.role.for === role);
  }

  /** Whether the request has the session of a role. */
  has(role: AuthRole["for"]): boolean {
    return this.use(role) !== undefined;
  }

  /**
   * Checks the session of a role that the handler checks: its secret is inside a blob or belongs
   * to an NV area or counter, or the check waits for its turn. Throws TPM_AUTHFAIL (TPM_AUTH2FAIL
   * for the second).
   */
  authorize(role: AuthRole["for"], entity: Entity): void {
    const use = this.use(role);
    if (use === undefined) throw tpmError("TPM_AUTHFAIL", `no session proves the ${role} secret`);
    authorize(this.#tpm, this, { use, entity });
  }

  /**
   * Uncovers a hidden secret of the request, 20 bytes, by the session and the nonce that the row
   * names (Part 1, 14).
   */
  decryptAuth(parameter: string, value: Uint8Array): Uint8Array {
    for (const use of this.sessions) {
      const nonce = use.role.adip?.[parameter];
      if (nonce === undefined) continue;
      const session = use.session as AuthSession;
      const scheme = adipScheme(session.adipScheme << 8)!;
      return adip(
        { scheme, sharedSecret: session.sharedSecret },
        nonce === "even" ? session.nonceEven : use.block.nonceOdd,
        value,
      );
    }
    throw new TypeError(`${this.command.name} does not hide ${parameter} in a session it has`);
  }

  /**
   * The delegation that the session of a role stands on: under DSAP its own, under OIAP the one
   * the owner pointer names; `null` for the entity's own secret.
   */
  delegation(role: AuthRole["for"]): TpmDelegatePublic | null {
    const session = this.use(role)?.session;
    if (session === undefined || session === null || !("protocolID" in session)) return null;
    if (role !== "owner" || session.protocolID !== TPM_PID_OIAP) return session.delegation;
    const { ownerReference } = this.#tpm.volatile;
    return ownerReference === TPM_KH_OWNER ? null : delegationInRow(this.#tpm, ownerReference).pub;
  }
}
