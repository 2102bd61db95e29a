import { CodecError, Reader, Writer } from "../codec/mod.ts";
import { type Command, commandByOrdinal, COMMANDS } from "../tpm12/commands/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import {
  AUTH_REQUEST,
  AUTH_REQUEST_SIZE,
  type AuthRequest,
  type AuthResponse,
  HEADER_SIZE,
  layoutOf,
  readFields,
  readRequestHeader,
  sessionsOfTag,
  splitResponse,
  type Values,
  writeFields,
} from "../wire/mod.ts";
import type { AuthResource, Resource } from "./resource.ts";
import type { TcsContext } from "./tcs_context.ts";

/** The parts of a wrapped command that travel in the clear, and its parameters as they are. */
interface Wrapped {
  readonly row: Command;
  readonly tag: number;
  readonly handles: Values;
  /** The parameters inside the digest, encrypted or not. */
  readonly body: Uint8Array;
  readonly auths: AuthRequest[];
}

/**
 * `Tcsip_ExecuteTransport`: the handles of the wrapped command are this context's. They and the
 * session blocks stand in the clear, and outside what the session's HMAC covers (Part 3, 24.2).
 */
export async function executeTransport(context: TcsContext, request: Values): Promise<Values> {
  const { services } = context;
  const wrapped = parseWrapped(request.wrappedCmd as Uint8Array);
  const inner = context.translate(wrapped.row, { ...wrapped.handles, auths: wrapped.auths });
  const needed = [...inner.needed];
  const flushed = flushedResource(context, wrapped);
  if (flushed !== undefined) needed.push(flushed);
  const outer = context.translate(COMMANDS.TPM_ExecuteTransport, request);
  await services.resources.bringIn([...needed, ...outer.needed]);
  const handles: Values = { ...inner.request };
  if (flushed !== undefined) handles.handle = flushed.tpmHandle;
  const wrappedCmd = encodeWrapped(wrapped, {
    handles,
    auths: wrapped.auths.map((auth, i) => ({
      ...auth,
      authHandle: inner.sessions[i]!.tpmHandle!,
    })),
  });
  let answer;
  try {
    answer = await services.link.command("TPM_ExecuteTransport", {
      wrappedCmd,
      auths: outer.request.auths.map((auth) =>
        auth === null ? null : { ...auth, authHandle: outer.sessions[0]!.tpmHandle! }
      ),
    });
  } catch (error) {
    await context.endSessions(outer.sessions, error);
    throw error;
  }
  context.settleSessions(outer.sessions, answer.auths);
  const wrappedRsp = adoptWrapped(context, answer.wrappedRsp, {
    row: wrapped.row,
    needed: inner.needed,
    sessions: inner.sessions as readonly (AuthResource | null)[],
  });
  if (flushed !== undefined) services.resources.forget(flushed);
  return { ...answer, wrappedRsp };
}

function parseWrapped(packet: Uint8Array): Wrapped {
  try {
    const reader = new Reader(packet);
    const { tag, ordinal } = readRequestHeader(reader);
    const row = commandByOrdinal(ordinal);
    const sessions = sessionsOfTag(tag);
    if (row === undefined || sessions === undefined) throw new CodecError("value", "no command");
    const handles: Values = {};
    readFields(reader, row.name, { fields: layoutOf(row).handles, values: handles });
    const length = reader.remaining - sessions * AUTH_REQUEST_SIZE;
    if (length < 0) throw new CodecError("truncated", "too few bytes for its sessions");
    const body = reader.bytes(length);
    const auths = Array.from({ length: sessions }, () => AUTH_REQUEST.read(reader));
    return { row, tag, handles, body, auths };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw tssError("tcs", "TSS_E_BAD_PARAMETER", {
      detail: `the wrapped command cannot be read: ${error.message}`,
    });
  }
}

function encodeWrapped(
  { row, tag, body }: Wrapped,
  { handles, auths }: { readonly handles: Values; readonly auths: readonly AuthRequest[] },
): Uint8Array {
  const writer = new Writer();
  writer.u16(tag);
  writer.u32(0);
  writer.u32(row.ordinal);
  writeFields(writer, row.name, { fields: layoutOf(row).handles, values: handles });
  writer.bytes(body);
  for (const auth of auths) AUTH_REQUEST.write(writer, auth);
  writer.setU32(2, writer.length);
  return writer.finish();
}

/** The key that a wrapped TPM_FlushSpecific lets go: its handle is in the clear, its type may not be. */
function flushedResource(context: TcsContext, { row, handles }: Wrapped): Resource | undefined {
  if (row.name !== "TPM_FlushSpecific") return undefined;
  const handle = handles.handle as number;
  return context.services.resources.of(context).find((resource) =>
    resource.handle === handle && resource.kind !== "transport"
  );
}

/** Replaces the handles in a wrapped answer by this context's. */
function adoptWrapped(
  context: TcsContext,
  packet: Uint8Array,
  { row, needed, sessions }: {
    readonly row: Command;
    readonly needed: readonly Resource[];
    readonly sessions: readonly (AuthResource | null)[];
  },
): Uint8Array {
  const parts = splitResponse(row, packet);
  if (parts.returnCode !== 0) {
    for (const session of sessions) if (session) context.services.resources.forget(session);
    return packet;
  }
  context.settleSessions(sessions, parts.auths as readonly AuthResponse[]);
  const adopted = context.adopt(row, { answer: parts.outHandles, needed });
  const writer = new Writer();
  writeFields(writer, row.name, { fields: layoutOf(row).outHandles, values: adopted });
  const answer = packet.slice();
  answer.set(writer.finish(), HEADER_SIZE);
  return answer;
}
