import { assert, assertEquals } from "@std/assert";
import { type Command, commandRows } from "../../lib/tpm12/commands/mod.ts";
import { Seeded } from "../codec/generate.ts";
import { play } from "../conformance/differential.ts";
import { freshEmulator, ownedEmulator, tpmOf } from "../conformance/owned_emulator.ts";
import type { Side } from "../conformance/side.ts";
import { createWrapKey, loadKey } from "../conformance/steps.ts";
import { pcrRead, STARTUP } from "../raw_commands.ts";
import { authorized, mutated, plainRequest } from "./packets.ts";

/** A number of packets, or seconds to go on for; the default is short. */
const PACKETS = Number(Deno.env.get("TSS_FUZZ_PACKETS") ?? Infinity);
const SECONDS = PACKETS < Infinity ? Infinity : Number(Deno.env.get("TSS_FUZZ_SECONDS") ?? 3);
const SEED = Number(Deno.env.get("TSS_FUZZ_SEED") ?? 12);

const GET_TEST_RESULT = Uint8Array.of(0, 0xc1, 0, 0, 0, 10, 0, 0, 0, 0x54);
const MIB = 1024 * 1024;
/** Most that the least size of the heap in the second half may be above that in the first. */
const MOST = 32 * MIB;
/** A state that refuses all would hide the rest, so it is put back now and then. */
const ROUND = 1000;
/** Commands that make a key take long, and tell no more than the others. */
const SLOW = new Set(["TPM_CreateEndorsementKeyPair", "TPM_CreateRevocableEK"]);

const random = new Seeded(SEED);
const rows = commandRows().filter(({ name }) => !SLOW.has(name));
const withSessions = rows.filter(({ auth }) => auth.length > 0 && auth[0]!.for !== "transport");
/** Requests of a TPM that nobody owns, and of one with an owner and keys. */
let seeds: Uint8Array[] = [];

/** What happened. */
const count = { packets: 0, authorized: 0, done: 0, commandsDone: new Set<number>() };

Deno.test("random and mutated packets get an answer, and the TPM still works after", () => {
  const sides = [fresh(), owned()];
  const restore = sides.map((side) => side.checkpoint());
  const end = performance.now() + SECONDS * 1000;
  const heap: number[] = [];
  for (let round = 0; count.packets < PACKETS && performance.now() < end; round++) {
    const which = round % 2;
    const side = sides[which]!;
    seeds = rows.map((row) => plainRequest(row, random));
    for (let i = 0; i < ROUND; i++) send(side);
    requireSound(side);
    restore[which]!();
    heap.push(Deno.memoryUsage().heapUsed);
  }
  // Right after a collection the heap holds what is alive.
  const least = (sizes: number[]) => sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const half = heap.length >> 1;
  const grown = least(heap.slice(half)) - least(heap.slice(0, half));
  console.log(
    `seed ${SEED}: ${count.packets} packets, ${count.authorized} of them with genuine sessions; ` +
      `${count.done} done, of ${count.commandsDone.size} commands; ` +
      `the heap grew by ${(grown / MIB).toFixed(1)} MiB`,
  );
  assert(count.done > 0 && count.done < count.packets);
  assert(grown < MOST, "memory grows");
});

function fresh(): Side {
  const side = freshEmulator();
  side.plain("TPM_Startup", { startupType: 1 });
  return side;
}

function owned(): Side {
  const side = ownedEmulator();
  play(side, [
    createWrapKey("signing", { usage: "signing" }),
    loadKey("signing"),
    createWrapKey("binding", { usage: "bind" }),
    loadKey("binding"),
  ]);
  return side;
}

/** Sends one packet; on the owned TPM every fourth has genuine sessions. */
function send(side: Side): void {
  const packet = side.owner !== undefined && random.below(4) === 0
    ? genuine(side, withSessions[random.below(withSessions.length)]!)
    : mutated(seeds, random);
  const answer = side.machine.execute(packet);
  count.packets++;
  const view = new DataView(answer.buffer, answer.byteOffset, answer.length);
  assert(answer.length >= 10, "an answer has a header");
  assertEquals(view.getUint32(2), answer.length);
  if (view.getUint32(6) !== 0) return;
  count.done++;
  count.commandsDone.add(new DataView(packet.buffer, packet.byteOffset).getUint32(6));
}

/** With sessions, unless the TPM opens none any more. */
function genuine(side: Side, row: Command): Uint8Array {
  try {
    const packet = authorized(row, side, random);
    count.authorized++;
    return packet;
  } catch (error) {
    assert(/ answers TPM_\w+ to TPM_O[IS]AP$/.test((error as Error).message), String(error));
    return mutated(seeds, random);
  }
}

/** No error of our own making, and a TPM that still starts, tests itself and answers. */
function requireSound(side: Side): void {
  assertEquals(tpmOf(side).failure, null);
  side.machine.reset();
  assertEquals(side.machine.execute(STARTUP)[9], 0);
  assertEquals(side.machine.execute(GET_TEST_RESULT)[9], 0);
  // A packet may have disabled the TPM for good: TPM_DEACTIVATED and TPM_DISABLED are answers too.
  const code = side.machine.execute(pcrRead(0))[9]!;
  assert([0, 6, 7].includes(code), `TPM_PCRRead answers ${code}`);
  assertEquals(tpmOf(side).failure, null);
}
