import { utf16le } from "../tcs/unicode.ts";
import { type Attribute, requireBool } from "./attributes.ts";
import type { Context } from "./context.ts";
import {
  TSS_CONNECTION_VERSION_1_1,
  TSS_CONNECTION_VERSION_1_2,
  TSS_TSPATTRIB_CONTEXT_CONNECTION_VERSION,
  TSS_TSPATTRIB_CONTEXT_MACHINE_NAME,
  TSS_TSPATTRIB_CONTEXT_SILENT_MODE,
  TSS_TSPATTRIB_CONTEXT_VERSION_AUTO,
  TSS_TSPATTRIB_CONTEXT_VERSION_MODE,
  TSS_TSPATTRIB_CONTEXT_VERSION_V1_1,
  TSS_TSPATTRIB_CONTEXT_VERSION_V1_2,
  TSS_TSPATTRIB_SECRET_HASH_MODE,
} from "./constants/context.ts";
import { tspError } from "./tsp_error.ts";

/** TSS_TSPATTRIB_CONTEXT_VERSION_* and the version of objects they mean. */
const VERSION_MODES: Readonly<Record<number, number | undefined>> = {
  [TSS_TSPATTRIB_CONTEXT_VERSION_AUTO]: TSS_CONNECTION_VERSION_1_2,
  [TSS_TSPATTRIB_CONTEXT_VERSION_V1_1]: TSS_CONNECTION_VERSION_1_1,
  [TSS_TSPATTRIB_CONTEXT_VERSION_V1_2]: TSS_CONNECTION_VERSION_1_2,
};

/** The attributes of a context. */
export const CONTEXT_ATTRIBUTES: readonly Attribute<Context>[] = [
  {
    flag: TSS_TSPATTRIB_CONTEXT_SILENT_MODE,
    uint32: {
      get: ({ silent }) => silent ? 1 : 0,
      set: (context, value) => void (context.silent = requireBool(value)),
    },
  },
  {
    flag: TSS_TSPATTRIB_SECRET_HASH_MODE,
    uint32: {
      get: ({ secretHashMode }) => secretHashMode,
      set: (context, value) => void (context.secretHashMode = requireBool(value) ? 1 : 0),
    },
  },
  {
    flag: TSS_TSPATTRIB_CONTEXT_VERSION_MODE,
    uint32: {
      get: ({ defaultKey12 }) =>
        defaultKey12 ? TSS_TSPATTRIB_CONTEXT_VERSION_V1_2 : TSS_TSPATTRIB_CONTEXT_VERSION_V1_1,
      set: (context, value) => {
        const version = VERSION_MODES[value];
        if (version === undefined) throw tspError("TSS_E_INVALID_ATTRIB_DATA");
        context.connectionVersion = version;
      },
    },
  },
  {
    flag: TSS_TSPATTRIB_CONTEXT_CONNECTION_VERSION,
    uint32: { get: ({ connectionVersion }) => connectionVersion },
  },
  {
    flag: TSS_TSPATTRIB_CONTEXT_MACHINE_NAME,
    data: { get: ({ machineName }) => utf16le(machineName) },
  },
];
