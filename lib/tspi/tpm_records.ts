import { decode, U32, untilEnd } from "../codec/mod.ts";
import { SHA1_SIZE } from "../crypto/mod.ts";
import {
  TPM_COUNTER_VALUE,
  TPM_CURRENT_TICKS,
  type TpmCounterValue,
  type TpmCurrentTicks,
} from "../tpm12/structures/mod.ts";
import { auditSignInfo } from "../verify/mod.ts";
import {
  TSS_TPMCAP_PROP_ACTIVECOUNTER,
  TSS_TPMCAP_PROPERTY,
} from "./constants/tpm_capabilities.ts";
import type { Key } from "./key.ts";
import { publicKeyOf } from "./key_use.ts";
import { TpmServices } from "./tpm_services.ts";
import { tspError } from "./tsp_error.ts";
import {
  challengeOf,
  requireSignature,
  type TssValidation,
  type ValidationOptions,
} from "./validation.ts";

/** How {@linkcode TpmRecords.getAuditDigest} is asked. */
export interface AuditDigestOptions extends ValidationOptions {
  /** Whether the log begins anew; only a signed digest closes it. */
  readonly closeAudit?: boolean;
}

/** What the TPM tells of its audit log. */
export interface AuditDigest {
  /** Digest of the log since it was last closed, 20 bytes. */
  readonly auditDigest: Uint8Array;
  /** How many logs there have been. */
  readonly counterValue: TpmCounterValue;
  /** The ordinals that are audited, rising; `null` when the digest was signed. */
  readonly ordinals: readonly number[] | null;
  /** The TPM_SIGN_INFO and its signature; `null` when no key signed. */
  readonly validation: TssValidation | null;
}

/** What TSS_TPMCAP_PROP_ACTIVECOUNTER is when there is none, and in libtpms once it is released. */
const NO_COUNTER: readonly number[] = [0xffffffff, 0xfffffffe];
const ORDINALS = untilEnd(U32);

/** Counters, ticks, DIRs and the audit digest. */
export abstract class TpmRecords extends TpmServices {
  /**
   * `Tspi_TPM_ReadCounter`: the value of the active monotonic counter, the one that was incremented
   * since the TPM was started. Throws TSS_E_NO_ACTIVE_COUNTER.
   */
  async readCounter(): Promise<number> {
    const property = await this.getCapability(TSS_TPMCAP_PROPERTY, TSS_TPMCAP_PROP_ACTIVECOUNTER);
    const countID = decode(U32, property);
    if (NO_COUNTER.includes(countID)) throw tspError("TSS_E_NO_ACTIVE_COUNTER");
    const { count } = await this.context.execute("TPM_ReadCounter", { request: { countID } });
    return decode(TPM_COUNTER_VALUE, count).counter;
  }

  /** `Tspi_TPM_ReadCurrentTicks`: the TPM's tick counter, its rate in µs, and the session's nonce. */
  async readCurrentTicks(): Promise<TpmCurrentTicks> {
    const { currentTime } = await this.context.execute("TPM_GetTicks", { request: {} });
    return decode(TPM_CURRENT_TICKS, currentTime);
  }

  /**
   * `Tspi_TPM_DirWrite`: writes a data integrity register as the owner: up to 20 bytes, filled up
   * with zeros. Throws TSS_E_BAD_PARAMETER for more and for a register that there is not,
   * TPM_AUTHFAIL.
   */
  async dirWrite(dirIndex: number, dirData: Uint8Array): Promise<void> {
    if (dirData.length > SHA1_SIZE) {
      throw tspError("TSS_E_BAD_PARAMETER", `a DIR has 20 bytes, ${dirData.length} given`);
    }
    const newContents = new Uint8Array(SHA1_SIZE);
    newContents.set(dirData);
    await this.context.execute("TPM_DirWriteAuth", {
      request: { dirIndex, newContents },
      auth: [this.ownerAuthorizer()],
    });
  }

  /**
   * `Tspi_TPM_DirRead`: the 20 bytes of a data integrity register. Throws TSS_E_BAD_PARAMETER for
   * one that there is not.
   */
  async dirRead(dirIndex: number): Promise<Uint8Array> {
    return (await this.context.execute("TPM_DirRead", { request: { dirIndex } })).dirContents;
  }

  /**
   * `Tspi_TPM_GetAuditDigest`: the digest of the audit log, and which commands are audited; or, with
   * a loaded signing or identity key, signed: a TPM_SIGN_INFO that holds a digest of the ordinals.
   *
   * Throws TSS_E_KEY_NOT_LOADED, TPM_INVALID_KEYUSAGE for a key that does not sign SHA-1 digests and
   * for closing the log with another than an identity key, TSS_E_BAD_PARAMETER for a challenge of
   * less than 20 bytes; TSS_E_VERIFICATION_FAILED when none is given and the signature is wrong.
   */
  async getAuditDigest(
    key: Key | null = null,
    options: AuditDigestOptions = {},
  ): Promise<AuditDigest> {
    return key === null ? await this.#unsignedDigest() : await this.#signedDigest(key, options);
  }

  /** Asks again while the TPM has more ordinals than fit into an answer. */
  async #unsignedDigest(): Promise<AuditDigest> {
    const ordinals: number[] = [];
    for (;;) {
      const startOrdinal = (ordinals.at(-1) ?? -1) + 1;
      const answer = await this.context.execute("TPM_GetAuditDigest", {
        request: { startOrdinal },
      });
      const more = decode(ORDINALS, answer.ordList);
      ordinals.push(...more);
      if (answer.more && more.length > 0) continue;
      const counterValue = decode(TPM_COUNTER_VALUE, answer.counterValue);
      return { auditDigest: answer.auditDigest, counterValue, ordinals, validation: null };
    }
  }

  async #signedDigest(
    key: Key,
    { closeAudit = false, ...options }: AuditDigestOptions,
  ): Promise<AuditDigest> {
    const { context } = this;
    const { nonce, verifies } = challengeOf(options, context.random);
    const answer = await context.execute("TPM_GetAuditDigestSigned", {
      request: { keyHandle: key.tcsHandle, closeAudit, antiReplay: nonce },
      auth: [key.usageAuthorizer()],
    });
    const { auditDigest, ordinalDigest, sig } = answer;
    const counterValue = decode(TPM_COUNTER_VALUE, answer.counterValue);
    const data = auditSignInfo({ auditDigest, counterValue, ordinalDigest }, nonce);
    const validation = { externalData: nonce, data, validationData: sig };
    if (verifies) requireSignature(validation, await publicKeyOf(key));
    return { auditDigest, counterValue, ordinals: null, validation };
  }
}
