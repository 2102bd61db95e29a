import type { AttribData, Attribute } from "./attributes.ts";
import type { TssCallback } from "./callbacks.ts";
import { tspError } from "./tsp_error.ts";

/** An attribute that is a callback, which the object keeps under a name among its callbacks. */
export function callbackAttribute<O extends { readonly callbacks: object }>(
  flag: number,
  name: keyof O["callbacks"],
): Attribute<O> {
  return {
    flag,
    data: {
      get(object) {
        const found = object.callbacks[name as keyof object] as TssCallback | null;
        if (found !== null) return found;
        throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the callback is not set");
      },
      set({ callbacks }, value) {
        // What the function takes and gives cannot be looked at; the flag says which it is.
        callbacks[name as keyof object] = requireCallback(value) as never;
      },
    },
  };
}

/** A callback or `null`; throws TSS_E_INVALID_ATTRIB_DATA for anything else. */
function requireCallback(value: AttribData): TssCallback | null {
  if (value === null) return null;
  if (!(value instanceof Uint8Array) && typeof value.callback === "function") return value;
  throw tspError("TSS_E_INVALID_ATTRIB_DATA", "the attribute takes a callback");
}
