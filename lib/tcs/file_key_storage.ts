import { replaceFile } from "../emulator/state/replace_file.ts";
import { CodecError } from "../codec/mod.ts";
import { decodeKeyStorage, encodeKeyStorage, type StoredKey } from "../formats/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import type { KeyStorage } from "./key_storage.ts";

/**
 * Registered keys in a file of TrouSerS' form (`system.data`, `user.data`), which either side opens.
 * Each change replaces the file as one step, under a lock on `FILE.lock` that other processes of
 * this kind wait for.
 */
export class FileKeyStorage implements KeyStorage {
  readonly #path: string;

  /** Over a file that need not exist. */
  constructor(path: string) {
    this.#path = path;
  }

  /** All keys; throws TSS_E_INTERNAL_ERROR, naming file and record, for a file that is damaged. */
  async load(): Promise<StoredKey[]> {
    let bytes: Uint8Array;
    try {
      bytes = await Deno.readFile(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
    try {
      return decodeKeyStorage(bytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const detail = `${this.#path} cannot be read: ${error.message}`;
      throw tssError("tcs", "TSS_E_INTERNAL_ERROR", { detail, cause: error });
    }
  }

  /** Changes the keys. */
  async update(change: (keys: StoredKey[]) => StoredKey[]): Promise<void> {
    using lock = await Deno.open(`${this.#path}.lock`, { write: true, create: true, mode: 0o600 });
    await lock.lock(true);
    const keys = encodeKeyStorage(change(await this.load()));
    // TrouSerS' daemon is another user's, and is to open it again.
    replaceFile(this.#path, keys, { keepOwner: true });
  }
}
