import { BOOL, bytes, type Codec, named, REST, U16, U32, U64, U8 } from "../codec/mod.ts";
import { TPM_DIGEST, TPM_ENCAUTH, TPM_NONCE, TPM_SECRET } from "../tpm12/structures/mod.ts";
import { AUTH_REQUEST, AUTH_RESPONSE } from "../wire/mod.ts";
import {
  TCS_LOADKEY_INFO,
  TSS_KM_KEYINFO,
  TSS_KM_KEYINFO2,
  TSS_PCR_EVENT,
  TSS_UUID,
  TSS_VERSION,
} from "./structures.ts";

/** The types of parameters, `TCSD_PACKET_TYPE_*`, each in the place of its number. */
export const PARAMETER_TYPE_NAMES = [
  "BYTE",
  "BOOL",
  "UINT16",
  "UINT32",
  "PBYTE",
  "KEY",
  "NONCE",
  "AUTH",
  "DIGEST",
  "UUID",
  "ENCAUTH",
  "VERSION",
  "KM_KEYINFO",
  "KM_KEYINFO2",
  "LOADKEY_INFO",
  "PCR_EVENT",
  "COUNTER_VALUE",
  "UINT64",
  "SECRET",
] as const;

/** Name of a type of parameters. */
export type ParameterTypeName = (typeof PARAMETER_TYPE_NAMES)[number];

/** A type that a parameter can have. */
export interface ParameterType {
  /** The byte in the type list. */
  readonly number: number;
  /** Name after `TCSD_PACKET_TYPE_`. */
  readonly name: ParameterTypeName;
  /** Wire form of one parameter in a request. */
  readonly request: Codec<unknown>;
  /** Wire form in an answer. */
  readonly response: Codec<unknown>;
}

function type<Q, A>(
  name: ParameterTypeName,
  ...[request, response]: readonly [both: Codec<Q>] | readonly [request: Codec<Q>, answer: Codec<A>]
): ParameterType {
  return {
    number: PARAMETER_TYPE_NAMES.indexOf(name),
    name,
    request: request as Codec<unknown>,
    response: (response ?? request) as Codec<unknown>,
  };
}

/** The types of parameters by name. */
export const PARAMETER_TYPES: Readonly<Record<ParameterTypeName, ParameterType>> = {
  BYTE: type("BYTE", U8),
  BOOL: type("BOOL", BOOL),
  UINT16: type("UINT16", U16),
  UINT32: type("UINT32", U32),
  // Its length is a parameter before it, or fixed.
  PBYTE: type("PBYTE", REST),
  // No program sends it.
  KEY: type("KEY", REST),
  NONCE: type("NONCE", TPM_NONCE),
  AUTH: type("AUTH", AUTH_REQUEST, AUTH_RESPONSE),
  DIGEST: type("DIGEST", TPM_DIGEST),
  UUID: type("UUID", TSS_UUID),
  ENCAUTH: type("ENCAUTH", TPM_ENCAUTH),
  VERSION: type("VERSION", TSS_VERSION),
  KM_KEYINFO: type("KM_KEYINFO", TSS_KM_KEYINFO),
  KM_KEYINFO2: type("KM_KEYINFO2", TSS_KM_KEYINFO2),
  LOADKEY_INFO: type("LOADKEY_INFO", TCS_LOADKEY_INFO),
  PCR_EVENT: type("PCR_EVENT", TSS_PCR_EVENT),
  // TPM_COUNTER_VALUE stays encoded, as structures of the TPM do.
  COUNTER_VALUE: type("COUNTER_VALUE", named("TPM_COUNTER_VALUE", bytes("BYTE[10]", 10))),
  UINT64: type("UINT64", U64),
  SECRET: type("SECRET", TPM_SECRET),
};
