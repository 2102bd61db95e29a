import type { Trace } from "../emulator/mod.ts";
import type { DecodedPacket } from "../wire/mod.ts";
import { openToAppend } from "./files.ts";
import { toJson, withHexHandles } from "./yaml.ts";

/** Where traces go. */
export interface TraceLog extends Disposable {
  /** For `emulator.onTrace`; `null` when nobody listens. */
  readonly onTrace: ((trace: Trace) => void) | null;
}

/** Files that are told of each command, `-` for standard error; nobody is told where absent. */
export interface TraceFiles {
  /** A line with names, sizes and the reason of a refusal. */
  readonly log: string | undefined;
  /** A line of JSON with everything that is no secret. */
  readonly trace: string | undefined;
}

/** Writes a line for each command to these files; `say` writes to standard error. */
export function traceTo(files: TraceFiles, say: (text: string) => void): TraceLog {
  using opened = new DisposableStack();
  const writers: ((trace: Trace) => void)[] = [];
  for (const [path, format] of [[files.log, lineOf], [files.trace, jsonOf]] as const) {
    if (path === undefined) continue;
    const write = path === "-" ? say : lineWriter(opened.use(openToAppend(path)));
    writers.push((trace) => write(format(trace)));
  }
  const owned = opened.move();
  return {
    onTrace: writers.length === 0 ? null : (trace) => writers.forEach((write) => write(trace)),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function lineWriter(file: Deno.FsFile): (text: string) => void {
  const encoder = new TextEncoder();
  return (text) => void file.writeSync(encoder.encode(`${text}\n`));
}

/** Names and sizes alone. */
function lineOf({ command, error, request, response, refusal, wrapped }: Trace): string {
  const sizes = `${request.length} bytes in, ${response.length} out`;
  const result = error === null ? "TPM_SUCCESS" : `${error.codeName}: ${refusal}`;
  const name = `${command?.name ?? "no command"}${wrapped ? ", wrapped" : ""}`;
  return `${new Date().toISOString()} ${name} (${sizes}) ${result}`;
}

function jsonOf(trace: Trace): string {
  const { command, error, refusal, wrapped, decodedRequest, decodedResponse } = trace;
  return JSON.stringify({
    time: new Date().toISOString(),
    command: command?.name ?? null,
    ...wrapped ? { wrapped } : {},
    request: shown(decodedRequest),
    returnCode: error === null ? "TPM_SUCCESS" : error.codeName,
    ...refusal === null ? { answer: shown(decodedResponse) } : { refusal },
  });
}

/** Parameters by name; what may be secret is named, and no more. */
function shown(packet: DecodedPacket | null): unknown {
  if (packet === null) return null;
  const { values, auths, leftOut, malformed } = packet;
  return toJson(withHexHandles({
    ...values,
    ...auths.length > 0 ? { auths } : {},
    ...leftOut.length > 0 ? { leftOut } : {},
    ...malformed === null ? {} : { malformed },
  }));
}
