import { CACHE } from "./kernel.ts";

/** This folder's repository. */
export const REPOSITORY: string = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** What runs in guests. */
const PROGRAMS = [
  "lib/cli/main.ts",
  "examples/demo.ts",
  "tests/device/guest_abort.ts",
  "tests/device/guest_tools.ts",
];

/**
 * Packs the repository and what Deno keeps of it into `tree/` and `deno/` of an archive: a guest
 * reads a thousand small files from its memory in no time, and from its host in half a minute.
 */
export async function packSources(archive: string): Promise<void> {
  const cache = `${CACHE}/deno`;
  await run(Deno.execPath(), ["cache", "--quiet", ...PROGRAMS], { DENO_DIR: cache });
  const skip = ["--exclude=.git", "--exclude=./doc"];
  await run("tar", ["cf", archive, ...skip, "--transform=s,^\\.,tree,", "."]);
  await run("tar", ["rf", archive, "--transform=s,^\\.,deno,", "-C", cache, "."]);
}

async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: REPOSITORY,
    env,
  }).output();
  if (!success) throw new Error(`Cannot run ${command}: ${new TextDecoder().decode(stderr)}`);
}
