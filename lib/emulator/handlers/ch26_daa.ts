import { JOIN } from "../daa/daa_join.ts";
import { runStage } from "../daa/daa_session.ts";
import { SIGN } from "../daa/daa_sign.ts";
import type { Handler } from "./handler.ts";

/** TPM_DAA_Join (Part 3, 26.1). The owner is checked by the row: action 1. */
export const TPM_DAA_Join: Handler<"TPM_DAA_Join"> = (tpm, request) => {
  const { daaHandle, stage, inputData0: data0, inputData1: data1 } = request;
  return { outputData: runStage(tpm, JOIN, { daaHandle, stage, data0, data1 }) };
};

/** TPM_DAA_Sign (Part 3, 26.2). The owner is checked by the row: action 1. */
export const TPM_DAA_Sign: Handler<"TPM_DAA_Sign"> = (tpm, request) => {
  const { daaHandle, stage, inputData0: data0, inputData1: data1 } = request;
  return { outputData: runStage(tpm, SIGN, { daaHandle, stage, data0, data1 }) };
};
