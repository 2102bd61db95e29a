import { assert, assertEquals, assertThrows } from "@std/assert";
import { PacketError, PacketReader } from "../../lib/tcsd/protocol.ts";
import { Seeded } from "../codec/generate.ts";
import { toHex } from "../hex.ts";

function packetOf(size: number, random: Seeded): Uint8Array {
  const packet = random.bytes(size);
  new DataView(packet.buffer).setUint32(0, size);
  return packet;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("packets come out whole however the stream is cut", () => {
  const random = new Seeded(77);
  const packets = Array.from({ length: 60 }, () => packetOf(28 + random.below(400), random));
  const stream = join(packets);
  for (const largest of [1, 3, 29, 500, 5000, stream.length]) {
    const reader = new PacketReader();
    const found: Uint8Array[] = [];
    for (let at = 0; at < stream.length;) {
      const end = Math.min(stream.length, at + 1 + random.below(largest));
      reader.push(stream.slice(at, end));
      at = end;
      for (let packet = reader.next(); packet !== null; packet = reader.next()) found.push(packet);
    }
    // Compared at the end, so that a packet overwritten later would show.
    assertEquals(found.map(toHex), packets.map(toHex), `chunks to ${largest} bytes`);
    assertEquals(reader.pending, 0);
  }
});

Deno.test("a packet is known by its first four bytes, and waited for", () => {
  const reader = new PacketReader();
  reader.push(new Uint8Array([0, 0, 0]));
  assertEquals(reader.next(), null);
  reader.push(new Uint8Array([30]));
  assertEquals(reader.next(), null);
  reader.push(new Uint8Array(26));
  assertEquals(reader.next()?.length, 30);
  assertEquals(reader.next(), null);
});

Deno.test("a size that no packet has closes the connection before its bytes come", () => {
  for (const size of [0, 27, 0x100001, 0x7fffffff, 0x80000000, 0xffffffff]) {
    const reader = new PacketReader();
    const start = new Uint8Array(4);
    new DataView(start.buffer).setUint32(0, size);
    reader.push(start);
    const error = assertThrows(() => reader.next(), PacketError, `${size} bytes`);
    assert(error.closes);
  }
  const reader = new PacketReader({ maxSize: 100 });
  reader.push(packetOf(100, new Seeded(1)));
  assertEquals(reader.next()?.length, 100);
  reader.push(packetOf(101, new Seeded(1)));
  assertThrows(() => reader.next(), PacketError, "28 to 100");
});

Deno.test("a megabyte sent in crumbs takes time in proportion", () => {
  const size = 0x100000;
  const packet = new Uint8Array(size);
  new DataView(packet.buffer).setUint32(0, size);
  const reader = new PacketReader();
  const started = performance.now();
  for (let at = 0; at < size; at += 16) {
    reader.push(packet.subarray(at, at + 16));
    if (at + 16 < size) assertEquals(reader.next() === null, true);
  }
  assertEquals(reader.next()?.length, size);
  assert(performance.now() - started < 5000);
});
