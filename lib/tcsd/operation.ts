import type { Tcsi } from "../tcs/mod.ts";
import type { CommandName } from "../tpm12/commands/mod.ts";
import type { Conversion } from "./conversion.ts";
import { type Slot, u32 } from "./slot.ts";
import type { RemoteGroup } from "./remote_ops.ts";

/** A method of the TCS interface, or what the server does itself. */
export type TcsiMethod =
  | Exclude<keyof Tcsi, symbol | "command" | "tpmVersion">
  | "openContext"
  | "status";

/** Everything the protocol says of one operation. */
export interface Operation {
  /** Number on the wire. */
  readonly ordinal: number;
  /** Name, `TCSD_ORD_*`. */
  readonly name: string;
  /** The method of the TCS interface that does it; `null`: there is nothing to do. */
  readonly method: TcsiMethod | null;
  /** The command of the TPM that the method is, and no more. */
  readonly command?: CommandName;
  /** How the wire differs from the method. */
  readonly conversion?: Conversion;
  /** Words of tcsd.conf's `remote_ops`, and groups they stand for, that let a remote peer do it. */
  readonly remote: readonly RemoteGroup[];
  /**
   * Whether TrouSerS' daemon serves it, refuses it (0x2002), fails for a fault of its own, or does
   * not know it: then the ordinal is ours.
   */
  readonly trousers: "served" | "refused" | "faulty" | "unknown";
  /** Parameters of the request. */
  readonly in: readonly Slot[];
  /** Parameters of the answer when the result is 0. */
  readonly out: readonly Slot[];
  /** The one other result whose answer has parameters. */
  readonly failure?: {
    /** The result word. */
    readonly result: number;
    /** Parameters of the answer. */
    readonly out: readonly Slot[];
  };
  /** Places in a sender's type list, where it keeps more than the parameters need. */
  readonly declared?: {
    /** Places in the request's. */
    readonly in: number;
  };
}

/** A row as it is written: common columns may be left out. */
export interface OperationSource extends Partial<Omit<Operation, "ordinal" | "name">> {
  /** Number on the wire. */
  readonly ordinal: number;
  /** Name after `TCSD_ORD_`. */
  readonly name: string;
  /** The request does not begin with `hContext`. */
  readonly contextFree?: true;
}

/**
 * Declares one operation. Left out: local peers only, served by TrouSerS, no parameters but
 * `hContext`, no answer.
 */
export function operation(source: OperationSource): Operation {
  const { contextFree, name, ...columns } = source;
  const parameters = columns.in ?? [];
  return {
    method: null,
    remote: [],
    trousers: "served",
    out: [],
    ...columns,
    name: `TCSD_ORD_${name}`,
    in: contextFree ? parameters : [HCONTEXT, ...parameters],
  };
}

const HCONTEXT = u32("hContext");

/** Ordinals from here on are ours. */
export const OWN_ORDINALS = 0x1000;
