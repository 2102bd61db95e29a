import type { AdipScheme } from "../auth/mod.ts";
import { encode } from "../codec/mod.ts";
import { rsaOaepEncrypt, type RsaPublicKey, SHA1_SIZE } from "../crypto/mod.ts";
import type { TcsRequest, TcsResponse } from "../tcs/mod.ts";
import { type Command, type CommandName, COMMANDS } from "../tpm12/commands/mod.ts";
import {
  TPM_ALG_AES128,
  TPM_ALG_MGF1,
  TPM_ES_NONE,
  TPM_ES_SYM_CTR,
  TPM_KH_TRANSPORT,
  TPM_RT_KEY,
  TPM_RT_TRANS,
  TPM_TAG_TRANSPORT_AUTH,
  TPM_TAG_TRANSPORT_PUBLIC,
  TPM_TRANSPORT_EXCLUSIVE,
} from "../tpm12/constants/mod.ts";
import {
  TPM_TRANSPORT_AUTH,
  TPM_TRANSPORT_PUBLIC,
  type TpmTransportPublic,
} from "../tpm12/structures/mod.ts";
import { executeAuthorized } from "./authorized_command.ts";
import type { Commander } from "./commander.ts";
import type { Key } from "./key.ts";
import { TransportSession, type TransportTools } from "./transport_session.ts";
import { isTssError, tspError } from "./tsp_error.ts";

/** The key that a session's secret is encrypted with. */
export interface TransportKey {
  /** The key, loaded. */
  readonly key: Key;
  /** Its public part. */
  readonly publicKey: RsaPublicKey;
}

/** What the next transport session will be. */
export interface TransportSettings {
  /** How parameters are hidden: as new secrets are. */
  readonly scheme: AdipScheme;
  /** TPM_TRANSPORT_* bits. */
  readonly transAttributes: number;
  /** `null` for a secret of zeros, which everybody knows. */
  readonly encryptionKey: TransportKey | null;
}

/** What a {@linkcode TransportCommander} works with. */
export interface TransportHost extends TransportTools {
  /** What the next session will be; throws TSS_E_INVALID_HANDLE while it has no key. */
  settings(): TransportSettings;
}

/**
 * Puts every command into a transport session, which it opens for the first. One command goes at a
 * time, as the nonces of the session go on from one to the next.
 */
export class TransportCommander implements Commander {
  readonly #host: TransportHost;
  #session: TransportSession | null = null;
  #exclusive = false;
  #last: Promise<unknown> = Promise.resolve();

  /** No session is open yet. */
  constructor(host: TransportHost) {
    this.#host = host;
  }

  /** The open session, if any. */
  get session(): TransportSession | null {
    return this.#session;
  }

  /**
   * Executes a command inside; TPM_ReleaseTransportSigned ends the session. Throws
   * TSS_E_TSP_TRANS_NOTEXCLUSIVE when a command came between that ended an exclusive session.
   */
  command<N extends CommandName>(name: N, request: TcsRequest<N>): Promise<TcsResponse<N>> {
    const turn = this.#last.then(() => this.#execute(name, request));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Ends the session without a signature. */
  close(): Promise<void> {
    const turn = this.#last.then(() => this.#flush());
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #execute<N extends CommandName>(
    name: N,
    request: TcsRequest<N>,
  ): Promise<TcsResponse<N>> {
    if (name === "TPM_ReleaseTransportSigned") {
      const answer = await this.#release(request as TcsRequest<"TPM_ReleaseTransportSigned">);
      return answer as unknown as TcsResponse<N>;
    }
    if (name === "TPM_EvictKey") {
      const answer = await this.#evict(request as TcsRequest<"TPM_EvictKey">);
      return answer as unknown as TcsResponse<N>;
    }
    const row: Command = COMMANDS[name];
    if (row.transport === "refused") return await this.#host.plain.command(name, request);
    const session = this.#session ??= await this.#establish();
    return await this.#inside(session, () => session.execute(name, request));
  }

  /**
   * Keys are for the core services to take out, which know more of them; but in an exclusive session
   * that would be a command outside.
   */
  async #evict(request: TcsRequest<"TPM_EvictKey">): Promise<TcsResponse<"TPM_EvictKey">> {
    const session = this.#session;
    if (session !== null && this.#exclusive) {
      const flush = { handle: request.evictHandle, resourceType: TPM_RT_KEY };
      try {
        return await this.#inside(session, () => session.execute("TPM_FlushSpecific", flush));
      } catch (error) {
        // The session is over anyway.
        if (!isTssError(error, "TSS_E_TSP_TRANS_NOTEXCLUSIVE")) throw error;
      }
    }
    return await this.#host.plain.command("TPM_EvictKey", request);
  }

  /** Forgets the session once it is over. */
  async #inside<T>(session: TransportSession, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      // Nobody knows where the session stands now.
      if (isTssError(error, "TSS_E_TSP_TRANS_AUTHFAIL")) await this.#flush().catch(() => {});
      const gone = isTssError(error, "TPM_INVALID_AUTHHANDLE") ||
        isTssError(error, "TPM_TRANSPORT_NOTEXCLUSIVE");
      if (!session.isOpen && this.#exclusive && gone) {
        throw tspError("TSS_E_TSP_TRANS_NOTEXCLUSIVE", "a command outside has ended the session");
      }
      throw error;
    } finally {
      if (!session.isOpen) this.#forget();
    }
  }

  async #release(
    request: TcsRequest<"TPM_ReleaseTransportSigned">,
  ): Promise<TcsResponse<"TPM_ReleaseTransportSigned">> {
    const session = this.#session;
    if (session === null) throw tspError("TSS_E_INTERNAL_ERROR", "no transport session is open");
    return await this.#inside(session, () => session.release(request));
  }

  async #flush(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    this.#forget();
    await this.#host.plain.command("TPM_FlushSpecific", {
      handle: session.handle,
      resourceType: TPM_RT_TRANS,
    });
  }

  #forget(): void {
    this.#session?.dispose();
    this.#session = null;
    this.#exclusive = false;
  }

  async #establish(): Promise<TransportSession> {
    const host = this.#host;
    const { plain, random } = host;
    const { scheme, transAttributes, encryptionKey } = host.settings();
    const transPublic: TpmTransportPublic = {
      tag: TPM_TAG_TRANSPORT_PUBLIC,
      transAttributes,
      ...cipherOf(scheme),
    };
    const authData = encryptionKey === null ? new Uint8Array(SHA1_SIZE) : random(SHA1_SIZE);
    try {
      const request = {
        encHandle: encryptionKey?.key.tcsHandle ?? TPM_KH_TRANSPORT,
        transPublic: encode(TPM_TRANSPORT_PUBLIC, transPublic),
        secret: encryptionKey === null ? authData : hide(authData, encryptionKey, host),
      };
      const answer = await executeAuthorized(plain, "TPM_EstablishTransport", {
        request,
        auth: [encryptionKey?.key.usageAuthorizer() ?? null],
        scheme,
        random,
      });
      const session = new TransportSession({ request, answer, transPublic, authData }, host);
      this.#exclusive = (transAttributes & TPM_TRANSPORT_EXCLUSIVE) !== 0;
      return session;
    } catch (error) {
      authData.fill(0);
      throw error;
    }
  }
}

/** The cipher that parameters are hidden with. */
function cipherOf(scheme: AdipScheme): Pick<TpmTransportPublic, "algId" | "encScheme"> {
  return scheme === "XOR"
    ? { algId: TPM_ALG_MGF1, encScheme: TPM_ES_NONE }
    : { algId: TPM_ALG_AES128, encScheme: TPM_ES_SYM_CTR };
}

/** A session's secret as TPM_EstablishTransport takes it. */
function hide(
  authData: Uint8Array,
  { publicKey }: TransportKey,
  { random }: TransportHost,
): Uint8Array {
  const clear = encode(TPM_TRANSPORT_AUTH, { tag: TPM_TAG_TRANSPORT_AUTH, authData });
  try {
    return rsaOaepEncrypt(publicKey, clear, { random });
  } finally {
    clear.fill(0);
  }
}
