import {
  type Command,
  TPM_AUTHHANDLE,
  TPM_KEY_HANDLE,
  TPM_TRANSHANDLE,
} from "../tpm12/commands/mod.ts";
import {
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_KEYHANDLE,
  TPM_ET_SRK,
  TPM_KH_SRK,
} from "../tpm12/constants/mod.ts";

/** Names of the parameters of a command that hold handles of one kind. */
interface HandleParameters {
  /** Keys in the request. */
  readonly keys: readonly string[];
  /** Keys in the answer. */
  readonly newKeys: readonly string[];
  /** Keys in the answer that its digest covers: they keep the TPM's number. */
  readonly digestedKeys: readonly string[];
  /** The authorisation session that the answer brings. */
  readonly newAuth: string | undefined;
  /** The transport session that the answer brings. */
  readonly newTransport: string | undefined;
  /** No handle is in it, so that without sessions it goes to the TPM as it is. */
  readonly plain: boolean;
}

const found = new Map<Command, HandleParameters>();

/** Which parameters of a command are handles: the resource type of a handle is its codec. */
export function handleParameters(row: Command): HandleParameters {
  let parameters = found.get(row);
  if (parameters === undefined) {
    const of = (fields: Command["handles"], codec: unknown) =>
      Object.entries(fields).filter(([, type]) => type === codec).map(([name]) => name);
    const handles = [row.handles, row.outHandles].flatMap((fields) => Object.keys(fields));
    const digestedKeys = of(row.out, TPM_KEY_HANDLE);
    parameters = {
      keys: of(row.handles, TPM_KEY_HANDLE),
      newKeys: of(row.outHandles, TPM_KEY_HANDLE),
      digestedKeys,
      newAuth: of(row.outHandles, TPM_AUTHHANDLE)[0],
      newTransport: of(row.outHandles, TPM_TRANSHANDLE)[0],
      plain: handles.length + digestedKeys.length === 0,
    };
    found.set(row, parameters);
  }
  return parameters;
}

/** The parameters of a request that are key handles: in some commands an entity type decides. */
export function keyParameters(
  row: Command,
  request: Readonly<Record<string, unknown>>,
): readonly string[] {
  const type = (request.entityType as number) & 0xff;
  if (row.name === "TPM_OSAP") return type === TPM_ET_KEYHANDLE ? ["entityValue"] : [];
  if (row.name === "TPM_DSAP" && type !== TPM_ET_DEL_KEY_BLOB) return [];
  return handleParameters(row).keys;
}

/** The fixed handle of what an OSAP session without a key of ours is bound to; `null`: no key's. */
export function fixedEntity(
  row: Command,
  request: Readonly<Record<string, unknown>>,
): number | null {
  if (row.name !== "TPM_OSAP" && row.name !== "TPM_DSAP") return null;
  const type = (request.entityType as number) & 0xff;
  if (row.name === "TPM_OSAP" && type === TPM_ET_SRK) return TPM_KH_SRK;
  const [name] = keyParameters(row, request);
  return name === undefined ? null : request[name] as number;
}
