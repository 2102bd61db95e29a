import { CoreServices, FileKeyStorage, type KeyStorage, type TcsService } from "../tcs/mod.ts";
import {
  type ConnectionSpec,
  defaultConnection,
  formatConnectionSpec,
  openTddl,
  parseConnectionString,
} from "../tddl/mod.ts";

/** Core services that were reached, and whether they are the context's own to close. */
export interface Destination {
  /** The core services. */
  readonly service: TcsService;
  /** What they were reached by. */
  readonly name: string;
  /** The context closes them with itself. */
  readonly owned: boolean;
}

/**
 * Reaches core services: those of a tcsd, or new ones in this process over the TPM that a connection
 * string names.
 */
export async function reach(destination?: string | ConnectionSpec): Promise<Destination> {
  const spec = destination === undefined
    ? defaultConnection()
    : typeof destination === "string"
    ? parseConnectionString(destination)
    : destination;
  const name = formatConnectionSpec(spec);
  if (spec.kind === "tcsd") {
    const { TcsdClient } = await import("../tcsd/mod.ts");
    return { service: new TcsdClient(spec.address), name, owned: true };
  }
  const tddl = await openTddl(spec);
  try {
    return { service: await CoreServices.start(tddl), name, owned: true };
  } catch (error) {
    await tddl.close();
    throw error;
  }
}

/**
 * The user's registered keys in TrouSerS' file: $TSS_USER_PS_FILE, or `.trousers/user.data` in the
 * home directory. Nothing is looked at before the first use.
 */
export function userKeyStorage(): KeyStorage {
  let storage: FileKeyStorage | undefined;
  const open = async () => storage ??= new FileKeyStorage(await userStorageFile());
  return {
    load: async () => (await open()).load(),
    update: async (change) => (await open()).update(change),
  };
}

async function userStorageFile(): Promise<string> {
  const named = Deno.env.get("TSS_USER_PS_FILE");
  if (named !== undefined && named !== "") return named;
  const folder = `${Deno.env.get("HOME") ?? "."}/.trousers`;
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  return `${folder}/user.data`;
}
