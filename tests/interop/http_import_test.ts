import { assertEquals } from "@std/assert";
import { TempFolder } from "../peers/mod.ts";

const ROOT = new URL("../../", import.meta.url);

const SCRIPT = (origin: string) => `
import { openTpm } from "${origin}/mod.ts";
await using tpm = await openTpm("emulator");
const sealed = await tpm.seal(new TextEncoder().encode("secret"), { pcrs: [0, 7] });
console.log(new TextDecoder().decode(await tpm.unseal(sealed)));
`;

/** Serves the checkout's TypeScript files on loopback. */
function serveSources(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    const headers = { "content-type": "application/typescript" };
    try {
      return new Response(await Deno.readFile(new URL(`.${pathname}`, ROOT)), { headers });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

/** Runs a script of an empty folder with a cache of its own. */
async function runOutside(script: string, args: readonly string[]) {
  using folder = new TempFolder();
  await Deno.writeTextFile(`${folder.path}/script.ts`, script);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...args, "script.ts"],
    cwd: folder.path,
    env: { DENO_DIR: `${folder.path}/cache`, NO_COLOR: "1" },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

Deno.test("mod.ts imported over http seals and unseals with --allow-import alone", async () => {
  await using server = serveSources();
  const { hostname, port } = server.addr;
  const script = SCRIPT(`http://${hostname}:${port}`);
  const args = [`--allow-import=${hostname}:${port}`];
  const { code, stdout, stderr } = await runOutside(script, args);
  assertEquals({ code, stdout }, { code: 0, stdout: "secret\n" }, stderr);
});

Deno.test("importing mod.ts asks for no permission and does nothing", async () => {
  const script = `import "${ROOT.href}mod.ts";`;
  assertEquals(await runOutside(script, []), { code: 0, stdout: "", stderr: "" });
});
