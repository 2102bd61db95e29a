import { tssError } from "../tpm12/tss_error.ts";

/** Gives a credential's bytes; empty when there is none. */
export type CredentialSource = () => Promise<Uint8Array>;

/** Where the platform's credentials come from. */
export interface CredentialSources {
  /** Endorsement certificate. */
  readonly endorsement?: CredentialSource;
  /** Platform certificate. */
  readonly platform?: CredentialSource;
  /** Conformance certificate. */
  readonly conformance?: CredentialSource;
}

/** TSS_TCS_CREDENTIAL_*: which credential. */
const EKCERT = 1;
const TPM_CC = 2;
const PLATFORMCERT = 3;

/** The credentials of the platform. */
export class Credentials {
  readonly #sources: CredentialSources;

  /** From sources, each of which may be missing. */
  constructor(sources: CredentialSources = {}) {
    this.#sources = sources;
  }

  /** The endorsement certificate, or nothing. */
  endorsement(): Promise<Uint8Array> {
    return read(this.#sources.endorsement);
  }

  /** The platform certificate, or nothing. */
  platform(): Promise<Uint8Array> {
    return read(this.#sources.platform);
  }

  /** The conformance certificate, or nothing. */
  conformance(): Promise<Uint8Array> {
    return read(this.#sources.conformance);
  }

  /** The credential of a type; throws TSS_E_BAD_PARAMETER. */
  ofType(type: number): Promise<Uint8Array> {
    if (type === EKCERT) return this.endorsement();
    if (type === TPM_CC) return this.conformance();
    if (type === PLATFORMCERT) return this.platform();
    return Promise.reject(
      tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: `there is no credential of type ${type}` }),
    );
  }
}

function read(source: CredentialSource | undefined): Promise<Uint8Array> {
  return source === undefined ? Promise.resolve(new Uint8Array(0)) : source();
}
