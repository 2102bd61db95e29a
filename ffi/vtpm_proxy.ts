import { O_CLOEXEC, O_RDWR } from "./constants.ts";
import { asDenoError } from "./deno_error.ts";
import type { Libraries } from "./libc_listener.ts";

/** Where the kernel makes TPMs that a program answers (module tpm_vtpm_proxy). */
const PATH = "/dev/vtpmx";

/** `_IOWR(0xa1, 0x00, struct vtpm_proxy_new_dev)`: direction, size, type, number. */
export const VTPM_PROXY_IOC_NEW_DEV: bigint = 3n << 30n | 20n << 16n | 0xa1n << 8n | 0n;

/** A TPM of the kernel's that we answer. */
export interface VtpmDevice {
  /** The descriptor from which commands are read, and to which answers are written. */
  readonly fd: number;
  /** Its name, for example `/dev/tpm1`; it is there once the kernel has talked to the TPM. */
  readonly path: string;
}

/** `struct vtpm_proxy_new_dev { __u32 flags, tpm_num, fd, major, minor; }`, for a TPM 1.2. */
export function encodeNewDevice(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(20); // flags: VTPM_PROXY_FLAG_TPM2 is not set; the rest is the kernel's
}

/** Reads what the kernel made of {@linkcode encodeNewDevice}. */
export function decodeNewDevice(bytes: Uint8Array<ArrayBuffer>): VtpmDevice {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 20);
  return { fd: view.getInt32(8, true), path: `/dev/tpm${view.getUint32(4, true)}` };
}

/** Makes a TPM 1.2 of the kernel's. Throws Deno's errors, which say what is missing. */
export function makeVtpm({ libc, library }: Libraries): VtpmDevice {
  const path = new TextEncoder().encode(`${PATH}\0`);
  const proxy = libc.symbols.open(path, O_RDWR | O_CLOEXEC);
  if (proxy < 0) {
    const cause = asDenoError(libc.failure("open")) as Error;
    cause.message = `Cannot make a TPM of the kernel's: ${cause.message} at ${PATH}. ` +
      "Load the module tpm_vtpm_proxy, and run as root";
    throw cause;
  }
  try {
    const device = encodeNewDevice();
    if (library.symbols.ioctl(proxy, VTPM_PROXY_IOC_NEW_DEV, device) < 0) {
      throw libc.failure("make a TPM of the kernel's");
    }
    return decodeNewDevice(device);
  } finally {
    libc.symbols.close(proxy);
  }
}
