import { decode, encode, U32 } from "../../../lib/codec/mod.ts";
import type { Emulator } from "../../../lib/emulator/mod.ts";
import { type CommandName, COMMANDS } from "../../../lib/tpm12/commands/mod.ts";
import {
  TPM_LOC_ALL,
  TPM_NV_PER_PPWRITE,
  TPM_TAG_NV_ATTRIBUTES,
  TPM_TAG_NV_DATA_PUBLIC,
} from "../../../lib/tpm12/constants/mod.ts";
import { decodeResponseBody, encodeRequest, splitResponse } from "../../../lib/wire/mod.ts";

/** The NV area that holds a number. */
export const NUMBER_INDEX = 0x00001234;

/** Defines the area, which a TPM whose NV storage is not locked lets everybody do. */
export function defineNumber(emulator: Emulator): void {
  const open = {
    pcrSelection: { pcrSelect: new Uint8Array(3) },
    localityAtRelease: TPM_LOC_ALL,
    digestAtRelease: new Uint8Array(20),
  };
  run(emulator, "TPM_NV_DefineSpace", {
    pubInfo: {
      tag: TPM_TAG_NV_DATA_PUBLIC,
      nvIndex: NUMBER_INDEX,
      pcrInfoRead: open,
      pcrInfoWrite: open,
      permission: { tag: TPM_TAG_NV_ATTRIBUTES, attributes: TPM_NV_PER_PPWRITE },
      bReadSTClear: false,
      bWriteSTClear: false,
      bWriteDefine: false,
      dataSize: 4,
    },
    encAuth: new Uint8Array(20),
  });
  writeNumber(emulator, 0);
}

/** Writes the number. */
export function writeNumber(emulator: Emulator, number: number): void {
  run(emulator, "TPM_NV_WriteValue", {
    nvIndex: NUMBER_INDEX,
    offset: 0,
    data: encode(U32, number),
  });
}

/** Reads the number. */
export function readNumber(emulator: Emulator): number {
  const { data } = run(emulator, "TPM_NV_ReadValue", {
    nvIndex: NUMBER_INDEX,
    offset: 0,
    dataSize: 4,
  });
  return decode(U32, data as Uint8Array);
}

function run(emulator: Emulator, name: CommandName, request: object): Record<string, unknown> {
  const row = COMMANDS[name];
  const parts = splitResponse(row, emulator.execute(encodeRequest(row, request)));
  if (parts.returnCode !== 0) throw new Error(`${name} answers ${parts.returnCode}`);
  return decodeResponseBody(row, parts.body);
}
