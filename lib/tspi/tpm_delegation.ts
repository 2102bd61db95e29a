import { TpmMaintenance } from "./tpm_maintenance.ts";

/** Families and what the owner hands on. */
export abstract class TpmDelegation extends TpmMaintenance {}
