import { encode } from "../../codec/mod.ts";
import { TPM_CURRENT_TICKS } from "../../tpm12/structures/mod.ts";
import { requireSigningUsage, signInfo } from "../keys/signing.ts";
import { currentTicks } from "../ticks.ts";
import type { Handler } from "./handler.ts";

/** TPM_GetTicks (Part 3, 23.1). */
export const TPM_GetTicks: Handler<"TPM_GetTicks"> = (tpm) => ({ currentTime: currentTicks(tpm) });

/** TPM_TickStampBlob (Part 3, 23.2). */
export const TPM_TickStampBlob: Handler<"TPM_TickStampBlob"> = (
  tpm,
  { antiReplay, digestToStamp },
  call,
) => {
  const { key } = call.key("keyHandle");
  // 2.
  requireSigningUsage(key);
  // 5.
  const ticks = currentTicks(tpm);
  // 6.
  const data = new Uint8Array([...digestToStamp, ...encode(TPM_CURRENT_TICKS, ticks)]);
  // 3, 7, 8.
  const sig = signInfo(key, { fixed: "TSTP", replay: antiReplay, data });
  return { currentTicks: ticks, sig };
};
