/** The software TPM itself: commands as bytes, reproducible by a seed, with its inside laid open. */
import { Emulator } from "../lib/emulator/mod.ts";
import { assertEquals } from "./assert.ts";

const machine = () => {
  const emulator = Emulator.powerOn({ seed: new TextEncoder().encode("always the same") });
  emulator.execute(Uint8Array.fromHex("00c10000000c000000990001")); // TPM_Startup(TPM_ST_CLEAR)
  return emulator;
};
using first = machine();
using second = machine();

const getRandom = Uint8Array.fromHex("00c10000000e0000004600000010"); // TPM_GetRandom of 16 bytes
const answer = first.execute(getRandom).toHex();
assertEquals(second.execute(getRandom).toHex(), answer);
console.log(`Both machines answer ${answer}`);

// TPM_Extend of PCR 10, and a snapshot from which another machine goes on.
first.execute(Uint8Array.fromHex(`00c100000022000000140000000a${"11".repeat(20)}`));
using third = Emulator.powerOn({ snapshot: first.snapshot() });
const pcr10 = third.inspect().pcrs[10]!.toHex();
console.log(`PCR 10 of the third: ${pcr10}`);
assertEquals(pcr10, first.inspect().pcrs[10]!.toHex());
