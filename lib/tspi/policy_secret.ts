import { sha1, SHA1_SIZE } from "../crypto/mod.ts";
import { utf16le } from "../tcs/unicode.ts";
import {
  TSS_SECRET_MODE_CALLBACK,
  TSS_SECRET_MODE_NONE,
  TSS_SECRET_MODE_PLAIN,
  TSS_SECRET_MODE_POPUP,
  TSS_SECRET_MODE_SHA1,
} from "./constants/policy.ts";
import { tspError } from "./tsp_error.ts";

/** How long a secret is good: for ever, for so many commands, or for so many seconds. */
export type SecretLifetime =
  | { readonly kind: "always" }
  | { readonly kind: "counter"; readonly uses: number }
  | { readonly kind: "timer"; readonly seconds: number };

/** A secret that was typed, as the program that asked for it gives it. */
export type AskForSecret = () => string | Promise<string>;

/** The secret of a policy: its mode, its 20 bytes, and how long they are good. */
export class PolicySecret {
  #mode: number = TSS_SECRET_MODE_POPUP;
  #secret: Uint8Array | null = null;
  #lifetime: SecretLifetime = { kind: "always" };
  #usesLeft = 0;
  #expiresAt = 0;

  /** TSS_SECRET_MODE_*. */
  get mode(): number {
    return this.#mode;
  }

  /** Whether the secret is there without asking anybody. */
  get isSet(): boolean {
    return this.#secret !== null || this.#mode === TSS_SECRET_MODE_NONE;
  }

  /** How long the secret is good; setting it begins anew. */
  get lifetime(): SecretLifetime {
    if (this.#lifetime.kind === "counter") return { kind: "counter", uses: this.#usesLeft };
    return this.#lifetime;
  }

  /** Sets the lifetime; throws TSS_E_INVALID_ATTRIB_DATA for no whole number of at least 0. */
  set lifetime(lifetime: SecretLifetime) {
    const amount = lifetime.kind === "counter"
      ? lifetime.uses
      : lifetime.kind === "timer"
      ? lifetime.seconds
      : 0;
    if (!Number.isInteger(amount) || amount < 0) {
      throw tspError("TSS_E_INVALID_ATTRIB_DATA", `a secret cannot be good for ${amount}`);
    }
    this.#lifetime = lifetime;
    this.#beginLife();
  }

  /** Seconds the secret is still good for; 0 unless it has a timer. */
  get secondsLeft(): number {
    if (this.#lifetime.kind !== "timer") return 0;
    return Math.max(0, Math.ceil((this.#expiresAt - performance.now()) / 1000));
  }

  /** Sets mode and secret. Throws TSS_E_BAD_PARAMETER when they do not fit together. */
  set(mode: number, secret: Uint8Array | string): void {
    const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
    const value = secretOf(mode, bytes);
    if (typeof secret === "string") bytes.fill(0);
    this.flush();
    this.#mode = mode;
    this.#secret = value;
    this.#beginLife();
  }

  /** Wipes the secret; the mode stays. */
  flush(): void {
    this.#secret?.fill(0);
    this.#secret = null;
  }

  /**
   * Counts one use. Throws TSS_E_INVALID_OBJ_ACCESS when the secret is no longer good; one that
   * was typed is then asked for again.
   */
  use(): void {
    if (this.#lifetime.kind === "always") return;
    const expired = this.#lifetime.kind === "counter"
      ? this.#usesLeft === 0
      : performance.now() >= this.#expiresAt;
    if (expired) {
      this.flush();
      if (this.#mode !== TSS_SECRET_MODE_POPUP) {
        throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the lifetime of the policy's secret is over");
      }
      this.#beginLife();
    }
    if (this.#lifetime.kind === "counter") this.#usesLeft--;
  }

  /**
   * A copy of the secret, for the caller to wipe. Throws TSS_E_POLICY_NO_SECRET when there is none
   * and `ask` is not given.
   */
  async get(
    ask: AskForSecret | null,
    { withNul }: {
      /** Whether what was typed is hashed with a NUL after it. */
      readonly withNul: boolean;
    },
  ): Promise<Uint8Array> {
    if (this.#mode === TSS_SECRET_MODE_NONE) return new Uint8Array(SHA1_SIZE);
    if (this.#secret === null && this.#mode === TSS_SECRET_MODE_POPUP && ask !== null) {
      this.#secret = hashTyped(await ask(), withNul);
    }
    if (this.#secret === null) throw tspError("TSS_E_POLICY_NO_SECRET");
    return this.#secret.slice();
  }

  #beginLife(): void {
    if (this.#lifetime.kind === "counter") this.#usesLeft = this.#lifetime.uses;
    if (this.#lifetime.kind === "timer") {
      this.#expiresAt = performance.now() + this.#lifetime.seconds * 1000;
    }
  }
}

function secretOf(mode: number, bytes: Uint8Array): Uint8Array | null {
  switch (mode) {
    case TSS_SECRET_MODE_NONE:
    case TSS_SECRET_MODE_POPUP:
    case TSS_SECRET_MODE_CALLBACK:
      return null;
    case TSS_SECRET_MODE_SHA1:
      if (bytes.length === SHA1_SIZE) return bytes.slice();
      throw tspError("TSS_E_BAD_PARAMETER", `a digest has 20 bytes, ${bytes.length} given`);
    case TSS_SECRET_MODE_PLAIN:
      return sha1(bytes);
    default:
      throw tspError("TSS_E_BAD_PARAMETER", `there is no secret mode 0x${mode.toString(16)}`);
  }
}

/** SHA-1 of the text as UTF-16LE, with or without its NUL. */
function hashTyped(text: string, withNul: boolean): Uint8Array {
  const bytes = utf16le(withNul ? `${text}\0` : text);
  const digest = sha1(bytes);
  bytes.fill(0);
  return digest;
}
