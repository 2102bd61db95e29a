import { encode } from "../codec/mod.ts";
import {
  TPM_PCR_SELECTION,
  type TpmPcrInfo,
  type TpmPcrInfoLong,
} from "../tpm12/structures/mod.ts";
import type { Attribute } from "./attributes.ts";
import * as E from "./constants/enc_data.ts";
import * as K from "./constants/key_attributes.ts";
import { tspError } from "./tsp_error.ts";

/** An object that may be bound to PCRs. */
interface BoundToPcrs {
  /** The PCRs; `null` for none. */
  readonly pcrInfo: TpmPcrInfo | TpmPcrInfoLong | null;
}

/** Flags and parts by which one class of objects names the PCRs it is bound to. */
interface PcrFlags {
  readonly short: number;
  readonly long: number;
  readonly digestAtCreation: number;
  readonly digestAtRelease: number;
  readonly selection: number;
  readonly longLocalityAtCreation: number;
  readonly longLocalityAtRelease: number;
  readonly longCreationSelection: number;
  readonly longReleaseSelection: number;
  readonly longDigestAtCreation: number;
  readonly longDigestAtRelease: number;
}

const KEY: PcrFlags = {
  short: K.TSS_TSPATTRIB_KEY_PCR,
  long: K.TSS_TSPATTRIB_KEY_PCR_LONG,
  digestAtCreation: K.TSS_TSPATTRIB_KEYPCR_DIGEST_ATCREATION,
  digestAtRelease: K.TSS_TSPATTRIB_KEYPCR_DIGEST_ATRELEASE,
  selection: K.TSS_TSPATTRIB_KEYPCR_SELECTION,
  longLocalityAtCreation: K.TSS_TSPATTRIB_KEYPCRLONG_LOCALITY_ATCREATION,
  longLocalityAtRelease: K.TSS_TSPATTRIB_KEYPCRLONG_LOCALITY_ATRELEASE,
  longCreationSelection: K.TSS_TSPATTRIB_KEYPCRLONG_CREATION_SELECTION,
  longReleaseSelection: K.TSS_TSPATTRIB_KEYPCRLONG_RELEASE_SELECTION,
  longDigestAtCreation: K.TSS_TSPATTRIB_KEYPCRLONG_DIGEST_ATCREATION,
  longDigestAtRelease: K.TSS_TSPATTRIB_KEYPCRLONG_DIGEST_ATRELEASE,
};

const ENCDATA: PcrFlags = {
  short: E.TSS_TSPATTRIB_ENCDATA_PCR,
  long: E.TSS_TSPATTRIB_ENCDATA_PCR_LONG,
  digestAtCreation: E.TSS_TSPATTRIB_ENCDATAPCR_DIGEST_ATCREATION,
  digestAtRelease: E.TSS_TSPATTRIB_ENCDATAPCR_DIGEST_ATRELEASE,
  selection: E.TSS_TSPATTRIB_ENCDATAPCR_SELECTION,
  longLocalityAtCreation: E.TSS_TSPATTRIB_ENCDATAPCRLONG_LOCALITY_ATCREATION,
  longLocalityAtRelease: E.TSS_TSPATTRIB_ENCDATAPCRLONG_LOCALITY_ATRELEASE,
  longCreationSelection: E.TSS_TSPATTRIB_ENCDATAPCRLONG_CREATION_SELECTION,
  longReleaseSelection: E.TSS_TSPATTRIB_ENCDATAPCRLONG_RELEASE_SELECTION,
  longDigestAtCreation: E.TSS_TSPATTRIB_ENCDATAPCRLONG_DIGEST_ATCREATION,
  longDigestAtRelease: E.TSS_TSPATTRIB_ENCDATAPCRLONG_DIGEST_ATRELEASE,
};

/** The attributes that tell of the PCRs a key, or sealed data, is bound to. */
export const PCR_ATTRIBUTE_READERS: {
  readonly key: readonly Attribute<BoundToPcrs>[];
  readonly encData: readonly Attribute<BoundToPcrs>[];
} = { key: readers(KEY), encData: readers(ENCDATA) };

function readers(flags: PcrFlags): Attribute<BoundToPcrs>[] {
  const short = (subFlag: number, read: (info: TpmPcrInfo) => Uint8Array) => ({
    flag: flags.short,
    subFlag,
    data: { get: ({ pcrInfo }: BoundToPcrs) => read(requireShort(pcrInfo)) },
  });
  const long = (subFlag: number, read: (info: TpmPcrInfoLong) => Uint8Array) => ({
    flag: flags.long,
    subFlag,
    data: { get: ({ pcrInfo }: BoundToPcrs) => read(requireLong(pcrInfo)) },
  });
  const locality = (subFlag: number, read: (info: TpmPcrInfoLong) => number) => ({
    flag: flags.long,
    subFlag,
    uint32: { get: ({ pcrInfo }: BoundToPcrs) => read(requireLong(pcrInfo)) },
  });
  return [
    short(flags.digestAtCreation, (info) => info.digestAtCreation.slice()),
    short(flags.digestAtRelease, (info) => info.digestAtRelease.slice()),
    short(flags.selection, (info) => encode(TPM_PCR_SELECTION, info.pcrSelection)),
    locality(flags.longLocalityAtCreation, (info) => info.localityAtCreation),
    locality(flags.longLocalityAtRelease, (info) => info.localityAtRelease),
    long(
      flags.longCreationSelection,
      (info) => encode(TPM_PCR_SELECTION, info.creationPCRSelection),
    ),
    long(flags.longReleaseSelection, (info) => encode(TPM_PCR_SELECTION, info.releasePCRSelection)),
    long(flags.longDigestAtCreation, (info) => info.digestAtCreation.slice()),
    long(flags.longDigestAtRelease, (info) => info.digestAtRelease.slice()),
  ];
}

function requireShort(info: BoundToPcrs["pcrInfo"]): TpmPcrInfo {
  if (info !== null && !("tag" in info)) return info;
  throw wrongForm(info);
}

function requireLong(info: BoundToPcrs["pcrInfo"]): TpmPcrInfoLong {
  if (info !== null && "tag" in info) return info;
  throw wrongForm(info);
}

function wrongForm(info: BoundToPcrs["pcrInfo"]): Error {
  return tspError(
    "TSS_E_INVALID_OBJ_ACCESS",
    info === null ? "the object is bound to no PCRs" : "the object's PCRs are in the other form",
  );
}
