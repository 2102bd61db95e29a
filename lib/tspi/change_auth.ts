import { TPM_PID_ADCP } from "../tpm12/constants/mod.ts";
import { TSS_POLICY_USAGE } from "./constants/policy.ts";
import type { KeyBase } from "./key_base.ts";
import type { Policy } from "./policy.ts";
import { tspError } from "./tsp_error.ts";
import type { TspObject } from "./tsp_object.ts";

/**
 * Throws TSS_E_BAD_PARAMETER for a policy that could not become the usage policy once the TPM has
 * the new secret.
 */
export function requireUsagePolicy({ policyType }: Policy): void {
  if (policyType === TSS_POLICY_USAGE) return;
  throw tspError("TSS_E_BAD_PARAMETER", "a new secret is that of a usage policy");
}

/** Changes the secret of the owner or of the SRK, as the owner (TPM_ChangeAuthOwner). */
export async function changeAuthAsOwner(
  object: TspObject,
  newPolicy: Policy,
  { entityType }: {
    /** TPM_ET_OWNER or TPM_ET_SRK. */
    readonly entityType: number;
  },
): Promise<void> {
  requireUsagePolicy(newPolicy);
  const { context } = object;
  await context.execute("TPM_ChangeAuthOwner", {
    request: { protocolID: TPM_PID_ADCP, entityType },
    auth: [context.tpm.ownerAuthorizer()],
    secrets: { newAuth: { policy: newPolicy, object } },
  });
  object.assignPolicy(newPolicy);
}

/** Changes the secret in a key or in sealed data, under its parent; gives the new encData. */
export async function changeAuthUnderParent(
  object: TspObject,
  parentKey: KeyBase,
  { newPolicy, entityType, encData }: {
    readonly newPolicy: Policy;
    /** TPM_ET_KEY or TPM_ET_DATA. */
    readonly entityType: number;
    /** The encrypted part of the blob. */
    readonly encData: Uint8Array;
  },
): Promise<Uint8Array> {
  requireUsagePolicy(newPolicy);
  const { outData } = await object.context.execute("TPM_ChangeAuth", {
    request: {
      parentHandle: parentKey.tcsHandle,
      protocolID: TPM_PID_ADCP,
      entityType,
      encData,
    },
    auth: [
      parentKey.boundAuthorizer(),
      { object, policy: object.usagePolicy, entityType, entityValue: 0 },
    ],
    secrets: { newAuth: { policy: newPolicy, object } },
  });
  object.assignPolicy(newPolicy);
  return outData;
}
