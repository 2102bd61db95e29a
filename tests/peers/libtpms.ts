import { fromHex } from "../hex.ts";
import { KeyPool } from "./key_pool.ts";
import { HostCallbacks } from "./libtpms_host.ts";
import { LIBTPMS_SYMBOLS, type LibtpmsLibrary } from "./libtpms_symbols.ts";

/** TPMLIB_TPM_VERSION_1_2. */
const TPM_1_2 = 0;

/** What a libtpms of TPM 1.2 keeps, each blob in its own format. */
export interface LibTpmsState {
  /** Everything that survives power off. */
  permall?: Uint8Array;
  /** What TPM_SaveState wrote. */
  savestate?: Uint8Array;
  /** The whole of the volatile state: with it a TPM goes on in the middle, started and all. */
  volatilestate?: Uint8Array;
}

/** How {@linkcode LibTpms.open} opens. */
export interface LibTpmsOptions {
  /** The state to power on with; by default that of a TPM as it leaves the factory. */
  state?: LibTpmsState;
  /** Have OpenSSL generate each RSA key, instead of taking them from a {@linkcode KeyPool}. */
  generateKeys?: boolean;
}

/**
 * libtpms (Debian: libtpms0), a TPM 1.2 within this process. Its state is global, so only one can
 * be open at a time: nothing that uses it may run under `deno test --parallel`.
 */
export class LibTpms implements Disposable {
  static #open = false;
  readonly #library: LibtpmsLibrary;
  readonly #keys: KeyPool | undefined;
  readonly #callbacks: HostCallbacks;
  readonly #host = { blobs: new Map<string, Uint8Array>(), locality: 0, presenceSwitch: false };
  // unsigned char *respbuffer, uint32_t resp_size and respbufsize.
  readonly #response = new BigUint64Array(1);
  readonly #sizes = new Uint32Array(2);
  #powered = false;
  #closed = false;

  private constructor({ generateKeys = false }: LibTpmsOptions) {
    this.#library = Deno.dlopen("libtpms.so.0", LIBTPMS_SYMBOLS);
    this.#keys = generateKeys ? undefined : new KeyPool();
    this.#library.symbols.TPMLIB_ChooseTPMVersion(TPM_1_2);
    this.#callbacks = new HostCallbacks(this.#library, this.#host);
  }

  /** Opens the library and switches the TPM on; TPM_Startup is left to the caller. */
  static open(options: LibTpmsOptions = {}): LibTpms {
    if (LibTpms.#open) throw new TypeError("Cannot open libtpms: it is open in this process");
    const tpm = new LibTpms(options);
    LibTpms.#open = true;
    try {
      tpm.powerOn({ state: options.state ?? {} });
      return tpm;
    } catch (error) {
      tpm.close();
      throw error;
    }
  }

  /** Whether the TPM has power. */
  get powered(): boolean {
    return this.#powered;
  }

  /** Blobs as libtpms last stored them, by name; changing them takes effect at power on. */
  get blobs(): Map<string, Uint8Array> {
    return this.#host.blobs;
  }

  /**
   * TPM_Init. With `state`, another TPM's state is put in first; `{}` makes one as it leaves the
   * factory: no endorsement key, enabled and activated, ownership allowed. Throws with the return
   * code when libtpms refuses the state.
   */
  powerOn({ state }: { state?: LibTpmsState } = {}): void {
    this.powerOff();
    if (state !== undefined) {
      this.blobs.clear();
      for (const [name, blob] of Object.entries(state)) {
        if (blob !== undefined) this.blobs.set(name, blob);
      }
      if (this.blobs.size === 0) this.#keys?.rewind();
      this.#host.locality = 0;
      this.#host.presenceSwitch = false;
    }
    this.#check("TPM_Init", this.#library.symbols.TPMLIB_MainInit());
    // A blob of volatile state stands for one resume; at the next power on it would be out of date.
    this.blobs.delete("volatilestate");
    this.#powered = true;
  }

  /** Takes the power away; what TPM_SaveState or a command made permanent stays. */
  powerOff(): void {
    if (this.#powered) this.#library.symbols.TPMLIB_Terminate();
    this.#powered = false;
  }

  /** Power off and on. */
  reset(): void {
    this.powerOn();
  }

  /** A TPM as it leaves the factory, with power. */
  manufacture(): void {
    this.powerOn({ state: {} });
  }

  /** Sends a command and gives the answer. */
  execute(command: Uint8Array): Uint8Array {
    if (!this.#powered) throw new TypeError("Cannot execute a command: libtpms has no power");
    const [size, capacity] = [this.#sizes.subarray(0, 1), this.#sizes.subarray(1)];
    const bytes = command as BufferSource;
    const { TPMLIB_Process } = this.#library.symbols;
    this.#check(
      "command",
      TPMLIB_Process(this.#response, size, capacity, bytes, command.length),
    );
    return copy(this.#response, size[0]!);
  }

  /** The locality of the commands that follow, 0–4. */
  setLocality(locality: number): void {
    this.#host.locality = locality;
  }

  /** The hardware's presence switch; counts once physicalPresenceHWEnable is set. */
  setPresenceSwitch(on: boolean): void {
    this.#host.presenceSwitch = on;
  }

  /** Asserts or withdraws physical presence by command, having enabled the command. */
  physicalPresence(present: boolean): void {
    for (const bits of ["0020", present ? "0008" : "0010"]) {
      const answer = this.execute(fromHex(`00c1 0000000c 4000000a ${bits}`));
      this.#check("TSC_PhysicalPresence", new DataView(answer.buffer).getUint32(6));
    }
  }

  /** A copy of the whole state, to be put back with {@linkcode LibTpms.powerOn}. */
  state({ volatile = false }: { volatile?: boolean } = {}): LibTpmsState {
    const state: LibTpmsState = Object.fromEntries(this.blobs);
    if (volatile) state.volatilestate = this.#volatileState();
    return state;
  }

  /** Whether the establishment bit is set: a dynamic launch has taken place. */
  get established(): boolean {
    const bit = new Uint8Array(1);
    this.#check("read", this.#library.symbols.TPM_IO_TpmEstablished_Get(bit));
    return bit[0] !== 0;
  }

  /** Clears the establishment bit, as seen from the locality set; gives the return code. */
  resetEstablished(): number {
    return this.#library.symbols.TPM_IO_TpmEstablished_Reset();
  }

  /** The dynamic launch's hash (TPM_HASH_START, _DATA and _END): into PCR 17, from locality 4. */
  hash(...data: Uint8Array[]): void {
    this.#check("TPM_HASH_START", this.#library.symbols.TPM_IO_Hash_Start());
    for (const part of data) {
      const bytes = part as BufferSource;
      this.#check("TPM_HASH_DATA", this.#library.symbols.TPM_IO_Hash_Data(bytes, part.length));
    }
    this.#check("TPM_HASH_END", this.#library.symbols.TPM_IO_Hash_End());
  }

  /** Takes the power away and closes the library. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.powerOff();
    this.#library.symbols.TPM_Free(Deno.UnsafePointer.create(this.#response[0]!));
    this.#callbacks[Symbol.dispose]();
    this.#keys?.close();
    this.#library.close();
    LibTpms.#open = false;
  }

  /** As `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #volatileState(): Uint8Array {
    const buffer = new BigUint64Array(1);
    const length = new Uint32Array(1);
    this.#check("store", this.#library.symbols.TPMLIB_VolatileAll_Store(buffer, length));
    const bytes = copy(buffer, length[0]!);
    this.#library.symbols.TPM_Free(Deno.UnsafePointer.create(buffer[0]!));
    return bytes;
  }

  #check(what: string, result: number): void {
    if (result !== 0) throw new Error(`libtpms failed in ${what}: 0x${result.toString(16)}`);
  }
}

function copy(pointer: BigUint64Array, length: number): Uint8Array {
  const address = Deno.UnsafePointer.create(pointer[0]!)!;
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(address, length)).slice();
}
