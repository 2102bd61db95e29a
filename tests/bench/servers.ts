/**
 * Measures all servers, ours beside the peers', and prints a table for each kind:
 * `deno task bench:servers [ROUNDS]`.
 *
 * @module
 */
import { main as server } from "./server_speed.ts";
import { main as tcsd } from "./tcsd_speed.ts";
import { main as tddl } from "./tddl_speed.ts";

const TABLES = {
  "Commands by a C client, by server and socket (µs)": server,
  "TPM_PCRRead on swtpm, by client (µs)": tddl,
  "Calls of libtspi, by tcsd": tcsd,
};

for (const [title, main] of Object.entries(TABLES)) {
  console.log(`${title}\n`);
  await main();
  console.log();
}
