import { type Command, COMMANDS } from "../tpm12/commands/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import type { Values } from "../wire/mod.ts";
import type { Executor } from "./executor.ts";
import { isExclusive } from "./exclusive.ts";
import { requireDaaSession } from "./own_services.ts";
import type { TransportResource } from "./resource.ts";

/** Bytes that TPM_StirRandom takes at most (Part 3, 13.7). */
const MAX_STIR = 256;

/**
 * Throws for a command that the services keep from the TPM. Parameters may be missing: those of a
 * wrapped command may be encrypted.
 */
export function requireAllowed(row: Command, executor: Executor, request: Values): void {
  const { services } = executor;
  switch (row) {
    case COMMANDS.TPM_Extend:
      requirePcr(executor, request.pcrNum);
      services.eventLog.requireOurs(request.pcrNum as number);
      break;
    case COMMANDS.TPM_PCRRead:
      requirePcr(executor, request.pcrIndex);
      break;
    case COMMANDS.TPM_DirRead:
    case COMMANDS.TPM_DirWriteAuth:
      requireBelow(request.dirIndex as number, services.dirs, "data integrity register");
      break;
    case COMMANDS.TPM_StirRandom:
      requireStirrable(request.inData as Uint8Array);
      break;
    case COMMANDS.TPM_DAA_Join:
    case COMMANDS.TPM_DAA_Sign:
      if (request.stage !== 0) {
        requireDaaSession(executor.daaSessions, request.daaHandle as number);
      }
      break;
    case COMMANDS.TPM_EstablishTransport:
      if (services.exclusiveTransport && isExclusive(request)) requireNoOther(executor);
      break;
  }
}

function requirePcr({ services }: Executor, pcr: unknown): void {
  requireBelow(pcr as number, services.pcrs, "PCR");
}

/** As TrouSerS does, whose clients know this code. */
function requireBelow(number: number, limit: number, what: string): void {
  if (number < limit) return;
  throw tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: `there is no ${what} ${number}` });
}

function requireStirrable({ length }: Uint8Array): void {
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
