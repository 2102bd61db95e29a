import { assert, assertEquals } from "@std/assert";
import * as C from "../../../lib/tpm12/constants/mod.ts";
import { play } from "../../conformance/differential.ts";
import { freshEmulator, tpmOf } from "../../conformance/owned_emulator.ts";
import { step } from "../../conformance/step.ts";
import { owned } from "../../conformance/steps.ts";
import { secret } from "../../conformance/templates.ts";

const { TPM_PID_ADCP, TPM_ET_OWNER, TPM_ET_SRK } = C;

Deno.test("TPM_ChangeAuthOwner() puts a secret in the place of another, which it wipes (17.2, 7)", () => {
  const side = freshEmulator();
  play(side, owned({ owner: secret("owner"), srk: secret("SRK") }));
  const { permanent } = tpmOf(side);
  const { ownerAuth, srk } = permanent;
  const { usageAuth, migrationAuth, privKey } = srk!.sensitive;
  const change = (entityType: number, newAuth: Uint8Array) =>
    step({
      command: "TPM_ChangeAuthOwner",
      request: { protocolID: TPM_PID_ADCP, newAuth, entityType },
    });
  play(side, [change(TPM_ET_SRK, secret("new SRK"))]);
  assertEquals(permanent.srk!.sensitive, {
    ...srk!.sensitive,
    usageAuth: secret("new SRK"),
  });
  assert(usageAuth.every((byte) => byte === 0));
  assertEquals(migrationAuth, permanent.tpmProof);
  assert(privKey.key.some((byte) => byte !== 0));
  play(side, [change(TPM_ET_OWNER, secret("new owner"))]);
  assertEquals(permanent.ownerAuth, secret("new owner"));
  assert(ownerAuth.every((byte) => byte === 0));
});
