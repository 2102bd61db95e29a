import {
  TPM_AUTH_NEVER,
  TPM_ET_OWNER,
  TPM_KH_OWNER,
  TPM_LOC_TWO,
  TPM_MIGRATABLE,
} from "../../lib/tpm12/constants/mod.ts";
import { LibTpms, peerTest } from "../peers/mod.ts";
import { assertSame } from "./differential.ts";
import { EmulatorMachine } from "./emulator_machine.ts";
import { LibTpmsMachine } from "./libtpms_machine.ts";
import { Side } from "./side.ts";
import { type CommandStep, type Step, step } from "./step.ts";
import { locality, owned } from "./steps.ts";
import { keyTemplate, type KeyTemplateOptions, pcrInfoLong, secret, ZEROS } from "./templates.ts";

function makeIdentity(
  title: string,
  { template = keyTemplate("identity"), ...expectation }:
    & Pick<CommandStep<"TPM_MakeIdentity">, "auths" | "code">
    & { template?: ReturnType<typeof keyTemplate> },
): Step {
  return step({
    command: "TPM_MakeIdentity",
    title,
    request: {
      identityAuth: ZEROS,
      labelPrivCADigest: ZEROS,
      idKeyParams: template,
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

const WRONG = secret("wrong");
const WRONG_OWNER = {
  kind: "OSAP",
  entity: { entityType: TPM_ET_OWNER, entityValue: TPM_KH_OWNER, secret: WRONG },
} as const;

srkTest("TPM_MakeIdentity() checks the template, then the owner, then the SRK", {}, [
  makeIdentity("all wrong", {
    auths: [WRONG, WRONG_OWNER],
    template: keyTemplate("identity", { bits: 1024 }),
    code: "TPM_BAD_KEY_PROPERTY",
  }),
  makeIdentity("both HMACs wrong", { auths: [WRONG, WRONG_OWNER], code: "TPM_AUTH2FAIL" }),
  makeIdentity("the SRK's wrong, and the usage", {
    auths: [WRONG, "owner"],
    template: keyTemplate("storage"),
    code: "TPM_AUTHFAIL",
  }),
  makeIdentity("the usage wrong", {
    auths: ["SRK", "owner"],
    template: keyTemplate("storage"),
    code: "TPM_INVALID_KEYUSAGE",
  }),
  makeIdentity("the usage wrong, and too short", {
    auths: ["SRK", "owner"],
    template: keyTemplate("signing", { bits: 1024 }),
    code: "TPM_BAD_KEY_PROPERTY",
  }),
  makeIdentity("migratable", {
    auths: ["SRK", "owner"],
    template: keyTemplate("identity", { keyFlags: TPM_MIGRATABLE }),
    code: "TPM_INVALID_KEYUSAGE",
  }),
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
