import type { Tpm } from "../tspi/mod.ts";
import { type Command, defineCommand, type Options } from "./command.ts";
import type { CliIo } from "./io.ts";
import { OWNER_OPTIONS, ownerSecret, type OwnerValues } from "./secret_options.ts";
import { giveSecret, withContext } from "./session.ts";

/** A flag of the TPM, TSS_TPMSTATUS_*, and what it is set to. */
export type FlagChange = readonly [statusFlag: number, state: boolean];

/** What an option of a command about flags does. */
export interface FlagAction {
  /** One letter after one dash. */
  readonly short?: string;
  /** What it does. */
  readonly help: string;
  /** The change, as the owner. */
  readonly owner?: FlagChange;
  /** The change, by physical presence: with --force where the owner may do it too. */
  readonly presence?: FlagChange;
}

/** A command about flags of the TPM. */
export interface FlagCommand {
  /** The flags it tells, by the names it tells them by. */
  readonly flags: Readonly<Record<string, number>>;
  /** Its actions by the long names of their options, done in this order. */
  readonly actions: Readonly<Record<string, FlagAction>>;
  /** More about it. */
  readonly details?: string;
  /** A call that works. */
  readonly example: string;
}

/** The letters of tools that asked the owner for what now takes no secret. */
const NO_SECRET = {
  "well-known": { short: "z", help: "nothing: no secret is needed" },
  unicode: { short: "u", help: "nothing: no secret is needed" },
} as const satisfies Options;

/** Makes a command that tells flags of the TPM and sets them. */
export function flagCommand({ flags, actions, details, example }: FlagCommand): Command {
  const rows = Object.entries(actions);
  const byOwner = rows.some(([, { owner }]) => owner !== undefined);
  const byEither = rows.some(([, { owner, presence }]) => owner && presence);
  const options: Options = {
    status: { short: "s", help: "tell how it is, as without any action" },
    ...Object.fromEntries(
      rows.map(([name, { short, help }]) => [name, { ...short && { short }, help }]),
    ),
    ...byEither ? { force: { short: "f", help: "by physical presence, not as the owner" } } : {},
    ...byOwner ? OWNER_OPTIONS : NO_SECRET,
  };
  return defineCommand<Options>({
    options,
    ...details === undefined ? {} : { details },
    permissions: byOwner ? { "--allow-env=TSS_OWNER_PASSWORD": "for a secret given so" } : {},
    example,
    run: ({ options, io }) => {
      const given = options as unknown as Given;
      return withContext({ options: given, io }, async ({ tpm }) => {
        const chosen = rows.filter(([name]) => given[name] === true).map(([, action]) => action);
        for (const action of chosen) await perform(tpm, action, { given, io });
        const json: Record<string, boolean> = {};
        for (const [name, flag] of Object.entries(flags)) json[name] = await tpm.getStatus(flag);
        return chosen.length > 0 && !given.status ? { json, text: "" } : { json };
      });
    },
  });
}

/** What was given of the options, by name where they are actions. */
interface Given extends OwnerValues {
  readonly [action: string]: unknown;
  readonly status: boolean;
  readonly force?: boolean;
  readonly tcti: string | undefined;
  readonly log: string | undefined;
}

async function perform(
  tpm: Tpm,
  { owner, presence }: FlagAction,
  { given, io }: { given: Given; io: CliIo },
): Promise<void> {
  const change = owner === undefined || given.force ? presence ?? owner! : owner;
  if (change === owner) await giveSecret(tpm, ownerSecret(given), { io });
  await tpm.setStatus(...change);
}
