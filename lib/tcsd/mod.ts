/**
 * The wire protocol of `tcsd`, TrouSerS' daemon, as one table for client and server; and its
 * configuration file.
 *
 * @module
 */
export * from "./answer.ts";
export * from "./client.ts";
export * from "./conf.ts";
export * from "./connection.ts";
export type { Conversion } from "./conversion.ts";
export * from "./deno_listener.ts";
export * from "./engine.ts";
export * from "./operation.ts";
export * from "./operations/mod.ts";
export * from "./packet.ts";
export * from "./packet_error.ts";
export * from "./packet_reader.ts";
export * from "./remote_ops.ts";
export * from "./server.ts";
export * from "./session.ts";
export type {
  AuthSlot,
  BytesSlot,
  HandlesSlot,
  ListSlot,
  Slot,
  Values,
  ValueSlot,
} from "./slot.ts";
export * from "./structures.ts";
export * from "./types.ts";
