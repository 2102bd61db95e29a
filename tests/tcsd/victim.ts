/**
 * Our tcsd over our emulator, for hostile clients. Prints its port, then for each line that comes
 * in how many bytes of memory it takes when garbage is gone (--v8-flags=--expose-gc); faults of ours go to standard error.
 *
 * @module
 */
import { CoreServices } from "../../lib/tcs/mod.ts";
import { TcsdServer } from "../../lib/tcsd/mod.ts";
import { openTddl } from "../../lib/tddl/mod.ts";

const [transport] = Deno.args;
await using services = await CoreServices.start(await openTddl("emulator"));
await using server = await TcsdServer.start(services, {
  addresses: [{ address: { transport: "tcp", hostname: "127.0.0.1", port: 0 } }],
  transport: transport as "libc" | "deno",
  alone: true,
  maxConnections: 2048,
  // Half a request is waited for so long.
  transferTimeout: 500,
  onEvent: ({ request }) => {
    if (request?.error !== undefined) console.error(request.operation, request.error);
  },
});
const [tcp] = server.addresses;
console.log(tcp?.transport === "tcp" ? tcp.port : "");
const { gc } = globalThis as unknown as { gc: () => void };
for await (const _ of Deno.stdin.readable) {
  gc();
  console.log(Deno.memoryUsage().rss);
}
