import { capVersionInfo } from "../version.ts";
import { SWTPM_INFO_TPMATTRIBUTES, SWTPM_INFO_TPMSPECIFICATION } from "./control_protocol.ts";

/** Revision of the specification that is followed. */
const REVISION = 116;
const MODEL = "deno-tss";

/** What CMD_GET_INFO tells: JSON and a NUL behind it. */
export function infoText(flags: bigint): Uint8Array {
  const { version, specLevel, tpmVendorID } = capVersionInfo();
  const info: Record<string, unknown> = {};
  if ((flags & SWTPM_INFO_TPMSPECIFICATION) !== 0n) {
    info["TPMSpecification"] = { family: "1.2", level: specLevel, revision: REVISION };
  }
  if ((flags & SWTPM_INFO_TPMATTRIBUTES) !== 0n) {
    const { revMajor, revMinor } = version;
    info["TPMAttributes"] = {
      manufacturer: `id:${hex(tpmVendorID)}`,
      version: `id:${hex([0, 0, revMajor, revMinor])}`,
      model: MODEL,
    };
  }
  return new TextEncoder().encode(`${JSON.stringify(info)}\0`);
}

function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase();
}
