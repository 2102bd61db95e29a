import { TPM_AUTH_NEVER, TPM_LOC_TWO } from "../../lib/tpm12/constants/mod.ts";
import { LibTpms, peerTest } from "../peers/mod.ts";
import { assertSame } from "./differential.ts";
import { EmulatorMachine } from "./emulator_machine.ts";
import { LibTpmsMachine } from "./libtpms_machine.ts";
import { Side } from "./side.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import { locality, owned } from "./steps.ts";
import { keyTemplate, type KeyTemplateOptions, pcrInfoLong, ZEROS } from "./templates.ts";

function makeIdentity(
  title: string,
  expectation: Pick<CommandStep<"TPM_MakeIdentity">, "auths" | "code">,
): Step {
  return step({
    command: "TPM_MakeIdentity",
    title,
    request: {
      identityAuth: ZEROS,
      labelPrivCADigest: ZEROS,
      idKeyParams: keyTemplate("identity"),
    },
    ...expectation,
  });
}

function srkTest(name: string, template: KeyTemplateOptions, steps: readonly Step[]): void {
  peerTest(["libtpms"], name, () => {
    using tpm = LibTpms.open();
    const emulator = new EmulatorMachine({ seed: new TextEncoder().encode(name) });
    const sides = [
      new Side("emulator", emulator),
      new Side("libtpms", new LibTpmsMachine(tpm)),
    ] as const;
    assertSame(sides, [owned({ template }), steps]);
  });
}

srkTest("TPM_MakeIdentity() asks for the SRK's session", {}, [
  makeIdentity("by the owner alone", { auths: ["owner"], code: "TPM_AUTHFAIL" }),
  makeIdentity("by both", { auths: ["SRK", "owner"] }),
]);

srkTest(
  "TPM_MakeIdentity() does without the SRK's session when the SRK takes none",
  { authDataUsage: TPM_AUTH_NEVER },
  [makeIdentity("by the owner alone", { auths: ["owner"] })],
);

srkTest(
  "TPM_MakeIdentity() asks for the PCRs and localities of the SRK, as libtpms does not",
  { PCRInfo: pcrInfoLong({ localityAtRelease: TPM_LOC_TWO }) },
  [
    makeIdentity("from locality 0", {
      auths: ["SRK", "owner"],
      code: { emulator: "TPM_WRONGPCRVAL", libtpms: "TPM_SUCCESS" },
    }),
    locality(2),
    makeIdentity("from locality 2", { auths: ["SRK", "owner"] }),
  ],
);
