import { isIPv4, isIPv6 } from "node:net";
import type { SocketAddress } from "../lib/tddl/stream.ts";

/** Address families of Linux. */
export const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const UNIX_PATH_SIZE = 108;

/** `struct sockaddr_*` of Linux, and its family. */
export interface SockAddr {
  /** AF_UNIX, AF_INET or AF_INET6. */
  readonly family: number;
  /** The structure. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The addresses to try in turn; none when only a name service would know (or `localhost` is all
 * that libc needs no name service for).
 */
export function sockAddrs(address: SocketAddress): readonly SockAddr[] {
  if (address.transport === "unix") return [unixAddr(address.path)];
  const { hostname, port } = address;
  if (hostname === "localhost") return [inet("127.0.0.1", port), inet6("::1", port)];
  if (isIPv4(hostname)) return [inet(hostname, port)];
  if (isIPv6(hostname) && !hostname.includes("%")) return [inet6(hostname, port)];
  return [];
}

/** `struct sockaddr_un { sa_family_t family; char path[108]; }` */
function unixAddr(path: string): SockAddr {
  const name = new TextEncoder().encode(path);
  if (name.length >= UNIX_PATH_SIZE || name.length === 0 || name.includes(0)) {
    throw new TypeError(
      `Cannot connect to unix:${path}: a socket's path takes 1 to ${UNIX_PATH_SIZE - 1} bytes`,
    );
  }
  const bytes = new Uint8Array(2 + name.length + 1);
  setFamily(bytes, AF_UNIX);
  bytes.set(name, 2);
  return { family: AF_UNIX, bytes };
}

/** `struct sockaddr_in { sa_family_t family; in_port_t port; struct in_addr addr; char zero[8]; }` */
function inet(hostname: string, port: number): SockAddr {
  const bytes = new Uint8Array(16);
  setFamily(bytes, AF_INET);
  new DataView(bytes.buffer).setUint16(2, port);
  bytes.set(hostname.split(".").map(Number), 4);
  return { family: AF_INET, bytes };
}

/** `struct sockaddr_in6 { family; in_port_t port; uint32_t flowinfo; struct in6_addr addr; uint32_t scope; }` */
function inet6(hostname: string, port: number): SockAddr {
  const bytes = new Uint8Array(28);
  setFamily(bytes, AF_INET6);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, port);
  // A URL writes any IPv6 address in hexadecimal groups, the longest run of zeros as "::".
  const [head, tail] = new URL(`http://[${hostname}]/`).hostname.slice(1, -1).split("::");
  const groups = (text = "") =>
    text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
  const last = groups(tail);
  groups(head).forEach((group, index) => view.setUint16(8 + 2 * index, group));
  last.forEach((group, index) => view.setUint16(24 - 2 * (last.length - index), group));
  return { family: AF_INET6, bytes };
}

/** The family is in the processor's byte order, little-endian on both we know. */
function setFamily(bytes: Uint8Array<ArrayBuffer>, family: number): void {
  new DataView(bytes.buffer).setUint16(0, family, true);
}

/** Host and port of a `struct sockaddr_in` or `struct sockaddr_in6`. */
export function inetAddress(bytes: Uint8Array): { hostname: string; port: number } {
  const port = bytes[2]! << 8 | bytes[3]!;
  if (bytes[0] === AF_INET) return { hostname: bytes.subarray(4, 8).join("."), port };
  const view = new DataView(bytes.buffer, bytes.byteOffset + 8, 16);
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(2 * i).toString(16));
  const { hostname } = new URL(`http://[${groups.join(":")}]/`);
  return { hostname: hostname.slice(1, -1), port };
}
