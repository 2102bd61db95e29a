import { TpmDaa } from "./tpm_daa.ts";

/**
 * The TPM itself: its owner, its state, its PCRs. It comes with the connection: `context.tpm`. Its
 * usage policy holds the owner's secret.
 */
export class Tpm extends TpmDaa {}
