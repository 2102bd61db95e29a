import { TpmDelegation } from "./tpm_delegation.ts";

/** Direct anonymous attestation, the TPM's side. */
export abstract class TpmDaa extends TpmDelegation {}
