import { requirePeer, TempFolder } from "../peers/mod.ts";
import { buildInitramfs } from "./initramfs.ts";
import { debianKernel } from "./kernel.ts";
import { packSources, REPOSITORY } from "./sources.ts";

/** On what TPM a guest runs. */
export interface GuestOptions {
  /** Socket of swtpm's control channel, behind which the guest's TPM is; none without a TPM. */
  readonly control?: string;
  /** Kernel modules to load besides those that mount. */
  readonly modules?: readonly string[];
  /** Seconds until the guest is ended. */
  readonly timeout?: number;
}

/** What came of one script. */
export interface Outcome {
  /** Its exit status; `null` when the guest ended before. */
  readonly code: number | null;
  /** What it printed. */
  readonly output: string;
}

/** What came of a guest. */
export interface GuestResult<N extends string> {
  /** What came of each script. */
  readonly outcomes: Readonly<Record<N, Outcome>>;
  /** What firmware and kernel printed. */
  readonly console: string;
}

const APPEND = "console=ttyS0 rdinit=/init quiet loglevel=5 panic=-1 random.trust_cpu=on " +
  "mitigations=off";

/**
 * Boots Debian's kernel under QEMU with a TPM 1.2 behind the TIS, the host's files read-only, and
 * runs shell scripts in it as root, one after the other, in a copy of this repository. In the guest
 * /run is writable, the home folder and Deno's cache are there, and the host's Deno is `$DENO`.
 */
export async function runGuest<N extends string>(
  scripts: Readonly<Record<N, string>>,
  options: GuestOptions = {},
): Promise<GuestResult<N>> {
  const { control, modules = [], timeout = 600 } = options;
  using folder = new TempFolder();
  const kernel = await debianKernel();
  const initrd = await buildInitramfs(folder.path, {
    kernel,
    busybox: requirePeer("busybox"),
    modules,
  });
  const out = folder.join("out");
  await Deno.mkdir(out);
  await packSources(`${out}/sources.tar`);
  const names = Object.keys(scripts) as N[];
  for (const [index, name] of names.entries()) {
    await Deno.writeTextFile(`${out}/${index}.sh`, scripts[name]);
  }
  await Deno.writeTextFile(`${out}/run.sh`, runner(names.length));
  const tpm = control === undefined ? [] : [
    ...["-chardev", `socket,id=chrtpm,path=${control}`],
    ...["-tpmdev", "emulator,id=tpm0,chardev=chrtpm", "-device", "tpm-tis,tpmdev=tpm0"],
  ];
  const share = (path: string, tag: string, more = "") => [
    "-virtfs",
    `local,path=${path},mount_tag=${tag},security_model=none${more}`,
  ];
  const qemu = new Deno.Command(requirePeer("qemu"), {
    args: [
      ...["-machine", "pc", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2"],
      ...["-m", "1536", "-display", "none", "-nodefaults", "-nic", "none", "-no-reboot"],
      ...["-serial", `file:${folder.join("console")}`],
      ...tpm,
      ...share("/", "host", ",readonly=on,multidevs=remap"),
      ...share(out, "out"),
      ...["-kernel", kernel.image, "-initrd", initrd, "-append", APPEND],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => qemu.kill("SIGKILL"), timeout * 1000);
  const { stderr } = await qemu.output();
  clearTimeout(timer);
  const outcomes = names.map((name, index): [N, Outcome] => {
    const code = read(`${out}/${index}.code`);
    return [name, { code: code === "" ? null : Number(code), output: read(`${out}/${index}.out`) }];
  });
  return {
    outcomes: Object.fromEntries(outcomes) as Record<N, Outcome>,
    console: read(folder.join("console")) + new TextDecoder().decode(stderr),
  };
}

/** Where the scripts run: in the repository, with Deno and without the network. */
function runner(scripts: number): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const repository = quote(REPOSITORY);
  return `export PATH=${quote(Deno.env.get("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin")}
export HOME=/run/home TMPDIR=/run/tmp DENO_DIR=/run/deno DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
export TERM=dumb DENO=${quote(Deno.execPath())}
tar xf /run/out/sources.tar -C /run
mount --bind /run/tree ${repository}
cd ${repository}
n=0
while [ $n -lt ${scripts} ]; do
  sh /run/out/$n.sh >/run/out/$n.out 2>&1
  echo $? >/run/out/$n.code
  n=$((n + 1))
done
`;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return "";
  }
}
