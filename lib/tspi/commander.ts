import type { Tcsi, TcsRequest, TcsResponse } from "../tcs/mod.ts";
import type { CommandName } from "../tpm12/commands/mod.ts";

/**
 * Sends commands to the TPM for a context: as they are, or each in a transport session. Handles
 * are those of the core services.
 */
export interface Commander {
  /** Executes one command with the session blocks it comes with. */
  command<N extends CommandName>(name: N, request: TcsRequest<N>): Promise<TcsResponse<N>>;
}

/** Commands that the core services do more for than to pass them on. */
const SERVICES: {
  readonly [N in CommandName]?: (tcsi: Tcsi, request: TcsRequest<N>) => Promise<TcsResponse<N>>;
} = {
  async TPM_LoadKey2(tcsi, { parentHandle, inKey, auths }) {
    const loaded = await tcsi.loadKeyByBlob({
      hUnwrappingKey: parentHandle,
      rgbWrappedKeyBlob: inKey,
      auths: auths ?? [],
    });
    return { inkeyHandle: loaded.hKeyTCSI, auths: loaded.auths };
  },
  async TPM_EvictKey(tcsi, { evictHandle }) {
    await tcsi.evictKey({ hKey: evictHandle });
    return { auths: [] };
  },
  TPM_MakeIdentity: (tcsi, request) => tcsi.makeIdentity(request),
  TPM_KeyControlOwner: (tcsi, request) => tcsi.keyControlOwner(request),
};

/** Sends each command straight to the core services. */
export class TcsiCommander implements Commander {
  readonly #tcsi: Tcsi;

  /** Over one context of the core services. */
  constructor(tcsi: Tcsi) {
    this.#tcsi = tcsi;
  }

  /** Executes one command. */
  command<N extends CommandName>(name: N, request: TcsRequest<N>): Promise<TcsResponse<N>> {
    const service = SERVICES[name] as
      | ((tcsi: Tcsi, request: TcsRequest<N>) => Promise<TcsResponse<N>>)
      | undefined;
    return service?.(this.#tcsi, request) ?? this.#tcsi.command(name, request);
  }
}
