import { assertEquals } from "@std/assert";
import { peerTest } from "../peers/requirements.ts";
import { Tools } from "../peers/tools.ts";
import { debianTcsd, ourTcsd } from "./interop_tcsd.ts";
import { emulator, servedEmulator, swtpm } from "./interop_tpm.ts";
import { playTools } from "./play_tools.ts";
import { REVOKE_STEPS, TOOL_STEPS } from "./tool_steps.ts";

const TOOLS = ["tpm-tools", "tpm-quote-tools", "script"];
const SCRIPTS = { "tpm-tools and tpm-quote-tools": TOOL_STEPS, "tpm_revokeek": REVOKE_STEPS };

for (const [name, steps] of Object.entries(SCRIPTS)) {
  for (const [on, start] of Object.entries({ "our emulator": emulator, swtpm })) {
    const peers = on === "swtpm" ? [...TOOLS, "swtpm"] : TOOLS;
    peerTest(peers, `Debian's ${name} do everything through our tcsd, on ${on}`, async () => {
      await using tpm = await start();
      await using tcsd = await ourTcsd(tpm);
      using tools = new Tools(tcsd);
      assertEquals(await playTools(steps, { tools, tpm, debian: false }), []);
      assertEquals(tcsd.faults, []);
    });
  }
  for (const [on, start] of Object.entries({ "our emulator": servedEmulator, swtpm })) {
    peerTest(
      [...TOOLS, "tcsd", ...on === "swtpm" ? ["swtpm"] : []],
      `Debian's ${name} do as expected through Debian's tcsd, on ${on}`,
      async () => {
        await using tpm = await start();
        await using tcsd = await debianTcsd(tpm);
        using tools = new Tools(tcsd);
        assertEquals(await playTools(steps, { tools, tpm, debian: true }), []);
      },
    );
  }
}
