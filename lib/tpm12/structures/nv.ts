import { BOOL, type Codec, CodecError, struct, tag, U32 } from "../../codec/mod.ts";
import {
  TPM_TAG_NV_ATTRIBUTES,
  TPM_TAG_NV_DATA_PUBLIC,
  TPM_TAG_NV_DATA_SENSITIVE,
} from "../constants/mod.ts";
import { TPM_AUTHDATA } from "./basics.ts";
import { TPM_PCR_INFO_SHORT, type TpmPcrInfoShort } from "./pcr.ts";

/** TPM_NV_ATTRIBUTES: permissions of an NV area (Part 2, 19.2). */
export interface TpmNvAttributes {
  /** TPM_TAG_NV_ATTRIBUTES. */
  tag: typeof TPM_TAG_NV_ATTRIBUTES;
  /** TPM_NV_PER_* bits. */
  attributes: number;
}

/** Wire form of {@linkcode TpmNvAttributes}. */
export const TPM_NV_ATTRIBUTES: Codec<TpmNvAttributes> = struct("TPM_NV_ATTRIBUTES", {
  tag: tag(TPM_TAG_NV_ATTRIBUTES),
  attributes: U32,
});

/** TPM_NV_DATA_PUBLIC: what an NV area is (Part 2, 19.3). */
export interface TpmNvDataPublic {
  /** TPM_TAG_NV_DATA_PUBLIC. */
  tag: typeof TPM_TAG_NV_DATA_PUBLIC;
  /** Number of the area. */
  nvIndex: number;
  /** PCRs and localities for reading. */
  pcrInfoRead: TpmPcrInfoShort;
  /** PCRs and localities for writing. */
  pcrInfoWrite: TpmPcrInfoShort;
  /** Permissions. */
  permission: TpmNvAttributes;
  /** Reading is locked until TPM_Startup(ST_CLEAR). */
  bReadSTClear: boolean;
  /** Writing is locked until TPM_Startup(ST_CLEAR). */
  bWriteSTClear: boolean;
  /** Writing is locked until the area is defined anew. */
  bWriteDefine: boolean;
  /** Bytes of the area. */
  dataSize: number;
}

/** Wire form of {@linkcode TpmNvDataPublic}. */
export const TPM_NV_DATA_PUBLIC: Codec<TpmNvDataPublic> = struct("TPM_NV_DATA_PUBLIC", {
  tag: tag(TPM_TAG_NV_DATA_PUBLIC),
  nvIndex: U32,
  pcrInfoRead: TPM_PCR_INFO_SHORT,
  pcrInfoWrite: TPM_PCR_INFO_SHORT,
  permission: TPM_NV_ATTRIBUTES,
  bReadSTClear: BOOL,
  bWriteSTClear: BOOL,
  bWriteDefine: BOOL,
  dataSize: U32,
});

/** TPM_NV_DATA_SENSITIVE: an NV area inside the TPM (Part 2, 19.4). */
export interface TpmNvDataSensitive {
  /** TPM_TAG_NV_DATA_SENSITIVE. */
  tag: typeof TPM_TAG_NV_DATA_SENSITIVE;
  /** What the area is. */
  pubInfo: TpmNvDataPublic;
  /** Secret of the area. */
  authValue: Uint8Array;
  /** Contents. */
  data: Uint8Array;
}

const SENSITIVE_HEAD: Codec<Omit<TpmNvDataSensitive, "data">> = struct("TPM_NV_DATA_SENSITIVE", {
  tag: tag(TPM_TAG_NV_DATA_SENSITIVE),
  pubInfo: TPM_NV_DATA_PUBLIC,
  authValue: TPM_AUTHDATA,
});

/** Stored form of {@linkcode TpmNvDataSensitive}: the data has no length but `pubInfo.dataSize`. */
export const TPM_NV_DATA_SENSITIVE: Codec<TpmNvDataSensitive> = {
  name: SENSITIVE_HEAD.name,
  structured: true,
  read(reader) {
    const head = SENSITIVE_HEAD.read(reader);
    return { ...head, data: reader.bytes(head.pubInfo.dataSize) };
  },
  write(writer, value) {
    const { dataSize } = value.pubInfo;
    if (value.data.length !== dataSize) {
      throw new CodecError(
        "value",
        `Cannot encode ${this.name}: dataSize is ${dataSize}, ${value.data.length} bytes given`,
      );
    }
    SENSITIVE_HEAD.write(writer, value);
    writer.bytes(value.data);
  },
};
