import { KeyUse } from "./key_use.ts";

/** Taking keys from one TPM to another. */
export abstract class KeyMigration extends KeyUse {}
