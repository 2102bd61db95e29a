/**
 * Uses the tcsd at a host and port, and prints what came of each operation as JSON.
 *
 * @module
 */
import { TcsdClient } from "../../lib/tcsd/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";

const [hostname, port] = Deno.args;
await using client = new TcsdClient({
  transport: "tcp",
  hostname: hostname!,
  port: Number(port),
});
const results: Record<string, number> = {};
const note = async (name: string, action: () => Promise<unknown>) => {
  results[name] = await action().then(() => 0, (error) => {
    if (error instanceof TssError) return error.result;
    throw error;
  });
};
await note("openContext", async () => {
  const context = await client.openContext();
  await note("getRandom", () => context.getRandom({ bytesRequested: 8 }));
  await note("oiap", () => context.oiap({}));
  await note("readPubek", () => context.readPubek({ antiReplay: new Uint8Array(20) }));
  await note("pcrRead", () => context.pcrRead({ pcrIndex: 1 }));
  await note("forceClear", () => context.forceClear({}));
  await note("closeContext", () => context.closeContext());
});
await note("status", () => client.status());
console.log(JSON.stringify(results));
