import { HEADER_SIZE } from "../wire/request.ts";
import { TPM_TAG_RSP_AUTH2_COMMAND, TPM_TAG_RSP_COMMAND } from "../tpm12/constants/tags.ts";
import { tddlError } from "./tddl_error.ts";

/** Tag of answers with no sessions of a TPM 2.0. */
const TPM_ST_NO_SESSIONS = 0x8001;
/** Tag of answers with sessions of a TPM 2.0. */
const TPM_ST_SESSIONS = 0x8002;

/** What a channel is called and how much it carries. */
export interface Frame {
  /** For messages. */
  readonly name: string;
  /** Largest packet. */
  readonly bufferSize: number;
}

/** The size a packet's header says, once its ten bytes are there. */
function announcedSize(packet: Uint8Array): number | undefined {
  if (packet.length < HEADER_SIZE) return undefined;
  return new DataView(packet.buffer, packet.byteOffset).getUint32(2);
}

/** The ordinal of a command, once its ten bytes are there. */
export function ordinalOf(command: Uint8Array): number | undefined {
  if (command.length < HEADER_SIZE) return undefined;
  return new DataView(command.buffer, command.byteOffset).getUint32(6);
}

/** Throws TSS_E_BAD_PARAMETER unless the command's size is the one in its header and fits. */
export function checkCommand(command: Uint8Array, { name, bufferSize }: Frame): void {
  const { length } = command;
  const fail = (reason: string) =>
    tddlError("TSS_E_BAD_PARAMETER", `a command for ${name} ${reason}`);
  const size = announcedSize(command);
  if (size === undefined) throw fail(`has ${length} bytes, and its header alone ${HEADER_SIZE}`);
  if (size !== length) throw fail(`says ${size} bytes in its header and has ${length}`);
  if (size > bufferSize) throw fail(`has ${size} bytes, and ${bufferSize} is the most`);
}

/**
 * Checks the beginning of an answer: its tag and that it fits. Gives the size it is to have, or
 * `undefined` while there is too little to say.
 */
export function checkHeader(answer: Uint8Array, { name, bufferSize }: Frame): number | undefined {
  const size = announcedSize(answer);
  if (size === undefined) return undefined;
  const tag = answer[0]! << 8 | answer[1]!;
  if (tag < TPM_TAG_RSP_COMMAND || tag > TPM_TAG_RSP_AUTH2_COMMAND) throw badTag(name, tag);
  if (size < HEADER_SIZE) {
    throw tddlError("TDDL_E_IOERROR", `an answer of ${name} says ${size} bytes in its header`);
  }
  if (size > bufferSize) {
    const detail = `an answer of ${name} takes ${size} bytes, and ${bufferSize} is the most`;
    throw tddlError("TDDL_E_INSUFFICIENT_BUFFER", detail);
  }
  return size;
}

/** Throws unless `answer` is one whole answer of a TPM 1.2. */
export function checkAnswer(answer: Uint8Array, frame: Frame): Uint8Array {
  const size = checkHeader(answer, frame);
  if (size === answer.length) return answer;
  const said = size === undefined ? "no whole header" : `${size} in its header`;
  const detail = `an answer of ${frame.name} has ${answer.length} bytes and ${said}`;
  throw tddlError("TDDL_E_IOERROR", detail);
}

function badTag(name: string, tag: number): Error {
  if (tag === TPM_ST_NO_SESSIONS || tag === TPM_ST_SESSIONS) {
    return tddlError("TDDL_E_BADTAG", `${name} is a TPM 2.0, and this module speaks TPM 1.2`);
  }
  const hex = `0x${tag.toString(16).padStart(4, "0")}`;
  return tddlError("TDDL_E_BADTAG", `an answer of ${name} has the tag ${hex}`);
}
