/**
 * Every command of TPM 1.2 as one row: what goes over the wire, who authorises it, and in which
 * state it runs. The table follows the chapters of TPM Main Part 3.
 *
 * @module
 */
import { STARTUP } from "./ch03_startup.ts";
import { TESTING } from "./ch04_testing.ts";
import { OPT_IN } from "./ch05_opt_in.ts";
import { OWNERSHIP } from "./ch06_ownership.ts";
import { CAPABILITY } from "./ch07_capability.ts";
import { AUDITING } from "./ch08_auditing.ts";
import { ADMIN } from "./ch09_admin.ts";
import { STORAGE } from "./ch10_storage.ts";
import { MIGRATION } from "./ch11_migration.ts";
import { MAINTENANCE } from "./ch12_maintenance.ts";
import { CRYPTO } from "./ch13_crypto.ts";
import { CREDENTIALS } from "./ch14_credentials.ts";
import { IDENTITY } from "./ch15_identity.ts";
import { INTEGRITY } from "./ch16_integrity.ts";
import { AUTHORIZATION_CHANGING } from "./ch17_authorization_changing.ts";
import { SESSIONS } from "./ch18_sessions.ts";
import { DELEGATION } from "./ch19_delegation.ts";
import { NV } from "./ch20_nv.ts";
import { SESSION_MANAGEMENT } from "./ch21_session_management.ts";
import { EVICTION } from "./ch22_eviction.ts";
import { TICKS } from "./ch23_ticks.ts";
import { TRANSPORT } from "./ch24_transport.ts";
import { COUNTERS } from "./ch25_counters.ts";
import { DAA } from "./ch26_daa.ts";
import { DEPRECATED } from "./ch27_deprecated.ts";
import { DELETED } from "./ch28_deleted.ts";
import type { CommandRow, ValuesOf } from "./command.ts";

export type {
  AdipNonce,
  AuthRole,
  CommandRow,
  EndsSession,
  Entity,
  HandleName,
  Needs,
  Parameters,
  SessionKind,
  ValuesOf,
} from "./command.ts";
export { DELEGATE_TABLE_ENTRY, type DelegateTableEntry } from "./ch19_delegation.ts";
export * from "./scalars.ts";

const ROWS = {
  /*  3 */ ...STARTUP,
  /*  4 */ ...TESTING,
  /*  5 */ ...OPT_IN,
  /*  6 */ ...OWNERSHIP,
  /*  7 */ ...CAPABILITY,
  /*  8 */ ...AUDITING,
  /*  9 */ ...ADMIN,
  /* 10 */ ...STORAGE,
  /* 11 */ ...MIGRATION,
  /* 12 */ ...MAINTENANCE,
  /* 13 */ ...CRYPTO,
  /* 14 */ ...CREDENTIALS,
  /* 15 */ ...IDENTITY,
  /* 16 */ ...INTEGRITY,
  /* 17 */ ...AUTHORIZATION_CHANGING,
  /* 18 */ ...SESSIONS,
  /* 19 */ ...DELEGATION,
  /* 20 */ ...NV,
  /* 21 */ ...SESSION_MANAGEMENT,
  /* 22 */ ...EVICTION,
  /* 23 */ ...TICKS,
  /* 24 */ ...TRANSPORT,
  /* 25 */ ...COUNTERS,
  /* 26 */ ...DAA,
  /* 27 */ ...DEPRECATED,
  /* 28 */ ...DELETED,
};

/**
 * The name of a command, in Part 3's spelling.
 *
 * @internal
 */
export type CommandName = keyof typeof ROWS;

/** The type of the table. */
export type Commands = {
  readonly [N in CommandName]: (typeof ROWS)[N] & {
    /** Name of the command. */
    readonly name: N;
  };
};

/** A row of the table of which only the name is not known beforehand. */
export type Command = CommandRow & {
  /** Name of the command. */
  readonly name: CommandName;
};

/**
 * What a command takes: its handles and its parameters, by name.
 *
 * @internal
 */
export type Request<N extends CommandName> =
  & ValuesOf<Commands[N]["handles"]>
  & ValuesOf<Commands[N]["in"]>;

/**
 * What a command answers: its handles and its parameters, by name.
 *
 * @internal
 */
export type Response<N extends CommandName> =
  & ValuesOf<Commands[N]["outHandles"]>
  & ValuesOf<Commands[N]["out"]>;

/** Every command by its name. */
export const COMMANDS: Commands = Object.fromEntries(
  Object.entries(ROWS).map(([name, row]) => [name, { ...row, name }]),
) as unknown as Commands;

let byOrdinal: ReadonlyMap<number, Command> | undefined;

/** The row of a command ordinal; `undefined` when no command has it. */
export function commandByOrdinal(ordinal: number): Command | undefined {
  byOrdinal ??= new Map(commandRows().map((row) => [row.ordinal, row]));
  return byOrdinal.get(ordinal);
}

/** The row of a command name; `undefined` when it is none. */
export function commandByName(name: string): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name as CommandName] : undefined;
}

/** Every row, in the order of Part 3. */
export function commandRows(): readonly Command[] {
  return Object.values(COMMANDS);
}
