import { type AdipScheme, type AdipSession, ClientSession } from "../auth/mod.ts";
import { equalBytes, type RandomSource, SHA1_SIZE } from "../crypto/mod.ts";
import type { AuthRequest, AuthResponse } from "../wire/mod.ts";
import type { Authorizer, SecretParameter } from "./authorizer.ts";
import type { SessionNonces } from "./callbacks.ts";
import { tspError } from "./tsp_error.ts";

/** What one exchange of a session is about. */
export interface Exchange {
  /** Ordinal of the command. */
  readonly ordinal: number;
  /** Digest of the request's, or the answer's, parameters; 20 bytes. */
  readonly digest: Uint8Array;
}

/** The caller's half of one session, for one command. */
export interface RoleSession {
  /** The session's handle. */
  readonly authHandle: number;
  /** The nonces that the command goes with. */
  readonly nonces: SessionNonces;
  /** Shared secret and scheme; `null` under OIAP, or when only a callback knows the secret. */
  readonly bound: AdipSession | null;
  /** Hides new secrets, by the names of their parameters. */
  hide(secrets: readonly SecretParameter[]): Promise<Record<string, Uint8Array>>;
  /** The block of the request. */
  authorize(exchange: Exchange): Promise<AuthRequest>;
  /** Whether the block of the answer is genuine. */
  verify(exchange: Exchange, block: AuthResponse): Promise<boolean>;
  /** Wipes what is secret. */
  dispose(): void;
}

/** What the TPM answered when the session was opened. */
export interface OpenedSession {
  /** The session's handle. */
  readonly authHandle: number;
  /** The TPM's first nonce. */
  readonly nonceEven: Uint8Array;
  /** The nonces that made the shared secret; `null` under OIAP. */
  readonly shared: { readonly nonceEvenOSAP: Uint8Array; readonly nonceOddOSAP: Uint8Array } | null;
  /** How new secrets are hidden. */
  readonly scheme: AdipScheme;
  /** Where nonces come from. */
  readonly random: RandomSource;
}

/** A session of a policy that knows its secret. Takes over the secret and wipes it in the end. */
export class SecretSession implements RoleSession {
  readonly #client: ClientSession;
  readonly #secret: Uint8Array;
  readonly #nonces: SessionNonces;

  /** `key` is the shared secret, or the entity's under OIAP. */
  constructor(opened: OpenedSession, key: Uint8Array) {
    const { authHandle, nonceEven, shared, scheme, random } = opened;
    const bound = shared === null ? {} : { bound: { scheme, sharedSecret: key } };
    this.#client = new ClientSession({ authHandle, nonceEven, random, ...bound });
    this.#secret = key;
    this.#nonces = {
      nonceEven,
      nonceOdd: this.#client.nonceOdd,
      nonceEvenOSAP: shared?.nonceEvenOSAP ?? null,
      nonceOddOSAP: shared?.nonceOddOSAP ?? null,
    };
  }

  /** The session's handle. */
  get authHandle(): number {
    return this.#client.authHandle;
  }

  /** The nonces of the command. */
  get nonces(): SessionNonces {
    return this.#nonces;
  }

  /** Shared secret and scheme. */
  get bound(): AdipSession | null {
    return this.#client.bound ?? null;
  }

  /** Hides new secrets with the shared secret. */
  async hide(secrets: readonly SecretParameter[]): Promise<Record<string, Uint8Array>> {
    const hidden: Record<string, Uint8Array> = {};
    for (const { name, nonce, policy } of secrets) {
      const secret = await policy?.getSecret({ confirm: true }) ?? new Uint8Array(SHA1_SIZE);
      hidden[name] = this.#client.encryptAuth(secret, nonce);
      secret.fill(0);
    }
    return hidden;
  }

  /** The block of the request. */
  authorize({ digest }: Exchange): Promise<AuthRequest> {
    return Promise.resolve(this.#client.authorize(digest, { secret: this.#secret }));
  }

  /** Whether the block of the answer is genuine. */
  verify({ digest }: Exchange, block: AuthResponse): Promise<boolean> {
    return Promise.resolve(this.#client.verify(digest, block, { secret: this.#secret }));
  }

  /** Wipes the secret. */
  dispose(): void {
    this.#secret.fill(0);
    this.#client.dispose();
  }
}

/** A session of a policy whose callbacks do the work. */
export class CallbackSession implements RoleSession {
  readonly authHandle: number;
  readonly nonces: SessionNonces;
  readonly bound = null;
  readonly #authorizer: Authorizer;

  /** For an authorizer in callback mode. */
  constructor({ authHandle, nonceEven, shared, random }: OpenedSession, authorizer: Authorizer) {
    this.authHandle = authHandle;
    this.nonces = {
      nonceEven,
      nonceOdd: random(SHA1_SIZE),
      nonceEvenOSAP: shared?.nonceEvenOSAP ?? null,
      nonceOddOSAP: shared?.nonceOddOSAP ?? null,
    };
    this.#authorizer = authorizer;
  }

  /** Has the XOR callback hide new secrets, all of them in one call. */
  async hide(secrets: readonly SecretParameter[]): Promise<Record<string, Uint8Array>> {
    const [first] = secrets;
    if (first === undefined) return {};
    const { policy, object: osapObject } = this.#authorizer;
    const { xorEnc } = policy.callbacks;
    if (xorEnc === null) {
      throw tspError("TSS_E_INTERNAL_ERROR", "the policy has an HMAC callback, but none to hide");
    }
    const { encAuthUsage, encAuthMigration } = await xorEnc.callback({
      ...this.nonces,
      appData: xorEnc.appData,
      osapObject,
      object: first.object,
    });
    return Object.fromEntries(
      secrets.map(({ name, nonce }) => [
        name,
        require20(nonce === "even" ? encAuthUsage : encAuthMigration),
      ]),
    );
  }

  /** The block of the request. */
  async authorize(exchange: Exchange): Promise<AuthRequest> {
    const continueAuthSession = false;
    const authData = await this.#call(exchange, { continueUse: continueAuthSession });
    if (!(authData instanceof Uint8Array)) {
      throw tspError("TSS_E_BAD_PARAMETER", "the HMAC callback gave no HMAC");
    }
    const { authHandle, nonces: { nonceOdd } } = this;
    return { authHandle, nonceOdd, continueAuthSession, authData: require20(authData) };
  }

  /** Has the callback check the block of the answer; it says yes or no, or gives the HMAC. */
  async verify(exchange: Exchange, block: AuthResponse): Promise<boolean> {
    const { nonceEven, continueAuthSession, authData } = block;
    const verdict = await this.#call(exchange, {
      continueUse: continueAuthSession,
      nonceEven,
      hmacData: authData,
    });
    return verdict instanceof Uint8Array ? equalBytes(verdict, authData) : verdict;
  }

  /** Nothing is secret here. */
  dispose(): void {}

  #call(
    { ordinal, digest }: Exchange,
    given: {
      readonly continueUse: boolean;
      readonly nonceEven?: Uint8Array;
      readonly hmacData?: Uint8Array;
    },
  ): Uint8Array | boolean | Promise<Uint8Array | boolean> {
    const { policy: { callbacks: { hmac } }, object } = this.#authorizer;
    if (hmac === null) throw tspError("TSS_E_FAIL", "the HMAC callback was taken away");
    return hmac.callback({
      ...this.nonces,
      appData: hmac.appData,
      object,
      returnOrVerify: given.hmacData === undefined,
      pendingFunction: ordinal,
      paramDigest: digest,
      hmacData: null,
      ...given,
    });
  }
}

function require20(bytes: Uint8Array): Uint8Array {
  if (bytes.length === SHA1_SIZE) return bytes;
  throw tspError("TSS_E_BAD_PARAMETER", `a callback gave ${bytes.length} bytes, not 20`);
}
