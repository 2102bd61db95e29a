import { decode, encode, U32 } from "../codec/mod.ts";
import { sha1, SHA1_SIZE } from "../crypto/mod.ts";
import type { PcrEvent } from "../tcs/mod.ts";
import { TPM_TAG_QUOTE_INFO2 } from "../tpm12/constants/mod.ts";
import {
  TPM_PCR_COMPOSITE,
  TPM_PCR_INFO_SHORT,
  TPM_PCR_SELECTION,
  TPM_QUOTE_INFO2,
} from "../tpm12/structures/mod.ts";
import { quoteInfo } from "../verify/mod.ts";
import type { Key } from "./key.ts";
import { publicKeyOf } from "./key_use.ts";
import type { PcrComposite } from "./pcr_composite.ts";
import { TpmOwnership } from "./tpm_ownership.ts";
import { tspError } from "./tsp_error.ts";
import {
  challengeOf,
  requireSignature,
  type TssValidation,
  type ValidationOptions,
} from "./validation.ts";

/** What happened, for the event log. */
export interface NewPcrEvent {
  /** TSS_EV_* or another number. */
  readonly eventType: number;
  /** Any bytes that say what happened. */
  readonly rgbEvent: Uint8Array;
}

/** What {@linkcode TpmIntegrity.pcrExtend} may take besides. */
export interface PcrExtendOptions {
  /** Goes into the value, and into the event log. */
  readonly event?: NewPcrEvent;
}

/** Which events {@linkcode TpmIntegrity.getEvents} gives. */
export interface GetEventsOptions {
  /** The first, from 0. */
  readonly startNumber?: number;
  /** Most of them; all when it is left out. */
  readonly eventNumber?: number;
}

/** What {@linkcode TpmIntegrity.quote2} may take besides. */
export interface Quote2Options extends ValidationOptions {
  /** Whether version and maker of the TPM are signed, too. */
  readonly addVersion?: boolean;
}

const EVENT_VERSION = [1, 1, 0, 0];
const QUT2 = [0x51, 0x55, 0x54, 0x32];

/** PCRs, the event log, and quotes. */
export abstract class TpmIntegrity extends TpmOwnership {
  /** `Tspi_TPM_PcrRead`: the value of a PCR, 20 bytes. Throws TSS_E_BAD_PARAMETER for one there is not. */
  async pcrRead(pcrIndex: number): Promise<Uint8Array> {
    const { outDigest } = await this.context.execute("TPM_PCRRead", { request: { pcrIndex } });
    return outDigest;
  }

  /**
   * `Tspi_TPM_PcrExtend`: extends a PCR by 20 bytes; or, with an event, by
   * SHA1(pcrIndex ‖ data ‖ eventType ‖ rgbEvent), data of any length, which is logged. Gives the new
   * value, 20 bytes.
   *
   * Throws TSS_E_BAD_PARAMETER for another length without event and for a PCR that there is not,
   * TPM_BAD_LOCALITY for one that this locality cannot extend.
   */
  async pcrExtend(
    pcrIndex: number,
    pcrData: Uint8Array,
    { event }: PcrExtendOptions = {},
  ): Promise<Uint8Array> {
    if (event === undefined && pcrData.length !== SHA1_SIZE) {
      throw tspError("TSS_E_BAD_PARAMETER", `20 bytes extend, ${pcrData.length} given`);
    }
    const inDigest = event === undefined ? pcrData : sha1(
      encode(U32, pcrIndex),
      pcrData,
      encode(U32, event.eventType),
      event.rgbEvent,
    );
    const { outDigest } = await this.context.execute("TPM_Extend", {
      request: { pcrNum: pcrIndex, inDigest },
    });
    if (event !== undefined) {
      await this.context.tcsi.logPcrEvent({
        event: {
          versionInfo: Uint8Array.from(EVENT_VERSION),
          ulPcrIndex: pcrIndex,
          eventType: event.eventType,
          rgbPcrValue: inDigest,
          rgbEvent: event.rgbEvent,
        },
      });
    }
    return outDigest;
  }

  /**
   * `Tspi_TPM_PcrReset`: resets the selected PCRs. Throws TSS_E_NO_PCRS_SET, TPM_NOTRESETABLE,
   * TPM_NOTLOCAL.
   */
  async pcrReset(pcrComposite: PcrComposite): Promise<void> {
    const pcrSelection = encodedSelection(pcrComposite);
    await this.context.execute("TPM_PCR_Reset", { request: { pcrSelection } });
  }

  /**
   * `Tspi_TPM_GetEvent`: one event of a PCR, from 0. Throws TSS_E_BAD_PARAMETER when there is none.
   */
  async getEvent(pcrIndex: number, eventNumber: number): Promise<PcrEvent> {
    const { event } = await this.context.tcsi.getPcrEvent({ pcrIndex, eventNumber });
    if (event !== undefined) return event;
    throw tspError("TSS_E_BAD_PARAMETER", `PCR ${pcrIndex} has no event ${eventNumber}`);
  }

  /** `Tspi_TPM_GetEvents`: the events of a PCR, oldest first. Throws TSS_E_BAD_PARAMETER. */
  async getEvents(
    pcrIndex: number,
    { startNumber = 0, eventNumber }: GetEventsOptions = {},
  ): Promise<readonly PcrEvent[]> {
    const { tcsi } = this.context;
    const { number } = await tcsi.getPcrEvent({ pcrIndex, eventNumber: 0, lengthOnly: true });
    const eventCount = Math.min(eventNumber ?? number, number - startNumber);
    if (eventCount <= 0) return [];
    return await tcsi.getPcrEventsByPcr({ pcrIndex, firstEvent: startNumber, eventCount });
  }

  /** `Tspi_TPM_GetEventLog`: all events, by PCR. */
  getEventLog(): Promise<readonly PcrEvent[]> {
    return this.context.tcsi.getPcrEventLog();
  }

  /**
   * `Tspi_TPM_Quote`: a loaded identity, signing or legacy key signs the selected PCRs: a
   * TPM_QUOTE_INFO. The values are put into the composite.
   *
   * Throws TSS_E_NO_PCRS_SET, TSS_E_KEY_NOT_LOADED, TPM_INAPPROPRIATE_SIG for a key of another
   * scheme than SHA1; TSS_E_VERIFICATION_FAILED when no challenge is given and the signature is
   * wrong.
   */
  async quote(
    identKey: Key,
    pcrComposite: PcrComposite,
    options: ValidationOptions = {},
  ): Promise<TssValidation> {
    const { context } = this;
    const { nonce, verifies } = challengeOf(options, context.random);
    const { pcrData, sig } = await context.execute("TPM_Quote", {
      request: {
        keyHandle: identKey.tcsHandle,
        externalData: nonce,
        targetPCR: encodedSelection(pcrComposite),
      },
      auth: [identKey.usageAuthorizer()],
    });
    pcrComposite.adoptValues(decode(TPM_PCR_COMPOSITE, pcrData));
    const data = quoteInfo(pcrData, nonce);
    const validation = { externalData: nonce, data, validationData: sig };
    if (verifies) requireSignature(validation, await publicKeyOf(identKey));
    return validation;
  }

  /**
   * `Tspi_TPM_Quote2`: as {@linkcode quote}, with the locality and if wanted the version of the
   * TPM: a TPM_QUOTE_INFO2, and TPM_CAP_VERSION_INFO after it. Locality and digest are put into the
   * composite. `versionInfo` is empty unless it was asked for.
   */
  async quote2(
    identKey: Key,
    pcrComposite: PcrComposite,
    { addVersion = false, ...options }: Quote2Options = {},
  ): Promise<TssValidation & { readonly versionInfo: Uint8Array }> {
    const { context } = this;
    const { nonce, verifies } = challengeOf(options, context.random);
    const answer = await context.execute("TPM_Quote2", {
      request: {
        keyHandle: identKey.tcsHandle,
        externalData: nonce,
        targetPCR: encodedSelection(pcrComposite),
        addVersion,
      },
      auth: [identKey.usageAuthorizer()],
    });
    const infoShort = decode(TPM_PCR_INFO_SHORT, answer.pcrData);
    pcrComposite.adoptInfoShort(infoShort);
    // What stands behind its UINT32 length.
    const versionInfo = answer.versionInfo.subarray(4);
    const info = encode(TPM_QUOTE_INFO2, {
      tag: TPM_TAG_QUOTE_INFO2,
      fixed: Uint8Array.from(QUT2),
      externalData: nonce,
      infoShort,
    });
    const data = addVersion ? Uint8Array.of(...info, ...versionInfo) : info;
    const validation = { externalData: nonce, data, validationData: answer.sig, versionInfo };
    if (verifies) requireSignature(validation, await publicKeyOf(identKey));
    return validation;
  }
}

function encodedSelection(pcrComposite: PcrComposite): Uint8Array {
  if (pcrComposite.selected().length === 0) throw tspError("TSS_E_NO_PCRS_SET");
  return encode(TPM_PCR_SELECTION, pcrComposite.opened().releaseSelection);
}
