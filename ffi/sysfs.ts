import { O_CLOEXEC, O_RDONLY, O_WRONLY } from "./constants.ts";
import type { Libc } from "./libc.ts";

/** Where the kernel tells of its TPMs. */
const TPM_CLASS = "/sys/class/tpm";

/** What the kernel tells of one TPM. Deno's own file functions may not go there. */
export class TpmSysfs {
  readonly #libc: Libc;
  readonly #folder: string;

  /** The entry of the TPM behind `device` in the folder `root`; `/dev/tpm` is the first TPM. */
  constructor(libc: Libc, device: string, root: string = TPM_CLASS) {
    const name = device.slice(device.lastIndexOf("/") + 1);
    this.#libc = libc;
    this.#folder = `${root}/${name === "tpm" ? "tpm0" : name}`;
  }

  /** 1 for a TPM 1.2, 2 for a TPM 2.0; `undefined` where the kernel does not tell. */
  versionMajor(): number | undefined {
    const { symbols } = this.#libc;
    const fd = this.#open("tpm_version_major", O_RDONLY);
    if (fd < 0) return undefined;
    const text = new Uint8Array(8);
    const length = Number(symbols.read(fd, text, BigInt(text.length)));
    symbols.close(fd);
    const version = parseInt(new TextDecoder().decode(text.subarray(0, Math.max(length, 0))), 10);
    return Number.isNaN(version) ? undefined : version;
  }

  /** Whether the driver has a way to cancel commands, and we may use it. */
  canCancel(): boolean {
    const fd = this.#openCancel();
    if (fd >= 0) this.#libc.symbols.close(fd);
    return fd >= 0;
  }

  /** Has the driver cancel the command under way. Some kernels let this wait for its end. */
  async cancel(): Promise<void> {
    const { symbols } = this.#libc;
    const fd = this.#openCancel();
    if (fd < 0) throw this.#libc.failure("open the driver's cancel file");
    const written = await symbols.write_parked(fd, new TextEncoder().encode("1\n"), 2n);
    symbols.close(fd);
    if (written < 0n) throw new Error("the driver did not take the cancellation");
  }

  #openCancel(): number {
    const fd = this.#open("device/cancel", O_WRONLY);
    return fd >= 0 ? fd : this.#open("cancel", O_WRONLY); // where older kernels have it
  }

  #open(file: string, flags: number): number {
    const path = new TextEncoder().encode(`${this.#folder}/${file}\0`);
    return this.#libc.symbols.open(path, flags | O_CLOEXEC);
  }
}
