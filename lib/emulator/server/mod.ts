/**
 * The emulator as somebody else's TPM: raw commands on tcp and unix sockets, and swtpm's control
 * channel, which QEMU speaks.
 *
 * | what                | permission                                                            |
 * | ------------------- | --------------------------------------------------------------------- |
 * | tcp                 | `--allow-net=HOST:PORT`                                               |
 * | unix                | `--allow-net=unix:PATH --allow-read=PATH --allow-write=PATH`          |
 * | all of it, faster   | `--allow-ffi=LIBC`, the path of the system's libc, alone              |
 * | QEMU, `/dev/vtpmx`  | `--allow-ffi=LIBC`                                                    |
 *
 * @module
 */
export * from "./address.ts";
export * from "./server.ts";
export type { PlatformOptions } from "./platform.ts";
