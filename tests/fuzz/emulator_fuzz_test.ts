import { assert, assertEquals } from "@std/assert";
import { Emulator } from "../../lib/emulator/mod.ts";
import { type Command, commandRows } from "../../lib/tpm12/commands/mod.ts";
import { encodeRequest } from "../../lib/wire/mod.ts";
import { generate, Seeded } from "../codec/generate.ts";

/** Seconds to go on for, or a number of packets; the default is short. */
const SECONDS = Number(Deno.env.get("TSS_FUZZ_SECONDS") ?? 3);
const PACKETS = Number(Deno.env.get("TSS_FUZZ_PACKETS") ?? Infinity);
const SEED = Number(Deno.env.get("TSS_FUZZ_SEED") ?? 12);

const STARTUP = Uint8Array.of(0, 0xc1, 0, 0, 0, 12, 0, 0, 0, 0x99, 0, 1);
const PCR_READ = Uint8Array.of(0, 0xc1, 0, 0, 0, 14, 0, 0, 0, 0x15, 0, 0, 0, 0);
const MIB = 1024 * 1024;
/** Commands that make a key take long, and tell no more than the others. */
const SLOW = new Set(["TPM_CreateEndorsementKeyPair", "TPM_CreateRevocableEK"]);

Deno.test("random and mutated packets get an answer, and the TPM still works after", () => {
  const random = new Seeded(SEED);
  const rows = commandRows().filter(({ name }) => !SLOW.has(name));
  const seeds = rows.map((row) => request(row, random));
  const machine = Emulator.powerOn({ seed: Uint8Array.of(SEED), limits: { keys: 4 } });
  machine.execute(STARTUP);
  const end = performance.now() + SECONDS * 1000;
  let packets = 0;
  let answered = 0;
  let before = 0;
  while (packets < PACKETS && (packets % 1000 !== 0 || performance.now() < end)) {
    const answer = machine.execute(nextPacket(seeds, random));
    assert(answer.length >= 10, "an answer has a header");
    assertEquals(new DataView(answer.buffer, answer.byteOffset).getUint32(2), answer.length);
    if (answer[9] === 0) answered++;
    packets++;
    // A state that refuses all would hide the rest.
    if (packets % 5000 === 0) restart(machine);
    if (packets === 20_000) before = Deno.memoryUsage().rss;
  }
  machine.reset();
  machine.execute(STARTUP);
  const grown = before === 0 ? 0 : Deno.memoryUsage().rss - before;
  console.log(
    `seed ${SEED}: ${packets} packets, ${answered} done; RSS grew by ${
      (grown / MIB).toFixed(1)
    } MiB`,
  );
  assert(answered > 0 && answered < packets);
  assert(grown < 64 * MIB, "memory grows");
  assertEquals(machine.inspect().failure, null);
  const last = machine.execute(PCR_READ);
  // A packet may have disabled the TPM for good: TPM_DISABLED and TPM_DEACTIVATED are answers too.
  assert([0, 6, 7].includes(last[9]!), `TPM_PCRRead answers ${last[9]}`);
});

function restart(machine: Emulator): void {
  assertEquals(machine.inspect().failure ?? "", "", "an error of our own making");
  machine.reset();
  machine.execute(STARTUP);
}

/** A well-formed request with generated values and no sessions. */
function request(row: Command, random: Seeded): Uint8Array {
  const values = Object.fromEntries(
    Object.entries({ ...row.handles, ...row.in }).map(([name, codec]) => [
      name,
      generate(codec, random),
    ]),
  );
  return encodeRequest(row, values);
}

/** A request with some bytes changed, cut, doubled or added, or bytes that are no request at all. */
function nextPacket(seeds: readonly Uint8Array[], random: Seeded): Uint8Array {
  const kind = random.below(8);
  if (kind === 0) return random.bytes(random.below(64));
  let packet = Uint8Array.from(seeds[random.below(seeds.length)]!);
  if (kind === 1) packet = packet.subarray(0, random.below(packet.length + 1));
  if (kind === 2) packet = Uint8Array.of(...packet, ...random.bytes(1 + random.below(60)));
  if (kind >= 3) {
    for (let i = random.below(4); i >= 0; i--) {
      packet[10 + random.below(Math.max(1, packet.length - 10))] = random.below(256);
    }
  }
  if (kind === 4) packet[1] = 0xc0 + random.below(6);
  // Mostly the header tells the truth, or nothing else would be looked at.
  if (packet.length >= 10 && random.below(10) > 0) {
    new DataView(packet.buffer, packet.byteOffset).setUint32(2, packet.length);
  }
  return packet;
}
