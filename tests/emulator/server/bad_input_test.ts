import { assert, assertEquals } from "@std/assert";
import { fromHex, toHex } from "../../hex.ts";
import {
  type Address,
  connect,
  exchange,
  execute,
  readAnswer,
  readExactly,
  writeAll,
} from "../../peers/network.ts";
import { CREATE_EK, pcrRead, STARTUP } from "../../raw_commands.ts";
import { after } from "../../after.ts";
import { median } from "../../median.ts";
import { readToEnd, serve, type Served, TRANSPORTS } from "./serve.ts";

const BAD_PARAM_SIZE = "00c40000000a00000019";
const IDLE = 1000;
const MIB = 1024 * 1024;

async function assertServes({ tcp, unix }: Served): Promise<void> {
  for (const address of [tcp, unix]) assertEquals((await execute(address, pcrRead(0)))[9], 0);
}

/** Sends bytes and gives all that comes back until the server closes. */
async function sendAndRead(address: Address, bytes: Uint8Array): Promise<string> {
  using client = await connect(address);
  await writeAll(client, bytes).catch(() => {}); // the server may close before it has all
  return toHex(await readToEnd(client));
}

function report(transport: string, text: string): void {
  console.log(`  ${transport}: ${text}`);
}

/** Says how much the process has grown since it was made. */
function watchMemory(): () => number {
  const before = Deno.memoryUsage().rss;
  return () => (Deno.memoryUsage().rss - before) / MIB;
}

/** Says how many milliseconds have passed since it was made. */
function watchTime(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

/** The microseconds that half of so many round trips of an honest client stay below. */
async function roundTrip(address: Address, count: number): Promise<number> {
  using client = await connect(address);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const took = watchTime();
    assertEquals((await exchange(client, pcrRead(0))).length, 30);
    times.push(took());
  }
  return median(times) * 1000;
}

/** Numbers that follow from the seed. */
function* noise(seed: number): Generator<number, never> {
  for (let x = seed;;) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    yield x >>> 8;
  }
}

for (const transport of TRANSPORTS) {
  Deno.test(`a paramSize that cannot be ends the connection (${transport})`, async () => {
    await using served = await serve({ transport });
    const grown = watchMemory();
    const took = watchTime();
    const sizes = ["00000000", "00000009", "00001001", "7fffffff", "ffffffff"];
    const packets = [
      ...sizes.map((size) => fromHex(`00c1 ${size} 00000015 00000010`)),
      new Uint8Array(50_000).fill(0xff), // unframed
    ];
    for (let i = 0; i < 20; i++) {
      for (const address of [served.tcp, served.unix]) {
        for (const bytes of packets) {
          assertEquals(await sendAndRead(address, bytes), BAD_PARAM_SIZE);
        }
      }
    }
    await assertServes(served);
    report(
      transport,
      `${40 * packets.length} packets oversized, too short or unframed are refused, ` +
        `${(took() / (40 * packets.length)).toFixed(1)} ms each; RSS grew ${
          grown().toFixed(1)
        } MiB`,
    );
    assert(grown() < 64);
  });

  Deno.test(`the longest command is executed (${transport})`, async () => {
    await using served = await serve({ transport });
    const command = new Uint8Array(4096);
    command.set(fromHex("00c1 00001000 00000015"));
    assertEquals(toHex(await execute(served.tcp, command)), BAD_PARAM_SIZE); // PCRRead with a tail
  });

  Deno.test(`half a command is given up when its time is up (${transport})`, async () => {
    await using served = await serve({ transport, patience: 100 });
    using slow = await connect(served.tcp);
    using control = await connect(served.controlTcp);
    await writeAll(control, fromHex("000000"));
    const took = watchTime();
    let sent = 0;
    const dribbling = (async () => {
      for (const byte of pcrRead(0)) {
        await slow.write(Uint8Array.of(byte)).then(() => sent++, () => {});
        await after(50);
        await assertServes(served);
      }
    })();
    assertEquals(toHex(await readToEnd(slow)), BAD_PARAM_SIZE);
    report(transport, `a byte each 50 ms is cut off after ${took().toFixed(0)} ms, ${sent} bytes`);
    assertEquals(await readToEnd(control), new Uint8Array());
    await dribbling;
  });

  Deno.test(`${IDLE} idle connections leave the others served (${transport})`, async () => {
    await using served = await serve({ transport });
    const grown = watchMemory();
    const idle: Deno.Conn[] = [];
    for (let i = 0; i < IDLE; i++) {
      idle.push(await connect(i % 2 === 0 ? served.tcp : served.controlUnix));
    }
    const median = await roundTrip(served.tcp, 300);
    assert(served.server.status.connections >= IDLE);
    const each = 1024 * grown() / IDLE;
    report(
      transport,
      `${IDLE} idle connections take ${each.toFixed(1)} KiB each, both ends; ` +
        `the others' round trip is ${median.toFixed(0)} µs`,
    );
    assert(each < 64);
    for (const connection of idle) connection.close();
    for (let i = 0; served.server.status.connections > 0; i++) {
      assert(i < 500, "connections that were closed are still counted");
      await after(10);
    }
  });

  Deno.test(`a client that never reads is cut off, its answers bounded (${transport})`, async () => {
    await using served = await serve({ transport, patience: 300 });
    using deaf = await connect(served.unix);
    const random = fromHex("00c1 0000000e 00000046 00001000"); // TPM_GetRandom, 4 KB back
    const many = new Uint8Array(1000 * random.length);
    for (let i = 0; i < 1000; i++) many.set(random, i * random.length);
    const grown = watchMemory();
    let sent = 0;
    let closed = false;
    const flood = (async () => {
      for (;;) sent += await deaf.write(many);
    })().catch(() => closed = true);
    const took = watchTime();
    while (!closed) await assertServes(served);
    await flood;
    const answers = served.server.status.commands;
    report(
      transport,
      `a client that never reads is cut off after ${took().toFixed(0)} ms, ` +
        `${(sent / 1024).toFixed(0)} KiB sent, ${answers} commands in all; ` +
        `RSS grew ${grown().toFixed(1)} MiB`,
    );
    assert(grown() < 64);
  });

  Deno.test(`a control request during a command waits for it (${transport})`, async () => {
    await using served = await serve({ transport });
    using data = await connect(served.tcp);
    using control = await connect(served.controlUnix);
    const took = watchTime();
    await writeAll(data, CREATE_EK);
    await writeAll(control, fromHex("00000009 00000005 02000000 00000004"));
    const [answer, controls] = await Promise.all([readAnswer(data), readExactly(control, 16)]);
    report(
      transport,
      `three control requests during a key generation are answered with it, ${
        took().toFixed(0)
      } ms after`,
    );
    assertEquals(toHex(answer.subarray(6, 10)), "00000000");
    assertEquals(toHex(controls), "00000009" + "00000000" + "0000000000000000");
    assertEquals(served.emulator.locality, 2);
  });

  Deno.test(`noise on all sockets is answered or cut off (${transport})`, async () => {
    await using served = await serve({ transport, patience: 100 });
    const grown = watchMemory();
    const random = noise(20261);
    const next = (below: number) => random.next().value % below;
    const places = [served.tcp, served.unix, served.controlTcp, served.controlUnix];
    const one = async () => {
      const bytes = Uint8Array.from({ length: next(200) }, () => next(256));
      // Half of them begin like something.
      if (next(2) === 0) bytes.set(fromHex("00c1000000").subarray(0, bytes.length));
      const place = next(4);
      // SHUTDOWN and INIT would end it, or take the TPM's state.
      if (place >= 2 && bytes.length > 3) bytes.set([0, 0, 0, 4 + next(16)]);
      using client = await connect(places[place]!);
      await writeAll(client, bytes).catch(() => {});
      if (next(2) === 0) return;
      await (client as Deno.TcpConn).closeWrite().catch(() => {});
      await readToEnd(client);
    };
    for (let i = 0; i < 30; i++) await Promise.all(Array.from({ length: 20 }, one));
    report(transport, `600 connections of noise: RSS grew ${grown().toFixed(1)} MiB`);
    using control = await connect(served.controlTcp);
    await writeAll(control, fromHex("00000002 00000001"));
    assertEquals(toHex(await readExactly(control, 4)), "00000000");
    await assertServesAfterStartup(served);
  });
}

async function assertServesAfterStartup(served: Served): Promise<void> {
  assertEquals((await execute(served.tcp, STARTUP))[9], 0);
  await assertServes(served);
}
