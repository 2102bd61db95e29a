import {
  BOOL,
  type Codec,
  CodecError,
  either,
  SIZED16,
  sized32,
  struct,
  tag,
  U8,
  untilEnd,
} from "../../codec/mod.ts";
import { TPM_LOC_ALL, TPM_TAG_PCR_INFO_LONG } from "../constants/mod.ts";
import { TPM_COMPOSITE_HASH, TPM_PCRVALUE } from "./basics.ts";

/** TPM_PCR_SELECTION: which PCRs (Part 2, 8.1). */
export interface TpmPcrSelection {
  /** Bit i%8 of byte i/8 stands for PCR i; 0 to 3 bytes. */
  pcrSelect: Uint8Array;
}

/** Most bytes of a selection of 24 PCRs. */
const MAX_SELECT = 3;

const PCR_SELECT: Codec<Uint8Array> = {
  ...SIZED16,
  read(reader) {
    const size = reader.u16();
    if (size > MAX_SELECT) {
      throw new CodecError("TPM_INVALID_PCR_INFO", `Cannot decode a selection of ${size} bytes`);
    }
    return reader.bytes(size);
  },
};

/** Wire form of {@linkcode TpmPcrSelection}; over 3 bytes have the reason TPM_INVALID_PCR_INFO. */
export const TPM_PCR_SELECTION: Codec<TpmPcrSelection> = struct("TPM_PCR_SELECTION", {
  pcrSelect: PCR_SELECT,
});

/** TPM_LOCALITY_SELECTION: at least one of TPM_LOC_ZERO to TPM_LOC_FOUR (Part 2, 8.6). */
const LOCALITY_SELECTION: Codec<number> = {
  ...U8,
  name: "TPM_LOCALITY_SELECTION",
  read(reader) {
    const selection = reader.u8();
    if (selection === 0 || selection > TPM_LOC_ALL) {
      throw new CodecError(
        "TPM_INVALID_STRUCTURE",
        `Cannot decode locality selection ${selection}: none, or an unknown one`,
      );
    }
    return selection;
  },
};

/** TPM_PCR_COMPOSITE: selected PCRs and their values (Part 2, 8.2). */
export interface TpmPcrComposite {
  /** Which PCRs. */
  select: TpmPcrSelection;
  /** Their values, by rising PCR, 20 bytes each. */
  pcrValue: Uint8Array[];
}

/** Wire form of {@linkcode TpmPcrComposite}. */
export const TPM_PCR_COMPOSITE: Codec<TpmPcrComposite> = struct("TPM_PCR_COMPOSITE", {
  select: TPM_PCR_SELECTION,
  pcrValue: sized32(untilEnd(TPM_PCRVALUE)),
});

/** TPM_PCR_INFO: PCRs something is bound to, in the form of 1.1 (Part 2, 8.3). */
export interface TpmPcrInfo {
  /** Which PCRs. */
  pcrSelection: TpmPcrSelection;
  /** Composite they must have at release. */
  digestAtRelease: Uint8Array;
  /** Composite they had at creation. */
  digestAtCreation: Uint8Array;
}

/** Wire form of {@linkcode TpmPcrInfo}. */
export const TPM_PCR_INFO: Codec<TpmPcrInfo> = struct("TPM_PCR_INFO", {
  pcrSelection: TPM_PCR_SELECTION,
  digestAtRelease: TPM_COMPOSITE_HASH,
  digestAtCreation: TPM_COMPOSITE_HASH,
});

/** TPM_PCR_INFO_LONG: PCRs and localities something is bound to (Part 2, 8.4). */
export interface TpmPcrInfoLong {
  /** TPM_TAG_PCR_INFO_LONG. */
  tag: typeof TPM_TAG_PCR_INFO_LONG;
  /** TPM_LOC_* bit of the locality at creation. */
  localityAtCreation: number;
  /** TPM_LOC_* bits of the localities at release. */
  localityAtRelease: number;
  /** PCRs of digestAtCreation. */
  creationPCRSelection: TpmPcrSelection;
  /** PCRs of digestAtRelease. */
  releasePCRSelection: TpmPcrSelection;
  /** Composite at creation. */
  digestAtCreation: Uint8Array;
  /** Composite the PCRs must have at release. */
  digestAtRelease: Uint8Array;
}

/** Wire form of {@linkcode TpmPcrInfoLong}. */
export const TPM_PCR_INFO_LONG: Codec<TpmPcrInfoLong> = struct("TPM_PCR_INFO_LONG", {
  tag: tag(TPM_TAG_PCR_INFO_LONG),
  localityAtCreation: LOCALITY_SELECTION,
  localityAtRelease: LOCALITY_SELECTION,
  creationPCRSelection: TPM_PCR_SELECTION,
  releasePCRSelection: TPM_PCR_SELECTION,
  digestAtCreation: TPM_COMPOSITE_HASH,
  digestAtRelease: TPM_COMPOSITE_HASH,
});

/** TPM_PCR_INFO_SHORT: PCRs and localities at release (Part 2, 8.5). */
export interface TpmPcrInfoShort {
  /** Which PCRs. */
  pcrSelection: TpmPcrSelection;
  /** TPM_LOC_* bits of the localities at release. */
  localityAtRelease: number;
  /** Composite the PCRs must have at release. */
  digestAtRelease: Uint8Array;
}

/** Wire form of {@linkcode TpmPcrInfoShort}. */
export const TPM_PCR_INFO_SHORT: Codec<TpmPcrInfoShort> = struct("TPM_PCR_INFO_SHORT", {
  pcrSelection: TPM_PCR_SELECTION,
  localityAtRelease: LOCALITY_SELECTION,
  digestAtRelease: TPM_COMPOSITE_HASH,
});

/** Wire form of a TPM_PCR_INFO or TPM_PCR_INFO_LONG, told apart by the tag of the long one. */
export const TPM_PCR_INFO_ANY: Codec<TpmPcrInfo | TpmPcrInfoLong> = either("TPM_PCR_INFO", {
  first: TPM_PCR_INFO_LONG,
  second: TPM_PCR_INFO,
  isFirst: (reader) => reader.peekU16() === TPM_TAG_PCR_INFO_LONG,
  holdsFirst: (value): value is TpmPcrInfoLong => "tag" in value,
});

/** TPM_PCR_ATTRIBUTES: who may change a PCR; not on the wire (Part 2, 8.8). */
export interface TpmPcrAttributes {
  /** TPM_PCR_Reset may reset it. */
  pcrReset: boolean;
  /** TPM_LOC_* bits of the localities that may extend it. */
  pcrExtendLocal: number;
  /** TPM_LOC_* bits of the localities that may reset it. */
  pcrResetLocal: number;
}

/** Stored form of {@linkcode TpmPcrAttributes}. */
export const TPM_PCR_ATTRIBUTES: Codec<TpmPcrAttributes> = struct("TPM_PCR_ATTRIBUTES", {
  pcrReset: BOOL,
  pcrExtendLocal: U8,
  pcrResetLocal: U8,
});
