import { ClientSession } from "../../../lib/auth/mod.ts";
import { type Command, COMMANDS } from "../../../lib/tpm12/commands/mod.ts";
import { TPM_ET_DEL_KEY_BLOB, TPM_ET_DEL_OWNER_BLOB } from "../../../lib/tpm12/constants/mod.ts";
import { TPM_RT_AUTH } from "../../../lib/tpm12/constants/mod.ts";
import type { Values } from "../../../lib/wire/mod.ts";
import { DELEGATE } from "../delegation_steps.ts";
import type { Side } from "../side.ts";
import { type Authorization, authorizations, type Outcome, type Step, step } from "../step.ts";
import type { AnyRecipe } from "./recipe.ts";

/** What is meant to be sent on one side: made before anything goes wrong. */
export interface Meant {
  /** Handles and parameters. */
  readonly values: Values;
  /** Sessions. */
  readonly auths: readonly Authorization[];
}

/** How a session is opened, where it is not as the command wants it. */
export type Opening =
  | { readonly kind: "OIAP" | "OSAP" | "DSAP" }
  | { readonly kind: "OSAP"; readonly entity: string };

const meant = new WeakMap<Side, Meant>();

/** What is meant to be sent on a side. */
export function meantOn(side: Side): Meant {
  return meant.get(side)!;
}

/** Makes up the request of a recipe for a side. */
export function intend(side: Side, recipe: AnyRecipe): Meant {
  const row: Command = COMMANDS[recipe.command];
  const { request = {}, auths } = recipe;
  const values = (typeof request === "function" ? request(side) : request) as Values;
  const result = { values, auths: authorizations(side, { row, values, auths }) };
  meant.set(side, result);
  return result;
}

const label = (position: number): string => `generated ${position + 1}`;
const NONE = new Uint8Array();

/**
 * Opens the sessions of a command. One that cannot be opened is made up: which error it was is
 * compared.
 */
export function openSessions(recipe: AnyRecipe, openings: readonly (Opening | undefined)[]): Step {
  const row: Command = COMMANDS[recipe.command];
  return customStep("opens sessions", (side) => {
    const facts = new Map<string, string>();
    const { auths } = meantOn(side);
    auths.forEach((auth, i) => {
      if (auth.session !== undefined) return;
      const role = row.auth[row.auth.length - auths.length + i]!;
      const wanted = role.adip !== undefined || role.sessions?.includes("OIAP") === false;
      const opening = openings[i] ?? { kind: wanted ? "OSAP" : "OIAP" };
      try {
        side.sessions.set(label(i), open(side, auth, opening));
        facts.set(`session ${i + 1}`, "open");
      } catch (error) {
        const { message } = error as Error;
        const code = / answers (\w+) to /.exec(message)?.[1] ?? message;
        facts.set(`session ${i + 1}`, code);
        side.sessions.set(label(i), madeUp(side));
      }
    });
    return { facts };
  });
}

function open(side: Side, { entity }: Authorization, opening: Opening): ClientSession {
  if ("entity" in opening) return side.osap(opening.entity);
  if (opening.kind === "DSAP") {
    return entity === "owner"
      ? side.dsap({
        entityType: TPM_ET_DEL_OWNER_BLOB,
        keyHandle: 0,
        entityValue: side.bytes("owner delegation"),
        secret: DELEGATE,
      })
      : side.dsap({
        entityType: TPM_ET_DEL_KEY_BLOB,
        keyHandle: side.handle("signing"),
        entityValue: side.bytes("key delegation"),
        secret: DELEGATE,
      });
  }
  if (opening.kind === "OIAP" || entity === undefined) return side.oiap();
  return side.osap(entity instanceof Uint8Array ? "owner" : entity);
}

function madeUp({ random }: Side): ClientSession {
  return new ClientSession({
    authHandle: 0x02abcdef,
    nonceEven: new Uint8Array(20),
    bound: { scheme: "XOR", sharedSecret: new Uint8Array(20) },
    random,
  });
}

/** The sessions of the command, as {@linkcode openSessions} opened them. */
export function openedSessions(side: Side): Authorization[] {
  return meantOn(side).auths.map((auth, i) => {
    if (auth.session !== undefined) return auth;
    const { bound } = side.sessions.get(label(i))!;
    return {
      session: label(i),
      continueAuthSession: false,
      ...(bound === undefined && auth.entity !== undefined && { entity: auth.entity }),
    };
  });
}

/** Whether the sessions of the command are still there, which flushing them shows. */
export const FLUSH_SESSIONS: readonly Step[] = [0, 1].map((i) =>
  customStep(`flushes session ${i + 1}`, (side) => {
    const session = side.sessions.get(label(i));
    if (session === undefined) return {};
    return step({
      command: "TPM_FlushSpecific",
      request: { handle: session.authHandle, resourceType: TPM_RT_AUTH },
      code: "any",
    }).run(side);
  })
);

/** A step whose outcome the body tells, as far as there is one. */
export function customStep(title: string, body: (side: Side) => Partial<Outcome>): Step {
  return {
    title,
    divided: false,
    expected: () => undefined,
    run: (side) => ({
      request: NONE,
      response: NONE,
      code: "TPM_SUCCESS",
      facts: new Map(),
      ...body(side),
    }),
  };
}
