import { assertEquals, assertThrows } from "@std/assert";
import { sockAddrs } from "../../ffi/sockaddr.ts";
import { toHex } from "../hex.ts";

const tcp = (hostname: string, port = 30003) =>
  sockAddrs({ transport: "tcp", hostname, port }).map(({ family, bytes }) => [
    family,
    toHex(bytes),
  ]);

Deno.test("an IPv4 address is a sockaddr_in", () => {
  assertEquals(tcp("127.0.0.1"), [[2, "0200" + "7533" + "7f000001" + "00".repeat(8)]]);
});

Deno.test("an IPv6 address is a sockaddr_in6 in whatever form it is written", () => {
  const inet6 = (address: string) => [[10, "0a00" + "7533" + "00000000" + address + "00000000"]];
  assertEquals(tcp("::1"), inet6("00".repeat(15) + "01"));
  assertEquals(tcp("::"), inet6("00".repeat(16)));
  assertEquals(tcp("2001:db8::8:800:200c:417a"), inet6("20010db80000000000080800200c417a"));
  assertEquals(tcp("1:2:3:4:5:6:7:8"), inet6("00010002000300040005000600070008"));
  assertEquals(tcp("fe80::"), inet6("fe80" + "00".repeat(14)));
  assertEquals(tcp("::ffff:127.0.0.1"), inet6("00".repeat(10) + "ffff7f000001"));
});

Deno.test("localhost is both loopback addresses, and other names are for a name service", () => {
  assertEquals(tcp("localhost").map(([family]) => family), [2, 10]);
  assertEquals(tcp("tpm.example"), []);
  assertEquals(tcp("fe80::1%eth0"), []);
});

Deno.test("a path is a sockaddr_un with its 0 at the end", () => {
  const [addr] = sockAddrs({ transport: "unix", path: "/run/a" });
  assertEquals([addr!.family, toHex(addr!.bytes)], [1, "0100" + "2f72756e2f61" + "00"]);
  assertThrows(() => sockAddrs({ transport: "unix", path: `/${"x".repeat(107)}` }), TypeError);
  assertThrows(() => sockAddrs({ transport: "unix", path: "/a\0b" }), TypeError);
});
