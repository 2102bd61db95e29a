import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { firmwareLog, kernelLog } from "../../lib/cli/tcsd_logs.ts";
import { decodeImaAscii, encodeEventLog, encodeImaLog } from "../../lib/formats/mod.ts";
import { TCSD_CONF_DEFAULTS } from "../../lib/tcsd/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { TempFolder } from "../peers/temp_folder.ts";

const HASH = "ab".repeat(20);
const measured = (path: string): Uint8Array =>
  encodeImaLog(decodeImaAscii(`10 ${HASH} ima-ng sha1:${HASH} ${path}\n`));

Deno.test("the logs of firmware and kernel are told as they are now", async () => {
  using folder = new TempFolder();
  const [firmwareLogFile, kernelLogFile] = [folder.join("firmware"), folder.join("kernel")];
  const conf = { ...TCSD_CONF_DEFAULTS, firmwareLogFile, kernelLogFile, kernelPcrs: [10] };
  const [firmware, kernel] = [firmwareLog(() => conf), kernelLog(() => conf)];
  assertEquals(kernel.pcrs, [10]);
  const gone = await assertRejects(() => kernel.read(), TssError);
  assertEquals(gone.codeName, "TSS_E_INTERNAL_ERROR");

  const [digest, event] = [new Uint8Array(20).fill(7), Uint8Array.of(1, 2, 3)];
  Deno.writeFileSync(
    firmwareLogFile,
    encodeEventLog([{ pcrIndex: 4, eventType: 8, digest, event }]),
  );
  assertEquals(await firmware.read(), [{
    versionInfo: new Uint8Array(4),
    ulPcrIndex: 4,
    eventType: 8,
    rgbPcrValue: digest,
    rgbEvent: event,
  }]);

  const names = async () =>
    (await kernel.read()).map(({ rgbEvent }) => new TextDecoder().decode(rgbEvent));
  Deno.writeFileSync(kernelLogFile, measured("/bin/sh"));
  assertEquals(await names(), ["/bin/sh"]);
  const events = await kernel.read();
  // A long one is not decoded each time that it is asked for, but whenever it has grown.
  assertStrictEquals(await kernel.read(), events);
  Deno.writeFileSync(kernelLogFile, measured("/bin/ls"), { append: true });
  assertEquals(await names(), ["/bin/sh", "/bin/ls"]);
});
