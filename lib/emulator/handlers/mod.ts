import type { Handlers } from "./handler.ts";

/** The handler of every command, in the order of Part 3. */
export const HANDLERS: Handlers = {};
