import { sha1 } from "../../lib/crypto/mod.ts";
import type { AuthRole, Command } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_ET_KEYHANDLE,
  TPM_ET_OWNER,
  TPM_ET_SRK,
  TPM_KH_OWNER,
  TPM_KH_SRK,
} from "../../lib/tpm12/constants/mod.ts";
import { AUTH_REQUEST, encodeRequest, layoutOf } from "../../lib/wire/mod.ts";
import { concat, encode } from "../../lib/codec/mod.ts";
import { generate, type Seeded } from "../codec/generate.ts";
import type { OsapEntity, Side } from "../conformance/side.ts";

/** Every secret of the TPM that authorised packets are for. */
const WELL_KNOWN = new Uint8Array(20);
const HEADER = 10;

/** A well-formed request with generated values and no sessions. */
export function plainRequest(row: Command, random: Seeded, handle?: number): Uint8Array {
  const values = Object.fromEntries(
    Object.entries({ ...row.handles, ...row.in }).map(([name, codec]) => [
      name,
      handle !== undefined && name.endsWith("Handle") ? handle : generate(codec, random),
    ]),
  );
  return encodeRequest(row, values);
}

/** A request with some bytes changed, cut, doubled or added, or bytes that are no request at all. */
export function mutated(seeds: readonly Uint8Array[], random: Seeded): Uint8Array {
  const kind = random.below(8);
  if (kind === 0) return random.bytes(random.below(64));
  let packet: Uint8Array = Uint8Array.from(seeds[random.below(seeds.length)]!);
  if (kind === 1) packet = packet.subarray(0, random.below(packet.length + 1));
  if (kind === 2) packet = concat([packet, random.bytes(1 + random.below(60))]);
  if (kind >= 3) changeBytes(packet, HEADER, random);
  if (kind === 4) packet[1] = 0xc0 + random.below(6);
  // Mostly the header tells the truth, or nothing else would be looked at.
  if (packet.length >= HEADER && random.below(10) > 0) setSize(packet);
  return packet;
}

/**
 * A generated request of a command, some bytes changed or not, with genuine sessions: it comes as
 * far as the command's own actions. The secrets of owner, keys and areas are the well-known one.
 */
export function authorized(row: Command, side: Side, random: Seeded): Uint8Array {
  const handles = [TPM_KH_SRK, ...[...side.keys.values()].map(({ handle }) => handle!)];
  const handle = handles[random.below(handles.length)]!;
  const plain = plainRequest(row, random, handle);
  const start = HEADER + 4 * layoutOf(row).handles.length;
  if (random.below(3) > 0 && plain.length > start) changeBytes(plain, start, random);
  const roles = row.auth.slice(random.below(4) === 0 ? row.auth.length - 1 : 0);
  // The digest of ordinal and parameters; handles stand outside.
  const digest = sha1(plain.subarray(6, HEADER), plain.subarray(start));
  const blocks = roles.map((role) => {
    const session = openSession(side, role, handle);
    return encode(AUTH_REQUEST, session.authorize(digest, { secret: WELL_KNOWN }));
  });
  const packet = concat([plain, ...blocks]);
  packet[1] = 0xc1 + blocks.length;
  setSize(packet);
  return packet;
}

/** An OIAP session where the command takes one, else one bound to the entity. */
function openSession(side: Side, role: AuthRole, handle: number) {
  if (role.sessions === undefined || role.sessions.includes("OIAP")) return side.oiap();
  return side.osap(entityOf(role, handle));
}

function entityOf(role: AuthRole, handle: number): OsapEntity {
  if (role.for === "owner") {
    return { entityType: TPM_ET_OWNER, entityValue: TPM_KH_OWNER, secret: WELL_KNOWN };
  }
  const entityType = handle === TPM_KH_SRK ? TPM_ET_SRK : TPM_ET_KEYHANDLE;
  return { entityType, entityValue: handle, secret: WELL_KNOWN };
}

function changeBytes(packet: Uint8Array, from: number, random: Seeded): void {
  for (let i = random.below(4); i >= 0; i--) {
    packet[from + random.below(Math.max(1, packet.length - from))] = random.below(256);
  }
}

function setSize(packet: Uint8Array): void {
  new DataView(packet.buffer, packet.byteOffset).setUint32(2, packet.length);
}
