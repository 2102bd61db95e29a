import { sha1 } from "../crypto/mod.ts";
import { CliError, UsageError } from "./errors.ts";
import { readInput } from "./files.ts";
import type { CliIo } from "./io.ts";

/** Whose secret, and the environment variable it may stand in. */
const SECRET_VARIABLES = {
  owner: "TSS_OWNER_PASSWORD",
  SRK: "TSS_SRK_PASSWORD",
  key: "TSS_KEY_PASSWORD",
  data: "TSS_DATA_PASSWORD",
  operator: "TSS_OPERATOR_PASSWORD",
} as const;

/** Whose secret it is. */
export type SecretRole = keyof typeof SECRET_VARIABLES;

/** What `tss help secrets` prints. */
export const SECRET_HELP =
  `A secret is asked for at the terminal, unless an option or a variable gives it. SECRET is one of:
  file:PATH   the first line of a file; file:- of standard input
  env:NAME    an environment variable
  str:TEXT    the password itself, which other users may see in the list of processes
  hex:DIGITS  the 20 bytes that the TPM knows, not a password
  well-known  20 zero bytes, as -z or -y give; not the same as an empty password
Variables: ${Object.values(SECRET_VARIABLES).join(", ")}.
-u hashes passwords as UTF-16LE without a NUL at the end, as applications with TSS popups do.
`;

/** A secret as the TPM knows it. */
export class Secret implements Disposable {
  /** 20 bytes. */
  readonly bytes: Uint8Array;

  /** Owns the bytes. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Wipes it. */
  [Symbol.dispose](): void {
    this.bytes.fill(0);
  }
}

/** How a secret is given. */
export interface SecretSource {
  /** Whose it is. */
  readonly role: SecretRole;
  /** The flag for 20 zero bytes. */
  readonly wellKnown?: boolean;
  /** What stood behind the option, if it was given. */
  readonly given?: string | undefined;
  /** The option, for the complaint that there is no secret. */
  readonly option: string;
  /** Passwords are hashed as UTF-16LE. */
  readonly unicode?: boolean;
  /** It is a new one: typed twice. */
  readonly confirm?: boolean;
  /** It replaces another, which the variable may hold: it does not come from there. */
  readonly isNew?: boolean;
}

/** The secret, from the flag, the option, the variable or the terminal, in this order. */
export async function readSecret(source: SecretSource, io: CliIo): Promise<Secret> {
  const { wellKnown = false, given, unicode = false } = source;
  if (wellKnown || given === "well-known") return new Secret(new Uint8Array(20));
  if (given?.startsWith("hex:")) return new Secret(rawSecret(given.slice(4), source));
  const password = given !== undefined && given !== ""
    ? await givenPassword(given, { source, io })
    : variableOf(source, io) ?? typedPassword(source, io);
  try {
    return new Secret(hashPassword(password, unicode));
  } finally {
    password.fill(0);
  }
}

function rawSecret(digits: string, { option }: SecretSource): Uint8Array {
  if (!/^[0-9a-fA-F]{40}$/.test(digits)) throw new UsageError(`${option}: hex: takes 40 digits`);
  return Uint8Array.fromHex(digits);
}

async function givenPassword(
  given: string,
  { source, io }: { source: SecretSource; io: CliIo },
): Promise<Uint8Array> {
  const [, kind, rest = ""] = /^(file|env|str):(.*)$/s.exec(given) ?? [];
  switch (kind) {
    case "file":
      return firstLine(await readInput(rest, io));
    case "env": {
      const found = fromVariable(rest, io);
      if (found !== undefined) return found;
      throw new CliError(
        `Cannot read the variable ${rest}: it is not set, or --allow-env is missing`,
      );
    }
    case "str":
      return new TextEncoder().encode(rest);
    default:
      throw new UsageError(
        `${source.option} takes file:PATH, env:NAME, str:TEXT, hex:DIGITS or well-known`,
      );
  }
}

function fromVariable(name: string, io: CliIo): Uint8Array | undefined {
  const value = io.env(name);
  return value === undefined ? undefined : new TextEncoder().encode(value);
}

function variableOf({ role, isNew = false }: SecretSource, io: CliIo): Uint8Array | undefined {
  return isNew ? undefined : fromVariable(SECRET_VARIABLES[role], io);
}

function typedPassword(
  { role, option, isNew = false, confirm = isNew }: SecretSource,
  io: CliIo,
): Uint8Array {
  const what = isNew ? `new ${role}` : role;
  const typed = io.stdin.askSecret(`Enter ${what} password`);
  if (typed === null) {
    const variable = isNew ? "" : `, the variable ${SECRET_VARIABLES[role]}`;
    throw new UsageError(`The ${what} secret is missing: use ${option}${variable}, or a terminal`);
  }
  if (!confirm) return typed;
  const again = io.stdin.askSecret(`Confirm ${what} password`);
  const same = again?.length === typed.length && again.every((byte, i) => byte === typed[i]);
  again?.fill(0);
  if (same) return typed;
  typed.fill(0);
  throw new UsageError("The passwords do not match");
}

/** The password up to the end of the line; the rest is wiped. */
function firstLine(bytes: Uint8Array): Uint8Array {
  const end = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = end < 0 ? bytes.slice() : bytes.slice(0, end);
  bytes.fill(0);
  return line;
}

function hashPassword(password: Uint8Array, unicode: boolean): Uint8Array {
  if (!unicode) return sha1(password);
  const text = new TextDecoder().decode(password);
  const utf16 = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    utf16[2 * i] = text.charCodeAt(i);
    utf16[2 * i + 1] = text.charCodeAt(i) >> 8;
  }
  const hash = sha1(utf16);
  utf16.fill(0);
  return hash;
}
