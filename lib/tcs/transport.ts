import { CodecError, Reader, Writer } from "../codec/mod.ts";
import { type Command, commandByOrdinal, COMMANDS } from "../tpm12/commands/mod.ts";
import { tssError } from "../tpm12/tss_error.ts";
import {
  AUTH_REQUEST,
  AUTH_REQUEST_SIZE,
  type AuthRequest,
  flattenResponseBody,
  HEADER_SIZE,
  layoutOf,
  readFields,
  readFlatFields,
  readRequestHeader,
  type ResponseParts,
  sessionsOfTag,
  splitResponse,
  type Values,
  writeFields,
} from "../wire/mod.ts";
import { requireAllowed } from "./admission.ts";
import type { Executor, Translation } from "./executor.ts";
import { requireWrappable } from "./own_services.ts";
import type { Resource, TransportResource } from "./resource.ts";

/** The parts of a wrapped command that travel in the clear, and its parameters as they are. */
interface Wrapped {
  readonly row: Command;
  readonly tag: number;
  readonly handles: Values;
  /** The parameters inside the digest, encrypted or not. */
  readonly body: Uint8Array;
  readonly auths: readonly AuthRequest[];
}

/** The commands whose one handle names what goes, and is no key's by its type. */
const RELEASES = ["TPM_FlushSpecific", "TPM_Terminate_Handle", "TPM_EvictKey"];

/**
 * `Tcsip_ExecuteTransport`: the handles of the wrapped command are this context's. They and the
 * session blocks stand in the clear, and outside what the session's HMAC covers (Part 3, 24.2).
 */
export async function executeTransport(executor: Executor, request: Values): Promise<Values> {
  const { resources, link } = executor.services;
  const wrapped = parseWrapped(request.wrappedCmd as Uint8Array);
  const { row } = wrapped;
  requireWrappable(row);
  const outer = executor.translate(COMMANDS.TPM_ExecuteTransport, request);
  const encrypted = outer.sessions.some((session) => (session as TransportResource).encrypted);
  const inner = executor.translate(row, {
    ...wrapped.handles,
    ...encrypted ? {} : readRequest(row, wrapped.body),
    auths: wrapped.auths,
  });
  requireAllowed(row, executor, inner.request);
  const released = RELEASES.includes(row.name) ? releasedBy(executor, wrapped) : undefined;
  const needed = [...inner.needed, ...outer.needed, ...released === undefined ? [] : [released]];
  if (released !== undefined) await resources.endSessions(released);
  await resources.bringIn(needed);
  await executor.makeRoom(row, needed);
  const handles = executor.resolve(inner);
  for (const name of released === undefined ? [] : Object.keys(wrapped.handles)) {
    handles[name] = released!.tpmHandle!;
  }
  const wrappedCmd = encodeWrapped(wrapped, handles);
  let answer;
  try {
    const { auths } = executor.resolve(outer);
    answer = await link.command("TPM_ExecuteTransport", { wrappedCmd, auths } as never);
  } catch (error) {
    await executor.endSessions(outer.sessions, error);
    throw error;
  }
  executor.settleSessions(outer.sessions, answer.auths);
  const parts = splitResponse(row, answer.wrappedRsp);
  if (parts.returnCode !== 0) {
    // It ended its own sessions alone.
    for (const session of inner.sessions) if (session !== null) resources.forget(session);
    return answer;
  }
  executor.settleSessions(inner.sessions, parts.auths);
  const wrappedRsp = adoptWrapped(executor, answer.wrappedRsp, { parts, inner });
  if (released !== undefined) resources.forget(released);
  const readable = encrypted ? {} : readAnswer(row, parts.body);
  await executor.services.afterCommand(inner, executor, readable);
  return { ...answer, wrappedRsp };
}

function parseWrapped(packet: Uint8Array): Wrapped {
  try {
    const reader = new Reader(packet);
    const { tag, ordinal } = readRequestHeader(reader);
    const row = commandByOrdinal(ordinal);
    const sessions = sessionsOfTag(tag);
    if (row === undefined || sessions === undefined) throw new CodecError("value", "no command");
    if (sessions > row.auth.length) throw new CodecError("value", "too many sessions");
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

/** The wrapped command with the TPM's handles, its parameters as they came. */
function encodeWrapped({ row, tag, body }: Wrapped, resolved: Values): Uint8Array {
  const writer = new Writer();
  writer.u16(tag);
  writer.u32(0);
  writer.u32(row.ordinal);
  writeFields(writer, row.name, { fields: layoutOf(row).handles, values: resolved });
  writer.bytes(body);
  for (const auth of resolved.auths as AuthRequest[]) AUTH_REQUEST.write(writer, auth);
  writer.setU32(2, writer.length);
  return writer.finish();
}

/** What a wrapped command lets go: its handle is in the clear, its type may not be. */
function releasedBy(executor: Executor, { row, handles }: Wrapped): Resource | undefined {
  const [handle] = Object.values(handles) as number[];
  // Their handles are the TPM's own.
  if (executor.daaSessions.delete(handle!)) return undefined;
  const found = executor.services.resources.table.of(executor.owner).find((resource) =>
    resource.handle === handle && resource.kind !== "transport"
  );
  if (found !== undefined) return found;
  throw tssError("tcs", "TSS_E_BAD_PARAMETER", {
    command: row.name,
    detail: "nothing that could be let go has this handle in this context",
  });
}

/** The parameters of a wrapped request; those that cannot be read the TPM will complain of. */
function readRequest(row: Command, body: Uint8Array): Values {
  const values: Values = {};
  return orNothing(() => {
    readFlatFields(new Reader(body), row.name, { fields: layoutOf(row).in, values });
    return values;
  });
}

/** The parameters of a wrapped answer, if they can be read. */
function readAnswer(row: Command, body: Uint8Array): Values {
  return orNothing(() => flattenResponseBody(row, body));
}

function orNothing(read: () => Values): Values {
  try {
    return read();
  } catch (error) {
    if (error instanceof CodecError) return {};
    throw error;
  }
}

/** Replaces the handles in a wrapped answer by this context's. */
function adoptWrapped(
  executor: Executor,
  packet: Uint8Array,
  { parts, inner }: { readonly parts: ResponseParts; readonly inner: Translation },
): Uint8Array {
  const { row } = inner;
  const adopted = executor.adopt(inner, parts.outHandles);
  const writer = new Writer();
  writeFields(writer, row.name, { fields: layoutOf(row).outHandles, values: adopted });
  const answer = packet.slice();
  answer.set(writer.finish(), HEADER_SIZE);
  return answer;
}
