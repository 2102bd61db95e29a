import type { Attribute } from "./attributes.ts";
import { CONTEXT_ATTRIBUTES } from "./context_attributes.ts";
import type { ContextOptions } from "./context_base.ts";
import { ContextTransport } from "./context_transport.ts";
import { subCapBytes } from "./sub_cap.ts";
import { tspCapability } from "./tsp_capability.ts";

/**
 * The beginning of everything: a connection to a TPM, and the objects made for it. Closing it, which
 * `await using` does, closes them all.
 *
 * ```ts
 * import { Context } from "@deno-tss/tss/tspi";
 *
 * await using context = Context.create();
 * await context.connect("emulator");
 * const random = await context.tpm.getRandom(16);
 * console.assert(random.length === 16);
 * ```
 */
export class Context extends ContextTransport {
  private constructor(options: ContextOptions) {
    super(options);
  }

  /** `Tspi_Context_Create`: makes a context, not connected yet. Asks for no permission. */
  static create(options: ContextOptions = {}): Context {
    return new Context(options);
  }

  /** The context itself. */
  override get context(): Context {
    return this;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<Context>[] {
    return CONTEXT_ATTRIBUTES;
  }

  /**
   * `Tspi_Context_GetCapability`: what the core services (TSS_TCSCAP_*) or the service provider
   * (TSS_TSPCAP_*) are and can do; the part is a number or bytes. Numbers in the answer are
   * big-endian, a BOOL is a byte, texts are UTF-16LE. Throws TSS_E_BAD_PARAMETER for what there is
   * not, TSS_E_NO_CONNECTION for the core services'.
   */
  async getCapability(
    capArea: number,
    subCap: number | Uint8Array = new Uint8Array(0),
  ): Promise<Uint8Array> {
    const bytes = subCapBytes(subCap);
    return tspCapability(capArea, bytes) ??
      (await this.tcsi.getTcsCapability({ capArea, subCap: bytes })).resp;
  }
}
