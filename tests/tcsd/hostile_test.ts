import { assert, assertEquals } from "@std/assert";
import { CoreServices } from "../../lib/tcs/mod.ts";
import { type AnsweredRequest, PacketError, TcsdClient, TcsdSession } from "../../lib/tcsd/mod.ts";
import { encodeRequest, operationByMethod } from "../../lib/tcsd/protocol.ts";
import { CONN_OPENER } from "../../lib/tddl/conn_stream.ts";
import { openTddl } from "../../lib/tddl/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { Seeded } from "../codec/generate.ts";
import { after } from "../after.ts";
import { anyPacket, change } from "./mutated_packets.ts";
import { Victim } from "./victim_process.ts";

/** Seconds of mutated requests: two minutes in the long form. */
const SECONDS = Number(Deno.env.get("TSS_FUZZ_SECONDS") ?? 1.5);
const OPEN = fromHex("0000001c0000000100000000000000000000001c000000000000001c");
const MEGABYTE = 0x100000;

async function read(conn: Deno.Conn): Promise<Uint8Array> {
  const buffer = new Uint8Array(1000);
  const length = await conn.read(buffer).catch(() => null);
  return buffer.subarray(0, length ?? 0);
}

async function openContext(conn: Deno.Conn): Promise<number> {
  await conn.write(OPEN);
  const answer = await read(conn);
  return new DataView(answer.buffer).getUint32(30);
}

/** A client that does as it should all the while, and how long it had to wait at most. */
async function goodClient(victim: Victim, ended: () => boolean): Promise<number> {
  await using client = new TcsdClient(
    { transport: "tcp", hostname: "127.0.0.1", port: victim.port },
    { opener: CONN_OPENER },
  );
  await using context = await client.openContext();
  let longest = 0;
  while (!ended()) {
    const started = performance.now();
    assertEquals((await context.getRandom({ bytesRequested: 8 })).randomBytes.length, 8);
    longest = Math.max(longest, performance.now() - started);
    await after(5);
  }
  return longest;
}

/** Runs an attack beside a good client; gives how long that had to wait at most. */
async function beside(victim: Victim, attack: () => Promise<void>): Promise<number> {
  let ended = false;
  const good = goodClient(victim, () => ended);
  await attack().finally(() => ended = true);
  return await good;
}

/** Packets that end TrouSerS' daemon; each is answered with an error here. */
const CRASHES: Readonly<Record<string, (hContext: number) => Uint8Array>> = {
  "a StirRandom of 4 GB"(hContext) {
    const packet = encodeRequest(operationByMethod("stirRandom")!, {
      hContext,
      inData: new Uint8Array(16),
    });
    // The size of what comes after it.
    packet.set(fromHex("fffffff0"), packet.length - 20);
    return packet;
  },
  "a CreateCounter with a label of 600 bytes"(hContext) {
    const packet = encodeRequest(operationByMethod("createCounter")!, {
      hContext,
      label: new Uint8Array(4),
      encAuth: new Uint8Array(20),
      auths: [{
        authHandle: 1,
        nonceOdd: new Uint8Array(20),
        continueAuthSession: false,
        authData: new Uint8Array(20),
      }],
    });
    const at = packet.length - 45 - 20 - 8;
    const longer = Uint8Array.from([
      ...packet.subarray(0, at),
      ...fromHex("00000258"),
      ...new Uint8Array(600).fill(0x41),
      ...packet.subarray(at + 8),
    ]);
    const view = new DataView(longer.buffer);
    view.setUint32(0, longer.length);
    view.setUint32(20, longer.length - view.getUint32(24));
    return longer;
  },
  "a key of 33 bytes that says it has 2 GB"(hContext) {
    const rgbKey = new Uint8Array(33);
    rgbKey.set(fromHex("01010000"));
    rgbKey.fill(0x7f, 20);
    return encodeRequest(operationByMethod("registerKey")!, {
      hContext,
      wrappingKeyUUID: Uint8Array.from([...new Uint8Array(15), 1]),
      keyUUID: new Uint8Array(16).fill(9),
      rgbKey,
      gbVendorData: new Uint8Array(),
    });
  },
  "a search for a key of an algorithm that is none": (hContext) =>
    encodeRequest(operationByMethod("getRegisteredKeyByPublicInfo")!, {
      hContext,
      algID: 0x20,
      rgbPublicInfo: new Uint8Array(256),
    }),
};

for (const transport of ["libc", "deno"] as const) {
  Deno.test(`packets that end TrouSerS' daemon are errors to ours (${transport})`, async () => {
    await using victim = await Victim.start(transport);
    using conn = await victim.connect();
    const hContext = await openContext(conn);
    for (const [name, packet] of Object.entries(CRASHES)) {
      await conn.write(packet(hContext));
      const answer = await read(conn);
      assertEquals(answer.length, 28, name);
      assert(new DataView(answer.buffer).getUint32(4) !== 0, name);
    }
    // Another's context, and one that is guessed, are none to this connection.
    using other = await victim.connect();
    await openContext(other);
    for (const guess of [hContext, hContext + 1, 0xa0d84100, 0, 0xffffffff]) {
      await other.write(encodeRequest(operationByMethod("oiap")!, { hContext: guess }));
      assertEquals(toHex(await read(other)), "0000001c000020c1" + "00".repeat(20));
    }
    assertEquals(await victim.end(), "");
  });
}

Deno.test("a thousand idle connections and slow senders do not keep others waiting", async () => {
  await using victim = await Victim.start("libc");
  const crowd: Deno.Conn[] = [];
  const before = await victim.memory();
  const connecting = await beside(victim, async () => {
    for (let i = 0; i < 1000; i++) {
      const conn = await victim.connect();
      // Half of them send half a request, and a context is open on some.
      if (i % 2) await conn.write(OPEN.subarray(0, 1 + i % 27));
      else if (i % 10 === 0) await openContext(conn);
      crowd.push(conn);
    }
  });
  const idle = await beside(victim, () => after(500));
  const busy = victim.processorTime();
  await after(1000);
  const processor = victim.processorTime() - busy;
  const memory = (await victim.memory() - before) / MEGABYTE;
  for (const conn of crowd) conn.close();
  const figures = { connecting, idle, processor, memory };
  console.log(`%c${JSON.stringify(figures)}`, "color: gray");
  assert(connecting < 200 && idle < 100, "a good client waits too long");
  // Idle, and looking at deadlines four times a second.
  assert(processor <= 60, "an idle daemon is busy");
  assert(memory < 64, "an idle connection takes much memory");
  assertEquals(await victim.end(), "");
});

Deno.test("mutated requests are answered or cost their connection, and nothing grows", async () => {
  await using victim = await Victim.start("libc");
  const random = new Seeded(Number(Deno.env.get("TSS_FUZZ_SEED") ?? 5));
  const figures = { requests: 0, connections: 0 };
  const attack = async (until: number) => {
    while (performance.now() < until) {
      const conn = await victim.connect();
      figures.connections++;
      figures.requests += await mutate(conn, random);
      try {
        conn.close();
      } catch {
        // Closed when no answers came.
      }
    }
  };
  // What grows at first is what is compiled.
  await attack(performance.now() + Math.min(10_000, SECONDS * 500));
  const before = await victim.memory();
  figures.requests = figures.connections = 0;
  const until = performance.now() + SECONDS * 1000;
  const longest = await beside(victim, async () => {
    await Promise.all(Array.from({ length: 4 }, () => attack(until)));
  });
  const growth = (await victim.memory() - before) / MEGABYTE;
  console.log(`%c${JSON.stringify({ ...figures, longest, growth, SECONDS })}`, "color: gray");
  assert(figures.requests > 1000);
  assert(longest < 2000, "a good client waits too long");
  assert(growth < 64, "memory grows");
  assertEquals(await victim.end(), "");
});

const BATCH = 50;

/** Sends requests, each with some bytes changed, until the connection is closed; gives how many. */
async function mutate(conn: Deno.Conn, random: Seeded): Promise<number> {
  const hContext = await openContext(conn);
  const bytes = new Uint8Array(0x10000);
  let sent = 0;
  try {
    for (; sent < 5000; sent += BATCH) {
      let length = 0;
      for (let i = 0; i < BATCH; i++) {
        const packet = anyPacket(random);
        bytes.set(packet, length);
        change(bytes.subarray(length, length + packet.length), { random, hContext });
        length += packet.length;
      }
      for (let at = 0; at < length;) at += await conn.write(bytes.subarray(at, length));
      if (!await takeAnswers(conn, BATCH)) break;
    }
  } catch {
    // Closed by the server, as it may.
  }
  return sent + BATCH;
}

/**
 * Reads so many answers; `false` when the connection ended before, or no more come: a packet that
 * says it is longer takes the next ones with it.
 */
async function takeAnswers(conn: Deno.Conn, count: number): Promise<boolean> {
  const buffer = new Uint8Array(0x20000);
  let kept = 0;
  for (let left = count; left > 0;) {
    const timer = setTimeout(() => conn.close(), 2000);
    const length = await conn.read(buffer.subarray(kept)).finally(() => clearTimeout(timer));
    if (length === null) return false;
    kept += length;
    let at = 0;
    const view = new DataView(buffer.buffer);
    for (; at + 4 <= kept && view.getUint32(at) <= kept - at; left--) at += view.getUint32(at);
    buffer.copyWithin(0, at, kept);
    kept -= at;
  }
  return true;
}

Deno.test("a session tells no fault of ours for whatever it is sent", async () => {
  const count = Number(Deno.env.get("TSS_FUZZ_REQUESTS") ?? 50_000);
  await using services = await CoreServices.start(await openTddl("emulator"));
  const random = new Seeded(7);
  const faults: unknown[] = [];
  const onAnswer = ({ operation, error }: AnsweredRequest) =>
    error !== undefined && faults.push(operation, error);
  let [session, hContext, closed] = [new TcsdSession(services, { onAnswer }), 0, 0];
  for (let i = 0; i < count; i++) {
    if (i % 1000 === 0) {
      await session.close();
      session = new TcsdSession(services, { onAnswer });
      const opened = await session.answer(OPEN);
      hContext = new DataView(opened.buffer, opened.byteOffset).getUint32(30);
    }
    const packet = anyPacket(random).slice();
    change(packet, { random, hContext });
    try {
      await session.answer(packet);
    } catch (error) {
      if (!(error instanceof PacketError && error.closes)) throw error;
      closed++;
    }
  }
  assertEquals(faults, []);
  assert(closed < count / 100);
});
