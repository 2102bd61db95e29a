import {
  BOOL,
  type Codec,
  CodecError,
  counted,
  decode,
  encode,
  SIZED32,
  U32,
} from "../../codec/mod.ts";
import {
  TSS_DAA_LENGTH_GAMMA,
  TSS_DAA_LENGTH_N,
  TSS_DAA_LENGTH_RHO,
  TSS_FLAG_DAA_PSEUDONYM_ENCRYPTED,
  TSS_FLAG_DAA_PSEUDONYM_PLAIN,
} from "../constants/daa.ts";
import type { AttributeSelection } from "./commitments.ts";
import { LENGTH_S_A, LENGTH_S_F, TSS_DAA_ATTRIB_COMMIT } from "./join_structures.ts";
import { BITS_E_PRIME, BITS_HASH, BITS_SAFETY, BITS_V } from "./lengths.ts";
import { daaStruct, mapped, number, numbers, shortNumber, SIZED_HASH } from "./number_codecs.ts";
import type { EncryptedPseudonym } from "./revocation.ts";
import type { AdditionalProof, DaaSignature } from "./signature.ts";

/** Most bytes of the answer for e. */
const LENGTH_S_E = (BITS_E_PRIME + BITS_SAFETY + BITS_HASH) / 8 + 1;
/** Most bytes of the answer for v. */
const LENGTH_S_V = (BITS_V + BITS_SAFETY + BITS_HASH) / 8 + 1;

/** TSS_DAA_SELECTED_ATTRIB: a flag for each attribute. */
export const TSS_DAA_SELECTED_ATTRIB: Codec<AttributeSelection> = mapped(
  daaStruct<{ indicesList: AttributeSelection }>("TSS_DAA_SELECTED_ATTRIB", {
    indicesList: counted(U32, BOOL),
  }),
  {
    fromWire: ({ indicesList }) => indicesList,
    toWire: (indicesList) => ({ indicesList }),
  },
);

/** TSS_DAA_PSEUDONYM_PLAIN: a pseudonym that everybody can see. */
export const TSS_DAA_PSEUDONYM_PLAIN: Codec<{ readonly capitalNv: bigint }> = daaStruct(
  "TSS_DAA_PSEUDONYM_PLAIN",
  { capitalNv: number(TSS_DAA_LENGTH_GAMMA) },
);

/** TSS_DAA_PSEUDONYM_ENCRYPTED: a pseudonym that an authority can see. */
export const TSS_DAA_PSEUDONYM_ENCRYPTED: Codec<EncryptedPseudonym> = mapped(
  daaStruct("TSS_DAA_PSEUDONYM_ENCRYPTED", {
    delta1: number(TSS_DAA_LENGTH_GAMMA),
    delta2: number(TSS_DAA_LENGTH_GAMMA),
    delta3: number(TSS_DAA_LENGTH_GAMMA),
    delta4: number(TSS_DAA_LENGTH_GAMMA),
    sTau: number(TSS_DAA_LENGTH_RHO),
  }),
  {
    fromWire: ({ delta1, delta2, delta3, delta4, sTau }) => ({
      deltas: [delta1, delta2, delta3, delta4] as const,
      sTau,
    }),
    toWire: ({ deltas: [delta1, delta2, delta3, delta4], sTau }) => ({
      delta1,
      delta2,
      delta3,
      delta4,
      sTau,
    }),
  },
);

interface Flagged {
  readonly payloadFlag: number;
  readonly payload: Uint8Array;
}

/** TSS_DAA_PSEUDONYM: a pseudonym of either kind. */
export const TSS_DAA_PSEUDONYM: Codec<bigint | EncryptedPseudonym> = mapped(
  daaStruct<Flagged>("TSS_DAA_PSEUDONYM", { payloadFlag: U32, payload: SIZED32 }),
  {
    fromWire({ payloadFlag, payload }) {
      if (payloadFlag === TSS_FLAG_DAA_PSEUDONYM_PLAIN) {
        return decode(TSS_DAA_PSEUDONYM_PLAIN, payload).capitalNv;
      }
      if (payloadFlag === TSS_FLAG_DAA_PSEUDONYM_ENCRYPTED) {
        return decode(TSS_DAA_PSEUDONYM_ENCRYPTED, payload);
      }
      throw new CodecError("value", `Cannot decode TSS_DAA_PSEUDONYM: no flag ${payloadFlag}`);
    },
    toWire: (pseudonym) =>
      typeof pseudonym === "bigint"
        ? {
          payloadFlag: TSS_FLAG_DAA_PSEUDONYM_PLAIN,
          payload: encode(TSS_DAA_PSEUDONYM_PLAIN, { capitalNv: pseudonym }),
        }
        : {
          payloadFlag: TSS_FLAG_DAA_PSEUDONYM_ENCRYPTED,
          payload: encode(TSS_DAA_PSEUDONYM_ENCRYPTED, pseudonym),
        },
  },
);

/** TSS_DAA_SIGN_CALLBACK: its hash object is the hash value here, none when it is empty. */
export const TSS_DAA_SIGN_CALLBACK: Codec<AdditionalProof | null> = mapped(
  daaStruct<AdditionalProof>("TSS_DAA_SIGN_CALLBACK", {
    challenge: SIZED32,
    payloadFlag: U32,
    payload: SIZED32,
  }),
  {
    fromWire: (proof) => proof.challenge.length === 0 ? null : proof,
    toWire: (proof) =>
      proof ?? { challenge: new Uint8Array(0), payloadFlag: 0, payload: new Uint8Array(0) },
  },
);

/** TSS_DAA_SIGNATURE: a signature. */
export const TSS_DAA_SIGNATURE: Codec<DaaSignature> = daaStruct("TSS_DAA_SIGNATURE", {
  zeta: number(TSS_DAA_LENGTH_GAMMA),
  capitalT: number(TSS_DAA_LENGTH_N),
  challenge: SIZED_HASH,
  nonceTpm: SIZED_HASH,
  sV: shortNumber(LENGTH_S_V),
  sF0: shortNumber(LENGTH_S_F),
  sF1: shortNumber(LENGTH_S_F),
  sE: shortNumber(LENGTH_S_E),
  sA: numbers(LENGTH_S_A),
  attributeCommitments: counted(U32, TSS_DAA_ATTRIB_COMMIT),
  signedPseudonym: TSS_DAA_PSEUDONYM,
  callbackResult: TSS_DAA_SIGN_CALLBACK,
});
