import type { Command } from "../tpm12/commands/mod.ts";
import {
  TPM_KH_SRK,
  TPM_RT_AUTH,
  TPM_RT_CONTEXT,
  TPM_RT_DAA_TPM,
  TPM_RT_KEY,
  TPM_RT_TRANS,
} from "../tpm12/constants/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import type { Values } from "../wire/mod.ts";
import type { Executor } from "./executor.ts";

/** A command that the services carry out themselves, as it is about handles that are theirs. */
type OwnService = (executor: Executor, request: Values) => Promise<Values>;

const DONE: Values = { auths: [] };

/** Commands that would move resources behind the services' back. */
const REFUSED = [
  "TPM_SaveContext",
  "TPM_LoadContext",
  "TPM_SaveKeyContext",
  "TPM_LoadKeyContext",
  "TPM_SaveAuthContext",
  "TPM_LoadAuthContext",
];

/** The commands that let go of something: their handles are a context's. */
const RELEASES: Readonly<Record<string, OwnService>> = {
  TPM_FlushSpecific: (executor, { handle, resourceType }) =>
    flush(executor, handle as number, resourceType as number),
  TPM_Terminate_Handle: (executor, { authHandle }) =>
    flush(executor, authHandle as number, TPM_RT_AUTH),
  TPM_EvictKey: (executor, { evictHandle }) => flush(executor, evictHandle as number, TPM_RT_KEY),
  /** The sessions of this context alone: the others are none of its business. */
  async TPM_Reset({ services: { resources }, owner }) {
    for (const resource of resources.table.of(owner)) {
      if (resource.kind === "auth") await resources.release(resource);
    }
    return DONE;
  },
};

/** How the services carry a command out; `undefined` when the TPM does. */
export function ownService(row: Command): OwnService | undefined {
  if (REFUSED.includes(row.name)) return () => Promise.reject(refusal(row));
  return RELEASES[row.name];
}

/** Throws for commands that cannot be wrapped: what they would do could not be followed. */
export function requireWrappable(row: Command): void {
  if (REFUSED.includes(row.name) || row.name === "TPM_Reset") throw refusal(row);
}

/** Lets a resource of a context go. */
async function flush(
  { services, owner, daaSessions }: Executor,
  handle: number,
  resourceType: number,
): Promise<Values> {
  const { resources, link } = services;
  switch (resourceType) {
    case TPM_RT_KEY:
      if (handle !== TPM_KH_SRK) await resources.release(resources.table.key(owner, handle));
      return DONE;
    case TPM_RT_AUTH:
      await resources.release(resources.table.auth(owner, handle));
      return DONE;
    case TPM_RT_TRANS:
      await resources.release(resources.table.transport(owner, handle));
      return DONE;
    case TPM_RT_CONTEXT:
      throw tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: "contexts are the services' own" });
    case TPM_RT_DAA_TPM:
      requireDaaSession(daaSessions, handle);
      daaSessions.delete(handle);
  }
  return await link.command("TPM_FlushSpecific", { handle, resourceType }) as unknown as Values;
}

/** Throws TCS_E_INVALID_AUTHHANDLE for a DAA session that another context began, or none did. */
export function requireDaaSession(sessions: ReadonlySet<number>, handle: number): void {
  if (sessions.has(handle)) return;
  throw tssError("tcs", "TCS_E_INVALID_AUTHHANDLE", {
    detail: `no DAA session of this context has the handle 0x${handle.toString(16)}`,
  });
}

function refusal({ name }: Command): Error {
  return tssError("tcs", "TSS_E_NOTIMPL", {
    command: name,
    detail: "the core services alone move resources in and out of the TPM",
  });
}
