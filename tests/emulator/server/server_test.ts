import { assert, assertEquals, assertRejects } from "@std/assert";
import { Emulator, EmulatorServer } from "../../../lib/emulator/mod.ts";
import { fromHex, toHex } from "../../hex.ts";
import {
  connect,
  exchange,
  execute,
  readAnswer,
  readExactly,
  writeAll,
} from "../../peers/network.ts";
import { TempFolder } from "../../peers/temp_folder.ts";
import { EXTEND, pcrRead, STARTUP } from "../../raw_commands.ts";
import { after } from "../../after.ts";
import { serve, TRANSPORTS } from "./serve.ts";

const setLocality = (locality: number) =>
  fromHex(`00c1 0000000b 20001000 ${locality.toString(16).padStart(2, "0")}`);

for (const transport of TRANSPORTS) {
  Deno.test(`commands are executed over tcp and unix sockets (${transport})`, async () => {
    await using served = await serve({ transport });
    const extended = await execute(served.tcp, EXTEND);
    assertEquals(extended.length, 30);
    assertEquals(await execute(served.unix, pcrRead(16)), extended);
    assertEquals(served.server.fast, transport === "libc");
    assertEquals(served.server.status.commands, 2);
  });

  Deno.test(`many connections are served side by side (${transport})`, async () => {
    await using served = await serve({ transport });
    const clients = await Promise.all(
      Array.from({ length: 40 }, (_, i) => connect(i % 2 === 0 ? served.tcp : served.unix)),
    );
    const work = clients.map(async (client) => {
      for (let i = 0; i < 25; i++) assertEquals((await exchange(client, EXTEND)).length, 30);
    });
    await Promise.all(work);
    assertEquals(served.server.status.commands, 1000);
    assertEquals(served.server.status.connections, 40);
    for (const client of clients) client.close();
    const value = await execute(served.tcp, pcrRead(16));
    using alone = Emulator.powerOn();
    alone.execute(STARTUP);
    for (let i = 0; i < 1000; i++) alone.execute(EXTEND);
    assertEquals(value, alone.execute(pcrRead(16)));
  });

  Deno.test(`an answer comes in one piece, up to the longest (${transport})`, async () => {
    await using served = await serve({ transport });
    using client = await connect(served.unix);
    await writeAll(client, fromHex("00c1 0000000e 00000046 00001000")); // TPM_GetRandom
    const buffer = new Uint8Array(8192);
    const length = await client.read(buffer);
    assertEquals(length, new DataView(buffer.buffer).getUint32(2));
    assert(length! > 4000);
  });

  Deno.test(`a command may come in pieces, and several in one (${transport})`, async () => {
    await using served = await serve({ transport });
    using client = await connect(served.tcp);
    const whole = pcrRead(3);
    for (const byte of whole) {
      await writeAll(client, Uint8Array.of(byte));
      await after(1);
    }
    assertEquals((await readAnswer(client)).length, 30);
    const many = Uint8Array.from(Array.from({ length: 700 }, () => [...whole]).flat());
    await writeAll(client, many);
    for (let i = 0; i < 700; i++) assertEquals((await readAnswer(client)).length, 30);
    assertEquals(served.server.status.commands, 701);
  });

  Deno.test(`an answer reaches a client that has ended its side (${transport})`, async () => {
    await using served = await serve({ transport });
    using client = await connect(served.tcp) as Deno.TcpConn;
    await writeAll(client, pcrRead(0));
    await client.closeWrite();
    assertEquals((await readAnswer(client)).length, 30);
    assertEquals(await client.read(new Uint8Array(1)), null);
  });

  Deno.test(`the locality comes in band where that is allowed (${transport})`, async () => {
    await using plain = await serve({ transport });
    assertEquals((await execute(plain.tcp, setLocality(3)))[9], 0x09);
    await using served = await serve({ transport, allowSetLocality: true, rejectLocality4: true });
    assertEquals(toHex(await execute(served.tcp, setLocality(3))), "00c40000000a00000000");
    assertEquals(served.emulator.locality, 3);
    for (const locality of [4, 5, 255]) {
      assertEquals((await execute(served.tcp, setLocality(locality)))[9], 0x3d);
    }
    assertEquals((await execute(served.tcp, fromHex("00c1 0000000a 20001000")))[9], 0x19);
    assertEquals(served.emulator.locality, 3);
  });

  Deno.test(`a socket left behind is taken over, one in use is not (${transport})`, async () => {
    using folder = new TempFolder();
    using emulator = Emulator.powerOn();
    const path = folder.join("tpm.sock");
    const options = { emulator, transport, listen: [`unix:${path}`] } as const;
    {
      // Renamed, a socket is not found when its listener would remove it.
      using left = Deno.listen({ transport: "unix", path: `${path}.old` });
      Deno.renameSync(left.addr.path, path);
    }
    assert(Deno.lstatSync(path).isSocket);
    {
      await using server = await EmulatorServer.start(options);
      assertEquals(server.addresses, [{ transport: "unix", path }]);
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o660);
      assertEquals((await execute({ path }, STARTUP))[9], 0);
      const error = await assertRejects(() => EmulatorServer.start(options));
      assert(error instanceof Deno.errors.AddrInUse, `${error}`);
      assertEquals((await execute({ path }, pcrRead(0))).length, 30);
    }
    assert(![...Deno.readDirSync(folder.path)].some(({ name }) => name === "tpm.sock"));
    Deno.writeTextFileSync(path, "precious");
    await assertRejects(() => EmulatorServer.start(options));
    assertEquals(Deno.readTextFileSync(path), "precious");
  });

  Deno.test(`what has taken a socket's place is left alone (${transport})`, async () => {
    using folder = new TempFolder();
    using emulator = Emulator.powerOn();
    const path = folder.join("tpm.sock");
    const options = { emulator, transport, listen: [`unix:${path}`] } as const;
    {
      await using first = await EmulatorServer.start(options);
      assertEquals(first.status.connections, 0);
      Deno.removeSync(path);
      await using second = await EmulatorServer.start(options);
      await first[Symbol.asyncDispose]();
      assertEquals((await execute({ path }, STARTUP))[9], 0);
      assertEquals(second.status.commands, 1);
    }
    assertEquals([...Deno.readDirSync(folder.path)], []);
    {
      await using server = await EmulatorServer.start(options);
      assertEquals(server.status.connections, 0);
      Deno.removeSync(path);
      Deno.writeTextFileSync(path, "precious");
    }
    assertEquals(Deno.readTextFileSync(path), "precious");
    assertEquals([...Deno.readDirSync(folder.path)].length, 1);
  });

  Deno.test(`a link to a socket left behind is not taken over (${transport})`, async () => {
    using folder = new TempFolder();
    using emulator = Emulator.powerOn();
    const path = folder.join("tpm.sock");
    {
      using left = Deno.listen({ transport: "unix", path: `${path}.new` });
      Deno.renameSync(left.addr.path, `${path}.old`);
    }
    Deno.symlinkSync(`${path}.old`, path);
    const error = await assertRejects(() =>
      EmulatorServer.start({ emulator, transport, listen: [`unix:${path}`] })
    );
    assert(error instanceof Deno.errors.AddrInUse, `${error}`);
    assert(Deno.lstatSync(path).isSymlink);
  });

  Deno.test(`when one address cannot be had, none is listened at (${transport})`, async () => {
    using folder = new TempFolder();
    using emulator = Emulator.powerOn();
    const path = folder.join("tpm.sock");
    await assertRejects(() =>
      EmulatorServer.start({
        emulator,
        transport,
        listen: [`unix:${path}`, "unix:/nonexistent/tpm.sock"],
      })
    );
    assertEquals([...Deno.readDirSync(folder.path)], []);
  });

  Deno.test(`a server that ends closes its connections (${transport})`, async () => {
    const served = await serve({ transport });
    using client = await connect(served.tcp);
    assertEquals((await exchange(client, pcrRead(0))).length, 30);
    await served[Symbol.asyncDispose]();
    assertEquals(await client.read(new Uint8Array(1)), null);
    await served.server.finished;
    await assertRejects(() => connect(served.tcp));
  });

  Deno.test(`a program sees connections come and go (${transport})`, async () => {
    const events: string[] = [];
    const onEvent = ({ kind, request, result }: {
      kind: string;
      request?: string;
      result?: number;
    }) => {
      events.push(request === undefined ? kind : `${request} ${result}`);
    };
    const served = await serve({ transport, onEvent, maxConnections: 1 });
    {
      using client = await connect(served.controlTcp);
      await writeAll(client, fromHex("00000005 09000000"));
      await readExactly(client, 4);
      using other = await connect(served.tcp);
      assertEquals(await other.read(new Uint8Array(1)), null);
    }
    await served[Symbol.asyncDispose]();
    assertEquals(events, ["connected", "CMD_SET_LOCALITY 61", "refused", "closed"]);
    assertEquals(served.server.status.refused, 1);
  });
}

Deno.test("an address that is none is an error that names it", async () => {
  using emulator = Emulator.powerOn();
  for (const listen of ["tcp:127.0.0.1", "unix:", "tcp:127.0.0.1:70000", "udp:1"]) {
    await assertRejects(
      () => EmulatorServer.start({ emulator, listen: [listen] }),
      TypeError,
      `Cannot read address "${listen}"`,
    );
  }
});
