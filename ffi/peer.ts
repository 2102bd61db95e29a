import type { Peer } from "../lib/emulator/server/transport.ts";
import { SOL_SOCKET } from "./constants.ts";
import type { Libraries } from "./libc_listener.ts";
import { AF_UNIX, inetAddress } from "./sockaddr.ts";

const SO_PEERCRED = 17;
/** `struct ucred { pid_t pid; uid_t uid; gid_t gid; }` */
const UCRED_SIZE = 12;
/** More than any address but a unix socket's path, which a peer has none of. */
const ADDRESS_SIZE = 28;

/** Who is on the other side of a connected socket; nothing of a descriptor that is none. */
export function peerOf({ libc, library }: Libraries, fd: number): Peer {
  const address = new Uint8Array(ADDRESS_SIZE);
  const size = new Uint32Array([address.length]);
  if (library.symbols.getpeername(fd, address, size) < 0) return {};
  if (address[0] !== AF_UNIX) return { address: inetAddress(address) };
  const [pid, uid, gid] = credentials(libc, fd) ?? [];
  return uid === undefined ? {} : { user: { pid: pid!, uid, gid: gid! } };
}

function credentials({ symbols }: Libraries["libc"], fd: number): Uint32Array | undefined {
  const ucred = new Uint32Array(UCRED_SIZE / 4);
  const size = new Uint32Array([UCRED_SIZE]);
  const failed = symbols.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ucred, size) < 0;
  return failed ? undefined : ucred;
}
