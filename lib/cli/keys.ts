import { TPM_AUTH_NEVER, TPM_KH_SRK } from "../tpm12/constants/mod.ts";
import {
  type Context,
  type Key,
  type PcrComposite,
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_TSP_SRK,
  TSS_PCRS_STRUCT_INFO,
} from "../tspi/mod.ts";
import type { Options } from "./command.ts";
import type { CliIo } from "./io.ts";
import { readKeyFile } from "./key_files.ts";
import type { PcrChoice } from "./pcrs.ts";
import { srkSecret, type SrkValues } from "./secret_options.ts";
import type { SecretSource } from "./secrets.ts";
import { giveSecret } from "./session.ts";

/** Options of a command that uses a key under the SRK, or under another storage key. */
export const PARENT_OPTIONS = {
  parent: { value: "FILE", help: "the wrapped storage key above it; default the SRK" },
  "parent-password": { value: "SECRET", help: "the parent's password, if it has one" },
} as const satisfies Options;

/** What was given of {@linkcode PARENT_OPTIONS} and the options of the SRK. */
export interface ParentValues extends SrkValues {
  readonly parent: string | undefined;
  readonly "parent-password": string | undefined;
}

/** The storage root key, not yet made. */
export function createSrk(context: Context): Key {
  return context.createRsaKey(TSS_KEY_TSP_SRK | TSS_KEY_AUTHORIZATION);
}

/** The storage root key. It is always in the TPM, under a handle of its own. */
export function openSrk(context: Context): Key {
  const srk = createSrk(context);
  srk.adoptHandle(TPM_KH_SRK);
  return srk;
}

/** The storage root key with its secret. */
export async function authorizeSrk(
  context: Context,
  secret: SecretSource,
  { io }: { readonly io: CliIo },
): Promise<Key> {
  const srk = openSrk(context);
  await giveSecret(srk, secret, { io });
  return srk;
}

/** The SRK, or the storage key that the options name. */
export async function openParent(
  context: Context,
  options: ParentValues,
  { io }: { readonly io: CliIo },
): Promise<Key> {
  const srk = await authorizeSrk(context, srkSecret(options), { io });
  if (options.parent === undefined) return srk;
  const secret = {
    role: "key",
    option: "--parent-password",
    given: options["parent-password"],
    unicode: options.unicode ?? false,
  } as const;
  return await loadKeyFile(srk, { path: options.parent, secret, io });
}

/** Loads a key out of a file under its parent; asks for its secret when it has one. */
export async function loadKeyFile(
  parent: Key,
  { path, secret, io }: { path: string; secret: SecretSource; io: CliIo },
): Promise<Key> {
  const { blob, key: fields } = await readKeyFile(path, io);
  const key = await parent.context.loadKeyByBlob(parent, blob);
  if (fields.authDataUsage !== TPM_AUTH_NEVER) await giveSecret(key, secret, { io });
  return key;
}

/** PCRs with the values given for them, or those they have now; `null` for none. */
export async function pcrComposite(
  context: Context,
  pcrs: PcrChoice,
  structType: number = TSS_PCRS_STRUCT_INFO,
): Promise<PcrComposite | null> {
  if (pcrs.size === 0) return null;
  const composite = context.createPcrComposite(structType);
  for (const [index, value] of pcrs) {
    composite.setPcrValue(index, value ?? await context.tpm.pcrRead(index));
  }
  return composite;
}
