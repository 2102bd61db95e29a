/**
 * Runs inside a guest: plays Debian's tools through Debian's tcsd on /dev/tpm0, and ends with 1
 * after a line for each step that went wrong.
 *
 * @module
 */
import { playTools } from "../interop/play_tools.ts";
import { OWNER_STEPS } from "../interop/tool_steps.ts";
import { Tcsd } from "../peers/tcsd.ts";
import { Tools } from "../peers/tools.ts";

await using tcsd = await Tcsd.start({ tpm: "device" });
using tools = new Tools(tcsd);
const wrong = await playTools(OWNER_STEPS, { tools, debian: true });
for (const sentence of wrong) console.log(sentence);
console.log(`${OWNER_STEPS.length} steps, ${wrong.length} wrong`);
Deno.exitCode = wrong.length === 0 ? 0 : 1;
