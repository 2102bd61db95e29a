import { CodecError, Reader } from "../codec/mod.ts";
import type { Command } from "../tpm12/commands/mod.ts";
import { TPM_TAG_RSP_COMMAND } from "../tpm12/constants/tags.ts";
import { AUTH_REQUEST_SIZE, AUTH_RESPONSE_SIZE } from "./auth_block.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { HEADER_SIZE, sessionsOfTag } from "./request.ts";

/**
 * The part of a command that a transport session encrypts and hashes (DATAw of Part 3, 24.2): all
 * between its handles and its sessions, as a view of `packet`. Throws a CodecError when there is
 * no such part, or the tag is no request's.
 */
export function wrappedRequestData(row: Command, packet: Uint8Array): Uint8Array {
  const sessions = sessionsOfTag(new Reader(packet).u16());
  if (sessions === undefined) {
    throw new CodecError("tag", `Cannot wrap ${row.name}: its tag is no request's`);
  }
  const clear = row.inTransport?.clear ?? 0;
  return middle(row, packet, {
    handles: layoutOf(row).handles,
    clear,
    end: sessions * AUTH_REQUEST_SIZE,
  });
}

/** As {@linkcode wrappedRequestData} of an answer; nothing of one that says an error. */
export function wrappedResponseData(row: Command, packet: Uint8Array): Uint8Array {
  const reader = new Reader(packet);
  const sessions = reader.u16() - TPM_TAG_RSP_COMMAND;
  reader.u32();
  if (reader.u32() !== 0) return packet.subarray(HEADER_SIZE, HEADER_SIZE);
  return middle(row, packet, {
    handles: layoutOf(row).outHandles,
    clear: 0,
    end: sessions * AUTH_RESPONSE_SIZE,
  });
}

function middle(
  row: Command,
  packet: Uint8Array,
  { handles, clear, end }: { handles: Layout["handles"]; clear: number; end: number },
): Uint8Array {
  const reader = new Reader(packet);
  reader.bytes(HEADER_SIZE);
  for (const [, codec] of handles) codec.read(reader);
  reader.bytes(clear);
  if (reader.remaining < end) {
    throw new CodecError("truncated", `Cannot wrap ${row.name}: no room for its sessions`);
  }
  return packet.subarray(reader.offset, packet.length - end);
}
