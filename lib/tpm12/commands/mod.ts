/**
 * Every command of TPM 1.2 as one row: what goes over the wire, who authorises it, and in which
 * state it runs. The table follows the chapters of TPM Main Part 3.
 *
 * @module
 */
import { STARTUP, type StartupCommands } from "./ch03_startup.ts";
import { TESTING, type TestingCommands } from "./ch04_testing.ts";
import { OPT_IN, type OptInCommands } from "./ch05_opt_in.ts";
import { OWNERSHIP, type OwnershipCommands } from "./ch06_ownership.ts";
import { CAPABILITY, type CapabilityCommands } from "./ch07_capability.ts";
import { AUDITING, type AuditingCommands } from "./ch08_auditing.ts";
import { ADMIN, type AdminCommands } from "./ch09_admin.ts";
import { STORAGE, type StorageCommands } from "./ch10_storage.ts";
import { MIGRATION, type MigrationCommands } from "./ch11_migration.ts";
import { MAINTENANCE, type MaintenanceCommands } from "./ch12_maintenance.ts";
import { CRYPTO, type CryptoCommands } from "./ch13_crypto.ts";
import { CREDENTIALS, type CredentialsCommands } from "./ch14_credentials.ts";
import { IDENTITY, type IdentityCommands } from "./ch15_identity.ts";
import { INTEGRITY, type IntegrityCommands } from "./ch16_integrity.ts";
import {
  AUTHORIZATION_CHANGING,
  type AuthorizationChangingCommands,
} from "./ch17_authorization_changing.ts";
import { SESSIONS, type SessionsCommands } from "./ch18_sessions.ts";
import { DELEGATION, type DelegationCommands } from "./ch19_delegation.ts";
import { NV, type NvCommands } from "./ch20_nv.ts";
import { SESSION_MANAGEMENT, type SessionManagementCommands } from "./ch21_session_management.ts";
import { EVICTION, type EvictionCommands } from "./ch22_eviction.ts";
import { TICKS, type TicksCommands } from "./ch23_ticks.ts";
import { TRANSPORT, type TransportCommands } from "./ch24_transport.ts";
import { COUNTERS, type CountersCommands } from "./ch25_counters.ts";
import { DAA, type DaaCommands } from "./ch26_daa.ts";
import { DEPRECATED, type DeprecatedCommands } from "./ch27_deprecated.ts";
import { DELETED, type DeletedCommands } from "./ch28_deleted.ts";
import type { CommandRow, CommandRows, GroupOf, RowOf } from "./command.ts";

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
} from "./command.ts";
export { DELEGATE_TABLE_ENTRY, type DelegateTableEntry } from "./ch19_delegation.ts";
export * from "./scalars.ts";

/** What every command takes and answers. */
interface CommandTypes
  extends
    StartupCommands,
    TestingCommands,
    OptInCommands,
    OwnershipCommands,
    CapabilityCommands,
    AuditingCommands,
    AdminCommands,
    StorageCommands,
    MigrationCommands,
    MaintenanceCommands,
    CryptoCommands,
    CredentialsCommands,
    IdentityCommands,
    IntegrityCommands,
    AuthorizationChangingCommands,
    SessionsCommands,
    DelegationCommands,
    NvCommands,
    SessionManagementCommands,
    EvictionCommands,
    TicksCommands,
    TransportCommands,
    CountersCommands,
    DaaCommands,
    DeprecatedCommands,
    DeletedCommands {}

const ROWS: CommandRows<CommandTypes> = {
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
export type CommandName = keyof CommandTypes;

/** The type of the table. */
export type Commands = {
  readonly [N in CommandName]: RowOf<CommandTypes[N]> & {
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
  & GroupOf<CommandTypes[N], "handles">
  & GroupOf<CommandTypes[N], "in">;

/**
 * What a command answers: its handles and its parameters, by name.
 *
 * @internal
 */
export type Response<N extends CommandName> =
  & GroupOf<CommandTypes[N], "outHandles">
  & GroupOf<CommandTypes[N], "out">;

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
