import { assertEquals, assertRejects } from "@std/assert";
import { TssError } from "../lib/tpm12/tss_error.ts";

/** The name of the code that an action fails with. */
export async function codeOf(action: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => action, TssError)).codeName;
}

/** Requires that an action fails with a result, its layer included. */
export async function assertResult(action: Promise<unknown>, result: number): Promise<void> {
  assertEquals((await assertRejects(() => action, TssError)).result, result);
}

/** Requires that an action fails in the driver library with the code of this name; gives the error. */
export async function assertTddlError(
  action: Promise<unknown>,
  codeName: string,
): Promise<TssError> {
  const error = await assertRejects(() => action, TssError);
  assertEquals([error.layer, error.codeName], ["tddl", codeName]);
  return error;
}
