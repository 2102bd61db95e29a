import type { Command } from "../command.ts";

/** A command in the table. */
export interface CommandRow {
  /** What it does, in a line. */
  readonly summary: string;
  /** Loads it, which brings the stack in. */
  readonly load: () => Promise<Command>;
}

/** The commands of `tss`, in the order of its help. */
export const COMMANDS: Readonly<Record<string, CommandRow>> = {
  verifyquote: {
    summary: "verify a quote, with no TPM",
    load: async () => (await import("./verifyquote.ts")).command,
  },
  emulator: {
    summary: "run a TPM in software for other programs",
    load: async () => (await import("./emulator.ts")).command,
  },
  tcsd: {
    summary: "run the TCS daemon",
    load: async () => (await import("./tcsd.ts")).command,
  },
  rc: {
    summary: "explain a return code",
    load: async () => (await import("./rc.ts")).command,
  },
  trace: {
    summary: "decode packets of a TPM",
    load: async () => (await import("./trace.ts")).command,
  },
};
