/**
 * Measures all servers, ours beside the peers', and prints a table for each kind:
 * `deno task bench:servers [ROUNDS]`.
 *
 * @module
 */
import { main as server } from "./server_speed.ts";
import { main as tcsd } from "./tcsd_speed.ts";
import { main as tddl } from "./tddl_speed.ts";

for (const main of [server, tddl, tcsd]) {
  await main();
  console.log();
}
