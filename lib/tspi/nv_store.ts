import { decode, encode, U32 } from "../codec/mod.ts";
import {
  TPM_CAP_NV_INDEX,
  TPM_CAP_NV_LIST,
  TPM_ET_NV,
  TPM_NV_INDEX_LOCK,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_TAG_NV_ATTRIBUTES,
  TPM_TAG_NV_DATA_PUBLIC,
} from "../tpm12/constants/mod.ts";
import {
  TPM_NV_DATA_PUBLIC,
  type TpmNvDataPublic,
  type TpmPcrInfoShort,
} from "../tpm12/structures/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import { anyPcrs } from "./any_pcrs.ts";
import type { Attribute } from "./attributes.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Context } from "./context.ts";
import { TSS_OBJECT_TYPE_NV } from "./constants/object_types.ts";
import { TSS_POLICY_USAGE } from "./constants/policy.ts";
import { NV_ATTRIBUTES } from "./nv_attributes.ts";
import type { PcrComposite } from "./pcr_composite.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";

/** Bytes of one NV command, which any TPM takes. */
const CHUNK = 1024;

/** An area of the TPM's NV storage. Made by `context.createNvStore()`. */
export class NvStore extends TspObject {
  /** TSS_OBJECT_TYPE_NV. */
  override readonly objectType: number = TSS_OBJECT_TYPE_NV;
  /** The context it belongs to. */
  override readonly context: Context;
  /** Number of the area. */
  index = 0;
  /** TPM_NV_PER_* bits of an area to be defined. */
  permissions = 0;
  /** Bytes of an area to be defined. */
  dataSize = 0;

  /** Made by `context.createNvStore()`. */
  constructor(context: Context) {
    super();
    this.context = context;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<NvStore>[] {
    return NV_ATTRIBUTES;
  }

  /** Usage policy: its secret is that of the area. */
  protected override get policyTypes(): readonly number[] {
    return [TSS_POLICY_USAGE];
  }

  /**
   * What the TPM says of the area. Throws TSS_E_NV_AREA_NOT_EXIST.
   */
  async publicInfo(): Promise<TpmNvDataPublic> {
    try {
      const { resp } = await this.context.execute("TPM_GetCapability", {
        request: { capArea: TPM_CAP_NV_INDEX, subCap: encode(U32, this.opened().index) },
      });
      return decode(TPM_NV_DATA_PUBLIC, resp);
    } catch (error) {
      if (!(error instanceof TssError) || error.codeName !== "TPM_BADINDEX") throw error;
      throw tspError("TSS_E_NV_AREA_NOT_EXIST", `there is no NV area 0x${this.index.toString(16)}`);
    }
  }

  /**
   * `Tspi_NV_DefineSpace`: defines the area with its index, size and permissions, for PCRs and
   * localities that reading and writing ask for. Authorised by the owner, where there is one. The
   * secret of the usage policy becomes the area's when the permissions ask for it.
   *
   * Throws TSS_E_NV_AREA_EXIST, TPM_NOSPACE, TPM_BADINDEX for an index that cannot be defined.
   */
  async defineSpace(
    readPcrComposite: PcrComposite | null = null,
    writePcrComposite: PcrComposite | null = null,
  ): Promise<void> {
    if (await this.exists()) throw tspError("TSS_E_NV_AREA_EXIST");
    const authorised = (this.permissions & (TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE)) !== 0;
    await this.#define({
      pcrInfoRead: readPcrComposite?.toPcrInfoShort() ?? anyPcrs(),
      pcrInfoWrite: writePcrComposite?.toPcrInfoShort() ?? anyPcrs(),
      dataSize: this.dataSize,
      withSecret: authorised,
    });
  }

  /**
   * `Tspi_NV_ReleaseSpace`: takes the area away, as the owner. Throws TSS_E_NV_AREA_NOT_EXIST,
   * TPM_AREA_LOCKED while it is locked.
   */
  async releaseSpace(): Promise<void> {
    if (!await this.exists()) throw tspError("TSS_E_NV_AREA_NOT_EXIST");
    await this.#define({
      pcrInfoRead: anyPcrs(),
      pcrInfoWrite: anyPcrs(),
      dataSize: 0,
      withSecret: false,
    });
  }

  /**
   * `Tspi_NV_WriteValue`: writes at an offset, authorised as the area's permissions ask: by its
   * own secret, by the owner, or not at all. More than a command carries is written in parts,
   * which an area that is written as a whole (TPM_NV_PER_WRITEALL) does not take.
   *
   * Throws TSS_E_NV_AREA_NOT_EXIST, TPM_NOSPACE beyond the end, TPM_AUTHFAIL, TPM_AREA_LOCKED.
   */
  async writeValue(offset: number, dataToWrite: Uint8Array): Promise<void> {
    const asked = await this.#authorization(TPM_NV_PER_AUTHWRITE, TPM_NV_PER_OWNERWRITE);
    let at = 0;
    do {
      const data = dataToWrite.subarray(at, at + CHUNK);
      const request = { nvIndex: this.index, offset: offset + at, data };
      if (asked.by === "area") {
        await this.context.execute("TPM_NV_WriteValueAuth", { request, auth: [asked.authorizer] });
      } else {
        await this.context.execute("TPM_NV_WriteValue", { request, auth: [asked.authorizer] });
      }
      at += CHUNK;
    } while (at < dataToWrite.length);
  }

  /**
   * `Tspi_NV_ReadValue`: reads so many bytes from an offset, authorised as the area's permissions
   * ask. Throws TSS_E_NV_AREA_NOT_EXIST, TPM_NOSPACE beyond the end, TPM_AUTHFAIL,
   * TPM_DISABLED_CMD when reading is locked.
   */
  async readValue(offset: number, length: number): Promise<Uint8Array> {
    const asked = await this.#authorization(TPM_NV_PER_AUTHREAD, TPM_NV_PER_OWNERREAD);
    const value = new Uint8Array(length);
    let at = 0;
    do {
      const dataSize = Math.min(CHUNK, length - at);
      const request = { nvIndex: this.index, offset: offset + at, dataSize };
      const { data } = asked.by === "area"
        ? await this.context.execute("TPM_NV_ReadValueAuth", { request, auth: [asked.authorizer] })
        : await this.context.execute("TPM_NV_ReadValue", { request, auth: [asked.authorizer] });
      value.set(data.subarray(0, dataSize), at);
      at += CHUNK;
    } while (at < length);
    return value;
  }

  /** Whether the area is defined. */
  async exists(): Promise<boolean> {
    const { resp } = await this.context.execute("TPM_GetCapability", {
      request: { capArea: TPM_CAP_NV_LIST, subCap: new Uint8Array(0) },
    });
    const { index } = this.opened();
    for (let at = 0; at + 4 <= resp.length; at += 4) {
      if (decode(U32, resp.subarray(at, at + 4)) === index) return true;
    }
    return false;
  }

  /** Who authorises an access; without permissions that ask for it nobody. */
  async #authorization(byArea: number, byOwner: number): Promise<
    | { readonly by: "area"; readonly authorizer: Authorizer }
    | { readonly by: "owner" | "nobody"; readonly authorizer: Authorizer | null }
  > {
    if (this.opened().index === 0) return { by: "nobody", authorizer: null };
    const { permission: { attributes } } = await this.publicInfo();
    if (attributes & byArea) {
      return {
        by: "area",
        authorizer: {
          object: this,
          policy: this.usagePolicy,
          entityType: TPM_ET_NV,
          entityValue: this.index,
        },
      };
    }
    if (attributes & byOwner) {
      return { by: "owner", authorizer: this.context.tpm.ownerAuthorizer() };
    }
    return { by: "nobody", authorizer: null };
  }

  async #define({ pcrInfoRead, pcrInfoWrite, dataSize, withSecret }: {
    readonly pcrInfoRead: TpmPcrInfoShort;
    readonly pcrInfoWrite: TpmPcrInfoShort;
    readonly dataSize: number;
    readonly withSecret: boolean;
  }): Promise<void> {
    const pubInfo = encode(TPM_NV_DATA_PUBLIC, {
      tag: TPM_TAG_NV_DATA_PUBLIC,
      nvIndex: this.index,
      pcrInfoRead,
      pcrInfoWrite,
      permission: { tag: TPM_TAG_NV_ATTRIBUTES, attributes: this.permissions },
      bReadSTClear: false,
      bWriteSTClear: false,
      bWriteDefine: false,
      dataSize,
    });
    const byOwner = this.index !== TPM_NV_INDEX_LOCK && await this.context.tpm.isOwned();
    await this.context.execute("TPM_NV_DefineSpace", {
      request: { pubInfo },
      auth: [byOwner ? this.context.tpm.ownerAuthorizer() : null],
      secrets: { encAuth: { policy: withSecret ? this.usagePolicy : null, object: this } },
    });
  }
}
