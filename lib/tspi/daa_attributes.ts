import { type Codec, CodecError, decode, encode, untilEnd } from "../codec/mod.ts";
import { type Attribute, requireBytes } from "./attributes.ts";
import { callbackAttribute } from "./callback_attribute.ts";
import * as C from "./constants/daa.ts";
import {
  TSS_DAA_AR_KEY_PAIR,
  TSS_DAA_AR_PK,
  TSS_DAA_AR_SK,
  TSS_DAA_ATTRIB_COMMIT,
  TSS_DAA_CREDENTIAL,
  TSS_DAA_GAMMAS,
  TSS_DAA_KEY_PAIR,
  TSS_DAA_PK,
  TSS_DAA_PK_PROOF,
  TSS_DAA_SELECTED_ATTRIB,
  TSS_DAA_SK,
} from "./daa/mod.ts";
import type { DaaAraKey } from "./daa_ara_key.ts";
import type { DaaCredential } from "./daa_credential.ts";
import { attributeGammas, missing } from "./daa_inputs.ts";
import type { DaaIssuerKey } from "./daa_issuer_key.ts";
import { tspError } from "./tsp_error.ts";

/** A part of an attribute that is a structure in its byte form. */
interface Part<O, T> {
  readonly flag: number;
  readonly subFlag?: number;
  readonly codec: Codec<T>;
  get(object: O): T;
  set?(object: O, value: T): void;
}

function structure<O, T>({ flag, subFlag, codec, get, set }: Part<O, T>): Attribute<O> {
  return {
    flag,
    ...subFlag !== undefined && { subFlag },
    data: {
      get: (object) => encode(codec, get(object)),
      ...set && {
        set: (object: O, value) => set(object, decodedAttribute(codec, requireBytes(value))),
      },
    },
  };
}

function decodedAttribute<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return decode(codec, bytes.slice());
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw tspError("TSS_E_INVALID_ATTRIB_DATA", error.message);
  }
}

/** The attributes of an issuer key. */
export const DAA_ISSUER_KEY_ATTRIBUTES: readonly Attribute<DaaIssuerKey>[] = [
  structure({
    flag: C.TSS_TSPATTRIB_DAAISSUERKEY_BLOB,
    subFlag: C.TSS_TSPATTRIB_DAAISSUERKEYBLOB_PUBLIC_KEY,
    codec: TSS_DAA_PK,
    get: (key) => key.publicKey,
    set: (key, value) => void (key.publicKey = value),
  }),
  structure({
    flag: C.TSS_TSPATTRIB_DAAISSUERKEY_BLOB,
    subFlag: C.TSS_TSPATTRIB_DAAISSUERKEYBLOB_SECRET_KEY,
    codec: TSS_DAA_SK,
    get: (key) => key.secretKey,
    set: (key, value) => void (key.secretKey = value),
  }),
  structure({
    flag: C.TSS_TSPATTRIB_DAAISSUERKEY_BLOB,
    subFlag: C.TSS_TSPATTRIB_DAAISSUERKEYBLOB_KEYBLOB,
    codec: TSS_DAA_KEY_PAIR,
    get: (key) => key.keyPair,
    set: (key, value) => void (key.keyPair = value),
  }),
  structure({
    flag: C.TSS_TSPATTRIB_DAAISSUERKEY_BLOB,
    subFlag: C.TSS_TSPATTRIB_DAAISSUERKEYBLOB_PROOF,
    codec: TSS_DAA_PK_PROOF,
    get: (key) => key.proof ?? missing("proof"),
    set: (key, value) => void (key.proof = value),
  }),
  {
    flag: C.TSS_TSPATTRIB_DAAISSUERKEY_PUBKEY,
    subFlag: C.TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_ATTRIBS,
    uint32: { get: (key) => key.platformAttributes + key.issuerAttributes },
  },
  {
    flag: C.TSS_TSPATTRIB_DAAISSUERKEY_PUBKEY,
    subFlag: C.TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_PLATFORM_ATTRIBS,
    uint32: {
      get: (key) => key.platformAttributes,
      set: (key, value) => void (key.platformAttributes = value),
    },
  },
  {
    flag: C.TSS_TSPATTRIB_DAAISSUERKEY_PUBKEY,
    subFlag: C.TSS_TSPATTRIB_DAAISSUERKEYPUBKEY_NUM_ISSUER_ATTRIBS,
    uint32: {
      get: (key) => key.issuerAttributes,
      set: (key, value) => void (key.issuerAttributes = value),
    },
  },
];

/** The attributes of the key of an authority that lifts anonymity. */
export const DAA_ARA_KEY_ATTRIBUTES: readonly Attribute<DaaAraKey>[] = [
  structure({
    flag: C.TSS_TSPATTRIB_DAAARAKEY_BLOB,
    subFlag: C.TSS_TSPATTRIB_DAAARAKEYBLOB_PUBLIC_KEY,
    codec: TSS_DAA_AR_PK,
    get: (key) => key.publicKey,
    set: (key, value) => void (key.publicKey = value),
  }),
  structure({
    flag: C.TSS_TSPATTRIB_DAAARAKEY_BLOB,
    subFlag: C.TSS_TSPATTRIB_DAAARAKEYBLOB_SECRET_KEY,
    codec: TSS_DAA_AR_SK,
    get: (key) => key.secretKey,
    set: (key, value) => void (key.secretKey = value),
  }),
  structure({
    flag: C.TSS_TSPATTRIB_DAAARAKEY_BLOB,
    subFlag: C.TSS_TSPATTRIB_DAAARAKEYBLOB_KEYBLOB,
    codec: TSS_DAA_AR_KEY_PAIR,
    get: (key) => key.keyPair,
    set: (key, value) => void (key.keyPair = value),
  }),
];

/** The attributes of a credential. */
export const DAA_CREDENTIAL_ATTRIBUTES: readonly Attribute<DaaCredential>[] = [
  {
    flag: C.TSS_TSPATTRIB_DAACRED_COMMIT,
    subFlag: C.TSS_TSPATTRIB_DAACOMMIT_NUMBER,
    uint32: { get: ({ selections }) => selections.length },
  },
  structure({
    flag: C.TSS_TSPATTRIB_DAACRED_COMMIT,
    subFlag: C.TSS_TSPATTRIB_DAACOMMIT_SELECTION,
    codec: untilEnd(TSS_DAA_SELECTED_ATTRIB),
    get: ({ selections }: DaaCredential) => [...selections],
    set: (credential, value) => void (credential.selections = value),
  }),
  structure({
    flag: C.TSS_TSPATTRIB_DAACRED_COMMIT,
    subFlag: C.TSS_TSPATTRIB_DAACOMMIT_COMMITMENTS,
    codec: untilEnd(TSS_DAA_ATTRIB_COMMIT),
    get: ({ attributeCommitments }: DaaCredential) => [...attributeCommitments],
  }),
  structure({
    flag: C.TSS_TSPATTRIB_DAACRED_ATTRIB_GAMMAS,
    subFlag: C.TSS_TSPATTRIB_DAAATTRIBGAMMAS_BLOB,
    codec: TSS_DAA_GAMMAS,
    get: ({ stored }: DaaCredential) => attributeGammas(stored.issuerPK),
  }),
  structure({
    flag: C.TSS_TSPATTRIB_DAACRED_CREDENTIAL_BLOB,
    codec: TSS_DAA_CREDENTIAL,
    get: (credential: DaaCredential) => credential.stored,
    set: (credential, value) => void (credential.stored = value),
  }),
  callbackAttribute<DaaCredential>(C.TSS_TSPATTRIB_DAACRED_CALLBACK_SIGN, "sign"),
  callbackAttribute<DaaCredential>(
    C.TSS_TSPATTRIB_DAACRED_CALLBACK_VERIFYSIGNATURE,
    "verifySignature",
  ),
];
