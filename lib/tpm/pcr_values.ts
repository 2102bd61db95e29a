import { decode, U32 } from "../codec/mod.ts";
import type { Context, PcrComposite } from "../tspi/mod.ts";
import {
  TSS_PCRS_STRUCT_INFO,
  TSS_TPMCAP_PROP_PCR,
  TSS_TPMCAP_PROPERTY,
} from "../tspi/constants/mod.ts";

/** PCRs that must have the values they have now, or the values that are given. */
export type RequiredPcrs = Iterable<number> | ReadonlyMap<number, Uint8Array>;

/** Values of PCRs by their number: of those that are named, or of all. */
export async function readPcrs(
  { tpm }: Context,
  indices?: Iterable<number>,
): Promise<Map<number, Uint8Array>> {
  const all = async () => {
    const count = await tpm.getCapability(TSS_TPMCAP_PROPERTY, TSS_TPMCAP_PROP_PCR);
    return Array(decode(U32, count)).keys();
  };
  const values = new Map<number, Uint8Array>();
  for (const index of indices ?? await all()) values.set(index, await tpm.pcrRead(index));
  return values;
}

/** Runs a task with a composite of the PCRs, `null` for none, and closes it. */
export async function withPcrs<T>(
  context: Context,
  pcrs: RequiredPcrs,
  task: (pcrComposite: PcrComposite | null) => Promise<T>,
): Promise<T> {
  const values = pcrs instanceof Map
    ? pcrs as ReadonlyMap<number, Uint8Array>
    : await readPcrs(context, pcrs as Iterable<number>);
  if (values.size === 0) return await task(null);
  const composite = context.createPcrComposite(TSS_PCRS_STRUCT_INFO);
  try {
    for (const [index, value] of values) composite.setPcrValue(index, value);
    return await task(composite);
  } finally {
    await context.closeObject(composite);
  }
}
