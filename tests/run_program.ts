/** Runs a program with these permissions alone and gives all that it prints. */
export async function runProgram(
  program: string,
  { permissions, env = {} }: {
    readonly permissions: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--quiet", ...permissions, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...env },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}
