import { equalBytes, type RandomSource } from "../crypto/mod.ts";
import type { AuthRequest, AuthResponse } from "../wire/mod.ts";
import { adip, type AdipSession } from "./adip.ts";
import { authHmac } from "./hmac.ts";

/** How a session begins. */
export interface ClientSessionOptions {
  /** The handle the TPM (or the TCS) gave it. */
  readonly authHandle: number;
  /** The TPM's first nonce, 20 bytes. */
  readonly nonceEven: Uint8Array;
  /** Shared secret and ADIP scheme of an OSAP or DSAP session; none for OIAP. */
  readonly bound?: AdipSession;
  /** Where the odd nonces come from. */
  readonly random: RandomSource;
}

/**
 * The caller's half of an OIAP, OSAP or DSAP session: makes the block of each request and checks
 * the block of each answer. One request at a time.
 */
export class ClientSession {
  /** The session's handle. */
  readonly authHandle: number;
  /** Shared secret and ADIP scheme of an OSAP or DSAP session. */
  readonly bound: AdipSession | undefined;
  /** Whether the TPM still has the session, as far as its answers told. */
  open = true;
  readonly #random: RandomSource;
  #nonceEven: Uint8Array;
  #nonceOdd: Uint8Array;

  /** Starts from what TPM_OIAP, TPM_OSAP or TPM_DSAP answered. */
  constructor(options: ClientSessionOptions) {
    this.authHandle = options.authHandle;
    this.bound = options.bound;
    this.#random = options.random;
    this.#nonceEven = options.nonceEven;
    this.#nonceOdd = options.random(20);
  }

  /** The nonce that goes into the next request, 20 bytes; the second secret is hidden with it. */
  get nonceOdd(): Uint8Array {
    return this.#nonceOdd;
  }

  /** The TPM's last nonce, 20 bytes; the first secret of a command is hidden with it. */
  get nonceEven(): Uint8Array {
    return this.#nonceEven;
  }

  /**
   * The block for a request whose parameter digest is given. `secret` is the entity's, needed
   * under OIAP alone.
   */
  authorize(
    digest: Uint8Array,
    { secret, continueAuthSession = false }: {
      readonly secret?: Uint8Array;
      readonly continueAuthSession?: boolean;
    } = {},
  ): AuthRequest {
    const { nonceEven, nonceOdd } = this;
    const input = { digest, nonceEven, nonceOdd, continueAuthSession };
    const authData = authHmac(this.#key(secret), input);
    return { authHandle: this.authHandle, nonceOdd, continueAuthSession, authData };
  }

  /** Whether an answer's block is genuine; takes over its nonce and draws the next odd one. */
  verify(
    digest: Uint8Array,
    auth: AuthResponse,
    { secret }: { readonly secret?: Uint8Array } = {},
  ): boolean {
    const expected = authHmac(this.#key(secret), {
      digest,
      nonceEven: auth.nonceEven,
      nonceOdd: this.#nonceOdd,
      continueAuthSession: auth.continueAuthSession,
    });
    this.#nonceEven = auth.nonceEven;
    this.#nonceOdd = this.#random(20);
    this.open = auth.continueAuthSession;
    return equalBytes(expected, auth.authData);
  }

  /** Hides a 20-byte secret for the next request: the command's first (even) or second (odd). */
  encryptAuth(secret: Uint8Array, nonce: "even" | "odd" = "even"): Uint8Array {
    if (this.bound === undefined) throw new TypeError("Cannot hide a secret in an OIAP session");
    return adip(this.bound, nonce === "even" ? this.#nonceEven : this.#nonceOdd, secret);
  }

  /** Wipes the shared secret. */
  dispose(): void {
    this.bound?.sharedSecret.fill(0);
    this.open = false;
  }

  #key(secret: Uint8Array | undefined): Uint8Array {
    const key = this.bound?.sharedSecret ?? secret;
    if (key === undefined) throw new TypeError("Cannot authorize under OIAP without the secret");
    return key;
  }
}
