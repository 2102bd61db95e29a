import type { Kernel } from "./kernel.ts";

/** Modules that mount the host's folders. */
const MOUNT = ["virtio_pci", "9pnet_virtio", "9p"];

/**
 * An initramfs of busybox and modules. Its init mounts the host's root read-only, fresh /dev, /proc
 * and /sys, a tmpfs on /run, the folder for results on /run/out, runs /run/out/run.sh there, and
 * switches off.
 */
export async function buildInitramfs(
  folder: string,
  { kernel, busybox, modules }: {
    readonly kernel: Kernel;
    readonly busybox: string;
    readonly modules: readonly string[];
  },
): Promise<string> {
  const root = `${folder}/root`;
  for (const name of ["bin", "dev", "proc", "sys", "new", "mod"]) {
    await Deno.mkdir(`${root}/${name}`, { recursive: true });
  }
  await Deno.copyFile(busybox, `${root}/bin/busybox`);
  const order: string[] = [];
  for (const name of [...MOUNT, ...modules]) await addModule(name, { kernel, root, order });
  await Deno.writeTextFile(`${root}/init`, init(order), { mode: 0o755 });
  const archive = `${folder}/initrd`;
  const pack = "find . | cpio -o -H newc --quiet | gzip -1";
  const { success } = await new Deno.Command("sh", {
    args: ["-c", `${pack} >'${archive}'`],
    cwd: root,
  }).output();
  if (!success) throw new Error("Cannot pack the initramfs");
  return archive;
}

/** Copies a module after those it depends on; one that is built into the kernel has no file. */
async function addModule(
  name: string,
  at: { readonly kernel: Kernel; readonly root: string; readonly order: string[] },
): Promise<void> {
  const plain = name.replaceAll("-", "_");
  if (at.order.includes(plain)) return;
  const file = findFile(at.kernel.modules, new RegExp(`^${plain.replaceAll("_", "[-_]")}\\.ko$`));
  if (file === undefined) return;
  const content = await Deno.readFile(file);
  const text = new TextDecoder("latin1").decode(content);
  const depends = /\0depends=([^\0]*)\0/.exec(text)?.[1] ?? "";
  for (const other of depends.split(",").filter(Boolean)) await addModule(other, at);
  await Deno.writeFile(`${at.root}/mod/${plain}.ko`, content);
  at.order.push(plain);
}

function findFile(folder: string, name: RegExp): string | undefined {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) {
      const found = findFile(path, name);
      if (found !== undefined) return found;
    } else if (name.test(entry.name)) return path;
  }
  return undefined;
}

function init(modules: readonly string[]): string {
  const mount9p = "mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144";
  return `#!/bin/busybox sh
B=/bin/busybox
$B mount -t devtmpfs d /dev; $B mount -t proc p /proc; $B mount -t sysfs s /sys
for m in ${modules.join(" ")}; do $B insmod /mod/$m.ko || echo "insmod $m failed"; done
$B ${mount9p},cache=loose,ro host /new || echo "no root share"
$B mount -t devtmpfs d /new/dev; $B mkdir -p /new/dev/pts /new/dev/shm
$B mount -t devpts pts /new/dev/pts; $B mount -t tmpfs shm /new/dev/shm
$B mount -t proc p /new/proc; $B mount -t sysfs s /new/sys
$B mount -t securityfs sec /new/sys/kernel/security
$B mount -t tmpfs -o mode=755 t /new/run; $B mkdir -p /new/run/home /new/run/tmp /new/run/deno /new/run/out
$B ${mount9p} out /new/run/out || echo "no out share"
$B ip link set lo up
$B chroot /new /bin/sh /run/out/run.sh </dev/null
$B sync; $B umount /new/run/out; $B poweroff -f
`;
}
