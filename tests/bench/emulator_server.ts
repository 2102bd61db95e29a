/**
 * An emulator after TPM_Startup(ST_CLEAR) on a port and on the unix socket that is named, by the
 * transport that is named, until standard input ends. Prints the port.
 *
 * @module
 */
import { Emulator, EmulatorServer } from "../../lib/emulator/mod.ts";
import { STARTUP } from "../raw_commands.ts";

const [path, transport, spin] = Deno.args;
using emulator = Emulator.powerOn();
emulator.execute(STARTUP);
await using server = await EmulatorServer.start({
  emulator,
  listen: ["tcp:127.0.0.1:0", `unix:${path}`],
  transport: transport === "libc" ? "libc" : "deno",
  spin: spin === "spin",
});
const [tcp] = server.addresses;
console.log(tcp?.transport === "tcp" ? tcp.port : "");
for await (const _ of Deno.stdin.readable);
