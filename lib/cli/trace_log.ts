import type { Trace } from "../emulator/mod.ts";

/** Where traces go. */
export interface TraceLog extends Disposable {
  /** For `emulator.onTrace`; `null` when nobody listens. */
  readonly onTrace: ((trace: Trace) => void) | null;
}

/** Writes a line for each command to a file, to `log` for `-`, or nowhere. */
export function traceTo(path: string | undefined, log: (text: string) => void): TraceLog {
  if (path === undefined) return { onTrace: null, [Symbol.dispose]: () => {} };
  if (path === "-") return { onTrace: (trace) => log(lineOf(trace)), [Symbol.dispose]: () => {} };
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  const encoder = new TextEncoder();
  return {
    onTrace: (trace) => void file.writeSync(encoder.encode(`${lineOf(trace)}\n`)),
    [Symbol.dispose]: () => file.close(),
  };
}

/** Names and sizes alone: parameters may be secret. */
function lineOf({ command, error, request, response }: Trace): string {
  const sizes = `${request.length} bytes in, ${response.length} out`;
  const result = error === null ? "TPM_SUCCESS" : `${error.codeName}: ${error.detail}`;
  return `${new Date().toISOString()} ${command?.name ?? "no command"} (${sizes}) ${result}`;
}
