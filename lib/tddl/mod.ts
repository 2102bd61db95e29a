/**
 * The TPM device driver library (TDDL): the way to a TPM behind a device, a socket, swtpm, or in
 * this process, and the connection strings that name them. Importing it asks for no permission.
 *
 * | connection       | permission                                                         |
 * | ---------------- | ------------------------------------------------------------------ |
 * | `emulator`       | none; `--allow-read` and `--allow-write` for its file              |
 * | `tcp:`, `swtpm:` | `--allow-net=HOST:PORT`, or `--allow-ffi=LIBC`, which is faster    |
 * | `unix:`          | `--allow-net=unix:PATH --allow-read=PATH --allow-write=PATH`, or   |
 * |                  | `--allow-ffi=LIBC`                                                 |
 * | `device:`        | `--allow-ffi=LIBC`                                                 |
 *
 * LIBC is the path of the system's libc, for example `/lib/x86_64-linux-gnu/libc.so.6`.
 *
 * @module
 */
export * from "./channel.ts";
export * from "./channel_tddl.ts";
export * from "./connection_string.ts";
export * from "./constants.ts";
export * from "./default_connection.ts";
export { DEFAULT_DURATIONS, type Durations } from "./durations.ts";
export * from "./emulator_channel.ts";
export * from "./open_tddl.ts";
export * from "./socket_channel.ts";
export * from "./stream.ts";
export * from "./swtpm_channel.ts";
export * from "./swtpm_control.ts";
export type { SwtpmBlob } from "../emulator/server/control_protocol.ts";
export * from "./tddl.ts";
