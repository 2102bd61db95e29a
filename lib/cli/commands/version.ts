import { type Command, defineCommand } from "../command.ts";
import { withContext } from "../session.ts";
import { decodeVersion, vendorName } from "../tpm_version.ts";
import { TPM_CAP_VERSION_VAL } from "../../tpm12/constants/mod.ts";

/** `tss version`: what the TPM says of itself. */
export const command: Command = defineCommand({
  options: {},
  permissions: {},
  example: "tss version -T device:/dev/tpm0",
  run: (invocation) =>
    withContext(invocation, async (context) => {
      const { resp } = await context.execute("TPM_GetCapability", {
        request: { capArea: TPM_CAP_VERSION_VAL, subCap: new Uint8Array(0) },
      });
      const { version, specLevel, errataRev, tpmVendorID, vendorSpecific } = decodeVersion(resp);
      const { major, minor, revMajor, revMinor } = version;
      const json = {
        chipVersion: `${major}.${minor}.${revMajor}.${revMinor}`,
        specLevel,
        errataRevision: errataRev,
        vendor: vendorName(tpmVendorID),
        manufacturerInfo: tpmVendorID.toHex(),
        vendorSpecific: vendorSpecific.toHex(),
        owned: await context.tpm.isOwned(),
      };
      return { json };
    }),
});
