import { loadWrapped } from "../keys/load_key.ts";
import type { Handler } from "./handler.ts";

/** TPM_LoadKey (Part 3, 27.8): TPM_LoadKey2 with the handle inside the answer's digest. */
export const TPM_LoadKey: Handler<"TPM_LoadKey"> = (tpm, { inKey }, call) => ({
  inkeyHandle: loadWrapped(tpm, call.key("parentHandle"), inKey).handle,
});
