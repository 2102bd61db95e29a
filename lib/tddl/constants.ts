/** Capability area: versions (tddli.h). */
export const TDDL_CAP_VERSION = 0x0100;
/** Sub-capability: version of the driver, a TPM_VERSION of four bytes. */
export const TDDL_CAP_VER_DRV = 0x0101;
/** Sub-capability: version of the TPM's firmware, a TPM_VERSION of four bytes. */
export const TDDL_CAP_VER_FW = 0x0102;
/** Sub-capability: date of the TPM's firmware, which no TPM tells. */
export const TDDL_CAP_VER_FW_DATE = 0x0103;
/** Capability area: properties (tddli.h). */
export const TDDL_CAP_PROPERTY = 0x0200;
/** Sub-capability: manufacturer of the TPM, four bytes of ASCII. */
export const TDDL_CAP_PROP_MANUFACTURER = 0x0201;
/** Sub-capability: kind of TPM connection, in ASCII. */
export const TDDL_CAP_PROP_MODULE_TYPE = 0x0202;
/** Sub-capability: state of the device, a UINT32 that is one of `TDDL_DEVICE_*`. */
export const TDDL_CAP_PROP_GLOBAL_STATE = 0x0203;

/** Status wanted: that of the driver. */
export const TDDL_DRIVER_STATUS = 0x0010;
/** Status wanted: that of the device. */
export const TDDL_DEVICE_STATUS = 0x0011;
/** The driver is open. */
export const TDDL_DRIVER_OK = 0x0010;
/** The driver could not do its last work. */
export const TDDL_DRIVER_FAILED = 0x0011;
/** The driver is not open. */
export const TDDL_DRIVER_NOT_OPENED = 0x0012;
/** The device answers. */
export const TDDL_DEVICE_OK = 0x0020;
/** The device has gone and a new opening may bring it back. */
export const TDDL_DEVICE_RECOVERABLE = 0x0022;
/** The device is not there. */
export const TDDL_DEVICE_NOT_FOUND = 0x0023;
