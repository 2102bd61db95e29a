import type { Context, NvStore } from "../tspi/mod.ts";
import type { TpmNvDataPublic } from "../tpm12/structures/mod.ts";
import {
  TPM_NV_PER_AUTHREAD,
  TPM_NV_PER_AUTHWRITE,
  TPM_NV_PER_OWNERREAD,
  TPM_NV_PER_OWNERWRITE,
} from "../tpm12/constants/mod.ts";
import type { Options } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { CliIo } from "./io.ts";
import { parseInteger } from "./numbers.ts";
import { UNICODE } from "./secret_options.ts";
import type { SecretSource } from "./secrets.ts";
import { giveSecret } from "./session.ts";

/** The area. */
export const NV_INDEX = {
  index: { short: "i", value: "INDEX", help: "number of the area, decimal or after 0x" },
} as const satisfies Options;

/** Options of a command that reads or writes an area. */
export const NV_ACCESS = {
  ...NV_INDEX,
  size: { short: "s", value: "SIZE", help: "how many bytes" },
  offset: { short: "n", value: "OFFSET", help: "from where on; default 0" },
  password: {
    short: "p",
    value: "SECRET",
    optional: true,
    help: "password of the area or the owner, by the area's permissions",
  },
  "well-known": { short: "z", help: "that secret is 20 zero bytes" },
  ...UNICODE,
} as const satisfies Options;

/** What was given of {@linkcode NV_ACCESS}. */
export interface NvAccess {
  readonly index: string | undefined;
  readonly password: string | undefined;
  readonly "well-known": boolean;
  readonly unicode: boolean;
}

/** The area that -i names. */
export function nvArea(context: Context, index: string | undefined): NvStore {
  if (index === undefined) throw new UsageError("-i is missing: the number of the area");
  const area = context.createNvStore();
  area.index = parseInteger(index, "-i");
  return area;
}

/** The area that the options name, what it is, and its secret or the owner's as it asks. */
export async function openNvArea(
  context: Context,
  options: NvAccess,
  { to, io }: { to: "read" | "write"; io: CliIo },
): Promise<{ area: NvStore; info: TpmNvDataPublic | null }> {
  const area = nvArea(context, options.index);
  if (area.index === 0) return { area, info: null };
  const info = await area.publicInfo();
  const { attributes } = info.permission;
  const [byArea, byOwner] = to === "read"
    ? [TPM_NV_PER_AUTHREAD, TPM_NV_PER_OWNERREAD]
    : [TPM_NV_PER_AUTHWRITE, TPM_NV_PER_OWNERWRITE];
  if (attributes & byArea) await giveSecret(area, sourceFor("data", options), { io });
  else if (attributes & byOwner) await giveSecret(context.tpm, sourceFor("owner", options), { io });
  return { area, info };
}

function sourceFor(role: "data" | "owner", options: NvAccess): SecretSource {
  const { password: given, unicode, "well-known": wellKnown } = options;
  return { role, given, unicode, wellKnown, option: "-p" };
}
