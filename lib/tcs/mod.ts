/**
 * The TSS core services in this process: contexts, keys and sessions beyond the slots of the TPM,
 * registered keys, the event log. What a tcsd gives over its wire, without the daemon.
 *
 * @module
 */
export type { CommandName, Request, Response } from "../tpm12/commands/mod.ts";
export * from "./capability.ts";
export * from "./core_services.ts";
export * from "./credentials.ts";
export * from "./event_log.ts";
export * from "./file_key_storage.ts";
export * from "./key_storage.ts";
export * from "./tcs_command.ts";
export * from "./tcsi.ts";
export { TcsiAdmin } from "./tcsi_admin.ts";
export { TcsiCommands } from "./tcsi_commands.ts";
export * from "./types.ts";
