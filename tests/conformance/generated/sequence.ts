import { type Command, COMMANDS } from "../../../lib/tpm12/commands/mod.ts";
import {
  TPM_CAP_HANDLE,
  TPM_RT_AUTH,
  TPM_RT_KEY,
  TPM_RT_TRANS,
} from "../../../lib/tpm12/constants/mod.ts";
import { encodeRequest, layoutOf } from "../../../lib/wire/mod.ts";
import type { Seeded } from "../../codec/generate.ts";
import { u32 } from "../../bytes.ts";
import { flatten, type Script } from "../differential.ts";
import { FLAGS } from "../flags.ts";
import type { Side } from "../side.ts";
import { action, type CommandStep, type Step, step } from "../step.ts";
import { flushTransport, leaveTransport, openTransport } from "../transport.ts";
import type { Fault, FaultKind, Material } from "./fault.ts";
import { field } from "./field_faults.ts";
import { leavesOf } from "./leaves.ts";
import type { AnyRecipe } from "./recipe.ts";
import { handle, lengthened, state, tag, truncated } from "./request_faults.ts";
import { good, sameBytes, secret, session } from "./session_faults.ts";
import { FLUSH_SESSIONS, intend, meantOn, openedSessions, openSessions } from "./sessions.ts";
import { FURNISHED } from "./worlds.ts";

/** Commands that are taken one after the other, on a TPM of a recipe's world. */
export interface Sequence {
  /** What is wrong in it. */
  readonly title: string;
  /** Its steps. */
  readonly script: Script;
  /** Those of the command itself, with what is wrong in it and without. */
  readonly commands: readonly Step[];
  /** The TPM is not as before, even if the command is refused. */
  readonly lasting: boolean;
}

/** What has the maker's own form, and may be empty on one side. */
const OWN_FORM = /\.additional(Data|Area)$/;

/** The kinds of fault, as often as they come in a round. */
const ROUND: readonly FaultKind[] = [
  good,
  field,
  secret,
  state,
  field,
  handle,
  session,
  field,
  truncated,
  tag,
  field,
  state,
  handle,
  lengthened,
];

/** Makes sequences of one recipe, as many as wanted, always the same from the same numbers. */
export class Generator {
  readonly #recipe: AnyRecipe;
  readonly #material: Material;
  readonly #random: Seeded;
  #made = 0;

  /** The side is one on which the world and the prelude are there. */
  constructor(recipe: AnyRecipe, side: Side, random: Seeded) {
    const row: Command = COMMANDS[recipe.command];
    const { values, auths } = intend(side, recipe);
    const turns = new Map<string, number>();
    this.#recipe = recipe;
    this.#random = random;
    this.#material = {
      row,
      sessions: auths.length,
      opened: auths.flatMap(({ session }, i) => session === undefined ? [] : [i]),
      size: encodeRequest(row, values).length,
      leaves: leavesOf(layoutOf(row).in, values).filter(({ path }) => !OWN_FORM.test(path)),
      keys: [...side.keys].flatMap(([label, key]) => key.handle === undefined ? [] : [label]),
      delegations: recipe.world === FURNISHED,
      turn: (series, count) => {
        // The first is drawn, so that several recipes of a command do not begin alike.
        const turn = turns.get(series) ?? random.below(count);
        turns.set(series, turn + 1);
        return turn % count;
      },
      random,
    };
  }

  /** The command as it should be, which succeeds. */
  good(): Script {
    const command = this.#command([], "as it should be");
    return [
      this.#recipe.prelude,
      action("what is meant", (side) => intend(side, this.#recipe)),
      openSessions(this.#recipe, []),
      { ...command, expected: () => "TPM_SUCCESS" },
    ];
  }

  /** The next sequence. */
  next(): Sequence {
    const chosen = this.#faults();
    const wrap = this.#wraps(chosen);
    const title = [...chosen.map(({ title }) => title), ...(wrap ? ["in a transport session"] : [])]
      .join("; ");
    const command = this.#command(chosen, title);
    return { title, ...this.#script(chosen, { command, wrap }) };
  }

  /** One fault, and every fourth time another besides. */
  #faults(): Fault[] {
    const first = this.#fault();
    if (this.#random.below(4) > 0) return [first];
    const kinds = [state, secret, field, handle];
    const second = kinds[this.#random.below(kinds.length)]!(this.#material);
    // A second change of the parameters would not find the place that the first has moved.
    const clash = second === undefined || first.alter !== undefined && second.alter !== undefined;
    return clash ? [first] : [first, second];
  }

  #fault(): Fault {
    for (;;) {
      const fault = ROUND[this.#made++ % ROUND.length]!(this.#material);
      if (fault !== undefined) return fault;
    }
  }

  #script(
    chosen: readonly Fault[],
    { command, wrap }: { command: Step; wrap: boolean },
  ): Omit<Sequence, "title"> {
    const recipe = this.#recipe;
    const before = chosen.map((fault) => fault.before ?? []);
    const openings = chosen.flatMap((fault) => fault.openings ?? []);
    const sessions = openSessions(recipe, openings);
    const again = this.#random.below(3) === 0 ? [this.#command([], "again, as it should be")] : [];
    const script = [
      recipe.prelude,
      action("what is meant", (side) => intend(side, recipe)),
      ...(this.#random.below(2) === 0 ? [before, sessions] : [sessions, before]),
      wrap ? inTransport(command) : [command],
      FLUSH_SESSIONS,
      PROBES,
      again.map((command) => [openSessions(recipe, []), command]),
    ];
    return {
      script,
      commands: [command, ...again],
      lasting: flatten([recipe.prelude, before]).length > 0,
    };
  }

  /** Whether the command comes through a transport session, as now and then it does. */
  #wraps(chosen: readonly Fault[]): boolean {
    const { row } = this.#material;
    const wrappable = this.#recipe.world === FURNISHED && row.transport === "wrappable" &&
      chosen.every((fault) => !(fault.before || fault.mutate || fault.misaligned));
    return wrappable && this.#random.below(8) === 0;
  }

  #command(chosen: readonly Fault[], title: string): Step {
    const { command, proved, mask } = this.#recipe;
    const misaligned = chosen.some((fault) => fault.misaligned);
    const source = {
      command,
      title,
      code: "any",
      request: (side: Side) =>
        chosen.reduce(
          (values, fault) => fault.handles?.(values, side) ?? values,
          meantOn(side).values,
        ),
      auths: (side: Side) =>
        misaligned ? sameBytes(openedSessions(side)) : chosen.reduce(
          (auths, fault) => fault.auths?.(auths, side) ?? auths,
          openedSessions(side),
        ),
      alter: (body: Uint8Array, side: Side) =>
        chosen.reduce((body, fault) => fault.alter?.(body, side) ?? body, body),
      mutate: (request: Uint8Array) =>
        chosen.reduce((request, fault) => fault.mutate?.(request) ?? request, request),
      ...(proved && { proved }),
      // Of a capability that was not meant, handles and names may be told.
      mask: command === "TPM_GetCapability" && chosen.some(({ alter }) => alter) ? ["resp"] : mask,
    };
    // The row says what it takes; the generator does not know it by its type.
    return step(source as unknown as CommandStep<"TPM_PCRRead">);
  }
}

function inTransport(command: Step): Script {
  return [
    openTransport(),
    command,
    leaveTransport(),
    flushTransport("transport", { code: "any" }),
  ];
}

/**
 * What else shows: flags, and how many keys and sessions there are. That allowMaintenance is TRUE
 * after a clearing is a difference that was decided on, and is not looked at each time.
 */
const PROBES: Script = [
  FLAGS.map((probe) => ({
    ...probe,
    expected: () => undefined,
    run: (side) => {
      const outcome = probe.run(side);
      const flags = outcome.facts.get("resp");
      if (flags?.startsWith("001f")) {
        outcome.facts.set("resp", flags.slice(0, 14) + flags.slice(16));
      }
      return outcome;
    },
  })),
  [TPM_RT_KEY, TPM_RT_AUTH, TPM_RT_TRANS].map((type) =>
    step({
      command: "TPM_GetCapability",
      title: `handles of type ${type}`,
      request: { capArea: TPM_CAP_HANDLE, subCap: u32(type) },
      mask: ["resp"],
      code: "any",
    })
  ),
];
