import { encode } from "../codec/mod.ts";
import { sha1, SHA1_SIZE } from "../crypto/mod.ts";
import type { PcrEvent } from "../tcs/mod.ts";
import { TPM_PCR_COMPOSITE } from "../tpm12/structures/mod.ts";
import type { Context, Key } from "../tspi/mod.ts";
import { TSS_EV_ACTION, TSS_PCRS_STRUCT_INFO } from "../tspi/constants/mod.ts";
import { createCounter, MonotonicCounter } from "./counter.ts";
import { createKey, type CreateKeyOptions, loadKey } from "./create_key.ts";
import { NvSlot } from "./nv_slot.ts";
import { loadSrk, type OwnerSecrets, takeOwnership } from "./owner.ts";
import { readPcrs, type RequiredPcrs, withPcrs } from "./pcr_values.ts";
import { nonceBytes, type Quote } from "./quote.ts";
import { sealData, unsealData } from "./sealing.ts";
import { closeKey, giveSecret, type Secret, WELL_KNOWN_SECRET } from "./secrets.ts";
import type { TpmCryptoKey } from "./tpm_key.ts";

/** What {@linkcode Tpm.seal} may take besides the data. */
export interface SealOptions {
  /** PCRs that must have the values they have now, or the values that are given, to unseal. */
  readonly pcrs?: RequiredPcrs;
  /** What has to be known to unseal; well-known by default. */
  readonly secret?: Secret;
}

/** A TPM 1.2, opened by `openTpm()`; dispose of it when done, which `await using` does. */
export class Tpm implements AsyncDisposable {
  /**
   * The TSPI underneath, for what this class has no method for.
   *
   * @internal
   */
  readonly context: Context;
  readonly #srkSecret: Secret;
  #srk: Promise<Key> | null = null;

  /** Made by `openTpm()`. */
  constructor(context: Context, { ownerSecret, srkSecret }: OwnerSecrets = {}) {
    this.context = context;
    this.#srkSecret = srkSecret ?? WELL_KNOWN_SECRET;
    giveSecret(context, context.tpm, { secret: ownerSecret ?? WELL_KNOWN_SECRET });
  }

  /**
   * Whether it has an owner.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * console.assert(await tpm.isOwned());
   * ```
   */
  isOwned(): Promise<boolean> {
    return this.context.tpm.isOwned();
  }

  /**
   * Takes ownership with the secrets that `openTpm()` was given; makes the endorsement key first
   * where there is none. Throws TPM_OWNER_SET when the TPM has an owner.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator", { own: false, ownerSecret: "mine" });
   * if (!await tpm.isOwned()) await tpm.takeOwnership();
   * ```
   */
  async takeOwnership(): Promise<void> {
    const srk = takeOwnership(this.context, this.#srkSecret);
    await srk;
    this.#srk = srk;
  }

  /**
   * Takes the owner away, as the owner; every key and all sealed data are lost. Throws TPM_AUTHFAIL.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await tpm.clear();
   * console.assert(!await tpm.isOwned());
   * ```
   */
  async clear(): Promise<void> {
    await this.context.tpm.clearOwner();
    const srk = await this.#srk;
    this.#srk = null;
    if (srk !== null) await closeKey(srk);
  }

  /**
   * Encrypts data of any size for this TPM alone: with AES-256-GCM, under a key that the TPM seals.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const sealed = await tpm.seal(new TextEncoder().encode("hello"), { pcrs: [0, 7] });
   * console.assert(new TextDecoder().decode(await tpm.unseal(sealed)) === "hello");
   * ```
   */
  async seal(
    data: Uint8Array,
    { pcrs = [], secret = WELL_KNOWN_SECRET }: SealOptions = {},
  ): Promise<Uint8Array> {
    const srk = await this.#storageRootKey();
    return await withPcrs(
      this.context,
      pcrs,
      (pcrComposite) => sealData(srk, data, { pcrComposite, secret }),
    );
  }

  /**
   * Decrypts what {@linkcode seal} made. Throws TPM_WRONGPCRVAL when a PCR has another value than
   * it was sealed for, TPM_AUTHFAIL or TPM_AUTH2FAIL when the secret is wrong, TPM_NOTSEALED_BLOB
   * for another TPM's data, a RangeError for data that was changed.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const sealed = await tpm.seal(new TextEncoder().encode("hello"), { secret: "s3cret" });
   * const data = await tpm.unseal(sealed, { secret: "s3cret" });
   * console.assert(new TextDecoder().decode(data) === "hello");
   * ```
   */
  async unseal(
    sealed: Uint8Array,
    { secret = WELL_KNOWN_SECRET }: Pick<SealOptions, "secret"> = {},
  ): Promise<Uint8Array> {
    return await unsealData(await this.#storageRootKey(), sealed, secret);
  }

  /**
   * Makes a key under the storage root key and loads it. A key to attest is an identity key without
   * privacy CA, which takes the owner's secret and signs only what the TPM says.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await using key = await tpm.createKey({ usage: "sign" });
   * console.assert((await key.exportKey("pem")).startsWith("-----BEGIN PUBLIC KEY-----"));
   * ```
   */
  async createKey(options: CreateKeyOptions): Promise<TpmCryptoKey> {
    return await createKey(await this.#storageRootKey(), options);
  }

  /**
   * Loads a key that `key.exportKey("tpm")` gave. Throws TSS_E_BAD_PARAMETER for bytes that are no
   * key, TPM_DECRYPT_ERROR for the key of another TPM.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await using made = await tpm.createKey({ usage: "decrypt", secret: "s3cret" });
   * const wrapped = await made.exportKey("tpm");
   * await using key = await tpm.loadKey(wrapped, { secret: "s3cret" });
   * console.assert(key.usage === "decrypt");
   * ```
   */
  async loadKey(
    wrapped: Uint8Array,
    { secret }: Pick<CreateKeyOptions, "secret"> = {},
  ): Promise<TpmCryptoKey> {
    return await loadKey(await this.#storageRootKey(), wrapped, secret);
  }

  /**
   * Has a key sign PCRs and a nonce: its 20 bytes, or the SHA-1 of another length. Verify it with
   * `verifyQuote()`. Throws TPM_INAPPROPRIATE_SIG for a key of scheme DER.
   *
   * ```ts
   * import { openTpm, verifyQuote } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await using key = await tpm.createKey({ usage: "attest" });
   * const nonce = crypto.getRandomValues(new Uint8Array(20));
   * const quote = await tpm.quote(key, { nonce, pcrs: [0, 7] });
   * const pcrs = verifyQuote(quote, { publicKey: await key.exportKey("jwk"), nonce });
   * console.assert(pcrs.has(7));
   * ```
   */
  async quote(
    { key }: TpmCryptoKey,
    { nonce, pcrs }: { readonly nonce: Uint8Array; readonly pcrs: Iterable<number> },
  ): Promise<Quote> {
    const composite = this.context.createPcrComposite(TSS_PCRS_STRUCT_INFO);
    try {
      for (const index of pcrs) composite.selectPcrIndex(index);
      const options = { externalData: nonceBytes(nonce) };
      const { data, validationData } = await this.context.tpm.quote(key, composite, options);
      return {
        quote: data,
        composite: encode(TPM_PCR_COMPOSITE, composite.composite),
        signature: validationData,
      };
    } finally {
      await this.context.closeObject(composite);
    }
  }

  /**
   * So many random bytes of the TPM's.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * console.assert((await tpm.random(16)).length === 16);
   * ```
   */
  random(length: number): Promise<Uint8Array> {
    return this.context.tpm.getRandom(length);
  }

  /**
   * Random bytes of the TPM's without end, in parts of 1024.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * for await (const bytes of tpm.randomStream()) {
   *   console.assert(bytes.length === 1024);
   *   break;
   * }
   * ```
   */
  randomStream(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      pull: async (controller) => controller.enqueue(await this.random(1024)),
    }, { highWaterMark: 0 });
  }

  /**
   * Values of PCRs, 20 bytes each: of those that are named, or of all.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * console.assert((await tpm.pcrs([0, 7])).get(7)?.length === 20);
   * ```
   */
  pcrs(indices?: Iterable<number>): Promise<Map<number, Uint8Array>> {
    return readPcrs(this.context, indices);
  }

  /**
   * Extends a PCR by 20 bytes, or by the SHA-1 of data of another length; gives its new value. With
   * an `event`, which says what happened, both are hashed into it (TSS 1.2, Tspi_TPM_PcrExtend) and
   * {@linkcode events} lists it.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * console.assert((await tpm.extend(16, new TextEncoder().encode("data"))).length === 20);
   * ```
   */
  extend(
    pcrIndex: number,
    data: Uint8Array,
    { event }: { readonly event?: string } = {},
  ): Promise<Uint8Array> {
    const { tpm } = this.context;
    if (event === undefined) {
      return tpm.pcrExtend(pcrIndex, data.length === SHA1_SIZE ? data : sha1(data));
    }
    const rgbEvent = new TextEncoder().encode(event);
    return tpm.pcrExtend(pcrIndex, data, { event: { eventType: TSS_EV_ACTION, rgbEvent } });
  }

  /**
   * The event log of the core services, by PCR, oldest first: what is behind the PCRs' values.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * await tpm.extend(16, new Uint8Array(20), { event: "started" });
   * for (const { ulPcrIndex, rgbEvent } of await tpm.events()) {
   *   console.log(ulPcrIndex, new TextDecoder().decode(rgbEvent));
   * }
   * ```
   */
  events(): Promise<readonly PcrEvent[]> {
    return this.context.tpm.getEventLog();
  }

  /**
   * A named place in the TPM's NV storage, with a secret of its own; well-known by default.
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
  nvSlot(name: string, { secret = WELL_KNOWN_SECRET }: { readonly secret?: Secret } = {}): NvSlot {
    return new NvSlot(this.context, { name, secret });
  }

  /**
   * Makes a monotonic counter with a label of at most four bytes and a secret of its own, as the
   * owner. Throws TPM_RESOURCES when the TPM has no room for it.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const counter = await tpm.createCounter("boot", { secret: "s3cret" });
   * console.log(counter.id, await counter.increment());
   * ```
   */
  createCounter(
    label: string,
    { secret = WELL_KNOWN_SECRET }: { readonly secret?: Secret } = {},
  ): Promise<MonotonicCounter> {
    return createCounter(this.context, { label, secret });
  }

  /**
   * The monotonic counter of a number; its secret is well-known by default.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const { id } = await tpm.createCounter("boot");
   * console.log(await tpm.counter(id).value());
   * ```
   */
  counter(
    id: number,
    { secret = WELL_KNOWN_SECRET }: { readonly secret?: Secret } = {},
  ): MonotonicCounter {
    return new MonotonicCounter(this.context, { id, secret });
  }

  /**
   * Lets keys and sessions go and ends the connection.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * const tpm = await openTpm("emulator");
   * await tpm.close();
   * ```
   */
  close(): Promise<void> {
    return this.context.close();
  }

  /** As {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #storageRootKey(): Promise<Key> {
    return this.#srk ??= loadSrk(this.context, this.#srkSecret).catch((error) => {
      this.#srk = null;
      throw error;
    });
  }
}
