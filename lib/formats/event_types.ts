/** Event types of firmware logs by number (TCG PC client specification 1.21, 11.3; EFI 1.22, 7.2). */
export const EVENT_TYPE_NAMES: Readonly<Record<number, string>> = {
  0x00: "EV_PREBOOT_CERT",
  0x01: "EV_POST_CODE",
  0x02: "EV_UNUSED",
  0x03: "EV_NO_ACTION",
  0x04: "EV_SEPARATOR",
  0x05: "EV_ACTION",
  0x06: "EV_EVENT_TAG",
  0x07: "EV_S_CRTM_CONTENTS",
  0x08: "EV_S_CRTM_VERSION",
  0x09: "EV_CPU_MICROCODE",
  0x0a: "EV_PLATFORM_CONFIG_FLAGS",
  0x0b: "EV_TABLE_OF_DEVICES",
  0x0c: "EV_COMPACT_HASH",
  0x0d: "EV_IPL",
  0x0e: "EV_IPL_PARTITION_DATA",
  0x0f: "EV_NONHOST_CODE",
  0x10: "EV_NONHOST_CONFIG",
  0x11: "EV_NONHOST_INFO",
  0x12: "EV_OMIT_BOOT_DEVICE_EVENTS",
  0x80000001: "EV_EFI_VARIABLE_DRIVER_CONFIG",
  0x80000002: "EV_EFI_VARIABLE_BOOT",
  0x80000003: "EV_EFI_BOOT_SERVICES_APPLICATION",
  0x80000004: "EV_EFI_BOOT_SERVICES_DRIVER",
  0x80000005: "EV_EFI_RUNTIME_SERVICES_DRIVER",
  0x80000006: "EV_EFI_GPT_EVENT",
  0x80000007: "EV_EFI_ACTION",
  0x80000008: "EV_EFI_PLATFORM_FIRMWARE_BLOB",
  0x80000009: "EV_EFI_HANDOFF_TABLES",
  0x80000010: "EV_EFI_HCRTM_EVENT",
  0x800000e0: "EV_EFI_VARIABLE_AUTHORITY",
};

/** The type of events that are logged and not extended. */
export const EV_NO_ACTION = 0x03;
/** The type of the event that ends the firmware's measurements in PCRs 0–7. */
export const EV_SEPARATOR = 0x04;

/** Name of an event type, or its number in hexadecimal. */
export function eventTypeName(eventType: number): string {
  return EVENT_TYPE_NAMES[eventType] ?? `0x${eventType.toString(16).padStart(8, "0")}`;
}
