import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { libcOpener } from "../../ffi/socket.ts";
import { ChannelTddl } from "../../lib/tddl/channel_tddl.ts";
import { CONN_OPENER } from "../../lib/tddl/conn_stream.ts";
import { SocketChannel, type SocketOptions } from "../../lib/tddl/socket_channel.ts";
import type { SpinOptions, StreamOpener } from "../../lib/tddl/stream.ts";
import { fromHex } from "../hex.ts";
import { freePort } from "../peers/network.ts";
import { after } from "../after.ts";
import { assertTddlError } from "../errors.ts";
import { answerTo, FakeTpm, numbered, numberIn, type Script } from "./fake_tpm.ts";

type Transport = "tcp" | "unix";
interface Way {
  name: string;
  transport: Transport;
  opener: () => StreamOpener;
}

const needLibc = (options?: SpinOptions) => {
  const opener = libcOpener(options);
  assert(opener !== undefined, "libc must be granted to this test");
  return opener;
};
const WAYS: Way[] = (["tcp", "unix"] as const).flatMap((transport) => [
  { name: `${transport} by Deno.connect`, transport, opener: () => CONN_OPENER },
  { name: `${transport} by libc`, transport, opener: () => needLibc() },
  { name: `${transport} by libc asleep`, transport, opener: () => needLibc({ spin: false }) },
]);

/** The same test over both transports and both kinds of connection. */
function overEveryWay(name: string, body: (way: Way) => Promise<void>): void {
  for (const way of WAYS) Deno.test(`${name} (${way.name})`, () => body(way));
}

/** The same test over unix sockets only. */
function overUnix(name: string, body: (way: Way) => Promise<void>): void {
  for (const way of WAYS.filter(({ transport }) => transport === "unix")) {
    Deno.test(`${name} (${way.name})`, () => body(way));
  }
}

/** An open library over a fake TPM. */
async function withTddl(
  way: Way,
  { script, body, options = {} }: {
    script?: Script;
    options?: SocketOptions;
    body: (tddl: ChannelTddl, tpm: FakeTpm) => Promise<void>;
  },
): Promise<void> {
  await using tpm = new FakeTpm(script, way.transport);
  const opener = way.opener();
  await using tddl = new ChannelTddl(new SocketChannel(tpm.address, { ...options, opener }));
  await tddl.open();
  await body(tddl, tpm);
}

overEveryWay("transmitData() gives the answer to its command", (way) =>
  withTddl(way, {
    body: async (tddl, tpm) => {
      for (let i = 0; i < 20; i++) assertEquals(numberIn(await tddl.transmitData(numbered(i))), i);
      assertEquals(tpm.connections, 1);
    },
  }));

overEveryWay("transmitData() puts an answer together that comes in pieces", (way) =>
  withTddl(way, {
    script: async (command, { send }) => {
      for (const byte of answerTo(command)) {
        await send(Uint8Array.of(byte));
        await after(1);
      }
    },
    body: async (tddl) => assertEquals(numberIn(await tddl.transmitData(numbered(7))), 7),
  }));

overEveryWay("transmitData() carries the largest packets", (way) =>
  withTddl(way, {
    script: async (command, { send }) => {
      const answer = new Uint8Array(4096);
      answer.set(fromHex("00c4 00001000 00000000"));
      answer.set(command.subarray(10), 10);
      await send(answer);
    },
    body: async (tddl) => {
      const command = new Uint8Array(4096).map((_, index) => index * 7);
      command.set(fromHex("00c1 00001000 00000015"));
      assertEquals((await tddl.transmitData(command)).subarray(10), command.subarray(10));
    },
  }));

overEveryWay("commands are sent one at a time, first come, first served", (way) =>
  withTddl(way, {
    script: async (command, { send }) => {
      await after(2);
      await send(answerTo(command));
    },
    body: async (tddl, tpm) => {
      const order: number[] = [];
      await Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          order.push(numberIn(await tddl.transmitData(numbered(index))));
        }),
      );
      assertEquals(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assertEquals(tpm.received.map(numberIn), order);
    },
  }));

overEveryWay("a command aborted while it waits is never sent", (way) =>
  withTddl(way, {
    script: async (command, { send }) => {
      await after(20);
      await send(answerTo(command));
    },
    body: async (tddl, tpm) => {
      const controller = new AbortController();
      const first = tddl.transmitData(numbered(1));
      const second = tddl.transmitData(numbered(2), { signal: controller.signal });
      const third = tddl.transmitData(numbered(3));
      controller.abort(new Error("changed my mind"));
      await assertRejects(() => second, Error, "changed my mind");
      assertEquals(numberIn(await first), 1);
      assertEquals(numberIn(await third), 3);
      assertEquals(tpm.received.map(numberIn), [1, 3]);
    },
  }));

overEveryWay(
  "a command aborted under way leaves no answer to the next one",
  (way) =>
    withTddl(way, {
      script: async (command, { send }) => {
        await after(numberIn(command) === 1 ? 60 : 0);
        await send(answerTo(command));
      },
      body: async (tddl) => {
        const controller = new AbortController();
        const first = tddl.transmitData(numbered(1), { signal: controller.signal });
        const second = tddl.transmitData(numbered(2));
        await after(10);
        controller.abort();
        await assertRejects(() => first, DOMException, "abort");
        assertEquals(numberIn(await second), 2);
        assertEquals(numberIn(await tddl.transmitData(numbered(3))), 3);
      },
    }),
);

overEveryWay(
  "a command that gets no answer in time ends with TSS_E_TIMEOUT",
  (way) =>
    withTddl(way, {
      script: async (command, { send }) => {
        if (numberIn(command) !== 1) await send(answerTo(command));
      },
      body: async (tddl) => {
        const error = await assertTddlError(
          tddl.transmitData(numbered(1), { timeout: 20 }),
          "TSS_E_TIMEOUT",
        );
        assertStringIncludes(error.message, "gave no answer in 20 ms");
        assertEquals(numberIn(await tddl.transmitData(numbered(2), { timeout: 5000 })), 2);
      },
    }),
);

overEveryWay("a signal that is aborted already sends nothing", (way) =>
  withTddl(way, {
    body: async (tddl, tpm) => {
      const signal = AbortSignal.abort(new Error("too late"));
      await assertRejects(() => tddl.transmitData(numbered(1), { signal }), Error, "too late");
      assertEquals(tpm.received.length, 0);
    },
  }));

const BAD_ANSWERS = [
  { answer: "00c7 0000000a 00000000", codeName: "TDDL_E_BADTAG", says: "has the tag 0x00c7" },
  { answer: "8001 0000000a 00000101", codeName: "TDDL_E_BADTAG", says: "is a TPM 2.0" },
  { answer: "00c4 00000009 00000000", codeName: "TDDL_E_IOERROR", says: "says 9 bytes" },
  { answer: "00c4 0000000a 00000000 ff", codeName: "TDDL_E_IOERROR", says: "more came" },
  {
    answer: "00c4 7fffffff 00000000",
    codeName: "TDDL_E_INSUFFICIENT_BUFFER",
    says: "takes 2147483647 bytes, and 4096 is the most",
  },
];

overEveryWay("a nonsensical answer is an error, and the next command is served", async (way) => {
  for (const { answer, codeName, says } of BAD_ANSWERS) {
    await withTddl(way, {
      script: (command, { send }) =>
        send(numberIn(command) === 1 ? fromHex(answer) : answerTo(command)),
      body: async (tddl) => {
        const error = await assertTddlError(tddl.transmitData(numbered(1)), codeName);
        assertStringIncludes(error.message, says);
        assertEquals(await tddl.getStatus(0x11), 0x22);
        assertEquals(numberIn(await tddl.transmitData(numbered(2))), 2);
        assertEquals(await tddl.getStatus(0x11), 0x20);
      },
    });
  }
});

overEveryWay("a connection that ends within an answer is an error", (way) =>
  withTddl(way, {
    script: async (command, { send, close }) => {
      if (numberIn(command) !== 1) return await send(answerTo(command));
      await send(answerTo(command).subarray(0, 11));
      close();
    },
    body: async (tddl) => {
      const error = await assertTddlError(tddl.transmitData(numbered(1)), "TDDL_E_IOERROR");
      assertStringIncludes(error.message, "closed the connection after 11 bytes of an answer");
      assertEquals(numberIn(await tddl.transmitData(numbered(2))), 2);
    },
  }));

overEveryWay(
  "a command whose connection ends without an answer is not sent again",
  (way) =>
    withTddl(way, {
      script: (_command, { close }) => close(),
      body: async (tddl, tpm) => {
        const error = await assertTddlError(tddl.transmitData(numbered(1)), "TDDL_E_IOERROR");
        assertStringIncludes(error.message, "closed the connection without an answer");
        assertEquals(tpm.received.length, 1);
      },
    }),
);

overEveryWay("a connection closed between commands is made anew", (way) =>
  withTddl(way, {
    body: async (tddl, tpm) => {
      await tddl.transmitData(numbered(1));
      tpm.hangUp();
      await after(20);
      assertEquals(numberIn(await tddl.transmitData(numbered(2))), 2);
      assertEquals(tpm.connections, 2);
    },
  }));

// Over tcp Deno's own servers say farewell first, which cannot be told from an end after the command.
overUnix(
  "a command that the server has not taken goes over a new connection",
  (way) =>
    withTddl(way, {
      script: async (command, { send, close, connection }) => {
        await send(answerTo(command));
        if (connection > 1) return;
        await after(20); // what comes meanwhile is reset unread
        close();
      },
      body: async (tddl, tpm) => {
        await tddl.transmitData(numbered(1));
        assertEquals(numberIn(await tddl.transmitData(numbered(2))), 2);
        assertEquals(tpm.received.map(numberIn), [1, 2]);
        assertEquals(tpm.connections, 2);
      },
    }),
);

overEveryWay("bytes that nobody asked for are not taken for an answer", (way) =>
  withTddl(way, {
    script: async (command, { send, connection }) => {
      await send(answerTo(command));
      if (connection > 1) return;
      await after(10);
      await send(answerTo(numbered(99)));
    },
    body: async (tddl) => {
      await tddl.transmitData(numbered(1));
      await after(40);
      assertEquals(numberIn(await tddl.transmitData(numbered(2))), 2);
    },
  }));

overEveryWay(
  "each command gets a connection of its own where that is asked for",
  (way) =>
    withTddl(way, {
      options: { connection: "each" },
      script: async (command, { send, close }) => {
        await send(answerTo(command));
        close();
      },
      body: async (tddl, tpm) => {
        for (let i = 0; i < 5; i++) assertEquals(numberIn(await tddl.transmitData(numbered(i))), i);
        assertEquals(tpm.connections, 5);
      },
    }),
);

overEveryWay("close() ends what waits and what is under way", (way) =>
  withTddl(way, {
    script: () => {},
    body: async (tddl) => {
      const ends = [1, 2].map((index) =>
        assertTddlError(tddl.transmitData(numbered(index)), "TDDL_E_COMMAND_ABORTED")
      );
      await after(5);
      await tddl.close();
      await Promise.all(ends);
      await assertTddlError(tddl.transmitData(numbered(3)), "TDDL_E_ALREADY_CLOSED");
      await assertTddlError(tddl.close(), "TDDL_E_ALREADY_CLOSED");
      await tddl.open();
      await assertTddlError(tddl.open(), "TDDL_E_ALREADY_OPENED");
    },
  }));

overEveryWay("a command that is not well framed is not sent", (way) =>
  withTddl(way, {
    body: async (tddl, tpm) => {
      const oversize = new Uint8Array(5000);
      oversize.set(fromHex("00c1 00001388 00000015"));
      for (const command of [fromHex("00c1"), fromHex("00c1 0000000b 00000050"), oversize]) {
        await assertTddlError(tddl.transmitData(command), "TSS_E_BAD_PARAMETER");
      }
      assertEquals(tpm.received.length, 0);
    },
  }));

Deno.test("open() tells where nothing listens", async () => {
  for (const way of WAYS) {
    const opener = way.opener();
    const address = way.transport === "unix"
      ? { transport: way.transport, path: "/nonexistent/tpm.sock" }
      : { transport: way.transport, hostname: "127.0.0.1", port: freePort() };
    const tddl = new ChannelTddl(new SocketChannel(address, { opener }));
    const error = await assertTddlError(tddl.open(), "TDDL_E_COMPONENT_NOT_FOUND");
    assertStringIncludes(error.message, "nothing listens at");
    assertEquals(error.result, 0x1089);
  }
});

Deno.test("open() gives up when aborted or when its time is over", async () => {
  const never: StreamOpener = {
    open: (_address, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  };
  const address = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
  const tddl = new ChannelTddl(new SocketChannel(address, { opener: never }));
  await assertTddlError(tddl.open({ timeout: 10 }), "TSS_E_TIMEOUT");
  const controller = new AbortController();
  const opening = tddl.open({ signal: controller.signal });
  controller.abort(new Error("not today"));
  await assertRejects(() => opening, Error, "not today");
  const second = tddl.open();
  await tddl.close();
  await assertTddlError(second, "TDDL_E_COMMAND_ABORTED");
});
