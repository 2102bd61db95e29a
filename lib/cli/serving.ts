import type { CliIo } from "./io.ts";

/** What a server tells while it runs. */
export interface Announcer {
  /** On standard output: that it is ready, where it listens. */
  announce(text: string, fields: Readonly<Record<string, unknown>>): void;
  /** On standard error: what happens. */
  log(text: string): void;
}

/** Lines for people, or with `json` for programs. */
export function announcer(io: CliIo, { json }: { readonly json: boolean }): Announcer {
  const line = (output: (bytes: Uint8Array) => void, text: string) =>
    output(new TextEncoder().encode(`${text}\n`));
  return {
    announce: (text, fields) => line(io.stdout, json ? JSON.stringify(fields) : text),
    log: (text) => line(io.stderr, text),
  };
}

/** Resolves at the first SIGINT or SIGTERM. */
export function untilEnded(io: CliIo): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stops = (["SIGINT", "SIGTERM"] as const).map((signal) => io.onSignal(signal, resolve));
  return promise.finally(() => stops.forEach((stop) => stop()));
}
