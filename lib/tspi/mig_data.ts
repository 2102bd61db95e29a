import { decode, encode } from "../codec/mod.ts";
import { sha1, SHA1_SIZE } from "../crypto/mod.ts";
import {
  TPM_CMK_AUTH,
  TPM_KEY_ANY,
  TPM_MIGRATIONKEYAUTH,
  TPM_MSA_COMPOSITE,
  type TpmCmkAuth,
  type TpmMsaComposite,
} from "../tpm12/structures/mod.ts";
import type { Attribute } from "./attributes.ts";
import { TSS_MIGATTRIB_PT_MIGRATE_RESTRICTED } from "./constants/mig_data.ts";
import { TSS_OBJECT_TYPE_MIGDATA } from "./constants/object_types.ts";
import type { Context } from "./context.ts";
import { decoded } from "./key_base.ts";
import { MIG_DATA_ATTRIBUTES, publicKeyDigest } from "./mig_data_attributes.ts";
import { tspError } from "./tsp_error.ts";
import { TspObject } from "./tsp_object.ts";

const NO_DIGEST = new Uint8Array(SHA1_SIZE);
const NOTHING = new Uint8Array(0);

/**
 * What takes a certified migratable key from one TPM to another: its migration authorities, their
 * permission, and the key on its way. Made by `context.createMigData()`. What was not set is empty,
 * a digest 20 zero bytes.
 */
export class MigData extends TspObject {
  /** TSS_OBJECT_TYPE_MIGDATA. */
  override readonly objectType: number = TSS_OBJECT_TYPE_MIGDATA;
  /** The context it belongs to. */
  override readonly context: Context;
  /** SHA-1 of the TPM_MSA_COMPOSITE; follows from {@linkcode authorities}, or is set by itself. */
  authorityDigest: Uint8Array = NO_DIGEST;
  /** What `tpm.cmkApproveMA()` gave, 20 bytes. */
  authorityApproval: Uint8Array = NO_DIGEST;
  /** What an authority signs, 20 bytes; follows from {@linkcode restriction}, or is set by itself. */
  sigDigest: Uint8Array = NO_DIGEST;
  /** The authority's signature over {@linkcode sigDigest}. */
  sigValue: Uint8Array = NOTHING;
  /** What `tpm.cmkCreateTicket()` gave, 20 bytes. */
  sigTicket: Uint8Array = NO_DIGEST;
  /** TSS_MIGATTRIB_PT_*: whether the key was made by its TPM, or came from another. */
  payloadType: number = TSS_MIGATTRIB_PT_MIGRATE_RESTRICTED;
  #authorities: readonly Uint8Array[] = [];
  #restriction: TpmCmkAuth = {
    migrationAuthorityDigest: NO_DIGEST,
    destinationKeyDigest: NO_DIGEST,
    sourceKeyDigest: NO_DIGEST,
  };
  #migrationTicket: Uint8Array = NOTHING;
  #xorBlob: Uint8Array = NOTHING;
  #rewrappedBlob: Uint8Array = NOTHING;

  /** Made by `context.createMigData()`. */
  constructor(context: Context) {
    super();
    this.context = context;
  }

  /** Its attributes. */
  protected override get attributes(): readonly Attribute<MigData>[] {
    return MIG_DATA_ATTRIBUTES;
  }

  /** SHA-1 of the TPM_PUBKEY of each migration authority, any of which can let the key migrate. */
  get authorities(): readonly Uint8Array[] {
    return this.#authorities;
  }

  /** Names the authorities, each by 20 bytes. */
  set authorities(digests: readonly Uint8Array[]) {
    this.#authorities = digests.map((digest) => digest.slice());
    this.authorityDigest = digests.length === 0
      ? NO_DIGEST
      : sha1(encode(TPM_MSA_COMPOSITE, this.msaComposite));
  }

  /** Names one more authority by its encoded TPM_PUBKEY; throws TSS_E_BAD_PARAMETER. */
  addAuthority(publicBlob: Uint8Array): void {
    this.authorities = [...this.#authorities, publicKeyDigest(publicBlob)];
  }

  /** The authorities as the TPM takes them; throws TSS_E_BAD_PARAMETER when none was named. */
  get msaComposite(): TpmMsaComposite {
    if (this.#authorities.length === 0) {
      throw tspError("TSS_E_BAD_PARAMETER", "no migration authority has been named");
    }
    return { migAuthDigest: [...this.#authorities] };
  }

  /** Which authority lets which key migrate where. */
  get restriction(): Readonly<TpmCmkAuth> {
    return this.#restriction;
  }

  /** Changes parts of the restriction, each 20 bytes. */
  restrict(parts: Partial<TpmCmkAuth>): void {
    this.#restriction = { ...this.#restriction, ...parts };
    this.sigDigest = sha1(this.restrictTicket);
  }

  /** The encoded TPM_CMK_AUTH, 60 bytes. */
  get restrictTicket(): Uint8Array {
    return encode(TPM_CMK_AUTH, this.#restriction);
  }

  /** Takes a whole restriction. Throws TSS_E_BAD_PARAMETER for bytes that are no TPM_CMK_AUTH. */
  set restrictTicket(ticket: Uint8Array) {
    this.restrict(decoded(() => decode(TPM_CMK_AUTH, ticket.slice())));
  }

  /** The encoded TPM_MIGRATIONKEYAUTH of `tpm.authorizeMigrationTicket()`. */
  get migrationTicket(): Uint8Array {
    return this.#migrationTicket;
  }

  /** Takes a ticket. Throws TSS_E_BAD_PARAMETER for bytes that are no TPM_MIGRATIONKEYAUTH. */
  set migrationTicket(ticket: Uint8Array) {
    decoded(() => decode(TPM_MIGRATIONKEYAUTH, ticket));
    this.#migrationTicket = ticket.slice();
  }

  /** The key on its way, an encoded TPM_KEY12, as `key.cmkCreateBlob()` made it. */
  get xorBlob(): Uint8Array {
    return this.#xorBlob;
  }

  /**
   * Takes the key on its way, in place of any before. Throws TSS_E_BAD_PARAMETER for bytes that are
   * no key.
   */
  set xorBlob(blob: Uint8Array) {
    this.#xorBlob = keyBlob(blob);
    this.#rewrappedBlob = NOTHING;
  }

  /** The key on its way, as an authority's `key.migrateKey()` sent it on. */
  get rewrappedBlob(): Uint8Array {
    return this.#rewrappedBlob;
  }

  /** Takes the key as it was sent on. Throws TSS_E_BAD_PARAMETER for bytes that are no key. */
  set rewrappedBlob(blob: Uint8Array) {
    this.#rewrappedBlob = keyBlob(blob);
  }

  /** The key as it arrives: sent on by an authority, or straight from where it was made. */
  get arrivingBlob(): Uint8Array {
    return this.#rewrappedBlob.length > 0 ? this.#rewrappedBlob : this.#xorBlob;
  }
}

function keyBlob(blob: Uint8Array): Uint8Array {
  decoded(() => decode(TPM_KEY_ANY, blob));
  return blob.slice();
}
