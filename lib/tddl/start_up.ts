import { COMMANDS } from "../tpm12/commands/mod.ts";
import { TPM_ST_CLEAR } from "../tpm12/constants/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import { encodeRequest } from "../wire/request.ts";
import { splitResponse } from "../wire/response.ts";
import type { Channel } from "./channel.ts";

/** TPM_Startup has been done since power was switched on. */
const TPM_INVALID_POSTINIT = 0x26;

/**
 * TPM_Startup(ST_CLEAR), which is the platform's part after power has been switched on. Throws the
 * TPM's return code, if it is not that the TPM has been started.
 */
export async function startUp(channel: Channel): Promise<void> {
  const row = COMMANDS.TPM_Startup;
  const answer = await channel.exchange(encodeRequest(row, { startupType: TPM_ST_CLEAR }));
  const { returnCode } = splitResponse(row, answer);
  if (returnCode === 0 || returnCode === TPM_INVALID_POSTINIT) return;
  throw TssError.fromResult(returnCode, { command: row.name });
}
