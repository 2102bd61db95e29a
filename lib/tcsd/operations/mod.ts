import { type Command, type CommandName, COMMANDS } from "../../tpm12/commands/mod.ts";
import type { Operation, TcsiMethod } from "../operation.ts";
import { type RemoteOp, remoteOrdinals } from "../remote_ops.ts";
import { ADMIN_OPERATIONS } from "./admin.ts";
import { CONTEXT_OPERATIONS } from "./context.ts";
import { IDENTITY_OPERATIONS } from "./identity.ts";
import { INTEGRITY_OPERATIONS } from "./integrity.ts";
import { KEY_OPERATIONS } from "./keys.ts";
import { MIGRATION_OPERATIONS } from "./migration.ts";
import { NV_DELEGATION_OPERATIONS } from "./nv_delegation.ts";
import { SERVICE_OPERATIONS } from "./services.ts";
import { SESSION_OPERATIONS } from "./sessions.ts";
import { STORAGE_OPERATIONS } from "./storage.ts";

/** Every operation of the protocol, by rising ordinal: TrouSerS' 123, then ours. */
export const OPERATIONS: readonly Operation[] = [
  ...CONTEXT_OPERATIONS,
  ...KEY_OPERATIONS,
  ...IDENTITY_OPERATIONS,
  ...INTEGRITY_OPERATIONS,
  ...ADMIN_OPERATIONS,
  ...SESSION_OPERATIONS,
  ...STORAGE_OPERATIONS,
  ...MIGRATION_OPERATIONS,
  ...SERVICE_OPERATIONS,
  ...NV_DELEGATION_OPERATIONS,
].sort((a, b) => a.ordinal - b.ordinal);

const byOrdinal = new Map(OPERATIONS.map((row) => [row.ordinal, row]));
const byCommand = new Map<CommandName, Operation>();
for (const row of OPERATIONS) {
  // Of two operations for one command, the one that takes sessions, and that TrouSerS serves.
  const held = byCommand.get(row.command!);
  const better = held === undefined || held.in.length < row.in.length;
  if (row.command !== undefined && better) byCommand.set(row.command, row);
}
const byMethod = new Map(OPERATIONS.map((row) => [row.method, row]));

/** The operation of an ordinal. */
export function operationByOrdinal(ordinal: number): Operation | undefined {
  return byOrdinal.get(ordinal);
}

/** The operation that a method of the TCS interface goes over the wire as. */
export function operationByMethod(method: TcsiMethod): Operation | undefined {
  return byMethod.get(method);
}

/** The operation that a command of the TPM goes over the wire as. */
export function operationByCommand(command: CommandName): Operation | undefined {
  return byCommand.get(command);
}

/** The ordinals that a remote peer may use when `remote_ops` lists `words`. */
export function ordinalsOfRemoteOps(words: Iterable<RemoteOp>): Set<number> {
  return remoteOrdinals(words, OPERATIONS);
}

const alone = new Map<Operation, boolean>();

/** Whether an operation carries what its command does and no more: then the command will do. */
export function isCommandAlone(operation: Operation): boolean {
  let found = alone.get(operation);
  if (found === undefined) {
    const row: Command | undefined = operation.command && COMMANDS[operation.command];
    const parts = [row?.handles, row?.in, row?.outHandles, row?.out];
    const known = new Set(["hContext", ...parts.flatMap((fields) => Object.keys(fields ?? {}))]);
    found = row !== undefined && operation.conversion === undefined &&
      [...operation.in, ...operation.out].every((slot) =>
        slot.kind === "auth" || known.has(slot.field)
      );
    alone.set(operation, found);
  }
  return found;
}
