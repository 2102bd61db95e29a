import { CliError } from "./errors.ts";
import { readInput } from "./files.ts";
import type { CliIo } from "./io.ts";

/** Bytes that revoke an endorsement key. */
const SIZE = 20;

/** Reads the bytes that revoke an endorsement key. */
export async function readResetData(path: string, io: CliIo): Promise<Uint8Array> {
  const bytes = await readInput(path, io);
  if (bytes.length === SIZE) return bytes;
  throw new CliError(`Cannot use ${path}: it takes ${SIZE} bytes to revoke, not ${bytes.length}`);
}
