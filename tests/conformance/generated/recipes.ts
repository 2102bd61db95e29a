import type { AnyRecipe } from "./recipe.ts";
import { KEYS, MIGRATIONS } from "./recipes_keys.ts";
import { MEASURING, PLATFORM } from "./recipes_platform.ts";
import { RESOURCES, STORES } from "./recipes_resources.ts";

/** A recipe or more for every command that libtpms has. */
export const RECIPES: readonly AnyRecipe[] = [
  ...PLATFORM,
  ...KEYS,
  ...MIGRATIONS,
  ...MEASURING,
  ...STORES,
  ...RESOURCES,
];
