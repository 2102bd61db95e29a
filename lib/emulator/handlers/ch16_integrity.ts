import { encode } from "../../codec/mod.ts";
import { sha1 } from "../../crypto/mod.ts";
import { TPM_TAG_QUOTE_INFO2 } from "../../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_CAP_VERSION_INFO,
  TPM_QUOTE_INFO,
  TPM_QUOTE_INFO2,
  type TpmPcrInfoShort,
} from "../../tpm12/structures/mod.ts";
import { selectedPcrs } from "../../tpm12/pcr_selection.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { requireDigestScheme, requireSigningUsage, signDigest } from "../keys/signing.ts";
import type { Key } from "../state/key.ts";
import { LAUNCH_PCR, PCR_ATTRIBUTES } from "../state/pcr_bank.ts";
import type { Tpm } from "../tpm.ts";
import { capVersionInfo } from "../version.ts";
import type { Handler } from "./handler.ts";

const QUOT = Uint8Array.of(0x51, 0x55, 0x4f, 0x54); // "QUOT"
const QUT2 = Uint8Array.of(0x51, 0x55, 0x54, 0x32); // "QUT2"

/** TPM_Extend (Part 3, 16.1). */
export const TPM_Extend: Handler<"TPM_Extend"> = (tpm, { pcrNum, inDigest }) => ({
  outDigest: extendPcr(tpm, pcrNum, inDigest),
});

/**
 * Actions 1 to 9 of TPM_Extend, which TPM_SHA1CompleteExtend shares. Returns the new value, or
 * zeros from a TPM that is disabled or deactivated.
 */
export function extendPcr(tpm: Tpm, pcrNum: number, inDigest: Uint8Array): Uint8Array {
  // 1.
  const attributes = PCR_ATTRIBUTES[pcrNum];
  if (attributes === undefined) throw tpmError("TPM_BADINDEX", `PCR ${pcrNum} does not exist`);
  // 2 to 4.
  if ((attributes.pcrExtendLocal & tpm.localityBit) === 0) {
    throw tpmError("TPM_BAD_LOCALITY", `locality ${tpm.locality} may not extend PCR ${pcrNum}`);
  }
  // The PC client lets nobody but the launch itself (locality 4) write PCR 17 first.
  if (pcrNum === LAUNCH_PCR && tpm.locality !== 4 && tpm.volatile.pcrs.isZero(pcrNum)) {
    throw tpmError("TPM_BAD_LOCALITY", `no launch was measured into PCR ${pcrNum} yet`);
  }
  // 5 to 7.
  const value = tpm.volatile.pcrs.extend(pcrNum, inDigest);
  // 8. The PCR was extended all the same.
  if (tpm.permanent.flags.disable || tpm.volatile.flags.deactivated) return new Uint8Array(20);
  // 9.
  return value;
}

/** TPM_PCRRead (Part 3, 16.2). */
export const TPM_PCRRead: Handler<"TPM_PCRRead"> = (tpm, { pcrIndex }) => {
  // 1.
  if (pcrIndex >= PCR_ATTRIBUTES.length) {
    throw tpmError("TPM_BADINDEX", `PCR ${pcrIndex} does not exist`);
  }
  // 2.
  return { outDigest: tpm.volatile.pcrs.read(pcrIndex) };
};

/** TPM_Quote (Part 3, 16.3). */
export const TPM_Quote: Handler<"TPM_Quote"> = (tpm, { externalData, targetPCR }, call) => {
  const { key } = call.key("keyHandle");
  requireQuotingKey(key);
  // 5.
  const pcrData = tpm.pcrComposite(targetPCR.pcrSelect);
  // 6.
  const quoteInfo = encode(TPM_QUOTE_INFO, {
    version: STRUCT_VER_1_1,
    fixed: QUOT,
    digestValue: tpm.pcrCompositeDigest(targetPCR.pcrSelect),
    externalData,
  });
  // 7, 8.
  return { pcrData, sig: signDigest(key, sha1(quoteInfo)) };
};

/** Actions 2 and 3 of TPM_Quote and TPM_Quote2. */
function requireQuotingKey(key: Key): void {
  requireDigestScheme(key);
  requireSigningUsage(key);
}

/** TPM_PCR_Reset (Part 3, 16.4). */
export const TPM_PCR_Reset: Handler<"TPM_PCR_Reset"> = (tpm, { pcrSelection }) => {
  // 1.
  const selected = selectedPcrs(pcrSelection.pcrSelect);
  if (selected.length === 0) throw tpmError("TPM_INVALID_PCR_INFO", "no PCR is selected");
  // 3. All are checked before any is reset.
  for (const index of selected) {
    const { pcrReset, pcrResetLocal } = PCR_ATTRIBUTES[index]!;
    if (!pcrReset) throw tpmError("TPM_NOTRESETABLE", `PCR ${index} has no reset attribute`);
    if ((pcrResetLocal & tpm.localityBit) === 0) {
      throw tpmError("TPM_NOTLOCAL", `locality ${tpm.locality} may not reset PCR ${index}`);
    }
  }
  // 4.
  for (const index of selected) tpm.volatile.pcrs.reset(index, tpm.volatile.TOSPresent);
  return {};
};

/** TPM_Quote2 (Part 3, 16.5). */
export const TPM_Quote2: Handler<"TPM_Quote2"> = (
  tpm,
  { externalData, targetPCR, addVersion },
  call,
) => {
  const { key } = call.key("keyHandle");
  requireQuotingKey(key);
  // 5, 6.
  const pcrData: TpmPcrInfoShort = {
    pcrSelection: targetPCR,
    localityAtRelease: tpm.localityBit,
    digestAtRelease: tpm.pcrCompositeDigest(targetPCR.pcrSelect),
  };
  // 7.
  const quoteInfo = encode(TPM_QUOTE_INFO2, {
    tag: TPM_TAG_QUOTE_INFO2,
    fixed: QUT2,
    externalData,
    infoShort: pcrData,
  });
  // 8, 9.
  const versionInfo = addVersion ? capVersionInfo() : null;
  const signed = versionInfo === null
    ? sha1(quoteInfo)
    : sha1(quoteInfo, encode(TPM_CAP_VERSION_INFO, versionInfo));
  // 10, 11.
  return { pcrData, versionInfo, sig: signDigest(key, signed) };
};
