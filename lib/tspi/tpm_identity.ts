import { TpmRecords } from "./tpm_records.ts";

/** Making and activating identities. */
export abstract class TpmIdentity extends TpmRecords {}
