import { TpmMigration } from "./tpm_migration.ts";

/** Maintenance archives. */
export abstract class TpmMaintenance extends TpmMigration {}
