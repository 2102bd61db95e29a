import type { Script } from "./differential.ts";
import { type Step, step } from "./step.ts";
import { openTransport, type TransportOptions } from "./transport.ts";

/** A return code, or one for each side. */
type Code = string | Readonly<Record<string, string>>;

/** TPM_PCRRead. */
export const readPcr = (pcrIndex = 0, code: Code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_PCRRead", request: { pcrIndex }, code });

/** A command of bytes as they are. */
export const raw = (title: string, hex: string, code: Code): Step =>
  step({
    command: "TPM_GetTestResult",
    title,
    mutate: () => Uint8Array.fromHex(hex.replaceAll(" ", "")),
    code,
  });

/** A transport session that is refused with a code. */
export const refused = (title: string, code: string, options: TransportOptions): Script =>
  openTransport({ title, code, ...options });

/** The transport session is no more. */
export const gone: Step = raw(
  "the session is gone",
  "00c1 0000000a 00000054",
  "TPM_INVALID_AUTHHANDLE",
);

/** What TPM_ExecuteTransport says of a wrong HMAC. */
export const HMAC_FAILS = { emulator: "TPM_AUTHFAIL", libtpms: "TPM_AUTH2FAIL" };

/** What TPM_FlushSpecific says of a transport session that is gone. */
export const FLUSHED = { emulator: "TPM_BAD_PARAMETER", libtpms: "TPM_INVALID_AUTHHANDLE" };
