import type { LibtpmsLibrary } from "./libtpms_symbols.ts";

const TPM_SUCCESS = 0;
const TPM_FAIL = 9;
/** TPM_RETRY: there is no such blob. */
const NOT_FOUND = 0x800;

/** What the platform round libtpms is asked for. */
export interface Host {
  /** The blobs it keeps, by name; it reads, writes and deletes here. */
  readonly blobs: Map<string, Uint8Array>;
  /** Locality of the next command, 0–4. */
  readonly locality: number;
  /** The state of the hardware's presence switch. */
  readonly presenceSwitch: boolean;
}

/** The functions libtpms calls back, registered with it; closed after TPMLIB_Terminate. */
export class HostCallbacks implements Disposable {
  readonly #library: LibtpmsLibrary;
  readonly #host: Host;
  readonly #callbacks: Deno.UnsafeCallback[] = [];

  /** Registers them. */
  constructor(library: LibtpmsLibrary, host: Host) {
    this.#library = library;
    this.#host = host;
    // struct libtpms_callbacks: its size as an int, padding, then the functions in this order.
    const pointers = [
      this.#callback([], () => {}),
      this.#callback(LOAD, (data, length, _tpm, name) => this.#load(data, length, name)),
      this.#callback(STORE, (data, length, _tpm, name) => {
        const bytes = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(data!, length));
        this.#host.blobs.set(text(name), bytes.slice());
      }),
      this.#callback(DELETE, (_tpm, name, mustExist) => {
        if (!this.#host.blobs.delete(text(name)) && mustExist !== 0) return TPM_FAIL;
      }),
      this.#callback([], () => {}),
      this.#callback(READ, (locality) => view(locality, 4).setUint32(0, host.locality, true)),
      this.#callback(READ, (presence) => view(presence, 1).setUint8(0, +host.presenceSwitch)),
    ];
    const struct = new DataView(new ArrayBuffer(8 + 8 * pointers.length));
    struct.setInt32(0, struct.byteLength, true);
    pointers.forEach((pointer, i) => struct.setBigUint64(8 + 8 * i, pointer, true));
    library.symbols.TPMLIB_RegisterCallbacks(struct);
  }

  /** Frees them. */
  [Symbol.dispose](): void {
    for (const callback of this.#callbacks) callback.close();
  }

  /** An exception thrown into C would end the process, so it becomes TPM_FAIL. */
  #callback<const P extends readonly Deno.NativeType[]>(
    parameters: P,
    body: Deno.UnsafeCallbackFunction<P, "u32"> extends (...args: infer A) => unknown
      ? (...args: A) => number | void
      : never,
  ): bigint {
    const safe = (...args: never[]): number => {
      try {
        return (body as (...args: never[]) => number | void)(...args) ?? TPM_SUCCESS;
      } catch (error) {
        console.error(error);
        return TPM_FAIL;
      }
    };
    const callback = new Deno.UnsafeCallback(
      { parameters: parameters as readonly Deno.NativeType[], result: "u32" },
      safe as never,
    );
    this.#callbacks.push(callback as unknown as Deno.UnsafeCallback);
    return BigInt(Deno.UnsafePointer.value(callback.pointer));
  }

  #load(data: Deno.PointerValue, length: Deno.PointerValue, name: Deno.PointerValue): number {
    const blob = this.#host.blobs.get(text(name));
    if (blob === undefined) return NOT_FOUND;
    const address = new BigUint64Array(1);
    const result = this.#library.symbols.TPM_Malloc(address, blob.length);
    if (result !== TPM_SUCCESS) return result;
    const target = Deno.UnsafePointer.create(address[0]!)!;
    new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(target, blob.length)).set(blob);
    view(data, 8).setBigUint64(0, address[0]!, true);
    view(length, 4).setUint32(0, blob.length, true);
    return TPM_SUCCESS;
  }
}

const LOAD = ["pointer", "pointer", "u32", "pointer"] as const;
const STORE = ["pointer", "u32", "u32", "pointer"] as const;
const DELETE = ["u32", "pointer", "u8"] as const;
const READ = ["pointer", "u32"] as const;

const text = (pointer: Deno.PointerValue): string =>
  new Deno.UnsafePointerView(pointer!).getCString();

const view = (pointer: Deno.PointerValue, length: number): DataView =>
  new DataView(Deno.UnsafePointerView.getArrayBuffer(pointer!, length));
