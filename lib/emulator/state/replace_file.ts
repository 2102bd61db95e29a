import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a file as one step: whatever happens, it is the old one or the new one. The new one has
 * mode 0600, or with `keepOwner` owner, group and mode of the old one as far as it may. With `sync`
 * (the default) it is on the disk when this returns.
 */
export function replaceFile(
  path: string,
  content: Uint8Array,
  { sync = true, keepOwner = false }: {
    readonly sync?: boolean;
    readonly keepOwner?: boolean;
  } = {},
): void {
  const next = `${path}.new`;
  const file = openSync(next, "w", 0o600);
  try {
    if (keepOwner) takeOver(file, path);
    for (let at = 0; at < content.length;) at += writeSync(file, content, at);
    if (sync) fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  if (sync) syncFolder(dirname(path));
}

function takeOver(file: number, path: string): void {
  const old = statSync(path, { throwIfNoEntry: false });
  if (old === undefined) return;
  try {
    fchownSync(file, old.uid, old.gid);
    fchmodSync(file, old.mode & 0o777);
  } catch {
    // Root alone gives files away.
  }
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
