import { sha1 } from "../crypto/mod.ts";
import { encode } from "../codec/mod.ts";
import {
  TPM_KH_SRK,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_EXCLUSIVE,
  TPM_TRANSPORT_LOG,
} from "../tpm12/constants/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import { TPM_STORE_PUBKEY } from "../tpm12/structures/mod.ts";
import { transportLogDigest, type TransportLogEntry, transportLogSignInfo } from "../verify/mod.ts";
import { executeAuthorized } from "./authorized_command.ts";
import type { Commander } from "./commander.ts";
import {
  TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL,
  TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION,
  TSS_TSPATTRIB_TRANSPORT_EXCLUSIVE,
  TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION,
  TSS_TSPATTRIB_TRANSPORT_STATIC_AUTH,
} from "./constants/context.ts";
import { TSS_UUID_SRK } from "./constants/well_known.ts";
import type { ContextOptions } from "./context_base.ts";
import { ContextStorage } from "./context_storage.ts";
import type { Key } from "./key.ts";
import { publicKeyOf } from "./key_use.ts";
import {
  TransportCommander,
  type TransportKey,
  type TransportSettings,
} from "./transport_commander.ts";
import { tspError } from "./tsp_error.ts";
import {
  challengeOf,
  requireSignature,
  type TssValidation,
  type ValidationOptions,
} from "./validation.ts";

/** The signature that ends a transport session, and the log that it is about. */
export interface SignedTransportLog extends TssValidation {
  /** The entries, for `verifyTransportLog()`. */
  readonly entries: readonly TransportLogEntry[];
}

/** Bits of the TPM for those of TSS_TSPATTRIB_CONTEXTTRANS_MODE. */
const ATTRIBUTES = [
  [TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION, TPM_TRANSPORT_ENCRYPT],
  [TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL, TPM_TRANSPORT_LOG],
  [TSS_TSPATTRIB_TRANSPORT_EXCLUSIVE, TPM_TRANSPORT_EXCLUSIVE],
] as const;
const ALL_MODES = TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION |
  TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL | TSS_TSPATTRIB_TRANSPORT_EXCLUSIVE |
  TSS_TSPATTRIB_TRANSPORT_STATIC_AUTH;

/** Commands inside transport sessions. */
export abstract class ContextTransport extends ContextStorage {
  readonly #transport: TransportCommander;
  #enabled = false;
  #modes = 0;
  #encryptionKey: TransportKey | null = null;

  /** Made by `Context.create()`. */
  constructor(options: ContextOptions) {
    super(options);
    const plain = () => super.commander;
    this.#transport = new TransportCommander({
      plain: { command: (name, request) => plain().command(name, request) },
      random: this.random,
      keyDigest: (handle) => this.#keyDigest(handle),
      settings: () => this.#settings(),
    });
  }

  /**
   * What sends commands to the TPM; throws TSS_E_NO_CONNECTION.
   *
   * @internal
   */
  override get commander(): Commander {
    const plain = super.commander;
    return this.#enabled ? this.#transport : plain;
  }

  /**
   * Sends commands another way from now on.
   *
   * @internal
   */
  override set commander(commander: Commander) {
    super.commander = commander;
  }

  /** Whether commands go through transport sessions (TSS_TSPATTRIB_CONTEXTTRANS_CONTROL). */
  get transportEnabled(): boolean {
    return this.#enabled;
  }

  /**
   * Makes commands go through a transport session from the next one on, or straight to the TPM
   * again, which ends the session without a signature. What the core services do by themselves stays
   * outside, as loading a registered key does; it would end an exclusive session.
   */
  async enableTransport(enabled: boolean): Promise<void> {
    this.opened();
    this.#enabled = enabled;
    if (!enabled) await this.#transport.close();
  }

  /** TSS_TSPATTRIB_TRANSPORT_* bits of the next transport session. */
  get transportModes(): number {
    return this.#modes;
  }

  /**
   * Adds to the modes of the next transport session; TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION
   * takes the encryption away. Throws TSS_E_INVALID_ATTRIB_DATA for another value.
   */
  addTransportModes(modes: number): void {
    this.opened();
    if (modes === TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION) {
      this.#modes &= ~TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION;
    } else if ((modes & ~ALL_MODES) === 0) this.#modes |= modes;
    else throw tspError("TSS_E_INVALID_ATTRIB_DATA", `there is no transport mode ${modes}`);
  }

  /**
   * `Tspi_Context_SetTransEncryptionKey`: the loaded storage or legacy key that the secret of the
   * next transport session is encrypted with. Throws TSS_E_KEY_NOT_LOADED, and
   * TSS_E_TSP_TRANS_NO_PUBKEY when its public part is not known and the TPM does not tell it.
   */
  async setTransEncryptionKey(key: Key): Promise<void> {
    if (!key.opened().isLoaded) throw tspError("TSS_E_KEY_NOT_LOADED");
    try {
      this.#encryptionKey = { key, publicKey: await publicKeyOf(key) };
    } catch (error) {
      // A TPM that has an owner does not tell the public part of its SRK as it is.
      if (!(error instanceof TssError) || error.layer !== "tpm") throw error;
      throw tspError("TSS_E_TSP_TRANS_NO_PUBKEY", error.message);
    }
  }

  /**
   * `Tspi_Context_CloseSignTransport`: ends the transport session, which must keep a log
   * (TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL), and has a loaded signing key sign it: a
   * TPM_SIGN_INFO with the digest of the log, whose entries come besides. The next command opens
   * another session.
   *
   * Throws TSS_E_INTERNAL_ERROR when no session is open, TSS_E_KEY_NOT_LOADED,
   * TSS_E_TSP_TRANS_NO_PUBKEY when a key was used whose public part is not known, TSS_E_FAIL when
   * no challenge is given and the signature is wrong, TPM_BAD_MODE without log,
   * TPM_INAPPROPRIATE_SIG and TPM_INVALID_KEYUSAGE unless it is a signing key of scheme SHA1.
   */
  async closeSignTransport(
    signingKey: Key,
    options: ValidationOptions = {},
  ): Promise<SignedTransportLog> {
    const { random, adipScheme: scheme } = this;
    const { nonce, verifies } = challengeOf(options, random, { exactly: true });
    const session = this.opened().#transport.session;
    if (session === null) throw tspError("TSS_E_INTERNAL_ERROR", "no transport session is open");
    const keyHandle = signingKey.tcsHandle;
    const publicKey = verifies ? await publicKeyOf(signingKey) : null;
    if (session.log === null) throw tspError("TSS_E_TSP_TRANS_NO_PUBKEY");
    const { signature } = await executeAuthorized(
      this.#transport,
      "TPM_ReleaseTransportSigned",
      {
        request: { keyHandle, antiReplay: nonce },
        auth: [signingKey.usageAuthorizer()],
        scheme,
        random,
      },
    );
    const entries = session.log;
    const data = transportLogSignInfo(transportLogDigest(entries), nonce);
    const validation = { externalData: nonce, data, validationData: signature };
    if (publicKey !== null) requireSignature(validation, publicKey, "TSS_E_FAIL");
    return { ...validation, entries };
  }

  /** Ends the transport session. */
  protected override async releaseResources(): Promise<void> {
    await this.#transport.close();
  }

  /** What the next session will be. */
  #settings(): TransportSettings {
    const transAttributes = ATTRIBUTES.reduce(
      (sum, [mode, attribute]) => this.#modes & mode ? sum | attribute : sum,
      0,
    );
    const isStatic = (this.#modes & TSS_TSPATTRIB_TRANSPORT_STATIC_AUTH) !== 0;
    const { adipScheme: scheme } = this;
    if (isStatic) return { scheme, transAttributes, encryptionKey: null };
    if (this.#encryptionKey === null) {
      throw tspError("TSS_E_INVALID_HANDLE", "transport sessions have no encryption key yet");
    }
    return { scheme, transAttributes, encryptionKey: this.#encryptionKey };
  }

  /** SHA-1 of the TPM_STORE_PUBKEY of a loaded key of this context. */
  #keyDigest(handle: number): Uint8Array | null {
    for (const key of this.keys()) {
      const named = key.isLoaded && key.tcsHandle === handle ||
        handle === TPM_KH_SRK && key.uuid === TSS_UUID_SRK;
      if (!named || key.fields.pubKey.key.every((byte) => byte === 0)) continue;
      return sha1(encode(TPM_STORE_PUBKEY, key.fields.pubKey));
    }
    return null;
  }
}
