import { ContextStorage } from "./context_storage.ts";

/** Commands inside transport sessions. */
export abstract class ContextTransport extends ContextStorage {}
