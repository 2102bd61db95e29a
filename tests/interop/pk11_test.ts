import { assert, assertEquals } from "@std/assert";
import { peerTest } from "../peers/requirements.ts";
import { Tools } from "../peers/tools.ts";
import { debianTcsd, ourTcsd } from "./interop_tcsd.ts";
import { emulator, servedEmulator, swtpm } from "./interop_tpm.ts";
import { playTools } from "./play_tools.ts";

const OWN = ["tpm_createek", "tpm_takeownership -y -z", "tpm_restrictsrk -a -z"].map((run) => ({
  run,
}));

const WAYS = {
  "our tcsd, on our emulator": { start: emulator, serve: ourTcsd, peers: [] },
  "our tcsd, on swtpm": { start: swtpm, serve: ourTcsd, peers: ["swtpm"] },
  "Debian's tcsd, on our emulator": { start: servedEmulator, serve: debianTcsd, peers: ["tcsd"] },
};

for (const [way, { start, serve, peers }] of Object.entries(WAYS)) {
  const all = ["simple-tpm-pk11", "tpm-tools", ...peers];
  peerTest(all, `simple-tpm-pk11 makes keys and signs through ${way}`, async () => {
    await using tpm = await start();
    await using tcsd = await serve(tpm);
    using tools = new Tools(tcsd);
    const debian = serve === debianTcsd;
    assertEquals(await playTools(OWN, { tools, tpm, debian }), []);
    Deno.writeTextFileSync(`${tools.folder}/text`, "to be signed\n");
    const good = async (...command: [name: string, ...args: string[]]) => {
      const { code, stdout, stderr } = await tools.run(command);
      assertEquals(code, 0, `${command.join(" ")}: ${stdout}${stderr}`);
      return stdout;
    };
    for (const [name, option] of [["hard", "-b2048"], ["soft", "-S"]] as const) {
      await good("stpm-keygen", option, "-o", name);
      const signature = await good("stpm-sign", "-k", name, "-f", "text");
      assert(signature.length > 100);
      Deno.writeTextFileSync(`${tools.folder}/${name}.sig`, signature);
    }
    const other = await tools.run(["stpm-sign", "-k", "none", "-f", "text"]);
    assert(other.code !== 0);
    assertEquals(tcsd.faults, []);
  });
}
