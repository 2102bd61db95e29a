import { COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import { play, type Script } from "../conformance/differential.ts";
import { EmulatorMachine } from "../conformance/emulator_machine.ts";
import { LibTpmsMachine } from "../conformance/libtpms_machine.ts";
import type { AnyRecipe } from "../conformance/generated/recipe.ts";
import { FURNISHED, OWNED, type World } from "../conformance/generated/worlds.ts";
import { makeIdentity } from "../conformance/change_auth_asym.ts";
import { type Machine, Side } from "../conformance/side.ts";
import { type Step, step } from "../conformance/step.ts";
import { createWrapKey, loadKey, type WrapKeyOptions } from "../conformance/steps.ts";
import { keyTemplate, secret } from "../conformance/templates.ts";
import {
  TPM_AUTH_NEVER,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_ANY } from "../../lib/tpm12/structures/mod.ts";
import { encode } from "../../lib/codec/mod.ts";
import { LibTpms } from "../peers/mod.ts";
import { median } from "../median.ts";

/** Milliseconds a side is measured for before it is the other's turn. */
const TURN = 40;
/** Samples of a turn, however long they take. */
const LEAST = 3;
/** Turns of each side. */
const TURNS = 6;

/** Microseconds of a command on each side. */
export interface Times {
  readonly ours: number;
  readonly libtpms: number;
}

/** Our emulator and libtpms, both in this process, which take each command in turns. */
export class Contest implements Disposable {
  readonly #tpm: LibTpms;
  readonly #generatesKeys: boolean;
  readonly #worlds = new Map<World, readonly Competitor[]>();

  /** With `generateKeys` libtpms generates its keys; otherwise it is given ready ones. */
  constructor({ generateKeys }: { readonly generateKeys: boolean }) {
    this.#tpm = LibTpms.open({ generateKeys });
    this.#generatesKeys = generateKeys;
  }

  /**
   * Takes the command of a recipe again and again; `null` for a recipe that is refused. The best
   * sample counts, as others use the machine too; where keys are generated, which takes luck, the
   * median.
   */
  measure(recipe: AnyRecipe): Times | null {
    const competitors = this.#competitors(recipe.world === FURNISHED ? STRONG : recipe.world);
    if (!competitors.every((competitor) => competitor.succeeds(recipe))) return null;
    for (const { times } of competitors) times.length = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      for (const competitor of competitors) competitor.take(recipe);
    }
    const [ours, libtpms] = competitors.map(({ times }) =>
      (this.#generatesKeys ? median(times) : times.reduce((best, time) => Math.min(best, time))) *
      1000
    );
    return { ours: ours!, libtpms: libtpms! };
  }

  /** Closes libtpms. */
  [Symbol.dispose](): void {
    this.#tpm.close();
  }

  #competitors(world: World): readonly Competitor[] {
    let competitors = this.#worlds.get(world);
    if (competitors === undefined) {
      this.#tpm.manufacture();
      competitors = [
        new Competitor("emulator", new EmulatorMachine(), world),
        new Competitor("libtpms", new LibTpmsMachine(this.#tpm), world),
      ];
      this.#worlds.set(world, competitors);
    }
    return competitors;
  }
}

/** One side of the contest in one world. */
class Competitor {
  readonly #machine: TimedMachine;
  readonly #side: Side;
  readonly #restore: () => void;

  constructor(name: string, machine: Machine, world: World) {
    this.#machine = new TimedMachine(machine);
    this.#side = new Side(name, this.#machine);
    play(this.#side, scriptOf(world));
    this.#restore = this.#side.checkpoint();
  }

  /** Milliseconds of each sample. */
  get times(): number[] {
    return this.#machine.times;
  }

  /** Whether the command of a recipe is done. */
  succeeds(recipe: AnyRecipe): boolean {
    this.#prepare(recipe);
    return this.#try(step(recipe));
  }

  /** A turn: the command as often as it succeeds, then all as before and again. */
  take(recipe: AnyRecipe): void {
    const command = step(recipe);
    const least = this.times.length + LEAST;
    const end = performance.now() + TURN;
    const goesOn = (): boolean => performance.now() < end || this.times.length < least;
    do {
      this.#prepare(recipe);
      while (this.#try(command) && goesOn());
    } while (goesOn());
  }

  #prepare({ prelude, command }: AnyRecipe): void {
    this.#restore();
    this.#machine.ordinal = 0;
    play(this.#side, prelude);
    this.#machine.ordinal = COMMANDS[command].ordinal;
  }

  /** What was found, freed or used up is no more: that ends a repetition. */
  #try(command: Step): boolean {
    try {
      return command.run(this.#side).code === "TPM_SUCCESS";
    } catch {
      return false;
    }
  }
}

/** A machine that notes how long its good answers to one command take. */
class TimedMachine implements Machine {
  /** Milliseconds. */
  readonly times: number[] = [];
  /** The command; 0 for none. */
  ordinal = 0;
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  execute(command: Uint8Array): Uint8Array {
    const start = performance.now();
    const answer = this.#machine.execute(command);
    const time = performance.now() - start;
    if (u32(command) === this.ordinal && u32(answer) === 0) this.times.push(time);
    return answer;
  }

  reset(): void {
    this.#machine.reset();
  }

  setLocality(locality: number): void {
    this.#machine.setLocality(locality);
  }

  save(): unknown {
    return this.#machine.save();
  }

  restore(state: unknown): void {
    this.#machine.restore(state);
  }
}

/** Ordinal of a request, return code of an answer. */
function u32(packet: Uint8Array): number {
  return new DataView(packet.buffer, packet.byteOffset).getUint32(6);
}

function scriptOf({ base, script }: World): Script {
  return [base === undefined ? [] : scriptOf(base), script];
}

/** A key of 2048 bits with a secret of its own, loaded. */
function key(label: string, options: WrapKeyOptions): Script {
  return [createWrapKey(label, { secret: secret(label), ...options }), loadKey(label)];
}

/** The furnished world with keys of the length that is used, in place of its own. */
const STRONG: World = {
  name: "furnished, strong keys",
  base: OWNED,
  script: [
    key("storage", { usage: "storage" }),
    key("signing", { usage: "signing" }),
    key("der", { usage: "signing", sigScheme: TPM_SS_RSASSAPKCS1v15_DER, form: "TPM_KEY" }),
    key("info", { usage: "signing", sigScheme: TPM_SS_RSASSAPKCS1v15_INFO }),
    key("bind", { usage: "bind" }),
    key("legacy", { usage: "legacy" }),
    key("free", { usage: "signing", authDataUsage: TPM_AUTH_NEVER }),
    makeIdentity(encode(TPM_KEY_ANY, keyTemplate("identity"))),
    createWrapKey("child", { usage: "signing", parent: "storage" }),
    // The world's first part are its keys.
    FURNISHED.script.slice(1),
  ],
};
