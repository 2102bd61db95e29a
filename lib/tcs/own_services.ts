import { type Command, COMMANDS } from "../tpm12/commands/mod.ts";
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
import { after, type Eventually } from "./eventually.ts";
import type { Executor } from "./executor.ts";
import type { Resource } from "./resource.ts";

/** A command that the services carry out themselves, as it is about handles that are theirs. */
type OwnService = (executor: Executor, request: Values) => Eventually<Values>;

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
function flush(
  { services, owner, daaSessions }: Executor,
  handle: number,
  resourceType: number,
): Eventually<Values> {
  const { resources, link } = services;
  const { table } = resources;
  const release = (resource: Resource) => after(resources.release(resource), () => DONE);
  switch (resourceType) {
    case TPM_RT_KEY:
      return handle === TPM_KH_SRK ? DONE : release(table.key(owner, handle));
    case TPM_RT_AUTH:
      return release(table.auth(owner, handle));
    case TPM_RT_TRANS:
      return release(table.transport(owner, handle));
    case TPM_RT_CONTEXT:
      throw tssError("tcs", "TSS_E_BAD_PARAMETER", { detail: "contexts are the services' own" });
    case TPM_RT_DAA_TPM:
      requireDaaSession(daaSessions, handle);
      daaSessions.delete(handle);
  }
  return link.execute(COMMANDS.TPM_FlushSpecific, { handle, resourceType });
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
