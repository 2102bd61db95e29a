import { type Context, type Policy, TSS_POLICY_USAGE, TSS_SECRET_MODE_SHA1 } from "../tspi/mod.ts";
import type { TspObject } from "../tspi/tsp_object.ts";
import type { CommonValues } from "./command.ts";
import { connectionOf } from "./connection.ts";
import type { CliIo } from "./io.ts";
import { openContext } from "./open_context.ts";
import { readSecret, type Secret, type SecretSource } from "./secrets.ts";

/** Opens a context on the TPM of the command line, and closes it when `use` is done. */
export async function withContext<T>(
  { options, io }: { readonly options: Pick<CommonValues, "tcti" | "log">; readonly io: CliIo },
  use: (context: Context) => Promise<T>,
): Promise<T> {
  const log = (text: string) => io.stderr(new TextEncoder().encode(`${text}\n`));
  await using context = await openContext(connectionOf(options.tcti, io), {
    onCommand: options.log === "debug" ? log : null,
  });
  return await use(context);
}

/** Gives an object a secret of the user's, which is its usage secret from now on. */
export async function giveSecret(
  object: TspObject,
  source: SecretSource,
  { io }: { readonly io: CliIo },
): Promise<void> {
  using secret = await readSecret(source, io);
  policyWith(object.context, secret).assignToObject(object);
}

/** A usage policy with a secret. */
export function policyWith(context: Context, secret: Secret): Policy {
  const policy = context.createPolicy(TSS_POLICY_USAGE);
  policy.setSecret(TSS_SECRET_MODE_SHA1, secret.bytes);
  return policy;
}
