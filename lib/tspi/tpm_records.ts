import { TpmServices } from "./tpm_services.ts";

/** Counters, ticks, DIRs and the audit digest. */
export abstract class TpmRecords extends TpmServices {}
