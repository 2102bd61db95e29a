import { encode, U32 } from "../codec/mod.ts";
import { MANUFACTURER, manufacturerId, TSS_VERSION } from "../tcs/maker.ts";
import { utf16le } from "../tcs/unicode.ts";
import * as A from "./constants/algorithms.ts";
import * as P from "./constants/capabilities.ts";
import { subCapNumber } from "./sub_cap.ts";
import { tspError } from "./tsp_error.ts";

/** Algorithms that the service provider computes itself. */
const HAS: readonly number[] = [
  A.TSS_ALG_RSA,
  A.TSS_ALG_SHA,
  A.TSS_ALG_HMAC,
  A.TSS_ALG_AES128,
  A.TSS_ALG_XOR,
  A.TSS_ALG_MGF1,
];
const HAS_NOT: readonly number[] = [
  A.TSS_ALG_DES,
  A.TSS_ALG_3DES,
  A.TSS_ALG_AES192,
  A.TSS_ALG_AES256,
];
/** Most bytes of one `tpm.getRandom()`. */
const RANDOM_LIMIT = 0xffffffff;

/** What the service provider is: the answer to a TSS_TSPCAP_* area; `undefined` for none of them. */
export function tspCapability(capArea: number, subCap: Uint8Array): Uint8Array | undefined {
  switch (capArea) {
    case P.TSS_TSPCAP_ALG:
      return algorithm(subCapNumber(subCap));
    case P.TSS_TSPCAP_VERSION:
      return Uint8Array.from(TSS_VERSION);
    case P.TSS_TSPCAP_PERSSTORAGE:
      return Uint8Array.of(1);
    case P.TSS_TSPCAP_MANUFACTURER:
      return choose(subCapNumber(subCap), {
        [P.TSS_TSPCAP_PROP_MANUFACTURER_ID]: manufacturerId(),
        [P.TSS_TSPCAP_PROP_MANUFACTURER_STR]: utf16le(MANUFACTURER),
      });
    case P.TSS_TSPCAP_RETURNVALUE_INFO:
      // 1: answers are byte streams, not ASN.1.
      return choose(subCapNumber(subCap), {
        [P.TSS_TSPCAP_PROP_RETURNVALUE_INFO]: encode(U32, 1),
      });
    case P.TSS_TSPCAP_PLATFORM_INFO:
      return choose(subCapNumber(subCap), {
        [P.TSS_TSPCAP_PLATFORM_TYPE]: utf16le("Deno"),
        [P.TSS_TSPCAP_PLATFORM_VERSION]: utf16le(Deno.version.deno),
      });
    case P.TSS_TSPCAP_RANDOMLIMIT:
      return encode(U32, RANDOM_LIMIT);
  }
  return undefined;
}

function algorithm(id: number): Uint8Array {
  if (id === A.TSS_ALG_DEFAULT) return encode(U32, A.TSS_ALG_RSA);
  if (id === A.TSS_ALG_DEFAULT_SIZE) return encode(U32, 2048);
  if (HAS.includes(id)) return Uint8Array.of(1);
  if (HAS_NOT.includes(id)) return Uint8Array.of(0);
  throw tspError("TSS_E_BAD_PARAMETER", `there is no algorithm 0x${id.toString(16)}`);
}

function choose(subCap: number, answers: Readonly<Record<number, Uint8Array>>): Uint8Array {
  const answer = answers[subCap];
  if (answer !== undefined) return answer;
  throw tspError("TSS_E_BAD_PARAMETER", `the capability has no part 0x${subCap.toString(16)}`);
}
