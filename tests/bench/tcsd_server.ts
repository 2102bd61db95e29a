/**
 * Our tcsd over the TPM that a connection string names, by the transport that is named, until
 * standard input ends. Prints its port.
 *
 * @module
 */
import { CoreServices, FileKeyStorage, MemoryKeyStorage } from "../../lib/tcs/mod.ts";
import { TcsdServer } from "../../lib/tcsd/mod.ts";
import { openTddl } from "../../lib/tddl/mod.ts";

const [connection, transport, wait, keys] = Deno.args;
const spin = wait === "spin";
const keyStorage = keys === undefined ? new MemoryKeyStorage() : new FileKeyStorage(keys);
await using services = await CoreServices.start(await openTddl(connection!, { spin }), {
  keyStorage,
});
await using server = await TcsdServer.start(services, {
  addresses: [{ address: { transport: "tcp", hostname: "127.0.0.1", port: 0 } }],
  transport: transport === "libc" ? "libc" : "deno",
  spin,
  alone: true,
});
const [tcp] = server.addresses;
console.log(tcp?.transport === "tcp" ? tcp.port : "");
for await (const _ of Deno.stdin.readable);
