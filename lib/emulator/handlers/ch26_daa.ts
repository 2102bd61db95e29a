import type { Request } from "../../tpm12/commands/mod.ts";
import { authorizeInTurn } from "../authorization.ts";
import type { Call } from "../call.ts";
import { JOIN } from "../daa/daa_join.ts";
import { openSession, runStage, type Stages } from "../daa/daa_session.ts";
import { SIGN } from "../daa/daa_sign.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_DAA_Join (Part 3, 26.1). */
export const TPM_DAA_Join: Handler<"TPM_DAA_Join"> = (tpm, request, call) => ({
  outputData: execute(tpm, call, { stages: JOIN, request }),
});

/** TPM_DAA_Sign (Part 3, 26.2). */
export const TPM_DAA_Sign: Handler<"TPM_DAA_Sign"> = (tpm, request, call) => ({
  outputData: execute(tpm, call, { stages: SIGN, request }),
});

function execute(
  tpm: Tpm,
  call: Call,
  { stages, request }: {
    readonly stages: Stages;
    readonly request: Request<"TPM_DAA_Join" | "TPM_DAA_Sign">;
  },
): Uint8Array {
  const { daaHandle, stage, inputData0: data0, inputData1: data1 } = request;
  try {
    // 1.
    authorizeInTurn(tpm, call, "owner");
    const input = { data0, data1 };
    return stage === 0
      ? openSession(tpm, stages, input)
      : runStage(tpm, stages, { daaHandle, stage, input });
  } catch (error) {
    // 2. Any error takes the session away.
    if (stage !== 0) tpm.volatile.daaSessions.delete(daaHandle);
    throw error;
  }
}
