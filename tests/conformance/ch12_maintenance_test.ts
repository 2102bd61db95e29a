import { TPM_KH_SRK } from "../../lib/tpm12/constants/mod.ts";
import { softwareKey, softwarePubkey } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { step } from "./step.ts";
import { ZEROS } from "./templates.ts";

const pubKey = softwarePubkey(softwareKey(2048), "storage");
const request = { antiReplay: ZEROS, pubKey };
const code = { emulator: "TPM_SUCCESS", libtpms: "TPM_BAD_ORDINAL" };

conformanceTest("libtpms has no maintenance", [
  step({ command: "TPM_LoadManuMaintPub", request, code }),
  step({ command: "TPM_ReadManuMaintPub", request: { antiReplay: ZEROS }, code }),
  step({ command: "TPM_CreateMaintenanceArchive", request: { generateRandom: true }, code }),
  step({
    command: "TPM_LoadMaintenanceArchive",
    request: { archive: new Uint8Array() },
    code: { ...code, emulator: "TPM_BAD_PARAMETER" },
  }),
  step({ command: "TPM_KillMaintenanceFeature", code }),
  step({
    command: "TPM_OwnerReadInternalPub",
    title: "both go on",
    request: { keyHandle: TPM_KH_SRK },
    mask: ["publicPortion.pubKey"],
  }),
]);
