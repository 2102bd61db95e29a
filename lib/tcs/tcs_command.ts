import type { CommandName, Request, Response } from "../tpm12/commands/mod.ts";
import type { AuthRequest, AuthResponse, Flat } from "../wire/mod.ts";

/**
 * What a command of the TPM takes at the TCSI: its handles (keys and sessions as the TCS numbers
 * them) and parameters under the names of Part 3, structures as their encoded bytes, and for each
 * role of the command's row its session, `null` for one that is left out.
 */
export type TcsRequest<N extends CommandName> =
  & { readonly [K in keyof Request<N>]: Flat<Request<N>[K]> }
  & { readonly auths?: readonly (AuthRequest | null)[] };

/** What a command of the TPM answers at the TCSI, in the same form. */
export type TcsResponse<N extends CommandName> =
  & { readonly [K in keyof Response<N>]: Flat<Response<N>[K]> }
  & { readonly auths: readonly (AuthResponse | null)[] };

/** Executes commands of the TPM for one context. */
export abstract class TcsCommander {
  /**
   * Executes a command of the TPM. Throws a TssError: of the layer `tpm` for what the TPM refuses,
   * `tcs` for a handle that is not this context's, `tddl` when the TPM cannot be reached.
   */
  abstract command<N extends CommandName>(
    name: N,
    request: TcsRequest<N>,
  ): Promise<TcsResponse<N>>;
}
