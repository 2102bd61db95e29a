import type { StoredKey } from "../formats/mod.ts";

/** Where registered keys are kept. */
export interface KeyStorage {
  /** All keys, in the order they were registered. */
  load(): Promise<StoredKey[]>;
  /** Changes the keys as one step: what `change` makes of them replaces them, or nothing does. */
  update(change: (keys: StoredKey[]) => StoredKey[]): Promise<void>;
}

/** Keeps registered keys in memory, for as long as the object lives. */
export class MemoryKeyStorage implements KeyStorage {
  #keys: StoredKey[] = [];

  /** All keys. */
  load(): Promise<StoredKey[]> {
    return Promise.resolve([...this.#keys]);
  }

  /** Changes the keys. */
  update(change: (keys: StoredKey[]) => StoredKey[]): Promise<void> {
    this.#keys = change([...this.#keys]);
    return Promise.resolve();
  }
}
