import { assertEquals } from "@std/assert";
import { decode, encode } from "../../lib/codec/mod.ts";
import { hmacSha1, rsaOaepEncrypt, sha1, verifyPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import type { Request } from "../../lib/tpm12/commands/mod.ts";
import { TPM_ET_DATA, TPM_ET_KEY } from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_CERTIFY_INFO,
  TPM_CHANGEAUTH_VALIDATE,
  TPM_KEY_ANY,
  TPM_STORED_DATA_ANY,
  type TpmKeyParms,
} from "../../lib/tpm12/structures/mod.ts";
import type { Side } from "./side.ts";
import { type Authorization, type Step, step } from "./step.ts";
import { flushKey, loadKey, publicKeyOf, unseal } from "./steps.ts";
import { rsaParms, secret, ZEROS } from "./templates.ts";

/** Secrets before and after the change. */
export const OLD: Uint8Array = secret("old");
/** What they are changed to. */
export const NEW: Uint8Array = secret("new");
const NONCE = secret("n1");

type Code = string | Readonly<Record<string, string>>;
type Auths = readonly (Authorization | string | Uint8Array)[];

/** Makes an identity key and loads it under the label `identity`. */
export function makeIdentity(template: Parameters<typeof identityRequest>[0]): Step[] {
  const make = step({
    command: "TPM_MakeIdentity",
    request: identityRequest(template),
    keep: (side, _response, { idKey }) => {
      side.keys.set("identity", { secret: OLD, parent: "SRK", blob: idKey.slice() });
    },
  });
  return [make, loadKey("identity")];
}

function identityRequest(idKeyParams: Uint8Array) {
  return { identityAuth: OLD, labelPrivCADigest: ZEROS, idKeyParams };
}

/** TPM_ChangeAuthAsymStart; keeps the ephemeral key under the label `ephemeral`. */
export function start(
  title: string,
  options: { key?: string; parms?: TpmKeyParms; auths?: Auths; code?: Code } = {},
): Step {
  const { key = "identity", parms = rsaParms("storage", { bits: 1024 }), auths, code } = options;
  return step({
    command: "TPM_ChangeAuthAsymStart",
    title,
    request: (side) => ({
      idHandle: side.handle(key),
      antiReplay: NONCE,
      tempKeyParms: parms,
    }),
    auths: auths ?? [key],
    keep: (side, { certifyInfo, sig, ephHandle, tempKey }) => {
      side.keys.set("ephemeral", {
        handle: ephHandle,
        secret: ZEROS,
        blob: encode(TPM_KEY_ANY, tempKey),
      });
      const info = sha1(encode(TPM_CERTIFY_INFO, certifyInfo));
      assertEquals(verifyPkcs1Sha1(publicKeyOf(side, "identity"), info, sig), true);
      assertEquals(certifyInfo.pubkeyDigest, sha1(tempKey.pubKey.key));
      // Part 3 wants FALSE.
      assertEquals(certifyInfo.parentPCRStatus, side.name === "libtpms");
    },
    ...(code === undefined ? { mask: ["certifyInfo.parentPCRStatus"] } : { code }),
  });
}

/** What may be other than right in a TPM_ChangeAuthAsymFinish. */
export interface FinishOptions {
  /** Label of the key, or of the sealed data, whose secret is changed. */
  entity?: string;
  /** TPM_ET_*. */
  entityType?: number;
  /** Label of the parent, or of what is given for it. */
  parent?: string;
  /** Label of what is given for the ephemeral key; the handle itself. */
  ephemeral?: string | number;
  /** newAuthLink. */
  link?: Uint8Array;
  /** What is encrypted to the ephemeral key. */
  plain?: Uint8Array;
  /** encNewAuth. */
  encNewAuth?: Uint8Array;
  /** encData. */
  encData?: (side: Side) => Uint8Array;
  /** Sessions. */
  auths?: Auths;
  /** The return code. */
  code?: Code;
}

function parentOf(side: Side, { entity = "key", parent }: FinishOptions): string {
  return parent ?? (entity === "data" ? "storage" : side.key(entity).parent!);
}

/** What TPM_ChangeAuthAsymFinish takes for the ephemeral key of the last start(). */
export function finishRequest(
  side: Side,
  options: FinishOptions = {},
): Request<"TPM_ChangeAuthAsymFinish"> {
  const { entity = "key", link, plain, encData, encNewAuth, ephemeral = "ephemeral" } = options;
  const right = encode(TPM_CHANGEAUTH_VALIDATE, { newAuthSecret: NEW, n1: NONCE });
  return {
    parentHandle: side.handle(parentOf(side, options)),
    ephHandle: typeof ephemeral === "number" ? ephemeral : side.handle(ephemeral),
    entityType: options.entityType ?? (entity === "data" ? TPM_ET_DATA : TPM_ET_KEY),
    newAuthLink: link ?? hmacSha1(OLD, NEW),
    encNewAuth: encNewAuth ??
      rsaOaepEncrypt(publicKeyOf(side, "ephemeral"), plain ?? right, { random: side.random }),
    encData: encData?.(side) ?? encDataOf(side, entity),
  };
}

/** TPM_ChangeAuthAsymFinish, for the ephemeral key of the last start(). */
export function finish(title: string, options: FinishOptions = {}): Step {
  const { entity = "key" } = options;
  return step({
    command: "TPM_ChangeAuthAsymFinish",
    title,
    request: (side) => finishRequest(side, options),
    auths: options.auths === undefined
      ? (side) => [{ entity: parentOf(side, options) }]
      : () => options.auths!.map((auth) => isEntity(auth) ? { entity: auth } : auth),
    keep: (side, { outData, saltNonce, changeProof }) => {
      assertEquals(changeProof, hmacSha1(NEW, Uint8Array.of(...saltNonce, ...NONCE)));
      delete side.key("ephemeral").handle;
      replace(side, entity, outData);
    },
    ...(options.code && { code: options.code }),
  });
}

function isEntity(auth: Authorization | string | Uint8Array): auth is string | Uint8Array {
  return typeof auth === "string" || auth instanceof Uint8Array;
}

function encDataOf(side: Side, entity: string): Uint8Array {
  return entity === "data"
    ? decode(TPM_STORED_DATA_ANY, side.bytes("data")).encData
    : decode(TPM_KEY_ANY, side.key(entity).blob!).encData;
}

/** Keeps the entity with its new secret, labelled "changed". */
function replace(side: Side, entity: string, encData: Uint8Array): void {
  if (entity === "data") {
    const blob = decode(TPM_STORED_DATA_ANY, side.bytes("data"));
    side.values.set("changed", encode(TPM_STORED_DATA_ANY, { ...blob, encData }));
    return;
  }
  const { parent, blob } = side.key(entity);
  const changed = encode(TPM_KEY_ANY, { ...decode(TPM_KEY_ANY, blob!), encData });
  side.keys.set("changed", { secret: NEW, parent: parent!, blob: changed });
}

/** Uses what was changed with its new secret. */
export function useChanged(entity: "key" | "data" = "key"): Step[] {
  if (entity === "data") return [unseal("changed", { key: "storage", secret: NEW })];
  const sign = step({
    command: "TPM_Sign",
    title: "with the new secret",
    request: (side) => ({ keyHandle: side.handle("changed"), areaToSign: ZEROS }),
  });
  return [loadKey("changed"), sign, flushKey("changed")];
}
