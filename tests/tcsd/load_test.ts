import { assert, assertEquals } from "@std/assert";
import { TcsdClient, TcsdServer } from "../../lib/tcsd/mod.ts";
import { CONN_OPENER } from "../../lib/tddl/conn_stream.ts";
import type { SocketAddress } from "../../lib/tddl/mod.ts";
import { emulatorBed, NOTHING } from "../tcs/bed.ts";
import { User } from "../tcs/user.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { after } from "../after.ts";
import { until } from "./fake_services.ts";
import { loadClient, runLoad } from "./load.ts";

const CLIENTS = 100;
const KEYS = 10;
/** Seconds of load: a few by default, a minute in the long form. */
const SECONDS = Number(Deno.env.get("TSS_LOAD_SECONDS") ?? 2);

Deno.test(`${CLIENTS} clients with ${KEYS} keys and a session each share 3 key and 4 session slots`, async () => {
  using folder = new TempFolder();
  await using bed = await emulatorBed();
  const address: SocketAddress = { transport: "unix", path: folder.join("tcsd.sock") };
  const faults: unknown[] = [];
  await using server = await TcsdServer.start(bed.services, {
    addresses: [{ address }],
    onEvent: ({ request }) => request?.error !== undefined && faults.push(request.error),
  });
  // By libc each waiting client takes one of the few threads that the server waits on too.
  await using service = new TcsdClient(address, { opener: CONN_OPENER });
  const clients = [];
  for (let number = 0; number < CLIENTS; number++) {
    const user = new User(await service.openContext());
    clients.push(await loadClient(user, { number, blobs: bed.keys, keys: KEYS }));
  }
  assertEquals(await bed.holdings(), { ...NOTHING, keys: 3, sessions: 4, contexts: CLIENTS - 4 });

  const killer = killMidCommand(address, performance.now() + SECONDS * 1000);
  const load = runLoad(clients, performance.now() + SECONDS * 1000);
  const [result, killed] = await Promise.all([load, killer]);
  assertEquals(faults, []);
  assert(result.operations > CLIENTS && killed > 0, JSON.stringify({ ...result, killed }));
  console.log(`%c${JSON.stringify({ ...result, killed, seconds: SECONDS })}`, "color: gray");
  await Promise.all(clients.map(({ user }) => user.tcs.closeContext()));
  await until(() => server.status.connections === 0);
  assertEquals(await bed.holdings(), NOTHING);
});

/** Connects, opens a context and a session, asks for much, and is gone, again and again. */
async function killMidCommand(address: SocketAddress, end: number): Promise<number> {
  let killed = 0;
  for (; performance.now() < end; killed++) {
    const conn = await Deno.connect(address as Deno.UnixConnectOptions);
    const open = Uint8Array.fromHex("0000001c0000000100000000000000000000001c000000000000001c");
    await conn.write(open);
    const answer = new Uint8Array(100);
    await conn.read(answer).catch(() => null);
    const context = answer.subarray(30, 34);
    // TCSD_ORD_OIAP and TCSD_ORD_SELFTESTFULL in one go, and no wait for the answers.
    for (const ordinal of [23, 53]) {
      const request = Uint8Array.fromHex(
        "0000002100000000000000010000000100000" + "01c000000040000001d0300000000",
      );
      request[7] = ordinal;
      request.set(context, 29);
      await conn.write(request).catch(() => {});
    }
    conn.close();
    await after(20);
  }
  return killed;
}
