import {
  type Command,
  TPM_AUTHHANDLE,
  TPM_KEY_HANDLE,
  TPM_TRANSHANDLE,
} from "../tpm12/commands/mod.ts";
import { TPM_ET_DEL_KEY_BLOB, TPM_ET_KEYHANDLE } from "../tpm12/constants/mod.ts";

/** Names of the parameters of a command that hold handles of one kind. */
interface HandleParameters {
  /** Keys in the request. */
  readonly keys: readonly string[];
  /** Keys in the answer. */
  readonly newKeys: readonly string[];
  /** The authorisation session that the answer brings. */
  readonly newAuth: string | undefined;
  /** The transport session that the answer brings. */
  readonly newTransport: string | undefined;
}

const found = new Map<Command, HandleParameters>();

/** Which parameters of a command are handles: the resource type of a handle is its codec. */
export function handleParameters(row: Command): HandleParameters {
  let parameters = found.get(row);
  if (parameters === undefined) {
    const ins = Object.entries(row.handles);
    const outs = Object.entries(row.outHandles);
    const of = (entries: typeof ins, codec: unknown) =>
      entries.filter(([, type]) => type === codec).map(([name]) => name);
    parameters = {
      keys: of(ins, TPM_KEY_HANDLE),
      newKeys: of(outs, TPM_KEY_HANDLE),
      newAuth: of(outs, TPM_AUTHHANDLE)[0],
      newTransport: of(outs, TPM_TRANSHANDLE)[0],
    };
    found.set(row, parameters);
  }
  return parameters;
}

/** The parameter of TPM_OSAP or TPM_DSAP that is a key's handle; `undefined` for other entities. */
export function boundKeyParameter(
  row: Command,
  request: Readonly<Record<string, unknown>>,
): string | undefined {
  const type = (request.entityType as number) & 0xff;
  if (row.name === "TPM_OSAP" && type === TPM_ET_KEYHANDLE) return "entityValue";
  if (row.name === "TPM_DSAP" && type === TPM_ET_DEL_KEY_BLOB) return "keyHandle";
  return undefined;
}
