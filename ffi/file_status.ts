import type { Libraries } from "./libc_listener.ts";

/** What is at a path. */
export interface FileStatus {
  /** Whether it is a socket. */
  readonly isSocket: boolean;
  /** Device and inode: no two files have the same at a time. */
  readonly id: string;
}

/** statx(2) by processor: libcs have functions of different names for a file's status, or none. */
const SYS_STATX: Readonly<Record<string, bigint>> = { x86_64: 332n, aarch64: 291n };
/** A path is one from the working folder on. */
const AT_FDCWD = -100;
/** Of a symbolic link the link itself is meant. */
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_TYPE = 0x001;
const STATX_INO = 0x100;
/** `struct statx`: UINT16 mode at 28, UINT64 inode at 32, UINT32 device, its two parts, at 136. */
const STATX_SIZE = 256;
const S_IFMT = 0o170000;
const S_IFSOCK = 0o140000;

/**
 * What is at a path that ends with a NUL, a symbolic link itself; `undefined` where nothing is, or
 * where the kernel does not tell (before 4.11, or kept from it by a filter of system calls).
 */
export function fileStatus(
  { library }: Libraries,
  path: Uint8Array<ArrayBuffer>,
): FileStatus | undefined {
  const bytes = new Uint8Array(new ArrayBuffer(STATX_SIZE));
  const failed = library.symbols.syscall(
    SYS_STATX[Deno.build.arch]!,
    AT_FDCWD,
    path,
    AT_SYMLINK_NOFOLLOW,
    STATX_TYPE | STATX_INO,
    bytes,
  );
  if (failed !== 0n) return undefined;
  const view = new DataView(bytes.buffer);
  const device = `${view.getUint32(136, true)}:${view.getUint32(140, true)}`;
  return {
    isSocket: (view.getUint16(28, true) & S_IFMT) === S_IFSOCK,
    id: `${device}:${view.getBigUint64(32, true)}`,
  };
}
