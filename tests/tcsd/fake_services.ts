import type { Tcsi, TcsService } from "../../lib/tcs/mod.ts";
import { after } from "../after.ts";

/** Methods of a fake context by name. */
export type FakeMethods = Record<string, (request: Record<string, unknown>) => unknown>;

/** Core services whose contexts do what a test says, and that count what is open. */
export class FakeServices implements TcsService {
  readonly #methods: FakeMethods;
  /** Contexts open now. */
  open = 0;

  /** Contexts with these methods, and closeContext(). */
  constructor(methods: FakeMethods = {}) {
    this.#methods = methods;
  }

  openContext(): Promise<Tcsi> {
    this.open++;
    let closed = false;
    const closeContext = () => {
      if (!closed) this.open--;
      closed = true;
      return Promise.resolve();
    };
    const methods = Object.entries(this.#methods).map((
      [name, method],
    ) => [name, (request: Record<string, unknown>) => Promise.try(method, request)]);
    const context = { tpmVersion: 2, closeContext, ...Object.fromEntries(methods) };
    return Promise.resolve(context as unknown as Tcsi);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/** Waits until something holds; fails after two seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (const started = performance.now(); !holds();) {
    if (performance.now() - started > 2000) throw new Error("Cannot wait longer");
    await after(5);
  }
}
