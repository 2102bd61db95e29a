import type { Codec } from "../../codec/mod.ts";

/** Parameters by name, in wire order. */
// deno-lint-ignore no-explicit-any
export type Parameters = Readonly<Record<string, Codec<any>>>;

/** The kinds of authorisation session. */
export type SessionKind = "OIAP" | "OSAP" | "DSAP" | "transport";

/** The name of a handle parameter. */
export type HandleName = `${string}Handle`;

/**
 * What a session proves when it does not prove the secret of a handle parameter: `newOwner` is
 * the secret that TPM_TakeOwnership brings, `data` and `entity` are in the blob that the command
 * brings, `nv` and `counter` are named by a parameter, `transport` is the session's own secret.
 */
export type Entity =
  | "owner"
  | "newOwner"
  | "operator"
  | "srk"
  | "data"
  | "entity"
  | "nv"
  | "counter"
  | "transport";

/** Which nonce of its session hides a parameter: authLastNonceEven or nonceOdd. */
export type AdipNonce = "even" | "odd";

/**
 * When the answer says continueAuthSession FALSE whatever was asked: always, only for a DSAP
 * session, or only when TPM_Unseal encrypts what it returns (Part 3, 10.2, action 9.e).
 */
export type EndsSession = "always" | "DSAP" | "encryptedOutput";

/**
 * What one session of a command proves. With fewer sessions than roles, the sessions present
 * stand for the last roles.
 */
export interface AuthRole<H extends string = HandleName, P extends string = string> {
  /** The handle parameter of the key, or the entity, whose secret is proved. */
  readonly for: H | Entity;
  /** Which secret of it: the migration secret, or the usage secret when absent. */
  readonly role?: "usage" | "migration";
  /** Which sessions will do; any of OIAP, OSAP and DSAP when absent. */
  readonly sessions?: readonly SessionKind[];
  /** The command may come without this session. */
  readonly optional?: true;
  /** The parameters hidden with the shared secret of this session (Part 1, ADIP). */
  readonly adip?: { readonly [K in P]?: AdipNonce };
  /** When the session ends unasked; absent: only when the caller asks. */
  readonly ends?: EndsSession;
  /** Only the public part is read: TPM_NO_READ_PUBKEY_AUTH and TPM_PCRIGNOREDONREAD apply. */
  readonly readsPublic?: true;
  /** The key is named, not used: its PCRs and localities are not looked at. */
  readonly isNoUse?: true;
  /** The value of the handle parameter that stands for no key. */
  readonly noKey?: number;
  /** Other actions come before the check of this session: the handler makes it in its turn. */
  readonly inTurn?: true;
}

/** The state the TPM must be in. A column that is `false` lets the command through in every state. */
export interface Needs {
  /** TPM_Startup has run. */
  readonly startup: boolean;
  /** Not in failure mode. */
  readonly selfTest: boolean;
  /** Not disabled; `nvLocked`: only once TPM_NV_INDEX_LOCK has been defined. */
  readonly enabled: boolean | "nvLocked";
  /** Not deactivated; `nvLocked` as above. */
  readonly activated: boolean | "nvLocked";
  /** Owned. */
  readonly owner: boolean;
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
  /**
   * Parameters that may hold a secret although their type does not say so: they are for the two
   * ends alone, not for who looks on.
   */
  readonly secret?: readonly string[];
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
  /**
   * The request and the answer parameter that hold a whole command, which stands in the digests
   * by the digest of its own parameters (Part 3, 24.2, actions 7.a and 15.b).
   */
  readonly wraps?: { readonly in: string; readonly out: string };
  /** How a transport session takes it, where that does not follow from its parameters. */
  readonly inTransport?: {
    /** Bytes at the head of the parameters that are neither encrypted nor logged. */
    readonly clear: number;
    /** The public keys of its handles are not logged. */
    readonly logsKeys: false;
  };
  /** Leaves the SHA-1 thread alone, which any other command ends (Part 3, 13.1). */
  readonly keepsSha1Thread?: true;
  /** Leaves what TPM_SaveState saved valid, unlike any other command (Part 3, 3.3, Description 5). */
  readonly keepsSavedState?: true;
  /** Runs during a dictionary attack lockout although it has a session. */
  readonly ignoresLockout?: true;
  /** A 1.1 command that 1.2 answers with TPM_BAD_ORDINAL (Part 3, 28, rule 1). */
  readonly deletedBy12?: true;
  /** Has an ordinal but is a signal of the platform, not a command: TPM_BAD_ORDINAL. */
  readonly powerSignal?: true;
}

/** What one command takes and answers: the values of each group of its row; none when left out. */
export interface CommandValues {
  /** Handles of the request. */
  readonly handles?: object;
  /** Parameters of the request. */
  readonly in?: object;
  /** Handles of the answer. */
  readonly outHandles?: object;
  /** Parameters of the answer. */
  readonly out?: object;
}

/** Of a group or a command that has no values. */
export type NoValues = Record<never, never>;

/** The values of one group of a command. */
export type GroupOf<V extends CommandValues, G extends keyof CommandValues> = V extends
  { readonly [K in G]: infer Values extends object } ? Values : NoValues;

/** Codecs for the values of one group. */
type CodecsOf<Values> = { readonly [K in keyof Values]: Codec<Values[K]> };

/** The row of a command that takes and answers these values. */
export type RowOf<V extends CommandValues> = CommandRow<
  CodecsOf<GroupOf<V, "handles">>,
  CodecsOf<GroupOf<V, "in">>,
  CodecsOf<GroupOf<V, "outHandles">>,
  CodecsOf<GroupOf<V, "out">>
>;

/** The rows of a list of commands. */
export type CommandRows<C> = { readonly [N in keyof C]: RowOf<C[N] & CommandValues> };

/** The columns that most rows leave at their common value. */
type Defaulted =
  | "handles"
  | "in"
  | "outHandles"
  | "out"
  | "delegate"
  | "audit"
  | "transport"
  | "duration";

/** A row as it is written: the columns that may be left out have the values `command` gives. */
export type RowSource<
  H extends Parameters,
  I extends Parameters,
  P extends Parameters,
  O extends Parameters,
> =
  & Omit<CommandRow<H, I, P, O>, Defaulted | "auth" | "secret" | "wraps">
  & Partial<Pick<CommandRow<H, I, P, O>, Defaulted>>
  & {
    /** The sessions; a role names a handle and hides parameters that the row really has. */
    readonly auth?: readonly AuthRole<
      Extract<keyof NoInfer<H>, HandleName>,
      keyof NoInfer<I> & string
    >[];
    /** Parameters that may hold a secret. */
    readonly secret?: readonly (keyof NoInfer<I & O> & string)[];
    /** The parameters that hold a whole command. */
    readonly wraps?: {
      readonly in: keyof NoInfer<I> & string;
      readonly out: keyof NoInfer<O> & string;
    };
  };

/**
 * Declares one command. Left out: no parameters, no sessions, not delegable, audit optional,
 * wrappable, short.
 */
export function command<
  const H extends Parameters = NoValues,
  const I extends Parameters = NoValues,
  const P extends Parameters = NoValues,
  const O extends Parameters = NoValues,
>(row: RowSource<H, I, P, O>): CommandRow<H, I, P, O> {
  return {
    handles: {} as H,
    auth: [],
    in: {} as I,
    outHandles: {} as P,
    out: {} as O,
    delegate: {},
    audit: "optional",
    transport: "wrappable",
    duration: "short",
    ...row,
  };
}

/** Sessions with a shared secret: what a command that hides a parameter asks for. */
export const SHARED_SECRET: readonly SessionKind[] = ["OSAP", "DSAP"];

/** Works disabled, deactivated and unowned, but not in failure mode. */
export const ALWAYS: Needs = {
  startup: true,
  selfTest: true,
  enabled: false,
  activated: false,
  owner: false,
};

/** The TPM must be enabled and activated. */
export const ACTIVE: Needs = { ...ALWAYS, enabled: true, activated: true };

/** The TPM must be enabled, activated and owned. */
export const OPERATIONAL: Needs = { ...ACTIVE, owner: true };

/** The TPM must be owned, but may be disabled and deactivated. */
export const OWNED: Needs = { ...ALWAYS, owner: true };

/** The TPM must be enabled, but may be deactivated and unowned. */
export const ENABLED: Needs = { ...ALWAYS, enabled: true };

/** No state is asked for: the command is refused or checks for itself. */
export const UNCHECKED: Needs = { ...ALWAYS, startup: false, selfTest: false };
