import { type Codec, decode, encode, REST, struct, U16, U32 } from "../codec/mod.ts";
import { sha1 } from "../crypto/mod.ts";
import { TPM_NV_PER_AUTHREAD, TPM_NV_PER_AUTHWRITE } from "../tpm12/constants/mod.ts";
import type { Context, NvStore } from "../tspi/mod.ts";
import { type Secret, secretPolicy } from "./secrets.ts";

/** First of the 65,536 NV indices that slots have. */
const FIRST_INDEX = 0x0005_0000;

/** What stands before the data of a slot. */
const HEADER_SIZE = 8;

interface SlotForm {
  /** Four bytes of the name's SHA-1, beyond those that make the index. */
  readonly check: number;
  readonly size: number;
  readonly reserved: number;
  readonly rest: Uint8Array;
}

const SLOT_FORM: Codec<SlotForm> = struct("NV_SLOT", {
  check: U32,
  size: U16,
  reserved: U16,
  rest: REST,
});

/**
 * A named place in the TPM's NV storage, read and written with a secret of its own. Its index is
 * 0x00050000 + the first two bytes of the name's SHA-1.
 */
export class NvSlot {
  /** Its name. */
  readonly name: string;
  /** Index of its NV area. */
  readonly index: number;
  readonly #check: number;
  readonly #context: Context;
  readonly #secret: Secret;

  /** Made by `tpm.nvSlot()`. */
  constructor(
    context: Context,
    { name, secret }: { readonly name: string; readonly secret: Secret },
  ) {
    const digest = sha1(new TextEncoder().encode(name));
    this.name = name;
    this.index = FIRST_INDEX + decode(U16, digest.subarray(0, 2));
    this.#check = decode(U32, digest.subarray(2, 6));
    this.#context = context;
    this.#secret = secret;
  }

  /**
   * Whether it has ever been written.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * console.assert(!await tpm.nvSlot("wifi").exists());
   * ```
   */
  exists(): Promise<boolean> {
    return this.#with((area) => area.exists());
  }

  /**
   * Writes the whole slot. The first time it is made, `size` bytes large (as large as the data by
   * default), which takes the owner's secret; it keeps its size until it is removed. Throws a
   * RangeError for more data than it holds, TPM_NOSPACE when the TPM has no room.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const slot = tpm.nvSlot("wifi", { secret: "s3cret" });
   * await slot.write(new TextEncoder().encode("hello"), { size: 64 });
   * ```
   */
  async write(
    data: Uint8Array,
    { size = data.length }: {
      /** Bytes to reserve. */
      readonly size?: number;
    } = {},
  ): Promise<void> {
    await this.#with(async (area) => {
      if (await area.exists()) await this.#read(area, 0);
      else {
        area.permissions = TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE;
        area.dataSize = HEADER_SIZE + Math.max(size, data.length);
        await area.defineSpace();
      }
      const room = (await area.publicInfo()).dataSize - HEADER_SIZE;
      if (data.length > room) {
        throw new RangeError(`Cannot write ${data.length} bytes to "${this.name}": it has ${room}`);
      }
      const form = { check: this.#check, size: data.length, reserved: 0, rest: data };
      await area.writeValue(0, encode(SLOT_FORM, form));
    });
  }

  /**
   * What was written. Throws TSS_E_NV_AREA_NOT_EXIST when nothing was, TPM_AUTHFAIL.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const slot = tpm.nvSlot("wifi");
   * await slot.write(new TextEncoder().encode("hello"));
   * console.assert(new TextDecoder().decode(await slot.read()) === "hello");
   * ```
   */
  read(): Promise<Uint8Array> {
    return this.#with(async (area) => {
      const { dataSize } = await area.publicInfo();
      return await this.#read(area, Math.max(0, dataSize - HEADER_SIZE));
    });
  }

  /**
   * Takes the slot away, as the owner. Throws TSS_E_NV_AREA_NOT_EXIST.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const slot = tpm.nvSlot("wifi");
   * await slot.write(new TextEncoder().encode("hello"));
   * await slot.remove();
   * ```
   */
  remove(): Promise<void> {
    return this.#with((area) => area.releaseSpace());
  }

  async #read(area: NvStore, size: number): Promise<Uint8Array> {
    const form = decode(SLOT_FORM, await area.readValue(0, HEADER_SIZE + size));
    const blank = form.check === 0xffff_ffff;
    if (form.check !== this.#check && !blank) {
      throw new RangeError(
        `Cannot use NV slot "${this.name}": other data has index 0x${this.index.toString(16)}`,
      );
    }
    return blank ? new Uint8Array(0) : form.rest.slice(0, form.size);
  }

  async #with<T>(task: (area: NvStore) => Promise<T>): Promise<T> {
    const policy = secretPolicy(this.#context, this.#secret);
    const area = this.#context.createNvStore();
    area.index = this.index;
    policy.assignToObject(area);
    try {
      return await task(area);
    } finally {
      await this.#context.closeObject(area);
      await this.#context.closeObject(policy);
    }
  }
}
