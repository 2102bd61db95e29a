import type { Codec, Infer } from "../../codec/mod.ts";

/** Parameters by name, in wire order. */
// deno-lint-ignore no-explicit-any
export type Parameters = Readonly<Record<string, Codec<any>>>;

/** The values of a list of parameters. */
export type ValuesOf<P extends Parameters> = { -readonly [K in keyof P]: Infer<P[K]> };

/** The kinds of authorisation session. */
export type SessionKind = "OIAP" | "OSAP" | "DSAP" | "transport";

/**
 * What one session of a command proves. With fewer sessions than roles, the sessions present
 * stand for the last roles.
 */
export interface AuthRole {
  /** The handle parameter of a key, or the entity whose secret is proved. */
  readonly for:
    | `${string}Handle`
    | "owner"
    | "newOwner"
    | "operator"
    | "data"
    | "entity"
    | "nv"
    | "counter"
    | "transport";
  /** The secret of the entity: of a key its usage or migration secret. */
  readonly role?: "usage" | "migration";
  /** Which sessions will do; any of OIAP, OSAP and DSAP when absent. */
  readonly sessions?: readonly SessionKind[];
  /** The command may come without this session. */
  readonly optional?: true;
}

/** The state the TPM must be in. A column that is `false` lets the command through in every state. */
export interface Needs {
  /** Not disabled; `nvLocked`: only once TPM_NV_INDEX_LOCK has been defined. */
  readonly enabled: boolean | "nvLocked";
  /** Not deactivated; `nvLocked` as above. */
  readonly activated: boolean | "nvLocked";
  /** Owned. */
  readonly owner: boolean;
  /** Not in failure mode. */
  readonly selfTest: boolean;
}

/** Everything the wire, the dispatcher and the stack must know of one command. */
export interface CommandRow<
  H extends Parameters = Parameters,
  I extends Parameters = Parameters,
  P extends Parameters = Parameters,
  O extends Parameters = Parameters,
> {
  /** Command ordinal. */
  readonly ordinal: number;
  /** Section of TPM Main Part 3. */
  readonly spec: string;
  /**
   * What comes first in the request, outside the parameter digest and never encrypted: handles,
   * and all of TPM_OSAP's parameters.
   */
  readonly handles: H;
  /** The sessions, in the order of their blocks. */
  readonly auth: readonly AuthRole[];
  /** Request parameters, inside the digest. */
  readonly in: I;
  /** What comes first in the answer, outside the digest. */
  readonly outHandles: P;
  /** Answer parameters, inside the digest. */
  readonly out: O;
  /** State check. */
  readonly needs: Needs;
  /** The permission bit a delegation needs, as owner and as key; absent: cannot be delegated. */
  readonly delegate: { readonly owner?: number; readonly key?: number };
  /** Audited by default, only when switched on, or never. */
  readonly audit: "default" | "optional" | "never";
  /** Whether TPM_ExecuteTransport may carry it. */
  readonly transport: "wrappable" | "refused";
  /** Class for time-outs (TPM_CAP_PROP_DURATION). */
  readonly duration: "short" | "medium" | "long";
}

/** The columns that most rows leave at their common value. */
type Optional = "handles" | "auth" | "outHandles" | "delegate" | "audit" | "transport" | "duration";

/** A row as it is written: the columns that may be left out have the values `command` gives. */
export type RowSource<
  H extends Parameters,
  I extends Parameters,
  P extends Parameters,
  O extends Parameters,
> =
  & Omit<CommandRow<H, I, P, O>, Optional>
  & Partial<Pick<CommandRow<H, I, P, O>, Optional>>;

/**
 * Declares one command. Left out: no handles, no sessions, not delegable, audit optional,
 * wrappable, short.
 */
export function command<
  const I extends Parameters,
  const O extends Parameters,
  const H extends Parameters = Record<never, never>,
  const P extends Parameters = Record<never, never>,
>(row: RowSource<H, I, P, O>): CommandRow<H, I, P, O> {
  return {
    handles: {} as H,
    auth: [],
    outHandles: {} as P,
    delegate: {},
    audit: "optional",
    transport: "wrappable",
    duration: "short",
    ...row,
  };
}

/** The TPM must be enabled, activated and owned. */
export const OPERATIONAL: Needs = { enabled: true, activated: true, owner: true, selfTest: true };

/** The TPM must be enabled and activated. */
export const ACTIVE: Needs = { enabled: true, activated: true, owner: false, selfTest: true };

/** Works disabled, deactivated and unowned, but not in failure mode. */
export const ALWAYS: Needs = { enabled: false, activated: false, owner: false, selfTest: true };
