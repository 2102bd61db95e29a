import { decode } from "../codec/mod.ts";
import { TPM_ET_COUNTER } from "../tpm12/constants/mod.ts";
import { TPM_COUNTER_VALUE, type TpmCounterValue } from "../tpm12/structures/mod.ts";
import type { Authorizer, Context } from "../tspi/mod.ts";
import { type Secret, secretPolicy } from "./secrets.ts";

/** Bytes of a label. */
const LABEL_SIZE = 4;

/**
 * A monotonic counter of the TPM's, which can only go up. Of all counters one may be incremented
 * between two starts of the TPM: the first that is.
 */
export class MonotonicCounter {
  /** The number that the TPM gave it. */
  readonly id: number;
  readonly #context: Context;
  readonly #secret: Secret;

  /** Made by `tpm.counter()` and `tpm.createCounter()`. */
  constructor(
    context: Context,
    { id, secret }: { readonly id: number; readonly secret: Secret },
  ) {
    this.id = id;
    this.#context = context;
    this.#secret = secret;
  }

  /**
   * Its value; no secret is needed. Throws TPM_BAD_COUNTER when there is none of this number.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const { id } = await tpm.createCounter("boot");
   * console.assert(await tpm.counter(id).value() > 0);
   * ```
   */
  async value(): Promise<number> {
    return (await this.#read()).counter;
  }

  /**
   * Its label, four characters at most.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const counter = await tpm.createCounter("boot");
   * console.assert(await counter.label() === "boot");
   * ```
   */
  async label(): Promise<string> {
    return new TextDecoder().decode((await this.#read()).label).replace(/\0+$/, "");
  }

  /**
   * Adds one; gives the new value. Throws TPM_AUTHFAIL, and TPM_BAD_COUNTER when another counter
   * was incremented since the TPM started.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const counter = await tpm.createCounter("boot", { secret: "s3cret" });
   * const before = await counter.value();
   * console.assert(await counter.increment() === before + 1);
   * ```
   */
  async increment(): Promise<number> {
    const { count } = await this.#authorized((authorizer) =>
      this.#context.execute("TPM_IncrementCounter", {
        request: { countID: this.id },
        auth: [authorizer],
      })
    );
    return decode(TPM_COUNTER_VALUE, count).counter;
  }

  /**
   * Takes it away. Throws TPM_AUTHFAIL.
   *
   * ```ts
   * import { openTpm } from "@deno-tss/tss";
   *
   * await using tpm = await openTpm("emulator");
   * const counter = await tpm.createCounter("once");
   * await counter.remove();
   * ```
   */
  async remove(): Promise<void> {
    await this.#authorized((authorizer) =>
      this.#context.execute("TPM_ReleaseCounter", {
        request: { countID: this.id },
        auth: [authorizer],
      })
    );
  }

  async #read(): Promise<TpmCounterValue> {
    const request = { countID: this.id };
    return decode(
      TPM_COUNTER_VALUE,
      (await this.#context.execute("TPM_ReadCounter", { request })).count,
    );
  }

  async #authorized<T>(task: (authorizer: Authorizer) => Promise<T>): Promise<T> {
    const policy = secretPolicy(this.#context, this.#secret);
    try {
      return await task({
        object: this.#context.tpm,
        policy,
        entityType: TPM_ET_COUNTER,
        entityValue: this.id,
      });
    } finally {
      await this.#context.closeObject(policy);
    }
  }
}

/** Has the owner make a counter. Throws a TypeError for a label of more than four bytes. */
export async function createCounter(
  context: Context,
  { label, secret }: { readonly label: string; readonly secret: Secret },
): Promise<MonotonicCounter> {
  const bytes = new TextEncoder().encode(label);
  if (bytes.length > LABEL_SIZE) {
    throw new TypeError(`Cannot label a counter "${label}": it takes ${LABEL_SIZE} bytes`);
  }
  const padded = new Uint8Array(LABEL_SIZE);
  padded.set(bytes);
  const policy = secretPolicy(context, secret);
  try {
    const { countID } = await context.execute("TPM_CreateCounter", {
      request: { label: padded },
      auth: [context.tpm.ownerAuthorizer()],
      secrets: { encAuth: { policy, object: context.tpm } },
    });
    return new MonotonicCounter(context, { id: countID, secret });
  } finally {
    await context.closeObject(policy);
  }
}
