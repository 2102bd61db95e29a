import { type CommandName, commandRows } from "../../../lib/tpm12/commands/mod.ts";
import { TPM_CAP_ORD } from "../../../lib/tpm12/constants/mod.ts";
import { u32 } from "../../bytes.ts";
import { Seeded } from "../../codec/generate.ts";
import { LibTpms } from "../../peers/mod.ts";
import { flatten, play, type Run, type Script, take } from "../differential.ts";
import { EmulatorMachine } from "../emulator_machine.ts";
import { LibTpmsMachine } from "../libtpms_machine.ts";
import { Side } from "../side.ts";
import type { Step } from "../step.ts";
import { Tunnel } from "../tunnel.ts";
import { guarded } from "./guard.ts";
import { deliberate } from "./known.ts";
import type { AnyRecipe } from "./recipe.ts";
import { RECIPES } from "./recipes.ts";
import { Generator, type Sequence } from "./sequence.ts";
import { STARTED, type World } from "./worlds.ts";

/** A sequence on which the sides do not agree. */
export interface Found {
  /** The command it is about. */
  readonly command: CommandName;
  /** Which recipe of the command, and which of its sequences, from 0. */
  readonly number: readonly [recipe: number, sequence: number];
  /** What was wrong in the sequence. */
  readonly title: string;
  /** The step that the sides do not agree on. */
  readonly step: string;
  /** What differs, a line each. */
  readonly reasons: readonly string[];
  /** What came of the step. */
  readonly runs: readonly Run[];
}

/** What came of the sequences of one command. */
export interface Count {
  /** The command. */
  readonly command: CommandName;
  /** How many were taken. */
  sequences: number;
  /** In how many all was the same. */
  equal: number;
  /** How many differ as was decided: by the number of the row in the table of differences. */
  readonly deliberate: Map<number, number>;
  /** Those that should not. */
  readonly found: Found[];
}

/** A world on both sides. */
interface Standing {
  readonly sides: readonly [Side, Side];
  readonly restore: readonly (() => void)[];
}

/** Errors that are counted, as guesses at a secret. */
const GUESSES = new Set(["TPM_AUTHFAIL", "TPM_AUTH2FAIL"]);
/** So many guesses are far from a lockout. */
const FEW = 3;
/** Commands that leave nothing behind but their sessions, which each sequence ends. */
const LEAVE_NOTHING = new RegExp(
  "^TPM_(Get(Capability|Random|Ticks|PubKey|TestResult)|PCRRead|Quote2?|Sign|CertifyKey2?|DirRead" +
    "|OwnerRead.*|ReadPubek|ReadCounter|TickStampBlob|UnBind|Unseal|Sealx?|StirRandom" +
    "|CreateWrapKey|CreateMigrationBlob|ConvertMigrationBlob|MigrateKey|AuthorizeMigrationKey" +
    "|CMK_(ApproveMA|Create.*|ConvertMigration)|MakeIdentity|ActivateIdentity|ChangeAuth" +
    "|Delegate_(ReadTable|VerifyDelegation|CreateKeyDelegation))(:|$)",
);

/** Whether the TPM is not as before a command. The session of TPM_DAA_* ends with errors. */
function isLasting({ title }: Step, code: string): boolean {
  const changes = code === "TPM_SUCCESS" || code === "TPM_FAIL";
  return title.startsWith("TPM_DAA") || changes && !LEAVE_NOTHING.test(title);
}

const SEED = new TextEncoder().encode("generated");

/** Takes generated sequences on the emulator and on libtpms. */
export class Runner implements Disposable {
  readonly #tpm = LibTpms.open();
  readonly #seed: number;
  readonly #worlds = new Map<World, Standing>();
  #guesses = 0;

  /** All that is generated follows from the seed. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The commands that libtpms says it has. */
  commands(): CommandName[] {
    const [, libtpms] = this.#standing(STARTED).sides;
    return commandRows().filter((row) => {
      const request = { capArea: TPM_CAP_ORD, subCap: u32(row.ordinal) };
      const { resp } = libtpms.plain("TPM_GetCapability", request);
      return (resp as Uint8Array)[0] === 1 && !row.powerSignal;
    }).map(({ name }) => name);
  }

  /**
   * Takes at least so many sequences of a command, from all its recipes alike; where there are
   * more of these, from so many.
   */
  run(command: CommandName, sequences: number): Count {
    const count: Count = { command, sequences: 0, equal: 0, deliberate: new Map(), found: [] };
    const recipes = RECIPES.filter((recipe) => recipe.command === command);
    if (recipes.length === 0) throw new TypeError(`Cannot generate ${command}: no recipe`);
    const each = Math.ceil(sequences / recipes.length);
    const step = Math.max(1, recipes.length / sequences);
    for (let i = 0; i < recipes.length; i += step) {
      const number = Math.floor(i);
      this.#runRecipe(recipes[number]!, { number, each, count });
    }
    return count;
  }

  /** Closes libtpms. */
  [Symbol.dispose](): void {
    this.#tpm.close();
  }

  #runRecipe(
    recipe: AnyRecipe,
    { number, each, count }: { number: number; each: number; count: Count },
  ): void {
    const standing = this.#standing(recipe.world);
    const { sides } = standing;
    this.#putBack(standing);
    play(sides[0], recipe.prelude);
    const random = new Seeded(this.#seedOf(`${recipe.command} ${number}`));
    const generator = new Generator(recipe, sides[0], random);
    this.#putBack(standing);
    for (const side of sides) play(side, generator.good());
    let spoilt = true;
    for (let i = 0; i < each; i++) {
      if (spoilt || this.#guesses >= FEW) this.#putBack(standing);
      const sequence = generator.next();
      const taken = this.#take(sides, sequence);
      spoilt = taken.spoilt;
      count.sequences++;
      if (taken.difference === undefined) {
        count.equal++;
        continue;
      }
      const { title } = sequence;
      const { command } = recipe;
      const found = { command, number: [number, i] as const, title, ...taken.difference };
      const row = deliberate(found);
      if (row === undefined) count.found.push(found);
      else count.deliberate.set(row, (count.deliberate.get(row) ?? 0) + 1);
    }
  }

  #putBack({ restore }: Standing): void {
    for (const back of restore) back();
    this.#guesses = 0;
  }

  /** Takes a sequence up to where the sides differ, and says whether the TPMs are as before. */
  #take(sides: readonly [Side, Side], { script, commands, lasting }: Sequence): {
    difference?: Pick<Found, "step" | "reasons" | "runs">;
    spoilt: boolean;
  } {
    let spoilt = lasting;
    try {
      for (const step of flatten(script)) {
        const { runs, reasons } = take(sides, step);
        if (reasons.length > 0) {
          return { difference: { step: step.title, reasons, runs }, spoilt: true };
        }
        if (!commands.includes(step)) continue;
        const { code } = runs[0]!.outcome!;
        spoilt ||= isLasting(step, code);
        if (GUESSES.has(code)) this.#guesses++;
      }
      return { spoilt };
    } finally {
      for (const side of sides) {
        while (side.machine instanceof Tunnel) side.machine.leave();
      }
    }
  }

  #standing(world: World): Standing {
    let standing = this.#worlds.get(world);
    if (standing === undefined) {
      standing = this.#build(world);
      this.#worlds.set(world, standing);
    }
    return standing;
  }

  #build(world: World): Standing {
    const emulator = new Side("emulator", new EmulatorMachine({ seed: SEED }));
    if (world.base !== undefined) copy(this.#standing(world.base), emulator);
    play(emulator, world.script);
    // From the factory, where the keys it is given come from the beginning of the store: later on
    // they would be some that it has.
    this.#tpm.manufacture();
    const libtpms = new Side("libtpms", guarded(new LibTpmsMachine(this.#tpm)));
    play(libtpms, wholeScript(world));
    const sides = [emulator, libtpms] as const;
    return { sides, restore: sides.map((side) => side.checkpoint()) };
  }

  /** Any number but 0, which Seeded does not take. */
  #seedOf(words: string): number {
    let hash = this.#seed ^ 0x811c9dc5;
    for (const byte of new TextEncoder().encode(words)) hash = Math.imul(hash ^ byte, 0x01000193);
    return hash >>> 0 || 1;
  }
}

/** What makes a world of a TPM as it leaves the factory. */
function wholeScript({ base, script }: World): Script {
  return base === undefined ? script : [wholeScript(base), script];
}

/** Gives an emulator what that of another world has: its state, and what its user knows. */
function copy({ sides: [from], restore }: Standing, side: Side): void {
  restore[0]!();
  side.machine.restore(from.machine.save());
  side.ek = from.ek;
  side.owner = from.owner;
  for (const [label, key] of from.keys) side.keys.set(label, { ...key });
  for (const [label, value] of from.values) side.values.set(label, value);
}
