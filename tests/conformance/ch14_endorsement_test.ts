import { TPM_ES_NONE, TPM_ES_RSAESPKCSv15, TPM_KH_EK } from "../../lib/tpm12/constants/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { FLAGS } from "./flags.ts";
import { withMalformed } from "./malformed.ts";
import { step } from "./step.ts";
import { createEk, startup } from "./steps.ts";
import { rsaParms, secret, ZEROS } from "./templates.ts";

const WRONG = secret("wrong");
const create = (title: string, keyInfo: ReturnType<typeof rsaParms>) =>
  step({
    command: "TPM_CreateEndorsementKeyPair",
    title,
    request: { antiReplay: ZEROS, keyInfo },
    code: "any",
  });

conformanceTest("the endorsement key is made once, of one kind", [
  startup(),
  step({ command: "TPM_ReadPubek", request: { antiReplay: ZEROS }, code: "TPM_NO_ENDORSEMENT" }),
  create("1024 bits", rsaParms("storage", { bits: 1024 })),
  create("of another algorithm", { ...rsaParms("storage"), algorithmID: 0x20 }),
  withMalformed({
    command: "TPM_CreateEndorsementKeyPair",
    request: { antiReplay: ZEROS, keyInfo: rsaParms("storage") },
  }),
  createEk({ title: "a second time", code: "TPM_DISABLED_CMD" }),
  withMalformed({ command: "TPM_ReadPubek", request: { antiReplay: ZEROS } }),
  create("of another scheme", rsaParms("storage", { encScheme: TPM_ES_RSAESPKCSv15 })),
], { fresh: true });

conformanceTest("an endorsement key with an exponent of 3 is refused, as libtpms does not", [
  startup(),
  step({
    command: "TPM_CreateEndorsementKeyPair",
    request: {
      antiReplay: ZEROS,
      keyInfo: rsaParms("storage", { exponent: Uint8Array.of(3) }),
    },
    code: { emulator: "TPM_BAD_KEY_PROPERTY", libtpms: "TPM_SUCCESS" },
  }),
], { fresh: true });

conformanceTest("flags tell that the endorsement key was made by command, a revocable one too", [
  startup(),
  FLAGS,
  step({
    command: "TPM_CreateRevocableEK",
    request: {
      antiReplay: ZEROS,
      keyInfo: rsaParms("storage"),
      generateReset: false,
      inputEKreset: secret("reset"),
    },
  }),
  FLAGS,
  step({
    command: "TPM_RevokeTrust",
    title: "without presence",
    request: { EKReset: secret("reset") },
    code: "TPM_BAD_PRESENCE",
  }),
  FLAGS,
], { fresh: true });

conformanceTest("the scheme asked for an endorsement key is ignored, as libtpms does not (2.c)", [
  startup(),
  step({
    command: "TPM_CreateEndorsementKeyPair",
    request: { antiReplay: ZEROS, keyInfo: rsaParms("storage", { encScheme: TPM_ES_NONE }) },
    code: { emulator: "TPM_SUCCESS", libtpms: "TPM_BAD_KEY_PROPERTY" },
  }),
], { fresh: true });

conformanceTest("TPM_OwnerReadInternalPub reads EK and SRK for the owner", [
  withMalformed({ command: "TPM_OwnerReadInternalPub", request: { keyHandle: TPM_KH_EK } }),
  step({
    command: "TPM_OwnerReadInternalPub",
    title: "the SRK",
    request: (side) => ({ keyHandle: side.handle("SRK") }),
    auths: ["owner"],
  }),
  step({
    command: "TPM_OwnerReadInternalPub",
    title: "another key",
    request: { keyHandle: 5 },
    auths: ["owner"],
    code: "any",
  }),
  step({
    command: "TPM_OwnerReadInternalPub",
    title: "a wrong secret",
    request: { keyHandle: TPM_KH_EK },
    auths: [WRONG],
    code: "TPM_AUTHFAIL",
  }),
]);
