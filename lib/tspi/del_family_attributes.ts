import type { Attribute, AttributeAccess } from "./attributes.ts";
import * as D from "./constants/delegation.ts";
import type { DelFamily } from "./del_family.ts";

/** The attributes of a family of delegations, as the TPM tells them. */
export const DEL_FAMILY_ATTRIBUTES: readonly Attribute<DelFamily>[] = [
  state(D.TSS_TSPATTRIB_DELFAMILYSTATE_LOCKED, {
    get: async (family) => Number((await family.state()).locked),
    set: (family, value) => family.lock(value !== 0),
  }),
  state(D.TSS_TSPATTRIB_DELFAMILYSTATE_ENABLED, {
    get: async (family) => Number((await family.state()).enabled),
    set: (family, value) => family.enable(value !== 0),
  }),
  info(D.TSS_TSPATTRIB_DELFAMILYINFO_LABEL, async (family) => (await family.state()).label),
  info(
    D.TSS_TSPATTRIB_DELFAMILYINFO_VERCOUNT,
    async (family) => (await family.state()).verificationCount,
  ),
  info(D.TSS_TSPATTRIB_DELFAMILYINFO_FAMILYID, ({ familyID }) => familyID),
];

function state(subFlag: number, uint32: AttributeAccess<DelFamily, number>): Attribute<DelFamily> {
  return { flag: D.TSS_TSPATTRIB_DELFAMILY_STATE, subFlag, uint32 };
}

function info(
  subFlag: number,
  get: (family: DelFamily) => number | Promise<number>,
): Attribute<DelFamily> {
  return { flag: D.TSS_TSPATTRIB_DELFAMILY_INFO, subFlag, uint32: { get } };
}
