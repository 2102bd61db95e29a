import { type Command, COMMANDS } from "../tpm12/commands/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import type { Values } from "../wire/mod.ts";
import type { Executor } from "./executor.ts";
import { isExclusive } from "./exclusive.ts";
import { requireDaaSession } from "./own_services.ts";
import type { TransportResource } from "./resource.ts";

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

/** As TrouSerS does, whose clients know this code. */
function requirePcr({ services }: Executor, pcr: unknown): void {
  if ((pcr as number) < services.pcrs) return;
  throw tssError("tcs", "TSS_E_BAD_PARAMETER", {
    detail: `there is no PCR ${pcr}: the TPM has ${services.pcrs}`,
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
