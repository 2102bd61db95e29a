import type { CommandName, Request, Response } from "../../tpm12/commands/mod.ts";
import type { Call } from "../call.ts";
import type { Tpm } from "../tpm.ts";

/**
 * What one command does once it was parsed, found allowed in the TPM's state, and the sessions of
 * its keys and of the owner were checked. Throws a TssError to refuse; then nothing is to have
 * changed.
 */
export type Handler<N extends CommandName> = (
  tpm: Tpm,
  request: Request<N>,
  call: Call,
) => Response<N>;

/** A handler for every command: one that is missing does not compile. */
export type Handlers = { readonly [N in CommandName]: Handler<N> };
