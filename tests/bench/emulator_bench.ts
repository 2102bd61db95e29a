import { Emulator } from "../../lib/emulator/mod.ts";
import { fromHex } from "../hex.ts";
import { connect, exchange, findPeer, LibTpms, Swtpm } from "../peers/mod.ts";
import { extend, pcrRead, STARTUP } from "../raw_commands.ts";

/** Commands that need no session, by what they are called. */
const COMMANDS: Readonly<Record<string, Uint8Array>> = {
  TPM_GetRandom: fromHex("00c1 0000000e 00000046 00000014"),
  TPM_PCRRead: pcrRead(0),
  TPM_Extend: extend(10),
  TPM_GetCapability: fromHex("00c1 00000016 00000065 00000005 00000004 00000103"),
  TPM_SHA1Start: fromHex("00c1 0000000a 000000a0"),
};

/** Made once a bench runs, not before. */
const emulator = lazy(() => {
  const machine = Emulator.powerOn();
  machine.execute(STARTUP);
  return machine;
});
const libtpms = lazy(() => {
  const machine = LibTpms.open();
  machine.execute(STARTUP);
  return machine;
});
/** One connection: making one takes longer than a command. */
const swtpm = lazy(async () => {
  const machine = await Swtpm.start({ transport: "unix", disconnect: false });
  addEventListener("unload", () => machine.kill());
  return await connect(machine.address);
});

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
      await exchange(await swtpm(), command);
    });
  }
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
