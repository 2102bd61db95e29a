import { unwrapSensitive } from "../../../lib/emulator/keys/key_blob.ts";
import type { TpmStoreAsymkey } from "../../../lib/tpm12/structures/mod.ts";
import { play } from "../../conformance/differential.ts";
import { otherEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import type { Side } from "../../conformance/side.ts";
import { createWrapKey, loadKey } from "../../conformance/steps.ts";

/** Another TPM, with a storage key "target". */
export function destination(): Side {
  const side = otherEmulator();
  play(side, [createWrapKey("target", { usage: "storage" }), loadKey("target")]);
  return side;
}

/** The private part of a key whose parent is loaded as `parent`. */
export function sensitiveOf(side: Side, parent: string, encData: Uint8Array): TpmStoreAsymkey {
  return unwrapSensitive(tpmOf(side).loadedKey(side.handle(parent)).key, encData);
}

/** Hands values of one TPM's user to the other's. */
export function pass(from: Side, to: Side, ...labels: string[]): void {
  for (const label of labels) to.values.set(label, from.bytes(label));
}
