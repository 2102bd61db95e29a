/**
 * The wire protocol itself: packets, the table of operations, and the loop that reads and writes
 * by it. Internal, as the table of commands is.
 *
 * @module
 */
export * from "./answer.ts";
export type { Conversion } from "./conversion.ts";
export * from "./engine.ts";
export * from "./operation.ts";
export * from "./operations/mod.ts";
export * from "./packet.ts";
export * from "./packet_error.ts";
export * from "./packet_reader.ts";
export * from "./remote_ops.ts";
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
