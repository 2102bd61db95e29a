import { defaultConnection, parseConnectionString } from "../tddl/mod.ts";
import { Context } from "../tspi/mod.ts";
import type { OwnerSecrets } from "./owner.ts";
import { Tpm } from "./tpm.ts";

/** What {@linkcode openTpm} may take besides. */
export interface OpenTpmOptions extends OwnerSecrets {
  /**
   * Whether to take ownership of a TPM that has no owner; by default of an emulator that keeps
   * nothing, and of no other.
   */
  readonly own?: boolean;
}

/**
 * Opens the TPM that a connection string names; without one the TPM that the environment variable
 * TPM_TDDL names, or the system's device.
 *
 * | connection string                       | what it opens                                      |
 * | --------------------------------------- | -------------------------------------------------- |
 * | `emulator`                              | a TPM in this process, owned, with the secrets     |
 * | `emulator:FILE`                         | the same, kept in a file, as manufactured at first |
 * | `device:/dev/tpm0`                      | a chip                                             |
 * | `tcp:HOST:PORT`, `unix:PATH`            | an emulator behind a socket                        |
 * | `swtpm:tcp:HOST:PORT`                   | swtpm with its control channel                     |
 * | `tcsd:HOST:PORT`, `tcsd:unix:PATH`      | a TCS daemon                                       |
 *
 * Throws a TypeError for another string, and what reaching the TPM throws.
 *
 * ```ts
 * import { openTpm } from "@deno-tss/tss";
 *
 * await using tpm = await openTpm("emulator");
 * console.log(await tpm.random(16));
 * ```
 */
export async function openTpm(
  connection?: string,
  options: OpenTpmOptions = {},
): Promise<Tpm> {
  const spec = connection === undefined ? defaultConnection() : parseConnectionString(connection);
  const context = Context.create();
  try {
    await context.connect(spec);
    const tpm = new Tpm(context, options);
    const own = options.own ?? (spec.kind === "emulator" && spec.file === undefined);
    if (own && !await tpm.isOwned()) await tpm.takeOwnership();
    return tpm;
  } catch (error) {
    await context.close();
    throw error;
  }
}
