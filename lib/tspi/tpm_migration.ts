import { TpmIdentity } from "./tpm_identity.ts";

/** What the owner says of migration. */
export abstract class TpmMigration extends TpmIdentity {}
