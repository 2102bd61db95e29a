import type { Options } from "./command.ts";
import type { SecretRole, SecretSource } from "./secrets.ts";

/** Passwords are hashed as UTF-16LE. */
export const UNICODE = {
  unicode: { short: "u", help: "hash passwords as UTF-16LE, as TSS popups do" },
} as const satisfies Options;

/** The owner's secret. */
export const OWNER_SECRET = {
  "owner-password": { value: "SECRET", help: "the owner's password, see `tss help secrets`" },
  ...UNICODE,
} as const satisfies Options;

/** The owner's secret, with the flag that most tools have for it. */
export const OWNER_OPTIONS = {
  "well-known": { short: "z", help: "the owner's secret is 20 zero bytes" },
  ...OWNER_SECRET,
} as const satisfies Options;

/** The secret of the SRK. */
export const SRK_SECRET = {
  "srk-password": { value: "SECRET", help: "the SRK's password, see `tss help secrets`" },
  ...UNICODE,
} as const satisfies Options;

/** The secret of the SRK, with the flag that most tools have for it. */
export const SRK_OPTIONS = {
  "well-known": { short: "z", help: "the SRK's secret is 20 zero bytes" },
  ...SRK_SECRET,
} as const satisfies Options;

/** The secret of a key. */
export const KEY_SECRET = {
  "key-password": {
    short: "a",
    value: "SECRET",
    optional: true,
    help: "the key's password; asked for where SECRET is left out",
  },
} as const satisfies Options;

/** The secret of the operator. */
export const OPERATOR_OPTIONS = {
  "well-known": { short: "z", help: "the operator's secret is 20 zero bytes" },
  "operator-password": { value: "SECRET", help: "the operator's password" },
  ...UNICODE,
} as const satisfies Options;

/** What was given of {@linkcode OPERATOR_OPTIONS}. */
export interface OperatorValues {
  readonly "well-known": boolean;
  readonly "operator-password": string | undefined;
  readonly unicode: boolean;
}

/** What was given of {@linkcode OWNER_OPTIONS}. */
export interface OwnerValues {
  readonly "well-known"?: boolean;
  readonly "owner-password": string | undefined;
  readonly unicode?: boolean;
}

/** What was given of {@linkcode SRK_OPTIONS}. */
export interface SrkValues {
  readonly "well-known"?: boolean;
  readonly "srk-password": string | undefined;
  readonly unicode?: boolean;
}

/** What was given of {@linkcode KEY_SECRET}. */
export interface KeyValues {
  readonly "key-password": string | undefined;
  readonly unicode?: boolean;
}

/** The owner's secret as the options give it. */
export function ownerSecret(
  options: OwnerValues,
  wellKnown: boolean = options["well-known"] ?? false,
): SecretSource {
  return source("owner", options, { wellKnown, given: options["owner-password"] });
}

/** The SRK's secret as the options give it. */
export function srkSecret(
  options: SrkValues,
  wellKnown: boolean = options["well-known"] ?? false,
): SecretSource {
  return source("SRK", options, { wellKnown, given: options["srk-password"] });
}

/** The operator's secret as the options give it. */
export function operatorSecret(options: OperatorValues): SecretSource {
  const given = options["operator-password"];
  return source("operator", options, { wellKnown: options["well-known"], given });
}

/** The key's secret as the options give it. */
export function keySecret(options: KeyValues): SecretSource {
  return source("key", options, { wellKnown: false, given: options["key-password"] });
}

function source(
  role: SecretRole,
  { unicode = false }: { readonly unicode?: boolean },
  given: Pick<SecretSource, "wellKnown" | "given">,
): SecretSource {
  return { role, unicode, option: `--${role.toLowerCase()}-password`, ...given };
}
