/** A kernel of Debian's, unpacked and not installed. */
export interface Kernel {
  /** Path of the image. */
  readonly image: string;
  /** Folder of its modules. */
  readonly modules: string;
}

/** Where what guests are made of stays between runs. */
export const CACHE: string = `${Deno.env.get("TMPDIR") ?? "/tmp"}/tss-test-kernel`;

/** Fetches Debian's kernel as a package (70 MB) the first time, and unpacks it. */
export async function debianKernel(): Promise<Kernel> {
  const there = findKernel();
  if (there !== undefined) return there;
  await Deno.mkdir(CACHE, { recursive: true });
  const depends = await output("apt-cache", "depends", "linux-image-amd64");
  const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
  if (name === undefined) throw new Error("Cannot find a kernel: apt knows no linux-image-amd64");
  await output("apt-get", "download", "-q", name);
  for await (const { name: file } of Deno.readDir(CACHE)) {
    if (!file.endsWith(".deb")) continue;
    await output("dpkg-deb", "-x", file, ".");
    await Deno.remove(`${CACHE}/${file}`);
  }
  const kernel = findKernel();
  if (kernel === undefined) throw new Error(`Cannot find a kernel in ${name}`);
  return kernel;
}

function findKernel(): Kernel | undefined {
  try {
    const [version] = [...Deno.readDirSync(`${CACHE}/lib/modules`)].map(({ name }) => name);
    const image = `${CACHE}/boot/vmlinuz-${version}`;
    Deno.statSync(image);
    return { image, modules: `${CACHE}/lib/modules/${version}/kernel` };
  } catch {
    return undefined;
  }
}

async function output(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd: CACHE })
    .output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot run ${command} ${args.join(" ")}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}
