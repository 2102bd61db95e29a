import type { CommandName } from "../../../lib/tpm12/commands/mod.ts";
import type { Script } from "../differential.ts";
import type { CommandStep } from "../step.ts";
import { FURNISHED, type World } from "./worlds.ts";

/** A command that succeeds, from which sequences with faults are made. */
export interface Recipe<N extends CommandName = CommandName>
  extends Pick<CommandStep<N>, "command" | "request" | "auths" | "proved" | "mask"> {
  /** In which world, by default the furnished one. */
  readonly world?: World;
  /** What every sequence begins with: sessions, which no world keeps. */
  readonly prelude?: Script;
}

/** A recipe as the generator takes it. */
export type AnyRecipe = Recipe & { readonly world: World; readonly prelude: Script };

/** Makes a recipe; it says what is not common. */
export function recipe<const N extends CommandName>(
  command: N,
  rest: Omit<Recipe<N>, "command"> = {},
): AnyRecipe {
  // Which command it is no longer matters to the generator, which goes by the row.
  return { world: FURNISHED, prelude: [], command, ...rest } as unknown as AnyRecipe;
}
