import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a file as one step: whatever happens, it is the old one or the new one. The new one has
 * mode 0600. With `sync` (the default) it is on the disk when this returns.
 */
export function replaceFile(
  path: string,
  content: Uint8Array,
  { sync = true }: { readonly sync?: boolean } = {},
): void {
  const next = `${path}.new`;
  const file = openSync(next, "w", 0o600);
  try {
    for (let at = 0; at < content.length;) at += writeSync(file, content, at);
    if (sync) fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  if (sync) syncFolder(dirname(path));
}

/** The new name of a file is safe once its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
