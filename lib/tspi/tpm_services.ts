import { concat, encode, U32 } from "../codec/mod.ts";
import { MAX_STIR } from "../tcs/admission.ts";
import { selfTestContents } from "../verify/mod.ts";
import { TSS_TPMCAP_FLAG } from "./constants/tpm_capabilities.ts";
import type { Key } from "./key.ts";
import { publicKeyOf } from "./key_use.ts";
import { tpmCapability } from "./tpm_capability.ts";
import { TpmStatus } from "./tpm_status.ts";
import { tspError } from "./tsp_error.ts";
import { subCapBytes } from "./sub_cap.ts";
import {
  challengeOf,
  requireSignature,
  type TssValidation,
  type ValidationOptions,
} from "./validation.ts";

/** How {@linkcode TpmServices.getCapabilitySigned} is asked. */
export interface CapabilitySignedOptions extends ValidationOptions {
  /** The part of the area. */
  readonly subCap?: number | Uint8Array;
}

/** Most bytes that are asked of the TPM's random generator at once. */
const MAX_RANDOM = 1024;

/** Capabilities, self-tests and random numbers. */
export abstract class TpmServices extends TpmStatus {
  /**
   * `Tspi_TPM_GetCapability`: what the TPM can do and holds: an area (TSS_TPMCAP_*) and a part of it
   * as the area asks, a number or bytes. Numbers in the answer are big-endian, a BOOL is a byte.
   * TSS_TPMCAP_FLAG is asked as the owner: the permanent and the volatile flags as UINT32 each.
   *
   * Throws TSS_E_BAD_PARAMETER for what there is not.
   */
  async getCapability(capArea: number, subCap: number | Uint8Array = new Uint8Array(0)): Promise<
    Uint8Array
  > {
    const bytes = subCapBytes(subCap);
    if (capArea === TSS_TPMCAP_FLAG) return await this.#ownerFlags();
    const request = tpmCapability(capArea, bytes);
    return (await this.context.execute("TPM_GetCapability", { request })).resp;
  }

  /**
   * `Tspi_TPM_GetCapabilitySigned`: what {@linkcode getCapability} tells, but for TSS_TPMCAP_FLAG,
   * signed by a loaded key: the answer and the challenge after it. TPM 1.2 dropped the command and
   * answers TPM_BAD_ORDINAL; there the log of a transport session proves what a TPM told.
   *
   * Throws TSS_E_BAD_PARAMETER for what there is not and for a challenge of less than 20 bytes,
   * TSS_E_KEY_NOT_LOADED; TSS_E_VERIFICATION_FAILED when no challenge is given and the signature is
   * wrong.
   */
  async getCapabilitySigned(
    key: Key,
    capArea: number,
    { subCap = new Uint8Array(0), ...options }: CapabilitySignedOptions = {},
  ): Promise<{ readonly resp: Uint8Array; readonly validation: TssValidation }> {
    const { context } = this;
    const { nonce, verifies } = challengeOf(options, context.random);
    const { resp, sig } = await context.execute("TPM_GetCapabilitySigned", {
      request: {
        keyHandle: key.tcsHandle,
        antiReplay: nonce,
        ...tpmCapability(capArea, subCapBytes(subCap)),
      },
      auth: [key.usageAuthorizer()],
    });
    const data = concat([resp, nonce]);
    const validation = { externalData: nonce, data, validationData: sig };
    if (verifies) requireSignature(validation, await publicKeyOf(key));
    return { resp, validation };
  }

  /** `Tspi_TPM_SelfTestFull`: tests everything. Throws TPM_FAILEDSELFTEST. */
  async selfTestFull(): Promise<void> {
    await this.context.execute("TPM_SelfTestFull", { request: {} });
  }

  /**
   * `Tspi_TPM_CertifySelfTest`: tests everything, and a loaded signing or identity key signs that it
   * passed, and the challenge. TPM 1.2 dropped the command and answers TPM_BAD_ORDINAL.
   *
   * Throws TSS_E_KEY_NOT_LOADED, TPM_FAILEDSELFTEST, TPM_BAD_SCHEME for a key of another scheme than
   * SHA1, TSS_E_BAD_PARAMETER for a challenge of less than 20 bytes; TSS_E_VERIFICATION_FAILED when
   * none is given and the signature is wrong.
   */
  async certifySelfTest(key: Key, options: ValidationOptions = {}): Promise<TssValidation> {
    const { context } = this;
    const { nonce, verifies } = challengeOf(options, context.random);
    const { sig } = await context.execute("TPM_CertifySelfTest", {
      request: { keyHandle: key.tcsHandle, antiReplay: nonce },
      auth: [key.usageAuthorizer()],
    });
    const data = selfTestContents(nonce);
    const validation = { externalData: nonce, data, validationData: sig };
    if (verifies) requireSignature(validation, await publicKeyOf(key));
    return validation;
  }

  /** `Tspi_TPM_GetTestResult`: what the last self-test found, in the maker's form. */
  async getTestResult(): Promise<Uint8Array> {
    return (await this.context.execute("TPM_GetTestResult", { request: {} })).outData;
  }

  /**
   * `Tspi_TPM_GetRandom`: so many random bytes of the TPM's. Throws TSS_E_BAD_PARAMETER for no
   * whole number.
   */
  async getRandom(length: number): Promise<Uint8Array> {
    if (!Number.isInteger(length) || length < 0) {
      throw tspError("TSS_E_BAD_PARAMETER", `there are no ${length} bytes`);
    }
    const random = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const bytesRequested = Math.min(length - at, MAX_RANDOM);
      const answer = await this.context.execute("TPM_GetRandom", { request: { bytesRequested } });
      const randomBytes = answer.randomBytes.subarray(0, bytesRequested);
      if (randomBytes.length === 0) {
        throw tspError("TSS_E_TPM_UNEXPECTED", "the TPM gave no random bytes");
      }
      random.set(randomBytes, at);
      at += randomBytes.length;
    }
    return random;
  }

  /**
   * `Tspi_TPM_StirRandom`: adds to the state of the TPM's random generator. Throws
   * TSS_E_BAD_PARAMETER for more than 255 bytes.
   */
  async stirRandom(entropyData: Uint8Array): Promise<void> {
    if (entropyData.length > MAX_STIR) {
      throw tspError(
        "TSS_E_BAD_PARAMETER",
        `it takes ${MAX_STIR} bytes, ${entropyData.length} given`,
      );
    }
    await this.context.execute("TPM_StirRandom", { request: { inData: entropyData } });
  }

  async #ownerFlags(): Promise<Uint8Array> {
    const { non_volatile_flags, volatile_flags } = await this.context.execute(
      "TPM_GetCapabilityOwner",
      { request: {}, auth: [this.ownerAuthorizer()] },
    );
    return concat([encode(U32, non_volatile_flags), encode(U32, volatile_flags)]);
  }
}
