import type { CommandName } from "../../lib/tpm12/commands/mod.ts";
import { type CommandStep, resized, type Step, step } from "./step.ts";

/**
 * A good command, and before it the same cut off, with a byte too many, and with the tag of
 * another number of sessions: whatever is answered, both sides answer it.
 */
export function withMalformed<const N extends CommandName>(source: CommandStep<N>): Step[] {
  const { keep: _, ...bare } = source;
  const bad = Object.entries(MUTATIONS).map(([title, mutate]) =>
    step({ ...bare, title, mutate, code: "any" } as CommandStep<N>)
  );
  return [...bad, step(source)];
}

const MUTATIONS: Readonly<Record<string, (request: Uint8Array) => Uint8Array>> = {
  "a byte less": (request) => resized(request.subarray(0, -1)),
  "a byte more": (request) => resized(Uint8Array.of(...request, 0)),
  "the header alone": (request) => resized(request.subarray(0, 10)),
  "a session more or less": (request) => {
    const changed = request.slice();
    changed[1] = changed[1] === 0xc1 ? 0xc2 : 0xc1;
    return changed;
  },
};
