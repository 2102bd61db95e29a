/** What boots a guest. */
export const GUEST_PEERS: readonly string[] = ["qemu", "busybox", "cpio"];

/** A program of ours in a guest, with the one permission that a chip takes, or more. */
export const run = (program: string, more = ""): string =>
  `"$DENO" run --cached-only --no-prompt --allow-ffi="$(ls /lib/*/libc.so.6 | head -n 1)" ${more} ` +
  program;

/** `tss` in a guest. */
export const tss = (args: string, more?: string): string => run(`lib/cli/main.ts ${args}`, more);

/** The demo over the kernel's driver. */
export const runDemo = (device: string): string => run(`examples/demo.ts device:${device}`);
