import { decode } from "../../lib/codec/mod.ts";
import { TPM_ET_DATA, TPM_ET_OWNER, TPM_PID_ADCP } from "../../lib/tpm12/constants/mod.ts";
import { TPM_STORED_DATA_ANY } from "../../lib/tpm12/structures/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import {
  createFamily,
  delegateOwner,
  enableFamily,
  openOwnerDelegation,
} from "./delegation_steps.ts";
import { type Authorization, type CommandStep, type Step, step } from "./step.ts";
import { seal } from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";

type How = Pick<CommandStep<"TPM_ChangeAuth">, "auths" | "code"> & {
  protocolID?: number;
  entityType?: number;
};

function changeAuth(title: string, how: How = {}): Step {
  const { protocolID = TPM_PID_ADCP, entityType = TPM_ET_DATA, auths = ["SRK", ZEROS] } = how;
  return step({
    command: "TPM_ChangeAuth",
    title,
    request: (side) => ({
      parentHandle: side.handle("SRK"),
      protocolID,
      newAuth: secret("new"),
      entityType,
      encData: decode(TPM_STORED_DATA_ANY, side.bytes("sealed")).encData,
    }),
    auths,
    ...(how.code && { code: how.code }),
  });
}

const spoilt = (entity: Authorization["entity"], kind: "OIAP" | "OSAP"): Authorization => ({
  entity: entity!,
  kind,
  tamper: (auth) => ({ ...auth, authData: ZEROS }),
});

conformanceTest("TPM_ChangeAuth looks at entityType and sessions before secrets (actions 1 to 7)", [
  seal("sealed", { data: Uint8Array.of(1) }),
  changeAuth("good"),
  changeAuth("a wrong entityType and secret", {
    entityType: TPM_ET_OWNER,
    auths: [spoilt("SRK", "OSAP"), ZEROS],
    code: "TPM_WRONG_ENTITYTYPE",
  }),
  changeAuth("the first session OIAP", {
    auths: [spoilt("SRK", "OIAP"), ZEROS],
    code: "TPM_BAD_MODE",
  }),
  changeAuth("the second session OSAP, and the first secret wrong", {
    auths: [spoilt("SRK", "OSAP"), { entity: "owner", kind: "OSAP" }],
    code: "TPM_BAD_MODE",
  }),
  changeAuth("a wrong protocol and secret", {
    protocolID: 0,
    auths: [spoilt("SRK", "OSAP"), ZEROS],
    code: "any",
  }),
  changeAuth("the first secret wrong", {
    auths: [spoilt("SRK", "OSAP"), ZEROS],
    code: "TPM_AUTHFAIL",
  }),
  changeAuth("the second secret wrong", {
    auths: ["SRK", secret("wrong")],
    code: "TPM_AUTH2FAIL",
  }),
]);

conformanceTest("TPM_ChangeAuthOwner cannot be delegated (17.2, action 1)", [
  createFamily("family"),
  enableFamily("family"),
  delegateOwner("delegation", { family: "family", per1: 1 }),
  openOwnerDelegation("delegated", "delegation"),
  step({
    command: "TPM_ChangeAuthOwner",
    request: { protocolID: TPM_PID_ADCP, newAuth: secret("new"), entityType: TPM_ET_OWNER },
    auths: [{ session: "delegated" }],
    code: "TPM_AUTHFAIL",
  }),
]);
