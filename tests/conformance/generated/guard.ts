import { CodecError, Reader } from "../../../lib/codec/mod.ts";
import { commandByOrdinal, type CommandName, COMMANDS } from "../../../lib/tpm12/commands/mod.ts";
import {
  TPM_CAP_PROP_OWNER,
  TPM_CAP_PROPERTY,
  TPM_TAG_RQU_COMMAND,
} from "../../../lib/tpm12/constants/mod.ts";
import { encodeRequest, readRequestHeader } from "../../../lib/wire/mod.ts";
import { u32 } from "../../bytes.ts";
import type { Machine } from "../side.ts";

/** Why a request is not sent to libtpms. */
export const CRASHES = "libtpms would crash, or not come back for hours";

/** Bits of a key that is made in a reasonable time. */
const LONGEST = 4096;
/** Rows of the table of delegations. */
const ROWS = 2;

/** Whether libtpms crashes at a request, from its parameters on; each is a row of the table of differences. */
const CRASHING: Partial<Record<CommandName, (reader: Reader, request: Request) => boolean>> = {
  TPM_NV_WriteValue: passes32Bits,
  TPM_NV_WriteValueAuth: passes32Bits,
  TPM_NV_ReadValue: passes32Bits,
  TPM_NV_ReadValueAuth: passes32Bits,
  TPM_Delegate_UpdateVerification: (reader) => reader.u32() === 4 && reader.u32() >= ROWS,
  TPM_Delegate_LoadOwnerDelegation: (_, { tag, machine }) =>
    tag !== TPM_TAG_RQU_COMMAND && lacksOwner(machine),
  TPM_TakeOwnership: (reader) => {
    reader.bytes(2);
    for (const _ of ["encOwnerAuth", "encSrkAuth"]) reader.bytes(reader.u32());
    const { parms } = COMMANDS.TPM_TakeOwnership.in.srkParams.read(reader).algorithmParms;
    return new Reader(parms).u32() > LONGEST;
  },
  TPM_CMK_CreateBlob: (reader) => {
    reader.bytes(4 + 2);
    COMMANDS.TPM_CMK_CreateBlob.in.migrationKeyAuth.read(reader);
    reader.bytes(20 + 4);
    return reader.u32() * 20 >= 2 ** 32;
  },
  TPM_CMK_ConvertMigration: (reader) => {
    reader.bytes(4);
    const { restrictTicket, sigTicket, migratedKey } = COMMANDS.TPM_CMK_ConvertMigration.in;
    for (const codec of [restrictTicket, sigTicket, migratedKey]) codec.read(reader);
    reader.u32();
    return reader.u32() * 20 >= 2 ** 32;
  },
  TPM_ExecuteTransport: (reader, { machine }) => crashes(reader.bytes(reader.u32()), machine),
};

interface Request {
  tag: number;
  machine: Machine;
}

/** A libtpms that is not sent what it is known to crash at, or to make no end of. */
export function guarded(machine: Machine): Machine {
  return {
    execute(command) {
      if (crashes(command, machine)) throw new Error(CRASHES);
      return machine.execute(command);
    },
    reset: () => machine.reset(),
    setLocality: (locality) => machine.setLocality(locality),
    save: () => machine.save(),
    restore: (state) => machine.restore(state),
  };
}

function crashes(command: Uint8Array, machine: Machine): boolean {
  try {
    const reader = new Reader(command);
    const { tag, ordinal } = readRequestHeader(reader);
    const row = commandByOrdinal(ordinal);
    return row !== undefined && (CRASHING[row.name]?.(reader, { tag, machine }) ?? false);
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}

function passes32Bits(reader: Reader): boolean {
  reader.u32();
  return reader.u32() + reader.u32() > 0xffffffff;
}

/** What libtpms does not tell, before TPM_Startup, it does not come to look at either. */
function lacksOwner(machine: Machine): boolean {
  const request = { capArea: TPM_CAP_PROPERTY, subCap: u32(TPM_CAP_PROP_OWNER) };
  const answer = machine.execute(encodeRequest(COMMANDS.TPM_GetCapability, request));
  return answer.length > 10 && answer.at(-1) === 0;
}
