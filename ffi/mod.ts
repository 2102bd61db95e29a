/**
 * The way to devices and fast sockets through libc. Everything here needs `--allow-ffi`; importing
 * it needs nothing.
 *
 * @module
 */
export * from "./device.ts";
export { grantedLibcs, libcCandidates } from "./libc.ts";
