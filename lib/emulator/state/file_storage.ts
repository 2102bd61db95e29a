import { readFileSync, rmSync } from "node:fs";
import { StateError } from "./image.ts";
import { replaceFile } from "./replace_file.ts";
import type { Storage } from "./storage.ts";

/** How a {@linkcode FileStorage} writes. */
export interface FileStorageOptions {
  /** Waits for the disk at each save; by default it does. Without, a power failure may undo saves. */
  readonly sync?: boolean;
}

/**
 * Keeps the image in one file, mode 0600. Each save writes a new file beside it and puts it in its
 * place, so that the file is always the old image or the new one. A lock on `FILE.lock` keeps a
 * second process out.
 */
export class FileStorage implements Storage {
  readonly #path: string;
  readonly #sync: boolean;
  #lock: Deno.FsFile | null;

  /** Locks the file, which need not exist; throws a {@linkcode StateError} when it is in use. */
  constructor(path: string, { sync = true }: FileStorageOptions = {}) {
    this.#path = path;
    this.#sync = sync;
    this.#lock = lock(path);
  }

  /** The image in the file; `null` when there is no file. */
  load(): Uint8Array | null {
    try {
      return new Uint8Array(readFileSync(this.#path));
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return null;
      throw error;
    }
  }

  /** Replaces the file. */
  save(image: Uint8Array): void {
    if (this.#lock === null) throw new StateError("the file was closed");
    replaceFile(this.#path, image, { sync: this.#sync });
  }

  /** Unlocks the file. */
  close(): void {
    if (this.#lock === null) return;
    rmSync(`${this.#path}.lock`, { force: true });
    this.#lock.close();
    this.#lock = null;
  }
}

function lock(path: string): Deno.FsFile {
  for (;;) {
    const name = `${path}.lock`;
    const file = Deno.openSync(name, { write: true, create: true, mode: 0o600 });
    if (!file.tryLockSync(true)) {
      file.close();
      throw new StateError(`another process is using ${path}`);
    }
    // Who held the lock may have taken the file away just before.
    if (isStill(name, file)) return file;
    file.close();
  }
}

function isStill(name: string, file: Deno.FsFile): boolean {
  try {
    return Deno.statSync(name).ino === file.statSync().ino;
  } catch {
    return false;
  }
}
