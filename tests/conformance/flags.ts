import { encode, U32 } from "../../lib/codec/mod.ts";
import {
  TPM_CAP_FLAG,
  TPM_CAP_FLAG_PERMANENT,
  TPM_CAP_FLAG_VOLATILE,
} from "../../lib/tpm12/constants/mod.ts";
import { type Step, step } from "./step.ts";

/** Compares TPM_PERMANENT_FLAGS and TPM_STCLEAR_FLAGS. */
export const FLAGS: readonly Step[] = [TPM_CAP_FLAG_PERMANENT, TPM_CAP_FLAG_VOLATILE].map((
  flags,
) =>
  step({
    command: "TPM_GetCapability",
    title: "flags",
    request: { capArea: TPM_CAP_FLAG, subCap: encode(U32, flags) },
  })
);
