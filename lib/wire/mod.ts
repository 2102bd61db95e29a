/**
 * One request or answer by its row: framing, what enters the digests, session blocks.
 *
 * @module
 */
export type {
  AdipNonce,
  AuthRole,
  Command,
  CommandName,
  CommandRow,
  EndsSession,
  Entity,
  HandleName,
  Needs,
  Parameters,
  SessionKind,
} from "../tpm12/commands/mod.ts";
export * from "./auth_block.ts";
export * from "./decoded.ts";
export * from "./digests.ts";
export * from "./layout.ts";
export * from "./request.ts";
export * from "./response.ts";
export * from "./wrapped.ts";
