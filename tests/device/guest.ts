import { requirePeer, TempFolder } from "../peers/mod.ts";
import { buildInitramfs } from "./initramfs.ts";
import { debianKernel } from "./kernel.ts";

/** What runs in a guest, and on what TPM. */
export interface GuestOptions {
  /** Socket of swtpm's control channel, behind which the guest's TPM is; none without a TPM. */
  readonly control?: string;
  /** Kernel modules to load besides those that mount. */
  readonly modules?: readonly string[];
  /** Seconds until the guest is ended. */
  readonly timeout?: number;
}

/** What came of a guest. */
export interface GuestResult {
  /** Exit status of the script; `null` when the guest gave none. */
  readonly code: number | null;
  /** What the script printed. */
  readonly output: string;
  /** What firmware and kernel printed. */
  readonly console: string;
}

const APPEND = "console=ttyS0 rdinit=/init quiet loglevel=5 panic=-1 random.trust_cpu=on " +
  "mitigations=off";

/**
 * Boots Debian's kernel under QEMU with a TPM 1.2 behind the TIS, the host's files read-only, and
 * runs a shell script in it as root. In the guest /run is writable, the home folder and Deno's cache
 * are there, and the host's Deno is `$DENO`.
 */
export async function runGuest(script: string, options: GuestOptions = {}): Promise<GuestResult> {
  const { control, modules = [], timeout = 240 } = options;
  using folder = new TempFolder();
  const kernel = await debianKernel();
  const initrd = await buildInitramfs(folder.path, {
    kernel,
    busybox: requirePeer("busybox"),
    modules,
  });
  const out = folder.join("out");
  await Deno.mkdir(out);
  await Deno.writeTextFile(`${out}/script.sh`, script);
  await Deno.writeTextFile(`${out}/run.sh`, runner());
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
      ...["-serial", `file:${folder.join("console")}`, "-serial", `file:${folder.join("ttyS1")}`],
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
  const code = read(`${out}/rc`);
  return {
    code: code === "" ? null : Number(code),
    output: read(folder.join("ttyS1")),
    console: read(folder.join("console")) + new TextDecoder().decode(stderr),
  };
}

/** Where the script runs: in this folder, with Deno and without the network. */
function runner(): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  return `export PATH=${quote(Deno.env.get("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin")}
export HOME=/run/home TMPDIR=/run/tmp DENO_DIR=/run/deno DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
export TERM=dumb DENO=${quote(Deno.execPath())}
cd ${quote(new URL("../../", import.meta.url).pathname)}
sh /run/out/script.sh
echo $? >/run/out/rc
`;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return "";
  }
}
