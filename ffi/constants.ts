/** Numbers of Linux' headers that several files take; the same on x86-64 and AArch64. */

// open()
/** For reading. */
export const O_RDONLY = 0;
/** For writing. */
export const O_WRONLY = 1;
/** For both. */
export const O_RDWR = 2;
/** Calls that would wait fail instead. */
export const O_NONBLOCK = 0o4000;
/** Programs that this process starts do not get it. */
export const O_CLOEXEC = 0o2000000;

// socket() and accept4()
/** A stream of bytes. */
export const SOCK_STREAM = 1;
/** As {@linkcode O_NONBLOCK}. */
export const SOCK_NONBLOCK: number = O_NONBLOCK;
/** As {@linkcode O_CLOEXEC}. */
export const SOCK_CLOEXEC: number = O_CLOEXEC;

// setsockopt(), getsockopt() and control messages
/** The level of what every socket has. */
export const SOL_SOCKET = 1;
/** The level of TCP. */
export const IPPROTO_TCP = 6;
/** Small pieces are sent at once. */
export const TCP_NODELAY = 1;
/** The value that switches an option on. */
export const ON: Int32Array<ArrayBuffer> = new Int32Array([1]);

// recv(), send() and recvmsg()
/** As {@linkcode O_NONBLOCK}, for one call. */
export const MSG_DONTWAIT = 0x40;
/** No signal where the other side has gone. */
export const MSG_NOSIGNAL = 0x4000;

// eventfd()
/** As {@linkcode O_NONBLOCK}. */
export const EFD_NONBLOCK: number = O_NONBLOCK;
/** As {@linkcode O_CLOEXEC}. */
export const EFD_CLOEXEC: number = O_CLOEXEC;
/** The eight bytes that an eventfd takes for 1. */
export const EVENT: BigUint64Array<ArrayBuffer> = new BigUint64Array([1n]);
