import { decode, encode, U32 } from "../codec/mod.ts";
import {
  TPM_CAP_HANDLE,
  TPM_CAP_KEY_HANDLE,
  TPM_RT_CONTEXT,
  TPM_RT_DAA_TPM,
  TPM_RT_KEY,
} from "../tpm12/constants/mod.ts";
import { TPM_KEY_HANDLE_LIST } from "../tpm12/structures/mod.ts";
import type { Values } from "../wire/mod.ts";
import type { Executor } from "./executor.ts";
import { RESOURCE_TYPES } from "./resource.ts";

/**
 * The answer to a TPM_GetCapability that asks for the handles inside: those that the context has,
 * as it knows them, wherever they are. `undefined` when something else is asked.
 */
export function handleList(executor: Executor, { capArea, subCap }: Values): Values | undefined {
  const type = capArea === TPM_CAP_KEY_HANDLE ? TPM_RT_KEY : askedType(capArea, subCap);
  const handle = type === undefined ? undefined : handlesOf(executor, type);
  return handle && { resp: encode(TPM_KEY_HANDLE_LIST, { handle }), auths: [] };
}

function askedType(capArea: unknown, subCap: unknown): number | undefined {
  const bytes = subCap as Uint8Array;
  return capArea === TPM_CAP_HANDLE && bytes.length === 4 ? decode(U32, bytes) : undefined;
}

function handlesOf({ services, owner, daaSessions }: Executor, type: number): number[] | undefined {
  if (type === TPM_RT_DAA_TPM) return [...daaSessions];
  if (type === TPM_RT_CONTEXT) return [];
  // What is no resource of ours the TPM tells.
  if (!Object.values(RESOURCE_TYPES).includes(type)) return undefined;
  const held = services.resources.table.of(owner);
  return held.filter(({ kind }) => RESOURCE_TYPES[kind] === type).map(({ handle }) => handle);
}
