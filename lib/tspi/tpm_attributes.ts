import { type Attribute, requireBytes } from "./attributes.ts";
import { callbackAttribute } from "./callback_attribute.ts";
import * as T from "./constants/tpm_object.ts";
import type { TpmBase, TpmCredentials } from "./tpm_base.ts";
import { tspError } from "./tsp_error.ts";

/** The attributes of the TPM object. */
export const TPM_ATTRIBUTES: readonly Attribute<TpmBase>[] = [
  callbackAttribute<TpmBase>(T.TSS_TSPATTRIB_TPM_CALLBACK_COLLATEIDENTITY, "collateIdentity"),
  callbackAttribute<TpmBase>(T.TSS_TSPATTRIB_TPM_CALLBACK_ACTIVATEIDENTITY, "activateIdentity"),
  {
    flag: T.TSS_TSPATTRIB_TPM_ORDINAL_AUDIT_STATUS,
    uint32: {
      set: async (tpm, ordinalToAudit, selector) => {
        if (
          selector !== T.TPM_CAP_PROP_TPM_SET_ORDINAL_AUDIT &&
          selector !== T.TPM_CAP_PROP_TPM_CLEAR_ORDINAL_AUDIT
        ) throw tspError("TSS_E_INVALID_ATTRIB_SUBFLAG");
        const auditState = selector === T.TPM_CAP_PROP_TPM_SET_ORDINAL_AUDIT;
        await tpm.context.execute("TPM_SetOrdinalAuditStatus", {
          request: { ordinalToAudit, auditState },
          auth: [tpm.ownerAuthorizer()],
        });
      },
    },
  },
  credential(T.TSS_TPMATTRIB_EKCERT, "endorsement"),
  credential(T.TSS_TPMATTRIB_TPM_CC, "tpmConformance"),
  credential(T.TSS_TPMATTRIB_PLATFORMCERT, "platform"),
  credential(T.TSS_TPMATTRIB_PLATFORM_CC, "platformConformance"),
];

function credential(subFlag: number, name: keyof TpmCredentials): Attribute<TpmBase> {
  return {
    flag: T.TSS_TSPATTRIB_TPM_CREDENTIAL,
    subFlag,
    data: {
      get: ({ credentials }) => credentials[name].slice(),
      set: ({ credentials }, value) => {
        credentials[name] = requireBytes(value).slice();
      },
    },
  };
}
