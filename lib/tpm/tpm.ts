import { decode, encode, U32 } from "../codec/mod.ts";
import { sha1, SHA1_SIZE } from "../crypto/mod.ts";
import type { PcrEvent } from "../tcs/mod.ts";
import { TPM_PCR_COMPOSITE } from "../tpm12/structures/mod.ts";
import type { Context, EncData, Key, PcrComposite } from "../tspi/mod.ts";
import {
  TSS_ENCDATA_SEAL,
  TSS_PCRS_STRUCT_INFO,
  TSS_TPMCAP_PROP_PCR,
  TSS_TPMCAP_PROPERTY,
} from "../tspi/constants/mod.ts";
import {
  keyFlags,
  type KeySize,
  purposeOf,
  SIGNATURE_SCHEMES,
  type SignatureSchemeName,
} from "./key_template.ts";
import { makeIdentity } from "./identity.ts";
import { NvSlot } from "./nv_slot.ts";
import { loadSrk, type OwnerSecrets, takeOwnership } from "./owner.ts";
import { nonceBytes, type Quote } from "./quote.ts";
import { DATA_KEY_SIZE, decryptData, encryptData, parseSealedData } from "./sealed_data.ts";
import { closeKey, giveSecret, type Secret, WELL_KNOWN_SECRET } from "./secrets.ts";
import { type KeyPurpose, TpmCryptoKey } from "./tpm_key.ts";

/** What {@linkcode Tpm.seal} may take besides the data. */
export interface SealOptions {
  /** PCRs that must have the values they have now, or the values that are given, to unseal. */
  readonly pcrs?: Iterable<number> | ReadonlyMap<number, Uint8Array>;
  /** What has to be known to unseal; well-known by default. */
  readonly secret?: Secret;
}

/** What {@linkcode Tpm.createKey} takes. */
export interface CreateKeyOptions {
  /** What the key is for. */
  readonly usage: KeyPurpose;
  /** Bits of its modulus; 2048 by default. */
  readonly bits?: KeySize;
  /** What has to be known to use it; nothing by default. */
  readonly secret?: Secret;
  /** PCRs that must have the values they have now to use it. */
  readonly pcrs?: Iterable<number>;
  /** What a signing key signs; "DER", which is any hash, by default. */
  readonly scheme?: SignatureSchemeName;
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

  /** Whether it has an owner. */
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
    this.#srk = null;
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
    const pcrComposite = await this.#pcrComposite(pcrs);
    const dataKey = crypto.getRandomValues(new Uint8Array(DATA_KEY_SIZE));
    try {
      const sealedKey = await this.#withEncData(secret, async (encData) => {
        await encData.seal(srk, dataKey, { pcrComposite });
        return encData.blob;
      });
      return await encryptData(dataKey, { sealedKey, data });
    } finally {
      dataKey.fill(0);
      if (pcrComposite !== null) await this.context.closeObject(pcrComposite);
    }
  }

  /**
   * Decrypts what {@linkcode seal} made. Throws TPM_WRONGPCRVAL when a PCR has another value than
   * it was sealed for, TPM_AUTHFAIL or TPM_AUTH2FAIL when the secret is wrong, TPM_NOTSEALED_BLOB
   * for another TPM's data, a RangeError for data that was changed.
   */
  async unseal(
    sealed: Uint8Array,
    { secret = WELL_KNOWN_SECRET }: Pick<SealOptions, "secret"> = {},
  ): Promise<Uint8Array> {
    const parsed = parseSealedData(sealed);
    const srk = await this.#storageRootKey();
    const dataKey = await this.#withEncData(secret, (encData) => {
      encData.blob = parsed.sealedKey;
      return encData.unseal(srk);
    });
    try {
      return await decryptData(dataKey, parsed);
    } finally {
      dataKey.fill(0);
    }
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
  async createKey(
    { usage, bits = 2048, secret, pcrs = [], scheme = "DER" }: CreateKeyOptions,
  ): Promise<TpmCryptoKey> {
    const srk = await this.#storageRootKey();
    const pcrComposite = await this.#pcrComposite(pcrs);
    const key = this.context.createRsaKey(
      keyFlags({ usage, bits, authorized: secret !== undefined }),
    );
    try {
      if (secret !== undefined) giveSecret(this.context, key, { secret });
      if (usage === "attest") await makeIdentity(key, { srk, pcrComposite });
      else {
        if (usage === "sign") {
          const { algorithmParms } = key.fields;
          const sigScheme = SIGNATURE_SCHEMES[scheme];
          key.change({ algorithmParms: { ...algorithmParms, sigScheme } });
        }
        await key.createKey(srk, pcrComposite);
      }
      await key.loadKey(srk);
      return new TpmCryptoKey(this.context, key, usage);
    } catch (error) {
      await closeKey(key);
      throw error;
    } finally {
      if (pcrComposite !== null) await this.context.closeObject(pcrComposite);
    }
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
    const key = await this.context.loadKeyByBlob(await this.#storageRootKey(), wrapped);
    try {
      if (secret !== undefined) giveSecret(this.context, key, { secret });
      return new TpmCryptoKey(this.context, key, purposeOf(key));
    } catch (error) {
      await closeKey(key);
      throw error;
    }
  }

  /**
   * Has a key sign PCRs and a nonce: its 20 bytes, or the SHA-1 of another length. Verify it with
   * `verifyQuote()`, which has an example. Throws TPM_INAPPROPRIATE_SIG for a key of scheme DER.
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
  async pcrs(indices?: Iterable<number>): Promise<Map<number, Uint8Array>> {
    const { tpm } = this.context;
    const values = new Map<number, Uint8Array>();
    for (const index of indices ?? Array(await this.#pcrCount()).keys()) {
      values.set(index, await tpm.pcrRead(index));
    }
    return values;
  }

  /**
   * Extends a PCR by 20 bytes, or by the SHA-1 of data of another length; gives its new value.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * console.assert((await tpm.extend(16, new TextEncoder().encode("event"))).length === 20);
   * ```
   */
  extend(pcrIndex: number, data: Uint8Array): Promise<Uint8Array> {
    const digest = data.length === SHA1_SIZE ? data : sha1(data);
    return this.context.tpm.pcrExtend(pcrIndex, digest);
  }

  /** The event log of the core services, oldest first. */
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

  /** Lets keys and sessions go and ends the connection. */
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

  async #pcrCount(): Promise<number> {
    const { tpm } = this.context;
    return decode(U32, await tpm.getCapability(TSS_TPMCAP_PROPERTY, TSS_TPMCAP_PROP_PCR));
  }

  async #pcrComposite(
    pcrs: Iterable<number> | ReadonlyMap<number, Uint8Array>,
  ): Promise<PcrComposite | null> {
    const values = pcrs instanceof Map
      ? pcrs as ReadonlyMap<number, Uint8Array>
      : await this.pcrs(pcrs as Iterable<number>);
    if (values.size === 0) return null;
    const composite = this.context.createPcrComposite(TSS_PCRS_STRUCT_INFO);
    try {
      for (const [index, value] of values) composite.setPcrValue(index, value);
      return composite;
    } catch (error) {
      await this.context.closeObject(composite);
      throw error;
    }
  }

  async #withEncData<T>(
    secret: Secret,
    task: (encData: EncData) => Promise<T>,
  ): Promise<T> {
    const encData = this.context.createEncData(TSS_ENCDATA_SEAL);
    const policy = giveSecret(this.context, encData, { secret });
    try {
      return await task(encData);
    } finally {
      await this.context.closeObject(encData);
      await this.context.closeObject(policy);
    }
  }
}
