/**
 * The TCS daemon: a server and a client of the wire protocol of TrouSerS' `tcsd`, driven by one
 * table of its operations, and the daemon's configuration file.
 *
 * @module
 */
export * from "./client.ts";
export * from "./conf.ts";
export * from "./packet_error.ts";
export { REMOTE_OPS, type RemoteOp } from "./remote_ops.ts";
export * from "./server.ts";
export type { ClientSummary } from "./server_connection.ts";
export * from "./session.ts";
export type { OperationStatistics } from "./statistics.ts";
export type { TcsdStatus } from "./status.ts";
