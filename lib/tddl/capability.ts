import { decode, encode, U32 } from "../codec/mod.ts";
import { type Command, COMMANDS, type Request } from "../tpm12/commands/mod.ts";
import {
  TPM_CAP_PROP_DURATION,
  TPM_CAP_PROP_MANUFACTURER,
  TPM_CAP_PROPERTY,
  TPM_CAP_VERSION_VAL,
} from "../tpm12/constants/mod.ts";
import { TPM_CAP_VERSION_INFO, TPM_VERSION } from "../tpm12/structures/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import { encodeRequest } from "../wire/request.ts";
import { decodeResponseBody, splitResponse } from "../wire/response.ts";
import {
  TDDL_CAP_PROP_GLOBAL_STATE,
  TDDL_CAP_PROP_MANUFACTURER,
  TDDL_CAP_PROP_MODULE_TYPE,
  TDDL_CAP_PROPERTY,
  TDDL_CAP_VER_DRV,
  TDDL_CAP_VER_FW,
  TDDL_CAP_VER_FW_DATE,
  TDDL_CAP_VERSION,
} from "./constants.ts";
import type { Tddl } from "./tddl.ts";
import { tddlError } from "./tddl_error.ts";

/** The sub-capabilities of each area. */
const AREAS: Readonly<Record<number, readonly number[]>> = {
  [TDDL_CAP_VERSION]: [TDDL_CAP_VER_DRV, TDDL_CAP_VER_FW, TDDL_CAP_VER_FW_DATE],
  [TDDL_CAP_PROPERTY]: [
    TDDL_CAP_PROP_MANUFACTURER,
    TDDL_CAP_PROP_MODULE_TYPE,
    TDDL_CAP_PROP_GLOBAL_STATE,
  ],
};

/** TPM_VERSION of this driver: for TPM 1.2, revision 0.1. */
const DRIVER_VERSION = [1, 2, 0, 1];
const NO_BYTES = new Uint8Array();

/** Throws TSS_E_BAD_PARAMETER in the name of `command` when there is no such capability. */
export function checkCapability(
  command: string,
  { capArea, subCap }: { capArea: number; subCap: number },
): void {
  if (AREAS[capArea]?.includes(subCap)) return;
  const hex = (value: number) => `0x${value.toString(16).padStart(4, "0")}`;
  const detail = `there is no capability ${hex(subCap)} in area ${hex(capArea)}`;
  throw tddlError("TSS_E_BAD_PARAMETER", detail, { command });
}

/** What the driver knows without its TPM. */
export function driverCapability(
  subCap: number,
  { kind, status }: { kind: string; status: number },
): Uint8Array | undefined {
  switch (subCap) {
    case TDDL_CAP_VER_DRV:
      return Uint8Array.from(DRIVER_VERSION);
    case TDDL_CAP_PROP_MODULE_TYPE:
      return new TextEncoder().encode(kind);
    case TDDL_CAP_PROP_GLOBAL_STATE:
      return encode(U32, status);
    default:
      return undefined;
  }
}

/** What only the TPM knows. Throws the return code of TPM_GetCapability. */
export async function readCapability(tddl: Tddl, subCap: number): Promise<Uint8Array> {
  if (subCap === TDDL_CAP_PROP_MANUFACTURER) {
    return await getCapability(tddl, propertyRequest(TPM_CAP_PROP_MANUFACTURER));
  }
  const info = await getCapability(tddl, { capArea: TPM_CAP_VERSION_VAL, subCap: NO_BYTES });
  return encode(TPM_VERSION, decode(TPM_CAP_VERSION_INFO, info).version);
}

/** TPM_CAP_PROP_DURATION: three UINT32. Throws the return code of TPM_GetCapability. */
export async function readDurations(tddl: Tddl): Promise<Uint8Array> {
  return await getCapability(tddl, propertyRequest(TPM_CAP_PROP_DURATION));
}

/** The command that {@linkcode readDurations} sends. */
export function durationsRequest(): Uint8Array {
  return encodeRequest(COMMANDS.TPM_GetCapability, propertyRequest(TPM_CAP_PROP_DURATION));
}

/** The answer to it; `reported` is empty unless the return code is 0. */
export function splitDurations(answer: Uint8Array): { returnCode: number; reported: Uint8Array } {
  const row = COMMANDS.TPM_GetCapability;
  const { returnCode, body } = splitResponse(row, answer);
  const reported = returnCode === 0 ? decodeResponseBody(row, body).resp as Uint8Array : NO_BYTES;
  return { returnCode, reported };
}

function propertyRequest(property: number): Request<"TPM_GetCapability"> {
  return { capArea: TPM_CAP_PROPERTY, subCap: encode(U32, property) };
}

async function getCapability(
  tddl: Tddl,
  request: Request<"TPM_GetCapability">,
): Promise<Uint8Array> {
  const row = COMMANDS.TPM_GetCapability;
  const body = requireSuccess(row, await tddl.transmitData(encodeRequest(row, request)));
  return decodeResponseBody(row, body).resp as Uint8Array;
}

/** The parameters in an answer. Throws the TPM's return code when that is not 0. */
export function requireSuccess(row: Command, answer: Uint8Array): Uint8Array {
  const { returnCode, body } = splitResponse(row, answer);
  if (returnCode !== 0) throw TssError.fromResult(returnCode, { command: row.name });
  return body;
}
