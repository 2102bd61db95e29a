import { bytes, type Codec, named, U16, U32, U8 } from "../../codec/mod.ts";

/** TPM_KEY_HANDLE: a loaded key, or a TPM_KH_* value. */
export const TPM_KEY_HANDLE: Codec<number> = named("TPM_KEY_HANDLE", U32);
/** TPM_AUTHHANDLE: an authorisation session. */
export const TPM_AUTHHANDLE: Codec<number> = named("TPM_AUTHHANDLE", U32);
/** TPM_TRANSHANDLE: a transport session. */
export const TPM_TRANSHANDLE: Codec<number> = named("TPM_TRANSHANDLE", U32);
/** TPM_HANDLE: any resource. */
export const TPM_HANDLE: Codec<number> = named("TPM_HANDLE", U32);
/** TPM_COMMAND_CODE: an ordinal. */
export const TPM_COMMAND_CODE: Codec<number> = named("TPM_COMMAND_CODE", U32);
/** TPM_PCRINDEX: the number of a PCR. */
export const TPM_PCRINDEX: Codec<number> = named("TPM_PCRINDEX", U32);
/** TPM_DIRINDEX: the number of a data integrity register. */
export const TPM_DIRINDEX: Codec<number> = named("TPM_DIRINDEX", U32);
/** TPM_STARTUP_TYPE: TPM_ST_*. */
export const TPM_STARTUP_TYPE: Codec<number> = named("TPM_STARTUP_TYPE", U16);
/** TPM_PROTOCOL_ID: TPM_PID_*. */
export const TPM_PROTOCOL_ID: Codec<number> = named("TPM_PROTOCOL_ID", U16);
/** TPM_ENTITY_TYPE: TPM_ET_* in the low byte, the ADIP scheme in the high byte. */
export const TPM_ENTITY_TYPE: Codec<number> = named("TPM_ENTITY_TYPE", U16);
/** TPM_RESOURCE_TYPE: TPM_RT_*. */
export const TPM_RESOURCE_TYPE: Codec<number> = named("TPM_RESOURCE_TYPE", U32);
/** TPM_MIGRATE_SCHEME: TPM_MS_*. */
export const TPM_MIGRATE_SCHEME: Codec<number> = named("TPM_MIGRATE_SCHEME", U16);
/** TPM_PHYSICAL_PRESENCE: TPM_PHYSICAL_PRESENCE_* bits. */
export const TPM_PHYSICAL_PRESENCE: Codec<number> = named("TPM_PHYSICAL_PRESENCE", U16);
/** TPM_CAPABILITY_AREA: TPM_CAP_* or TPM_SET_*. */
export const TPM_CAPABILITY_AREA: Codec<number> = named("TPM_CAPABILITY_AREA", U32);
/** TPM_NV_INDEX: the number of an NV area. */
export const TPM_NV_INDEX: Codec<number> = named("TPM_NV_INDEX", U32);
/** TPM_COUNT_ID: a monotonic counter. */
export const TPM_COUNT_ID: Codec<number> = named("TPM_COUNT_ID", U32);
/** TPM_FAMILY_ID: a delegation family. */
export const TPM_FAMILY_ID: Codec<number> = named("TPM_FAMILY_ID", U32);
/** TPM_DELEGATE_INDEX: a row of the delegation table. */
export const TPM_DELEGATE_INDEX: Codec<number> = named("TPM_DELEGATE_INDEX", U32);
/** TPM_FAMILY_OPERATION: TPM_FAMILY_*. */
export const TPM_FAMILY_OPERATION: Codec<number> = named("TPM_FAMILY_OPERATION", U32);
/** TPM_KEY_CONTROL: TPM_KEY_CONTROL_*. */
export const TPM_KEY_CONTROL: Codec<number> = named("TPM_KEY_CONTROL", U32);
/** TPM_CMK_DELEGATE: TPM_CMK_DELEGATE_* bits. */
export const TPM_CMK_DELEGATE: Codec<number> = named("TPM_CMK_DELEGATE", U32);
/** The stage of a DAA command. */
export const DAA_STAGE: Codec<number> = named("BYTE stage", U8);
/** The label of a saved context. */
export const CONTEXT_LABEL: Codec<Uint8Array> = bytes("BYTE label[16]", 16);
/** The label of a counter. */
export const COUNTER_LABEL: Codec<Uint8Array> = bytes("BYTE label[4]", 4);
/** TPM_MODIFIER_INDICATOR: the number of a locality. */
export const TPM_MODIFIER_INDICATOR: Codec<number> = named("TPM_MODIFIER_INDICATOR", U32);
