import { decode, encode, U32 } from "../codec/mod.ts";
import { type CommandName, COMMANDS } from "../tpm12/commands/mod.ts";
import {
  TPM_CAP_HANDLE,
  TPM_CAP_KEY_HANDLE,
  TPM_CAP_ORD,
  TPM_CAP_PROP_AUTHSESS,
  TPM_CAP_PROP_CONTEXT,
  TPM_CAP_PROP_CONTEXT_DIST,
  TPM_CAP_PROP_KEYS,
  TPM_CAP_PROP_TRANSESS,
  TPM_CAP_PROPERTY,
  TPM_RT_CONTEXT,
  TPM_RT_DAA_TPM,
  TPM_RT_KEY,
} from "../tpm12/constants/mod.ts";
import { TPM_CONTEXT_BLOB, TPM_KEY_HANDLE_LIST } from "../tpm12/structures/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import type { Values } from "../wire/mod.ts";
import { after, type Eventually, rescue } from "./eventually.ts";
import { RESOURCE_TYPES, type ResourceKind } from "./resource.ts";
import type { TpmLink } from "./tpm_link.ts";

const LABEL = new Uint8Array(16);

/** How resources of a kind go out and come back. */
type Way = "context" | "deprecated" | "none";

/** Slots of the TPM that nobody has taken. */
export type FreeSlots = Readonly<Record<ResourceKind | "context", number>>;

/** The property that counts the free slots of a kind. */
const FREE_PROPERTIES: Readonly<Record<ResourceKind | "context", number>> = {
  key: TPM_CAP_PROP_KEYS,
  auth: TPM_CAP_PROP_AUTHSESS,
  transport: TPM_CAP_PROP_TRANSESS,
  context: TPM_CAP_PROP_CONTEXT,
};

/** The slots of the TPM: what takes their content out, puts it back, and lets it go. */
export class TpmSlots {
  readonly #link: TpmLink;
  /** Minor version of the TPM. */
  readonly minor: number;
  readonly #ways: Readonly<Record<ResourceKind, Way>>;

  private constructor(link: TpmLink, minor: number, ways: Record<ResourceKind, Way>) {
    this.#link = link;
    this.minor = minor;
    this.#ways = ways;
  }

  /** Asks the TPM, whose minor version is given, what it can do. */
  static async ask(link: TpmLink, minor: number): Promise<TpmSlots> {
    const serves = async (...names: (keyof typeof COMMANDS)[]) => {
      for (const name of names) {
        const ordinal = encode(U32, COMMANDS[name].ordinal);
        if (!await ask(link, TPM_CAP_ORD, ordinal).then(isTrue, refused)) return false;
      }
      return true;
    };
    if (await serves("TPM_SaveContext", "TPM_LoadContext")) {
      return new TpmSlots(link, minor, { key: "context", auth: "context", transport: "context" });
    }
    const keys = await serves("TPM_SaveKeyContext", "TPM_LoadKeyContext");
    const sessions = await serves("TPM_SaveAuthContext", "TPM_LoadAuthContext");
    return new TpmSlots(link, minor, {
      key: keys ? "deprecated" : "none",
      auth: sessions ? "deprecated" : "none",
      transport: "none",
    });
  }

  /** Whether resources of a kind can be saved. */
  canSave(kind: ResourceKind): boolean {
    return this.#ways[kind] !== "none";
  }

  /** How many slots are free; `Infinity` where the TPM does not tell. */
  async free(): Promise<FreeSlots> {
    const counts: Record<string, number> = {};
    for (const [kind, property] of Object.entries(FREE_PROPERTIES)) {
      counts[kind] = await this.#property(property);
    }
    return counts as FreeSlots;
  }

  /** How far apart the counts of saved sessions may be; `Infinity` where the TPM does not tell. */
  distance(): Promise<number> {
    return this.#property(TPM_CAP_PROP_CONTEXT_DIST);
  }

  async #property(property: number): Promise<number> {
    const answer = await ask(this.#link, TPM_CAP_PROPERTY, encode(U32, property))
      .catch(ignoreRefusal);
    return answer?.length === 4 ? decode(U32, answer) : Infinity;
  }

  /** The handles of what is inside, of any type that has such a list. */
  async handles(resourceType: number): Promise<readonly number[]> {
    const answer = this.minor === 1 && resourceType === TPM_RT_KEY
      ? await ask(this.#link, TPM_CAP_KEY_HANDLE, new Uint8Array(0))
      : await ask(this.#link, TPM_CAP_HANDLE, encode(U32, resourceType)).catch(ignoreRefusal);
    return answer === undefined ? [] : decode(TPM_KEY_HANDLE_LIST, answer).handle;
  }

  /** Saves what is under a handle: a session leaves the TPM by that, a key does not. */
  async save(kind: ResourceKind, handle: number): Promise<Uint8Array> {
    if (this.#ways[kind] === "context") {
      const request = { handle, resourceType: RESOURCE_TYPES[kind], label: LABEL };
      return (await this.#link.command("TPM_SaveContext", request)).contextBlob;
    }
    if (kind === "key") {
      const request = { keyHandle: handle };
      return (await this.#link.command("TPM_SaveKeyContext", request)).keyContextBlob;
    }
    const request = { authHandle: handle };
    return (await this.#link.command("TPM_SaveAuthContext", request)).authContextBlob;
  }

  /** Brings a saved context back and gives its new handle. */
  async load(
    kind: ResourceKind,
    saved: Uint8Array,
    { entityHandle }: { readonly entityHandle: number },
  ): Promise<number> {
    if (this.#ways[kind] === "context") {
      // The structure stands behind its length in the request.
      const request = { entityHandle, keepHandle: false, contextBlob: saved };
      return (await this.#link.command("TPM_LoadContext", request)).handle;
    }
    if (kind === "key") {
      const answer = await this.#link.command("TPM_LoadKeyContext", { keyContextBlob: saved });
      return answer.keyHandle;
    }
    const answer = await this.#link.command("TPM_LoadAuthContext", { authContextBlob: saved });
    return answer.authHandle;
  }

  /** Tells the TPM that a saved session will not come back, so that its place is free again. */
  discard(kind: ResourceKind, saved: Uint8Array): Eventually<void> {
    const count = this.count(kind, saved);
    return count === undefined ? undefined : this.#flush(TPM_RT_CONTEXT, count);
  }

  /** The number of a saved session; `undefined` where the TPM does not count. */
  count(kind: ResourceKind, saved: Uint8Array): number | undefined {
    if (kind === "key" || this.#ways[kind] !== "context") return undefined;
    return decode(TPM_CONTEXT_BLOB, saved.subarray(4)).contextCount;
  }

  /** Lets go of what is under a handle, if it is still there. */
  flush(kind: ResourceKind, handle: number): Eventually<void> {
    if (this.minor > 1) return this.#flush(RESOURCE_TYPES[kind], handle);
    return kind === "key"
      ? this.#letGo("TPM_EvictKey", { evictHandle: handle })
      : this.#letGo("TPM_Terminate_Handle", { authHandle: handle });
  }

  /** Lets go of all that is inside, but for the keys that the owner made stay, and all saved. */
  async flushAll(): Promise<void> {
    for (const kind of ["auth", "transport", "key"] as const) {
      for (const handle of await this.handles(RESOURCE_TYPES[kind])) await this.flush(kind, handle);
    }
    for (const resourceType of [TPM_RT_DAA_TPM, TPM_RT_CONTEXT]) {
      for (const handle of await this.handles(resourceType)) {
        await this.#flush(resourceType, handle);
      }
    }
  }

  #flush(resourceType: number, handle: number): Eventually<void> {
    return this.#letGo("TPM_FlushSpecific", { handle, resourceType });
  }

  #letGo(name: CommandName, request: Values): Eventually<void> {
    return rescue(
      () => after(this.#link.execute(COMMANDS[name], request), () => undefined),
      ignoreRefusal,
    );
  }
}

async function ask(link: TpmLink, capArea: number, subCap: Uint8Array): Promise<Uint8Array> {
  return (await link.command("TPM_GetCapability", { capArea, subCap })).resp;
}

/** A BOOL, which some TPMs give as a UINT16 or UINT32. */
function isTrue(answer: Uint8Array): boolean {
  return answer.some((byte) => byte !== 0);
}

function refused(error: unknown): boolean {
  ignoreRefusal(error);
  return false;
}

/** What the TPM answers is an answer; that it cannot be reached is not. */
function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof TssError) || error.layer !== "tpm") throw error;
}
