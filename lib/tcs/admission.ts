import { type Command, COMMANDS } from "../tpm12/commands/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import type { Values } from "../wire/mod.ts";
import type { Executor } from "./executor.ts";
import { requireDaaSession } from "./own_services.ts";
import type { TransportResource } from "./resource.ts";
import { isExclusive } from "./transport_public.ts";

/** Bytes that can be stirred in at once: a TPM may refuse 256 (Part 3, 13.7), TrouSerS does. */
export const MAX_STIR = 255;

/**
 * Throws for a command that the services keep from the TPM. The parameters inside its digest are
 * missing where they are encrypted.
 */
export function requireAllowed(row: Command, executor: Executor, request: Values): void {
  const { services } = executor;
  switch (row) {
    case COMMANDS.TPM_Extend:
      requireBelow(request.pcrNum, services.pcrs, "PCR");
      services.eventLog.requireOurs(request.pcrNum as number | undefined);
      break;
    case COMMANDS.TPM_PCRRead:
      requireBelow(request.pcrIndex, services.pcrs, "PCR");
      break;
    case COMMANDS.TPM_DirRead:
    case COMMANDS.TPM_DirWriteAuth:
      requireBelow(request.dirIndex, services.dirs, "data integrity register");
      break;
    case COMMANDS.TPM_StirRandom:
      requireStirrable(request.inData as Uint8Array | undefined);
      break;
    case COMMANDS.TPM_DAA_Join:
    case COMMANDS.TPM_DAA_Sign:
      // The handle says nothing at stage 0, nor where the stage is hidden and may be that.
      if (request.stage !== 0 && request.stage !== undefined) {
        requireDaaSession(executor.daaSessions, request.daaHandle as number);
      }
      break;
    case COMMANDS.TPM_EstablishTransport:
      if (services.exclusiveTransport && isExclusive(request)) requireNoOther(executor);
      break;
  }
}

/** As TrouSerS does, whose clients know this code. */
function requireBelow(number: unknown, limit: number, what: string): void {
  if (number === undefined || (number as number) < limit) return;
  throw tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: `there is no ${what} ${number}` });
}

function requireStirrable({ length }: Uint8Array = new Uint8Array(0)): void {
  if (length <= MAX_STIR) return;
  throw tssError("tcs", "TSS_E_BAD_PARAMETER", {
    detail: `${length} bytes cannot be stirred in at once: ${MAX_STIR} can`,
  });
}

function requireNoOther({ services, owner }: Executor): void {
  for (const session of services.resources.table.all("transport")) {
    if (!(session as TransportResource).exclusive || session.owner === owner) continue;
    throw tssError("tcs", "TSS_E_INTERNAL_ERROR", {
      command: "TPM_EstablishTransport",
      detail: "another context has an exclusive transport session",
    });
  }
}
