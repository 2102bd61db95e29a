import {
  TPM_CAP_NV_INDEX,
  TPM_NV_INDEX_LOCK,
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
  TPM_NV_PER_PPWRITE,
} from "../../lib/tpm12/constants/mod.ts";
import { u32 } from "../bytes.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import { nvTemplate, type NvTemplateOptions, secret, ZEROS } from "./templates.ts";

/** An area of four bytes written with presence. */
export const PP = { attributes: TPM_NV_PER_PPWRITE, dataSize: 4 };
/** One that is the owner's. */
export const OWNER = { attributes: TPM_NV_PER_OWNERREAD | TPM_NV_PER_OWNERWRITE, dataSize: 4 };
/** One with a secret. */
export const AREA = { attributes: TPM_NV_PER_AUTHREAD | TPM_NV_PER_AUTHWRITE, dataSize: 4 };

/** The secret of every area here. */
const SECRET = secret("area");

type Common = Pick<CommandStep<"TPM_NV_ReadValue">, "title" | "code" | "auths">;

/** Without an owner's session. */
export const NO_AUTH: Required<Pick<Common, "auths">> = { auths: [] };
/** With an owner's session whose HMAC is wrong. */
export const WRONG_AUTH: Required<Pick<Common, "auths">> = {
  auths: [{ entity: "owner", tamper: (auth) => ({ ...auth, authData: ZEROS }) }],
};

/** Defines an area, deletes it (`dataSize` 0), or refuses to. */
export function defineNv(nvIndex: number, options: NvTemplateOptions & Common): Step {
  const { title = "", code, auths, ...template } = options;
  const { attributes, dataSize } = template;
  return step({
    command: "TPM_NV_DefineSpace",
    title: `${hex(nvIndex)}, ${hex(attributes)}, ${dataSize} bytes ${title}`,
    request: { pubInfo: nvTemplate(nvIndex, template), encAuth: SECRET },
    ...(code && { code }),
    ...(auths && { auths }),
  });
}

/** Sets nvLocked. */
export function lockNv(options: Common = {}): Step {
  return defineNv(TPM_NV_INDEX_LOCK, { attributes: 0, dataSize: 0, ...NO_AUTH, ...options });
}

/** Where to write or read, 0 by default. */
interface At extends Common {
  offset?: number;
}

/** TPM_NV_WriteValue; a number stands for as many bytes. */
export function writeNv(nvIndex: number, bytes: number | Uint8Array, options: At = {}): Step {
  const { offset = 0, title = "", ...how } = options;
  const data = typeof bytes === "number" ? new Uint8Array(bytes).fill(nvIndex | 1) : bytes;
  return step({
    command: "TPM_NV_WriteValue",
    title: `${hex(nvIndex)}, ${data.length} bytes at ${offset} ${title}`,
    request: { nvIndex, offset, data },
    ...how,
  });
}

/** TPM_NV_ReadValue. */
export function readNv(nvIndex: number, dataSize: number, options: At = {}): Step {
  const { offset = 0, title = "", ...how } = options;
  return step({
    command: "TPM_NV_ReadValue",
    title: `${hex(nvIndex)}, ${dataSize} bytes at ${offset} ${title}`,
    request: { nvIndex, offset, dataSize },
    ...how,
  });
}

/** TPM_NV_WriteValueAuth, by the secret of every area here. */
export function writeNvAuth(nvIndex: number, size: number, options: At = {}): Step {
  const { offset = 0, title = "", ...how } = options;
  return step({
    command: "TPM_NV_WriteValueAuth",
    title: `${hex(nvIndex)}, ${size} bytes at ${offset} ${title}`,
    request: { nvIndex, offset, data: new Uint8Array(size).fill(7) },
    auths: [SECRET],
    ...how,
  });
}

/** TPM_NV_ReadValueAuth, by the secret of every area here. */
export function readNvAuth(nvIndex: number, dataSize: number, options: At = {}): Step {
  const { offset = 0, title = "", ...how } = options;
  return step({
    command: "TPM_NV_ReadValueAuth",
    title: `${hex(nvIndex)}, ${dataSize} bytes at ${offset} ${title}`,
    request: { nvIndex, offset, dataSize },
    auths: [SECRET],
    ...how,
  });
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

/** TPM_GetCapability of an area. */
export function publicInfo(nvIndex: number): Step {
  const request = { capArea: TPM_CAP_NV_INDEX, subCap: u32(nvIndex) };
  return step({ command: "TPM_GetCapability", request });
}
