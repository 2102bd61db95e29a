/** The functions of libtpms.so.0 that are called (libtpms/tpm_library.h). */
export const LIBTPMS_SYMBOLS = {
  TPMLIB_ChooseTPMVersion: { parameters: ["i32"], result: "u32" },
  TPMLIB_RegisterCallbacks: { parameters: ["buffer"], result: "u32" },
  TPMLIB_MainInit: { parameters: [], result: "u32" },
  TPMLIB_Terminate: { parameters: [], result: "void" },
  TPMLIB_Process: { parameters: ["buffer", "buffer", "buffer", "buffer", "u32"], result: "u32" },
  TPMLIB_VolatileAll_Store: { parameters: ["buffer", "buffer"], result: "u32" },
  TPM_IO_Hash_Start: { parameters: [], result: "u32" },
  TPM_IO_Hash_Data: { parameters: ["buffer", "u32"], result: "u32" },
  TPM_IO_Hash_End: { parameters: [], result: "u32" },
  TPM_IO_TpmEstablished_Get: { parameters: ["buffer"], result: "u32" },
  TPM_IO_TpmEstablished_Reset: { parameters: [], result: "u32" },
  TPM_Malloc: { parameters: ["buffer", "u32"], result: "u32" },
  TPM_Free: { parameters: ["pointer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** libtpms.so.0, opened. */
export type LibtpmsLibrary = Deno.DynamicLibrary<typeof LIBTPMS_SYMBOLS>;
