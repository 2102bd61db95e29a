import { Emulator } from "../../lib/emulator/mod.ts";
import { fromHex } from "../hex.ts";
import { findPeer, LibTpms, Swtpm } from "../peers/mod.ts";

/** Commands that need no session, by what they are called. */
const COMMANDS: Readonly<Record<string, Uint8Array>> = {
  TPM_GetRandom: fromHex("00c1 0000000e 00000046 00000014"),
  TPM_PCRRead: fromHex("00c1 0000000e 00000015 00000000"),
  TPM_Extend: fromHex(`00c1 00000022 00000014 0000000a ${"11".repeat(20)}`),
  TPM_GetCapability: fromHex("00c1 00000016 00000065 00000005 00000004 00000103"),
  TPM_SHA1Start: fromHex("00c1 0000000a 000000a0"),
};

/** Made once a bench runs, not before. */
const emulator = lazy(() => {
  const machine = Emulator.powerOn();
  machine.execute(fromHex("00c1 0000000c 00000099 0001"));
  return machine;
});
const libtpms = lazy(() => {
  const machine = LibTpms.open();
  machine.execute(fromHex("00c1 0000000c 00000099 0001"));
  return machine;
});
const swtpm = lazy(() => Swtpm.start({ transport: "unix", disconnect: false }));

for (const [group, command] of Object.entries(COMMANDS)) {
  Deno.bench(`${group}, ours in process`, { group, baseline: true }, () => {
    emulator().execute(command);
  });
  if (findPeer("libtpms") !== undefined) {
    Deno.bench(`${group}, libtpms in process`, { group }, () => {
      libtpms().execute(command);
    });
  }
  if (findPeer("swtpm") !== undefined) {
    Deno.bench(`${group}, swtpm on a unix socket`, { group }, async () => {
      await (await swtpm()).execute(command);
    });
  }
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
