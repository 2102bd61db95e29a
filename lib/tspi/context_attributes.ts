import { utf16le } from "../tcs/unicode.ts";
import { type Attribute, requireBool } from "./attributes.ts";
import type { Context } from "./context.ts";
import {
  TSS_CONNECTION_VERSION_1_1,
  TSS_CONNECTION_VERSION_1_2,
  TSS_TSPATTRIB_CONTEXT_CONNECTION_VERSION,
  TSS_TSPATTRIB_CONTEXT_MACHINE_NAME,
  TSS_TSPATTRIB_CONTEXT_SILENT_MODE,
  TSS_TSPATTRIB_CONTEXT_TRANSPORT,
  TSS_TSPATTRIB_CONTEXT_VERSION_AUTO,
  TSS_TSPATTRIB_CONTEXT_VERSION_MODE,
  TSS_TSPATTRIB_CONTEXT_VERSION_V1_1,
  TSS_TSPATTRIB_CONTEXT_VERSION_V1_2,
  TSS_TSPATTRIB_CONTEXTTRANS_CONTROL,
  TSS_TSPATTRIB_CONTEXTTRANS_MODE,
  TSS_TSPATTRIB_DISABLE_TRANSPORT,
  TSS_TSPATTRIB_ENABLE_TRANSPORT,
  TSS_TSPATTRIB_SECRET_HASH_MODE,
  TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL,
  TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION,
  TSS_TSPATTRIB_TRANSPORT_EXCLUSIVE,
  TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION,
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
    flag: TSS_TSPATTRIB_CONTEXT_TRANSPORT,
    subFlag: TSS_TSPATTRIB_CONTEXTTRANS_CONTROL,
    uint32: {
      get: ({ transportEnabled }) =>
        transportEnabled ? TSS_TSPATTRIB_ENABLE_TRANSPORT : TSS_TSPATTRIB_DISABLE_TRANSPORT,
      set: async (context, value) => {
        const enabled = value === TSS_TSPATTRIB_ENABLE_TRANSPORT;
        if (!enabled && value !== TSS_TSPATTRIB_DISABLE_TRANSPORT) {
          throw tspError("TSS_E_INVALID_ATTRIB_DATA", `${value} neither enables nor disables`);
        }
        await context.enableTransport(enabled);
      },
    },
  },
  {
    flag: TSS_TSPATTRIB_CONTEXT_TRANSPORT,
    subFlag: TSS_TSPATTRIB_CONTEXTTRANS_MODE,
    uint32: {
      get: ({ transportModes }) => transportModes,
      set: (context, value) => context.addTransportModes(value),
    },
  },
  // TrouSerS asks whether so, with a value in the place of the part. Its value of
  // TSS_TSPATTRIB_TRANSPORT_STATIC_AUTH is TSS_TSPATTRIB_CONTEXTTRANS_CONTROL, too.
  isSo(TSS_TSPATTRIB_ENABLE_TRANSPORT, (context) => context.transportEnabled),
  isSo(TSS_TSPATTRIB_DISABLE_TRANSPORT, (context) => !context.transportEnabled),
  isSo(
    TSS_TSPATTRIB_TRANSPORT_NO_DEFAULT_ENCRYPTION,
    (context) => !hasMode(context, TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION),
  ),
  ...[
    TSS_TSPATTRIB_TRANSPORT_DEFAULT_ENCRYPTION,
    TSS_TSPATTRIB_TRANSPORT_AUTHENTIC_CHANNEL,
    TSS_TSPATTRIB_TRANSPORT_EXCLUSIVE,
  ].map((mode) => isSo(mode, (context) => hasMode(context, mode))),
  {
    flag: TSS_TSPATTRIB_CONTEXT_CONNECTION_VERSION,
    uint32: { get: ({ connectionVersion }) => connectionVersion },
  },
  {
    flag: TSS_TSPATTRIB_CONTEXT_MACHINE_NAME,
    data: { get: ({ machineName }) => utf16le(machineName) },
  },
];

function hasMode({ transportModes }: Context, mode: number): boolean {
  return (transportModes & mode) !== 0;
}

/** A yes or no about transport sessions, under one of the values that are set. */
function isSo(subFlag: number, is: (context: Context) => boolean): Attribute<Context> {
  return {
    flag: TSS_TSPATTRIB_CONTEXT_TRANSPORT,
    subFlag,
    uint32: { get: (context) => is(context) ? 1 : 0 },
  };
}
