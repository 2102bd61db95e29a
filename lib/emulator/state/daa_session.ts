import { type Codec, struct, U32 } from "../../codec/mod.ts";
import {
  TPM_DAA_CONTEXT,
  TPM_DAA_ISSUER,
  TPM_DAA_JOINDATA,
  TPM_DAA_TPM,
  type TpmDaaContext,
  type TpmDaaIssuer,
  type TpmDaaJoindata,
  type TpmDaaTpm,
} from "../../tpm12/structures/mod.ts";

/** A running DAA_Join or DAA_Sign. */
export interface DaaSession {
  /** TPM_HANDLE. */
  handle: number;
  /** What the issuer set. */
  issuerSettings: TpmDaaIssuer;
  /** What this TPM has with the issuer. */
  tpmSpecific: TpmDaaTpm;
  /** Where the session stands. */
  session: TpmDaaContext;
  /** Secrets of a join. */
  joinSession: TpmDaaJoindata;
}

/** Wire form of {@linkcode DaaSession} in saved contexts and saved state. */
export const DAA_SESSION: Codec<DaaSession> = struct("DAA_SESSION", {
  handle: U32,
  issuerSettings: TPM_DAA_ISSUER,
  tpmSpecific: TPM_DAA_TPM,
  session: TPM_DAA_CONTEXT,
  joinSession: TPM_DAA_JOINDATA,
});
