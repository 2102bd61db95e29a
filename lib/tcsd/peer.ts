import type { Peer } from "../emulator/server/transport.ts";
import { formatAddress, type SocketAddress } from "../tddl/mod.ts";

/** The client of a connection. */
export interface TcsdPeer {
  /** For people: an address, or who made the connection. */
  readonly name: string;
  /** On this machine; a peer elsewhere may do what `remote_ops` lists. */
  readonly local: boolean;
  /** User id of the process on the other side of a unix socket, where the system told. */
  readonly uid: number | undefined;
  /** It came by IPv4 to an address of IPv6. */
  readonly mapped?: boolean;
}

/** IPv4 on a socket that takes both. */
const MAPPED = "::ffff:";
/** TrouSerS takes no other address for its own machine's than these two. */
const LOCAL = ["127.0.0.1", "::1"];

/** What is to be known of a peer that was accepted at `address`. */
export function describePeer({ address, user }: Peer, at: SocketAddress): TcsdPeer {
  if (at.transport === "unix") {
    const who = user === undefined ? "" : `, uid ${user.uid}, pid ${user.pid}`;
    return { name: `${formatAddress(at)}${who}`, local: true, uid: user?.uid };
  }
  if (address === undefined) return { name: "somebody gone", local: false, uid: undefined };
  const hostname = unmapped(address.hostname);
  const name = formatAddress({ transport: "tcp", hostname, port: address.port });
  const mapped = hostname !== address.hostname;
  return { name, local: LOCAL.includes(hostname), uid: undefined, mapped };
}

/** `::ffff:127.0.0.1` or `::ffff:7f00:1` as 127.0.0.1. */
function unmapped(hostname: string): string {
  const rest = hostname.startsWith(MAPPED) ? hostname.slice(MAPPED.length) : undefined;
  if (rest === undefined || rest.includes(".")) return rest ?? hostname;
  const [high = 0, low = 0] = rest.split(":").map((group) => parseInt(group, 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}
