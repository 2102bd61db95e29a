import type { Policy } from "./policy.ts";
import type { TspObject } from "./tsp_object.ts";

/** Who proves one role of a command: a policy, for an object that the TPM knows as an entity. */
export interface Authorizer {
  /** The object that is authorised. */
  readonly object: TspObject;
  /** The policy whose secret is proved. */
  readonly policy: Policy;
  /** TPM_ET_*, for a session that is bound to the entity. */
  readonly entityType: number;
  /** Handle or index of the entity; 0 when it has none. */
  readonly entityValue: number;
}

/** A new secret that a command brings, and whose it will be. */
export interface NewSecret {
  /** The policy that knows it; `null` for 20 zero bytes. */
  readonly policy: Policy | null;
  /** The object that gets it. */
  readonly object: TspObject;
}

/** A new secret in its parameter. */
export interface SecretParameter extends NewSecret {
  /** Name of the parameter. */
  readonly name: string;
  /** Which nonce hides it. */
  readonly nonce: "even" | "odd";
}
