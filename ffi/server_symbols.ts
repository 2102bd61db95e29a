/**
 * The functions of libc that serving takes, beside those of libc.ts; what is said there holds here.
 * Where 0 is passed for a pointer it is NULL.
 */
const SYMBOLS = {
  /** `int bind(int fd, const struct sockaddr *addr, socklen_t len);` */
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  /** `int listen(int fd, int backlog);` */
  listen: { parameters: ["i32", "i32"], result: "i32" },
  /** `int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);` */
  accept4: { parameters: ["i32", "usize", "usize", "i32"], result: "i32" },
  /** `int getsockname(int fd, struct sockaddr *addr, socklen_t *len);` */
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  /** `int getpeername(int fd, struct sockaddr *addr, socklen_t *len);` */
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  /** `int epoll_create1(int flags);` */
  epoll_create1: { parameters: ["i32"], result: "i32" },
  /** `int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);` */
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  /** `int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);` */
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  /** `int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);` */
  epoll_wait_parked: {
    name: "epoll_wait",
    parameters: ["i32", "buffer", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  /** `ssize_t recvmsg(int fd, struct msghdr *msg, int flags);` */
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  /** `int ioctl(int fd, unsigned long request, ...);` */
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  /** `int getrlimit(int resource, struct rlimit *limit);` */
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  /** `long syscall(long number, ...);`, for statx: folder, path, flags, mask, `struct statx *`. */
  syscall: { parameters: ["i64", "i32", "buffer", "u32", "u32", "buffer"], result: "i64" },
  /** `int unlink(const char *path);` */
  unlink: { parameters: ["buffer"], result: "i32" },
  /** `int chmod(const char *path, mode_t mode);` */
  chmod: { parameters: ["buffer", "u32"], result: "i32" },
  /** `int chown(const char *path, uid_t owner, gid_t group);` */
  chown: { parameters: ["buffer", "u32", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Calls into libc that serving takes. */
export type ServerLibrary = Deno.DynamicLibrary<typeof SYMBOLS>;

/** Opens libc at `path` for serving. */
export function openServerLibrary(path: string): ServerLibrary {
  return Deno.dlopen(path, SYMBOLS);
}
