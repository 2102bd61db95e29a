/** Where an emulator keeps its state image between power cycles. */
export interface Storage {
  /** The image last saved; `null` when there is none. */
  load(): Uint8Array | null;
  /** Replaces the image; returns once it is safe, or throws and leaves the old one. */
  save(image: Uint8Array): void;
  /** Lets others use the same place. */
  close(): void;
}

/** Keeps the image in memory, for as long as the object lives. */
export class MemoryStorage implements Storage {
  #image: Uint8Array | null;

  /** Starts empty, or from a copy of an image. */
  constructor(image: Uint8Array | null = null) {
    this.#image = image === null ? null : image.slice();
  }

  /** The image last saved. */
  load(): Uint8Array | null {
    return this.#image;
  }

  /** Replaces the image. */
  save(image: Uint8Array): void {
    this.#image = image;
  }

  /** Nothing to do. */
  close(): void {}
}
