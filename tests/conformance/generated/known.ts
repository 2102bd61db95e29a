import { DIFFERENCES } from "../differences.ts";
import { CRASHES } from "./guard.ts";
import type { Found } from "./run.ts";
import { SIGNS } from "./signs.ts";

/** What a difference is told by. */
export interface Seen {
  /** The command. */
  readonly command: string;
  /** What was wrong in the sequence. */
  readonly title: string;
  /** Where it shows: in the answer to the command, or in what comes after it. */
  readonly where: "answer" | "sessions" | "flags" | "handles" | "transport" | "elsewhere";
  /** What the emulator answers. */
  readonly ours: string;
  /** What libtpms answers, or that it would crash. */
  readonly libtpms: string;
}

/** The row of the table of differences, from 0, that a sequence shows; `undefined`: none. */
export function deliberate(found: Found): number | undefined {
  const seen = seenIn(found);
  const sign = SIGNS.find(([, shows]) => shows(seen));
  return sign === undefined ? undefined : rowOf(sign[0]);
}

/** The place in the table of the one row whose `when` begins so. */
export function rowOf(when: string): number {
  const rows = DIFFERENCES.flatMap((row, i) => row.when.startsWith(when) ? [i] : []);
  if (rows.length !== 1) throw new TypeError(`Cannot find the one difference "${when}"`);
  return rows[0]!;
}

function seenIn({ command, title, step, runs }: Found): Seen {
  const [ours, libtpms] = runs.map(({ outcome, error }) =>
    outcome?.code ?? (error as Error).message
  );
  return { command, title, where: whereIs(command, step), ours: ours!, libtpms: libtpms! };
}

function whereIs(command: string, step: string): Seen["where"] {
  if (step.startsWith("flushes session")) return "sessions";
  if (step === "TPM_GetCapability: flags") return "flags";
  if (step.startsWith("TPM_GetCapability: handles")) return "handles";
  if (step.startsWith("TPM_FlushSpecific: transport")) return "transport";
  return step.startsWith(command) ? "answer" : "elsewhere";
}

/** Whether libtpms was spared what it would crash at. */
export const spared = ({ libtpms }: Seen): boolean => libtpms === CRASHES;
