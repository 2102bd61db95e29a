import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Tcsi } from "../../lib/tcs/mod.ts";
import {
  TcsdClient,
  type TcsdEvent,
  TcsdServer,
  type TcsdServerOptions,
} from "../../lib/tcsd/mod.ts";
import { encodeResult } from "../../lib/tcsd/packet.ts";
import { CONN_OPENER } from "../../lib/tddl/conn_stream.ts";
import type { SocketAddress } from "../../lib/tddl/mod.ts";
import { TssError, tssError } from "../../lib/tpm12/tss_error.ts";
import { fromHex, toHex } from "../hex.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { after } from "../after.ts";
import { type FakeMethods, FakeServices, until } from "./fake_services.ts";

const LOOPBACK: SocketAddress = { transport: "tcp", hostname: "127.0.0.1", port: 0 };
const OPEN = fromHex("0000001c0000000100000000000000000000001c000000000000001c");

interface Running extends AsyncDisposable {
  server: TcsdServer;
  services: FakeServices;
  events: TcsdEvent[];
  address: SocketAddress;
}

async function run(
  methods: FakeMethods = {},
  { address = LOOPBACK, ...options }: TcsdServerOptions & { address?: SocketAddress } = {},
): Promise<Running> {
  const services = new FakeServices(methods);
  const events: TcsdEvent[] = [];
  const onEvent = (event: TcsdEvent) => events.push(event);
  const addresses = [{ address }];
  const server = await TcsdServer.start(services, { ...options, addresses, onEvent });
  return {
    server,
    services,
    events,
    address: server.addresses[0]!,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

const connect = (address: SocketAddress): Promise<Deno.Conn> => Deno.connect(address as never);

async function read(conn: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1000);
  const length = await conn.read(buffer).catch(() => null);
  return length === null ? "closed" : toHex(buffer.subarray(0, length));
}

const METHODS: FakeMethods = {
  pcrRead: ({ pcrIndex }) => {
    if ((pcrIndex as number) > 23) throw tssError("tcs", "TSS_E_BAD_PARAMETER");
    return { outDigest: new Uint8Array(20).fill(pcrIndex as number) };
  },
};

async function useContext(context: Tcsi): Promise<void> {
  assertEquals(context.tpmVersion, 2);
  const { outDigest } = await context.pcrRead({ pcrIndex: 5 });
  assertEquals(outDigest, new Uint8Array(20).fill(5));
  const error = await assertRejects(() => context.pcrRead({ pcrIndex: 24 }), TssError);
  assertEquals([error.result, error.command], [0x2003, "TPM_PCRRead"]);
}

Deno.test("client and server talk over tcp and over a unix socket", async () => {
  using folder = new TempFolder();
  const unix: SocketAddress = { transport: "unix", path: folder.join("tcsd.sock") };
  const tcp6: SocketAddress = { transport: "tcp", hostname: "::1", port: 0 };
  const transports = [["libc", undefined], ["deno", CONN_OPENER]] as const;
  for (const address of [LOOPBACK, tcp6, unix]) {
    for (const [transport, opener] of transports) {
      await using running = await run(METHODS, { address, transport });
      await using client = new TcsdClient(running.address, opener && { opener });
      await using context = await client.openContext();
      await useContext(context);
      await useContext(await client.openContext());
      assertEquals(running.server.status.contexts, 2);
    }
  }
});

Deno.test("a unix socket has its mode, is taken over when dead, and goes with the server", async () => {
  using folder = new TempFolder();
  const address: SocketAddress = { transport: "unix", path: folder.join("tcsd.sock") };
  {
    await using _running = await run({}, { address });
    assertEquals(Deno.statSync(address.path).mode! & 0o777, 0o660);
    await assertRejects(() => run({}, { address }), Deno.errors.AddrInUse);
  }
  await assertRejects(() => Deno.stat(address.path), Deno.errors.NotFound);
  // A server that was killed leaves its socket.
  const listen = `Deno.listen({ transport: "unix", path: ${JSON.stringify(address.path)} })`;
  await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `data:text/javascript,${listen};Deno.exit()`],
  }).output();
  assert(Deno.statSync(address.path).isSocket);
  await using running = await run(METHODS, { address });
  await using client = new TcsdClient(running.address);
  await useContext(await client.openContext());
});

Deno.test("what a connection opened is closed when it drops", async () => {
  await using running = await run();
  using conn = await connect(running.address);
  await conn.write(OPEN);
  await read(conn);
  await conn.write(OPEN);
  await read(conn);
  assertEquals(running.services.open, 2);
  conn.close();
  await until(() => running.services.open === 0);
  await until(() => running.server.status.connections === 0);
});

Deno.test("a client that dies in the middle of a command harms no other", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  await using running = await run({
    ...METHODS,
    selfTestFull: async () => {
      waiting++;
      await promise;
      return {};
    },
  });
  const doomed = await connect(running.address);
  await doomed.write(OPEN);
  const opened = await read(doomed);
  const hContext = opened.slice(60, 68);
  await doomed.write(
    fromHex(`000000210000003500000001000000010000001c000000040000001d03${hContext}`),
  );
  await until(() => waiting === 1);
  doomed.close();
  await using client = new TcsdClient(running.address);
  await using context = await client.openContext();
  await useContext(context);
  resolve();
  await until(() => running.server.status.connections === 1);
  await useContext(context);
});

Deno.test("requests sent in pieces, and several at once, are answered in turn", async () => {
  await using running = await run();
  using conn = await connect(running.address);
  for (const byte of OPEN) await conn.write(Uint8Array.of(byte));
  assertEquals((await read(conn)).length, 76);
  await conn.write(Uint8Array.from([...OPEN, ...OPEN, ...OPEN.subarray(0, 9)]));
  let answers = "";
  while (answers.length < 152) answers += await read(conn);
  assertEquals(answers.length, 152);
  await conn.write(OPEN.subarray(9));
  assertEquals((await read(conn)).length, 76);
});

Deno.test("a hostile packet is answered or costs its own connection, and others go on", async () => {
  await using running = await run(METHODS);
  await using client = new TcsdClient(running.address);
  await using context = await client.openContext();
  for (const size of ["00000000", "0000001b", "00010001", "80000000", "ffffffff"]) {
    using conn = await connect(running.address);
    await conn.write(fromHex(size + "00".repeat(24)));
    assertEquals(await read(conn), "closed", size);
    await useContext(context);
  }
  using conn = await connect(running.address);
  await conn.write(encodeResult(1));
  assertEquals(await read(conn), toHex(encodeResult(0x2004)));
  await conn.write(fromHex("000000210000007b00000001000000010000001c000000040000001d0300000000"));
  assertEquals(await read(conn), toHex(encodeResult(0x2002)));
});

Deno.test("idle and slow peers are closed when their time is up", async () => {
  await using running = await run({}, { firstByteTimeout: 50, transferTimeout: 50 });
  const silent = await Promise.all(Array.from({ length: 20 }, () => connect(running.address)));
  assertEquals(await Promise.all(silent.map(read)), silent.map(() => "closed"));
  for (const conn of silent) conn.close();
  using slow = await connect(running.address);
  await slow.write(OPEN.subarray(0, 10));
  assertEquals(await read(slow), "closed");
  // Between requests a peer may take its time.
  using patient = await connect(running.address);
  await patient.write(OPEN);
  await read(patient);
  await after(600);
  await patient.write(OPEN);
  assertEquals((await read(patient)).length, 76);
  const reasons = running.events.filter(({ kind }) => kind === "closed");
  assertEquals(reasons.map(({ reason }) => reason), Array(21).fill("its time is up"));
});

Deno.test("connections beyond the limit are closed at once", async () => {
  await using running = await run({}, { maxConnections: 2 });
  using a = await connect(running.address);
  await a.write(OPEN);
  await read(a);
  {
    using b = await connect(running.address);
    await b.write(OPEN);
    await read(b);
    using c = await connect(running.address);
    assertEquals(await read(c), "closed");
  }
  await until(() => running.server.status.connections === 1);
  using d = await connect(running.address);
  await d.write(OPEN);
  assertEquals((await read(d)).length, 76);
  const { refused, accepted, requests } = running.server.status;
  assertEquals({ refused, accepted, requests }, { refused: 1, accepted: 3, requests: 3 });
  assertEquals(running.events.find(({ kind }) => kind === "refused")!.reason, "there are too many");
});

Deno.test("connections that have done nothing make room for others", async () => {
  await using running = await run(METHODS, { maxConnections: 3 });
  const silent = await Promise.all([1, 2, 3].map(() => connect(running.address)));
  await until(() => running.server.status.connections === 3);
  await using client = new TcsdClient(running.address);
  for (let i = 0; i < 3; i++) await useContext(await client.openContext());
  assertEquals(await Promise.all(silent.map(read)), ["closed", "closed", "closed"]);
  for (const conn of silent) conn.close();
  await assertRejects(() => client.openContext(), TssError, "TSS_E_COMM_FAILURE");
});

Deno.test("a client that sends on without waiting for answers is closed", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using running = await run({ selfTestFull: () => promise }, { maxRequestSize: 10_000 });
  using conn = await connect(running.address);
  await conn.write(OPEN);
  const hContext = (await read(conn)).slice(60, 68);
  await conn.write(
    fromHex(`000000210000003500000001000000010000001c000000040000001d03${hContext}`),
  );
  const flood = (async () => {
    for (;;) await conn.write(new Uint8Array(1000));
  })().catch(() => {});
  await flood;
  resolve();
  await until(() => running.events.some(({ kind }) => kind === "closed"));
  assertEquals(running.events.at(-1)!.reason, "it sends on without waiting for answers");
});

Deno.test("the user on the other side of a unix socket is known, and may be required", async () => {
  using folder = new TempFolder();
  const address: SocketAddress = { transport: "unix", path: folder.join("tcsd.sock") };
  const uid = Deno.uid()!;
  const events: TcsdEvent[] = [];
  const onEvent = (event: TcsdEvent) => events.push(event);
  const start = (uids: number[], transport?: "deno") =>
    TcsdServer.start(new FakeServices(METHODS), {
      addresses: [{ address, uids }],
      onEvent,
      ...transport && { transport },
    });
  {
    await using _server = await start([uid + 1, uid]);
    await using client = new TcsdClient(address);
    await useContext(await client.openContext());
    assertEquals(events[0]!.peer, `unix:${address.path}, uid ${uid}, pid ${Deno.pid}`);
  }
  {
    await using _server = await start([uid + 1]);
    await using client = new TcsdClient(address);
    await assertRejects(() => client.openContext(), TssError, "TSS_E_COMM_FAILURE");
    assertEquals(events.at(-1)!.reason, "this user may not connect");
  }
  await assertRejects(() => start([uid], "deno"), Deno.errors.NotSupported, "--allow-ffi");
});

Deno.test("an address of IPv6 alone takes nobody who comes by IPv4", async () => {
  const address: SocketAddress = { transport: "tcp", hostname: "::", port: 0 };
  for (const transport of ["libc", "deno"] as const) {
    for (const onlyIpv6 of [false, true]) {
      const services = new FakeServices({});
      const addresses = [{ address, onlyIpv6 }];
      await using server = await TcsdServer.start(services, { transport, addresses });
      const { port } = server.addresses[0] as { port: number };
      for (const hostname of ["127.0.0.1", "::1"]) {
        using conn = await Deno.connect({ hostname, port });
        await conn.write(OPEN).catch(() => {});
        assertEquals(await read(conn) === "closed", onlyIpv6 && hostname === "127.0.0.1");
      }
      assertEquals(server.status.refused, onlyIpv6 ? 1 : 0);
    }
  }
});

Deno.test("a server tells how often it was asked what, and how long that took", async () => {
  await using running = await run(METHODS);
  await using client = new TcsdClient(running.address);
  await using context = await client.openContext();
  await useContext(context);
  const status = await client.status();
  assertEquals(status, { ...running.server.status, requests: 3, operations: status.operations });
  const [reads, opens] = status.operations;
  assertEquals(reads, { ...reads!, operation: "TCSD_ORD_PCRREAD", count: 2, failed: 1 });
  assertEquals(opens, { ...opens!, operation: "TCSD_ORD_OPENCONTEXT", count: 1, failed: 0 });
  assert(reads!.total > 0 && reads!.longest <= reads!.total);
  await context.closeContext();
  const closed = () => running.events.filter(({ kind }) => kind === "closed");
  await until(() => closed().length === 2);
  const summaries = closed().map(({ summary }) => [summary!.requests, summary!.failed]);
  assertEquals(summaries.sort(), [[1, 0], [4, 1]]);
});

Deno.test("settings change while the server runs", async () => {
  await using running = await run(METHODS, { maxContexts: 1 });
  await using client = new TcsdClient(running.address);
  using conn = await connect(running.address);
  await conn.write(OPEN);
  await read(conn);
  await conn.write(OPEN);
  assertEquals(await read(conn), toHex(encodeResult(0x15)));
  running.server.reload({ maxConnections: 1 });
  await assertRejects(() => client.openContext(), TssError, "TSS_E_COMM_FAILURE");
  running.server.reload({ maxContexts: 2 });
  await useContext(await client.openContext());
});

Deno.test("closing lets a request under way be answered, and closes all contexts", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = false;
  await using running = await run({
    getRandom: async () => {
      waiting = true;
      await promise;
      return { randomBytes: fromHex("0102") };
    },
  });
  await using client = new TcsdClient(running.address);
  const context = await client.openContext();
  const idle = await client.openContext();
  const answer = context.getRandom({ bytesRequested: 2 });
  await until(() => waiting);
  const closing = running.server.close();
  using late = await connect(running.address);
  assertEquals(await read(late), "closed");
  resolve();
  assertEquals((await answer).randomBytes, fromHex("0102"));
  await closing;
  assertEquals(running.services.open, 0);
  await assertRejects(() => idle.getRandom({ bytesRequested: 2 }), TssError, "TSS_E_COMM_FAILURE");
});

Deno.test("a client says that nobody answers, or that who answers is no daemon", async () => {
  const unused = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address: SocketAddress = { ...LOOPBACK, port: unused.addr.port } as SocketAddress;
  unused.close();
  await using nobody = new TcsdClient(address);
  await assertRejects(() => nobody.openContext(), TssError, `no daemon answers at tcp:127.0.0.1:`);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const said = (async () => {
    using conn = await listener.accept();
    await conn.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await read(conn);
  })();
  await using other = new TcsdClient({
    transport: "tcp",
    hostname: "127.0.0.1",
    port: listener.addr.port,
  });
  await assertRejects(() => other.openContext(), TssError, "does not speak the protocol");
  await said;
});

Deno.test("a daemon that does not answer is given up, and the context with it", async () => {
  await using running = await run(
    { selfTestFull: () => new Promise(() => {}), ...METHODS },
    { drainTimeout: 50 },
  );
  const client = new TcsdClient(running.address, { answerTimeout: 50 });
  const context = await client.openContext();
  await assertRejects(() => context.selfTestFull({}), TssError, "did not answer in time");
  await assertRejects(() => context.pcrRead({ pcrIndex: 1 }), TssError, "TSS_E_COMM_FAILURE");
});

Deno.test("a command that the protocol does not carry is refused by the client", async () => {
  await using running = await run();
  await using client = new TcsdClient(running.address);
  const context = await client.openContext();
  await assertRejects(() => context.command("TPM_SHA1Start", {}), TssError, "TSS_E_NOTIMPL");
});
