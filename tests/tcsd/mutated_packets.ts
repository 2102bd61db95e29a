import { encodeRequest, OPERATIONS } from "../../lib/tcsd/protocol.ts";
import { Seeded } from "../codec/generate.ts";
import { generateValues } from "./generate_packets.ts";

/** What makes the TPM work for long, or switches it off for the others. */
const NOT_MUTATED = ["createEndorsementKeyPair", "createRevocableEndorsementKeyPair"];
const ROWS = OPERATIONS.filter(({ method }) => method !== null && !NOT_MUTATED.includes(method));

/** Requests as they should be, several of each operation; contexts apart. */
const POOL: readonly Uint8Array[] = Array.from({ length: 4 }, (_, seed) => {
  const random = new Seeded(seed + 1);
  return ROWS.map((row) =>
    encodeRequest(row, { ...generateValues(row.in, "request", random), hContext: 0 })
  );
}).flat();
/** One of the requests; to be copied before it is changed. */
export function anyPacket(random: Seeded): Uint8Array {
  return POOL[random.below(POOL.length)]!;
}

/** Changes up to three bytes; rarely of the size, which costs the connection. */
export function change(
  packet: Uint8Array,
  { random, hContext }: { readonly random: Seeded; readonly hContext: number },
): void {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const parameters = view.getUint32(24);
  if (parameters + 4 <= packet.length) view.setUint32(parameters, hContext);
  for (let changes = random.below(4); changes > 0; changes--) {
    const start = random.below(500) === 0 ? 0 : 4;
    packet[start + random.below(packet.length - start)] = random.below(256);
  }
}
