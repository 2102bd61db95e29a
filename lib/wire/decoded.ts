import { CodecError, Reader, requireEnd } from "../codec/mod.ts";
import type { Command } from "../tpm12/commands/mod.ts";
import { TPM_AUTHDATA, TPM_ENCAUTH, TPM_SECRET } from "../tpm12/structures/mod.ts";
import {
  AUTH_REQUEST,
  AUTH_REQUEST_SIZE,
  type AuthRequest,
  type AuthResponse,
} from "./auth_block.ts";
import { type Fields, layoutOf, readFields, type Values } from "./layout.ts";
import { HEADER_SIZE, readRequestHeader, sessionsOfTag } from "./request.ts";
import { decodeResponseBody, splitResponse } from "./response.ts";

/** What a request or an answer says, for who looks on. */
export interface DecodedPacket {
  /** Handles and parameters by name; as far as they could be read. */
  readonly values: Values;
  /** One for each session, without the HMAC unless secrets are asked for. */
  readonly auths: readonly (Omit<AuthRequest, "authData"> | Omit<AuthResponse, "authData">)[];
  /** Names of the parameters that are there but not shown, as they may be secret. */
  readonly leftOut: readonly string[];
  /** What could not be read; `null` when all was. */
  readonly malformed: string | null;
}

/** What {@linkcode decodeRequest} and {@linkcode decodeResponse} show. */
export interface DecodeOptions {
  /** Shows parameters that may be secret and HMACs too; by default they are left out. */
  readonly secrets?: boolean;
}

/** Types whose every value is a secret, or proves or hides one. */
const SECRET_TYPES: readonly string[] = [TPM_SECRET, TPM_ENCAUTH, TPM_AUTHDATA].map(({ name }) =>
  name
);

/** A request by its row. Never throws: what is malformed is said. */
export function decodeRequest(
  row: Command,
  packet: Uint8Array,
  options: DecodeOptions = {},
): DecodedPacket {
  const { handles, in: parameters } = layoutOf(row);
  return explaining(row, { fields: parameters, options }, (values) => {
    const { tag } = readRequestHeader(new Reader(packet));
    const sessions = sessionsOfTag(tag) ?? 0;
    const end = Math.max(HEADER_SIZE, packet.length - sessions * AUTH_REQUEST_SIZE);
    const reader = new Reader(packet.subarray(HEADER_SIZE, end));
    readFields(reader, row.name, { fields: [...handles, ...parameters], values });
    requireEnd(row.name, reader);
    const blocks = new Reader(packet.subarray(end));
    return Array.from({ length: sessions }, () => AUTH_REQUEST.read(blocks));
  });
}

/** An answer by the row of its request; a refusal has no values. Never throws. */
export function decodeResponse(
  row: Command,
  packet: Uint8Array,
  options: DecodeOptions = {},
): DecodedPacket {
  return explaining(row, { fields: layoutOf(row).out, options }, (values) => {
    const { returnCode, outHandles, body, auths } = splitResponse(row, packet);
    if (returnCode === 0) Object.assign(values, outHandles, decodeResponseBody(row, body));
    return auths;
  });
}

function explaining(
  row: Command,
  { fields, options }: { readonly fields: Fields; readonly options: DecodeOptions },
  read: (values: Values) => (AuthRequest | AuthResponse)[],
): DecodedPacket {
  const { secrets = false } = options;
  const values: Values = {};
  let auths: DecodedPacket["auths"] = [];
  let malformed: string | null = null;
  try {
    auths = read(values).map(({ authData, ...shown }) => secrets ? { ...shown, authData } : shown);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    malformed = error.message;
  }
  const hidden = secrets
    ? []
    : fields.filter(([name, codec]) =>
      name in values && (row.secret?.includes(name) || SECRET_TYPES.includes(codec.name))
    );
  const leftOut = hidden.map(([name]) => name);
  for (const name of leftOut) delete values[name];
  return { values, auths, leftOut, malformed };
}
