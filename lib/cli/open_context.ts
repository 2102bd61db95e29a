import type { ConnectionSpec } from "../tddl/mod.ts";
import { TssError } from "../tpm12/mod.ts";
import type { Commander } from "../tspi/commander.ts";
import { Context } from "../tspi/mod.ts";

/** How a context is opened. */
export interface OpenOptions {
  /** Told of every command of the TPM: its name and how it ended, never its parameters. */
  readonly onCommand: ((text: string) => void) | null;
}

/** Opens a context on a TPM. */
export async function openContext(
  connection: ConnectionSpec,
  { onCommand }: OpenOptions,
): Promise<Context> {
  const context = Context.create();
  try {
    await context.connect(connection);
  } catch (error) {
    await context.close();
    throw error;
  }
  if (onCommand !== null) context.commander = tracing(context.commander, onCommand);
  return context;
}

function tracing(commander: Commander, onCommand: (text: string) => void): Commander {
  return {
    async command(name, request) {
      const started = performance.now();
      const tell = (result: string) =>
        onCommand(`${name}: ${result}, ${(performance.now() - started).toFixed(1)} ms`);
      try {
        const answer = await commander.command(name, request);
        tell("TPM_SUCCESS");
        return answer;
      } catch (error) {
        tell(error instanceof TssError ? error.codeName : "failed");
        throw error;
      }
    },
  };
}
