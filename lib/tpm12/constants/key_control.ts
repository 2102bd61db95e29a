/** Attribute of TPM_KeyControlOwner (Part 2, 10.9): only the owner can evict the key. */
export const TPM_KEY_CONTROL_OWNER_EVICT = 0x00000001;
/** Key type that a delegation may migrate (Part 2, 5.17): signing keys. */
export const TPM_CMK_DELEGATE_SIGNING = 0x80000000;
/** Key type that a delegation may migrate (Part 2, 5.17): storage keys. */
export const TPM_CMK_DELEGATE_STORAGE = 0x40000000;
/** Key type that a delegation may migrate (Part 2, 5.17): binding keys. */
export const TPM_CMK_DELEGATE_BIND = 0x20000000;
/** Key type that a delegation may migrate (Part 2, 5.17): legacy keys. */
export const TPM_CMK_DELEGATE_LEGACY = 0x10000000;
/** Key type that a delegation may migrate (Part 2, 5.17): migration keys. */
export const TPM_CMK_DELEGATE_MIGRATE = 0x08000000;
