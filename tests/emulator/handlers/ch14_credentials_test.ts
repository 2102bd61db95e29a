import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { play } from "../../conformance/differential.ts";
import { freshEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { step } from "../../conformance/step.ts";
import { physicalPresence, startup } from "../../conformance/steps.ts";
import { rsaParms, secret, ZEROS } from "../../conformance/templates.ts";

Deno.test("TPM_RevokeTrust() wipes the endorsement key and what DAA stands on (14.3, 5 to 8)", () => {
  const side = freshEmulator();
  play(side, [
    startup(),
    step({
      command: "TPM_CreateRevocableEK",
      request: {
        antiReplay: ZEROS,
        keyInfo: rsaParms("storage"),
        generateReset: false,
        inputEKreset: secret("reset"),
      },
    }),
    physicalPresence(true),
  ]);
  const { permanent } = tpmOf(side);
  assertEquals(permanent.flags.CEKPUsed, true);
  const { endorsementKey, tpmDAASeed, daaProof, daaBlobKey } = permanent;
  const before = structuredClone({ tpmDAASeed, daaProof, daaBlobKey });
  play(side, [step({ command: "TPM_RevokeTrust", request: { EKReset: secret("reset") } })]);
  assertEquals(permanent.endorsementKey, null);
  assertEquals(permanent.flags.CEKPUsed, false);
  const { privKey } = endorsementKey!.sensitive;
  for (const gone of [privKey.key, tpmDAASeed, daaProof, daaBlobKey]) {
    assert(gone.every((byte) => byte === 0));
  }
  assertNotEquals(permanent.tpmDAASeed, before.tpmDAASeed);
  assertNotEquals(permanent.daaProof, before.daaProof);
  assertNotEquals(permanent.daaBlobKey, before.daaBlobKey);
});
