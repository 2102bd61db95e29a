import { CliError } from "./errors.ts";
import type { CliIo } from "./io.ts";

/** What a file holds; `-` and nothing stand for standard input. */
export async function readInput(path: string | undefined, io: CliIo): Promise<Uint8Array> {
  if (path === undefined || path === "-") return await io.stdin.readAll();
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw fileError("read", { path, error });
  }
}

/** The same as text. */
export async function readText(path: string | undefined, io: CliIo): Promise<string> {
  return new TextDecoder().decode(await readInput(path, io));
}

/** Writes a file, which only its owner may read when it is a secret. */
export async function writeOutput(
  path: string,
  data: Uint8Array | string,
  { secret = false }: { readonly secret?: boolean } = {},
): Promise<void> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  try {
    await Deno.writeFile(path, bytes, secret ? { mode: 0o600 } : {});
  } catch (error) {
    throw fileError("write", { path, error });
  }
}

/** Opens a file, which only its owner may read, to write behind what it holds. */
export function openToAppend(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  } catch (error) {
    throw fileError("write", { path, error });
  }
}

/**
 * Why a file could not be used, as a sentence. Deno's own error names the flag that is missing, so it
 * stays.
 */
export function fileError(
  action: "read" | "write",
  { path, error }: { path: string; error: unknown },
): unknown {
  if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) return error;
  const reason = REASONS.find(([type]) => error instanceof type)?.[1] ?? error.message;
  return new CliError(`Cannot ${action} ${path}: ${reason}`, { cause: error });
}

const REASONS = [
  [Deno.errors.NotFound, "there is no such file or folder"],
  [Deno.errors.PermissionDenied, "the system does not allow it"],
  [Deno.errors.IsADirectory, "it is a folder"],
] as const;
