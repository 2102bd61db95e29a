import type { TpmNvDataPublic, TpmPcrInfoShort } from "../../tpm12/structures/mod.ts";
import { TPM_CAP_NV_LIST } from "../../tpm12/constants/mod.ts";
import { selectedPcrs } from "../../tpm12/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { NV_INDEX, nvArea } from "../nv.ts";
import { formatNvPermissions } from "../nv_permissions.ts";
import { withContext } from "../session.ts";

/** `tss nvinfo`: tells what NV areas there are. */
export const command: Command = defineCommand({
  options: {
    ...NV_INDEX,
    "list-only": { short: "n", help: "only the numbers of the areas" },
  },
  permissions: {},
  example: "tss nvinfo -i 0x1000",
  run: ({ options, io }) =>
    withContext({ options, io }, async (context) => {
      const { resp } = await context.execute("TPM_GetCapability", {
        request: { capArea: TPM_CAP_NV_LIST, subCap: new Uint8Array(0) },
      });
      const list = new DataView(resp.buffer, resp.byteOffset, resp.length);
      const all = Array.from({ length: resp.length / 4 }, (_, i) => list.getUint32(4 * i));
      const wanted = options.index === undefined ? all : [nvArea(context, options.index).index];
      if (options["list-only"]) return { json: { areas: wanted.map(hex) } };
      const areas: Record<string, unknown> = {};
      for (const index of wanted) {
        areas[hex(index)] = describe(await nvArea(context, `${index}`).publicInfo());
      }
      return { json: { areas } };
    }),
});

const hex = (index: number) => `0x${index.toString(16).padStart(8, "0")}`;

function describe(area: TpmNvDataPublic): Record<string, unknown> {
  return {
    size: area.dataSize,
    permissions: formatNvPermissions(area.permission.attributes),
    ...pcrsOf("read", area.pcrInfoRead),
    ...pcrsOf("write", area.pcrInfoWrite),
    readLocked: area.bReadSTClear,
    writeLocked: area.bWriteSTClear,
    defineLocked: area.bWriteDefine,
  };
}

function pcrsOf(to: string, { pcrSelection, digestAtRelease }: TpmPcrInfoShort) {
  const pcrs = selectedPcrs(pcrSelection.pcrSelect);
  return pcrs.length === 0
    ? {}
    : { [`${to}Pcrs`]: pcrs, [`${to}PcrDigest`]: digestAtRelease.toHex() };
}
