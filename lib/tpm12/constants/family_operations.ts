/** Operation of TPM_Delegate_Manage (Part 2, 20): make a family. */
export const TPM_FAMILY_CREATE = 0x00000001;
/** Operation of TPM_Delegate_Manage (Part 2, 20): enable or disable it. */
export const TPM_FAMILY_ENABLE = 0x00000002;
/** Operation of TPM_Delegate_Manage (Part 2, 20): lock it against changes. */
export const TPM_FAMILY_ADMIN = 0x00000003;
/** Operation of TPM_Delegate_Manage (Part 2, 20): take it away. */
export const TPM_FAMILY_INVALIDATE = 0x00000004;
/** Family flag (Part 2, 20.5): its delegations may be used. */
export const TPM_FAMFLAG_ENABLED = 0x00000001;
/** Family flag (Part 2, 20.5): it is locked against changes. */
export const TPM_FAMFLAG_DELEGATE_ADMIN_LOCK = 0x00000002;
/** Kind of delegation (Part 2, 20.2): of the owner. */
export const TPM_DEL_OWNER_BITS = 0x00000001;
/** Kind of delegation (Part 2, 20.2): of a key. */
export const TPM_DEL_KEY_BITS = 0x00000002;
