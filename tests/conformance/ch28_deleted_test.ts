import { commandRows } from "../../lib/tpm12/commands/mod.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { step } from "./step.ts";

conformanceTest("deleted commands answer TPM_BAD_ORDINAL under the request's own tag", [
  commandRows().filter((row) => row.deletedBy12).flatMap(({ name, ordinal }) =>
    [0xc1, 0xc2, 0xc3].map((tag) =>
      step({
        command: "TPM_GetTestResult",
        title: `${name} under tag 0x${tag.toString(16)}`,
        mutate: () => Uint8Array.of(0, tag, 0, 0, 0, 10, 0, 0, 0, ordinal),
        code: "TPM_BAD_ORDINAL",
      })
    )
  ),
]);
