import { encode, Reader } from "../codec/mod.ts";
import { sha1 } from "../crypto/mod.ts";
import { TPM_TAG_QUOTE_INFO2 } from "../tpm12/constants/mod.ts";
import {
  STRUCT_VER_1_1,
  TPM_CAP_VERSION_INFO,
  TPM_PCR_COMPOSITE,
  TPM_QUOTE_INFO,
  TPM_QUOTE_INFO2,
  type TpmCapVersionInfo,
  type TpmPcrComposite,
} from "../tpm12/structures/mod.ts";
import {
  checkBytes,
  checkFixed,
  checkNonce,
  checkSignature,
  decodeEvidence,
  reading,
  type SignedEvidence,
} from "./checks.ts";
import {
  checkPcrs,
  compositeDigest,
  compositeValues,
  type PcrValues,
  requirePcrValues,
  selectedPcrs,
} from "./pcr_values.ts";
import { VerifyError } from "./verify_error.ts";

/** A quote and what it should prove. At least one of `quote` and `composite` is needed. */
export interface QuoteEvidence extends SignedEvidence {
  /**
   * The signed bytes: a TPM_QUOTE_INFO, or a TPM_QUOTE_INFO2 with or without a
   * TPM_CAP_VERSION_INFO after it. When absent, the TPM_QUOTE_INFO that follows from composite and
   * nonce.
   */
  readonly quote?: Uint8Array;
  /** The TPM_PCR_COMPOSITE with the values the PCRs are said to have. */
  readonly composite?: Uint8Array;
  /** The values that PCRs must have; others may be quoted besides. */
  readonly expectedPcrs?: PcrValues;
}

/** What a quote proves. */
export interface VerifiedQuote {
  /** Which command made it. */
  readonly command: "TPM_Quote" | "TPM_Quote2";
  /** The composite digest of the PCRs. */
  readonly digest: Uint8Array;
  /** The values of the quoted PCRs; `null` when only their digest is known. */
  readonly pcrs: PcrValues | null;
  /** TPM_LOC_* bit of the locality the quote was asked from; `null` for TPM_Quote. */
  readonly locality: number | null;
  /** Version and maker of the TPM, where TPM_Quote2 was asked for it. */
  readonly versionInfo: TpmCapVersionInfo | null;
}

interface SignedQuote extends Omit<VerifiedQuote, "pcrs"> {
  readonly fixed: Uint8Array;
  readonly externalData: Uint8Array;
  /** What TPM_Quote2 says was selected. */
  readonly pcrSelect: Uint8Array | null;
}

const WHAT = "quote";
/** Bytes of a selection of all 24 PCRs, which TPM_Quote does not sign and libtspi takes. */
const FULL_SELECT = 3;

/**
 * Verifies a quote of TPM_Quote or TPM_Quote2: the nonce, that the PCR values given are those that
 * were quoted, the signature, and the expected values. Throws {@linkcode VerifyError} that says
 * which field or PCR does not match; a `TypeError` when the nonce or an expected value has not 20
 * bytes, or neither quote nor composite is given.
 *
 * Without a composite, all expected PCRs together are compared with the quoted digest.
 */
export function verifyQuote(evidence: QuoteEvidence): VerifiedQuote {
  const { nonce, expectedPcrs = new Map() } = evidence;
  requirePcrValues(expectedPcrs, WHAT);
  const composite = evidence.composite &&
    decodeEvidence(TPM_PCR_COMPOSITE, evidence.composite, WHAT);
  const bytes = evidence.quote ?? quoteOf(evidence);
  const quote = decodeQuote(bytes);
  const { command, digest, locality, versionInfo } = quote;

  checkFixed(quote.fixed, {
    expected: command === "TPM_Quote" ? "QUOT" : "QUT2",
    evidence: WHAT,
  });
  checkNonce(quote.externalData, { nonce, field: "externalData", evidence: WHAT });
  const claimed = composite && claimedValues(composite, quote);
  checkSignature(bytes, { ...evidence, evidence: WHAT });
  const pcrs = claimed ?? impliedValues(quote, expectedPcrs);
  if (pcrs) {
    checkPcrs(pcrs, { expected: expectedPcrs, evidence: WHAT, notFound: "it is not quoted" });
  }
  return { command, digest, pcrs, locality, versionInfo };
}

/** The bytes that TPM_Quote signs, from the composite it returns and the nonce it was given. */
export function quoteInfo(composite: Uint8Array, nonce: Uint8Array): Uint8Array {
  return encode(TPM_QUOTE_INFO, {
    version: STRUCT_VER_1_1,
    fixed: new TextEncoder().encode("QUOT"),
    digestValue: sha1(composite),
    externalData: nonce,
  });
}

function quoteOf({ composite, nonce }: QuoteEvidence): Uint8Array {
  if (!composite) throw new TypeError("Cannot verify quote: neither quote nor composite is given");
  if (nonce.length !== 20) {
    throw new TypeError(`Cannot verify quote: a nonce takes 20 bytes, ${nonce.length} given`);
  }
  return quoteInfo(composite, nonce);
}

function decodeQuote(bytes: Uint8Array): SignedQuote {
  if (new Reader(bytes).peekU16() !== TPM_TAG_QUOTE_INFO2) {
    const { fixed, externalData, digestValue } = decodeEvidence(TPM_QUOTE_INFO, bytes, WHAT);
    const none = { locality: null, versionInfo: null, pcrSelect: null };
    return { command: "TPM_Quote", fixed, externalData, digest: digestValue, ...none };
  }
  const reader = new Reader(bytes);
  const { fixed, externalData, infoShort } = reading(
    WHAT,
    "TPM_QUOTE_INFO2",
    () => TPM_QUOTE_INFO2.read(reader),
  );
  const rest = reader.bytes(reader.remaining);
  return {
    command: "TPM_Quote2",
    fixed,
    externalData,
    digest: infoShort.digestAtRelease,
    pcrSelect: infoShort.pcrSelection.pcrSelect,
    locality: infoShort.localityAtRelease,
    versionInfo: rest.length === 0 ? null : decodeEvidence(TPM_CAP_VERSION_INFO, rest, WHAT),
  };
}

/** The values of the composite, which must be what was quoted. */
function claimedValues(composite: TpmPcrComposite, { digest, pcrSelect }: SignedQuote): PcrValues {
  const values = compositeValues(composite, WHAT);
  if (pcrSelect) {
    checkBytes(composite.select.pcrSelect, {
      expected: pcrSelect,
      field: "TPM_PCR_COMPOSITE.select",
      evidence: WHAT,
    });
  }
  // The composite of no PCRs has a digest of zeros in some TPMs.
  if (values.size > 0 || digest.some((byte) => byte !== 0)) {
    checkBytes(digest, {
      expected: sha1(encode(TPM_PCR_COMPOSITE, composite)),
      field: pcrSelect ? "infoShort.digestAtRelease" : "digestValue",
      evidence: WHAT,
    });
  }
  return values;
}

/** The expected values, which must make up the quoted digest; `null` when none are expected. */
function impliedValues({ digest, pcrSelect }: SignedQuote, expected: PcrValues): PcrValues | null {
  if (expected.size === 0) return null;
  const select = pcrSelect ?? selectionOf(expected);
  const quoted = selectedPcrs(select);
  const found = compositeDigest(select, expected);
  if (!found) {
    const pcrIndex = quoted.find((index) => !expected.has(index))!;
    const detail = "it is quoted, but no value is expected and no composite given";
    throw new VerifyError(WHAT, { reason: "pcr", field: `PCR ${pcrIndex}`, detail, pcrIndex });
  }
  const field = pcrSelect ? "infoShort.digestAtRelease" : "digestValue";
  const detail = `it is ${digest.toHex()}; the expected values of PCRs ${quoted.join(", ")} give ` +
    found.toHex();
  if (found.toHex() !== digest.toHex()) {
    throw new VerifyError(WHAT, { reason: "pcr", field, detail });
  }
  return new Map(quoted.map((index) => [index, expected.get(index)!]));
}

function selectionOf(values: PcrValues): Uint8Array {
  const select = new Uint8Array(FULL_SELECT);
  for (const index of values.keys()) {
    if (index >= FULL_SELECT * 8) {
      const detail = "there is no such PCR";
      throw new VerifyError(WHAT, {
        reason: "pcr",
        field: `PCR ${index}`,
        detail,
        pcrIndex: index,
      });
    }
    select[index >> 3]! |= 1 << (index & 7);
  }
  return select;
}
