import { CRASHES } from "./guard.ts";
import type { Found } from "./run.ts";

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

/** What is seen of a sequence on which the sides do not agree. */
export function seenIn({ command, title, step, runs }: Found): Seen {
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
