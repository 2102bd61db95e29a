import { LibcError } from "./libc.ts";

/** The classes that Deno's own sockets throw, so that callers know one kind only. */
const DENO_ERRORS: Readonly<Record<string, new (message: string, options: ErrorOptions) => Error>> =
  {
    ENOENT: Deno.errors.NotFound,
    EACCES: Deno.errors.PermissionDenied,
    EPERM: Deno.errors.PermissionDenied,
    EPIPE: Deno.errors.BrokenPipe,
    EADDRINUSE: Deno.errors.AddrInUse,
    EADDRNOTAVAIL: Deno.errors.AddrNotAvailable,
    ECONNRESET: Deno.errors.ConnectionReset,
    ECONNREFUSED: Deno.errors.ConnectionRefused,
  };

/** A failure of libc as Deno would throw it; anything else as it is. */
export function asDenoError(error: unknown): unknown {
  if (!(error instanceof LibcError)) return error;
  const DenoError = DENO_ERRORS[error.errnoName];
  return DenoError === undefined ? error : new DenoError(error.message, { cause: error });
}
