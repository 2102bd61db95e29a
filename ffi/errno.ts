/** Nothing there yet, or would block. */
export const EAGAIN = 11;
/** A signal came first. */
export const EINTR = 4;
/** The descriptor is not open. */
export const EBADF = 9;

/** The error numbers of Linux that devices and sockets give, on x86-64 and AArch64. */
const NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  7: "E2BIG",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  14: "EFAULT",
  16: "EBUSY",
  19: "ENODEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  25: "ENOTTY",
  32: "EPIPE",
  36: "ENAMETOOLONG",
  40: "ELOOP",
  62: "ETIME",
  71: "EPROTO",
  91: "EPROTOTYPE",
  97: "EAFNOSUPPORT",
  98: "EADDRINUSE",
  99: "EADDRNOTAVAIL",
  101: "ENETUNREACH",
  103: "ECONNABORTED",
  104: "ECONNRESET",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  111: "ECONNREFUSED",
  113: "EHOSTUNREACH",
  115: "EINPROGRESS",
  125: "ECANCELED",
};

/** The name of an error number, or `errno N`. */
export function errnoName(errno: number): string {
  return NAMES[errno] ?? `errno ${errno}`;
}
