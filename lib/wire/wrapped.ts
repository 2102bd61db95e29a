import { CodecError, Reader } from "../codec/mod.ts";
import { type Command, TPM_KEY_HANDLE, TPM_RESOURCE_TYPE } from "../tpm12/commands/mod.ts";
import { TPM_RT_KEY } from "../tpm12/constants/resource_types.ts";
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

/**
 * The handles of a wrapped command whose keys its log entry names (Part 3, 24.2, action 10): before
 * its parameters, or first among them (TPM_OwnerReadInternalPub), or a handle that a resource type
 * says to be a key's.
 */
export function wrappedKeyHandles(
  row: Command,
  { packet, data }: {
    /** Header, handles and parameters. */
    readonly packet: Uint8Array;
    /** What {@linkcode wrappedRequestData} gives of it, not encrypted. */
    readonly data: Uint8Array;
  },
): number[] {
  if (row.inTransport?.logsKeys === false) return [];
  const handles: number[] = [];
  const clear = new Reader(packet);
  clear.bytes(HEADER_SIZE);
  let other = 0;
  for (const [, codec] of layoutOf(row).handles) {
    const value = codec.read(clear) as number;
    if (codec === TPM_KEY_HANDLE) handles.push(value);
    else other = value;
  }
  const first = layoutOf(row).in[0]?.[1];
  if (first === TPM_KEY_HANDLE) handles.push(TPM_KEY_HANDLE.read(new Reader(data)));
  if (first === TPM_RESOURCE_TYPE && TPM_RESOURCE_TYPE.read(new Reader(data)) === TPM_RT_KEY) {
    handles.push(other);
  }
  return handles;
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
