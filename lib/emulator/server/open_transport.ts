import { formatAddress, type SocketAddress } from "./address.ts";
import { DenoTransport } from "./deno_transport.ts";
import type { Transport } from "./transport.ts";

/** Which transport is wanted. */
export interface TransportChoice {
  /** libc or `Deno.listen`; when absent libc where `--allow-ffi` is granted for it. */
  readonly transport?: "libc" | "deno";
  /** Whether libc's way may spend a moment on asking before it waits, as by default. */
  readonly spin?: boolean;
  /** Nothing else runs in this process: libc's way may hold it up for a few milliseconds. */
  readonly alone?: boolean;
  /** The addresses that must be understood. */
  readonly addresses: readonly SocketAddress[];
}

/**
 * The fastest transport there is: libc where that is granted already, else `Deno.listen`. Throws
 * Deno.errors.NotCapable, which names the flag, where libc is wanted and not granted.
 */
export async function openTransport(choice: TransportChoice): Promise<Transport> {
  const { transport, addresses, ...options } = choice;
  if (transport === "deno") return new DenoTransport();
  if (Deno.build.os !== "linux") {
    if (transport === undefined) return new DenoTransport();
    throw new Deno.errors.NotSupported("Cannot serve by libc: this is not Linux");
  }
  const { LibcTransport } = await import("../../../ffi/libc_transport.ts");
  const unknown = addresses.find((address) => !LibcTransport.knows(address));
  if (transport === undefined) {
    return (unknown === undefined ? LibcTransport.open(options) : undefined) ?? new DenoTransport();
  }
  if (unknown !== undefined) {
    throw new TypeError(`Cannot serve ${formatAddress(unknown)} by libc: the host is unknown`);
  }
  return LibcTransport.require(options);
}
