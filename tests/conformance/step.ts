import type { ClientSession } from "../../lib/auth/mod.ts";
import { concat } from "../../lib/codec/mod.ts";
import {
  type AuthRole,
  type Command,
  type CommandName,
  COMMANDS,
  type Request,
  type Response,
} from "../../lib/tpm12/commands/mod.ts";
import { TPM_RT_AUTH } from "../../lib/tpm12/constants/mod.ts";
import {
  AUTH_REQUEST_SIZE,
  type AuthRequest,
  decodeResponseBody,
  encodeRequest,
  encodeRequestBody,
  type Flat,
  flattenResponseBody,
  type Loose,
  requestDigest,
  responseDigest,
  type ResponseParts,
  splitResponse,
  type Values,
} from "../../lib/wire/mod.ts";
import { MASKS } from "./masks.ts";
import { codeName, type Entity, type OsapEntity, type Side } from "./side.ts";

/** What a step sends; structures may stand as their bytes, hidden secrets stand in the clear. */
export type StepRequest<N extends CommandName> = {
  [K in keyof Request<N>]: Loose<Request<N>[K]>;
};

/** A good answer with every structure as its bytes. */
export type FlatResponse<N extends CommandName> = {
  [K in keyof Response<N>]: Flat<Response<N>[K]>;
};

/** How one session of a command comes about; a string or bytes stand for `{ entity }`. */
export interface Authorization {
  /** Whose secret it proves; under OSAP, what it is bound to. */
  entity?: Entity | OsapEntity;
  /** An open session by its label; left out, one is opened for this command alone. */
  session?: string;
  /** The kind of the session that is opened; by default what the row wants, rather OIAP. */
  kind?: "OIAP" | "OSAP";
  /** By default true for a session with a label and false for one opened here. */
  continueAuthSession?: boolean;
  /** The secret that proves the answer, when the command changes it. */
  answerSecret?: Uint8Array;
  /** Changes the block before it is sent. */
  tamper?: (auth: AuthRequest) => AuthRequest;
}

/** One command of a script. */
export interface CommandStep<N extends CommandName> {
  /** The command. */
  command: N;
  /** What the step is about, for reports; by default the command. */
  title?: string;
  /** Its handles and parameters, for each side's own handles and blobs. */
  request?: StepRequest<N> | ((side: Side) => StepRequest<N>);
  /**
   * Its sessions, where they are fewer than the row's roles for the last ones. By default one for
   * each role whose secret can be told: the owner, and the keys that the handles stand for.
   */
  auths?: readonly (Authorization | Entity)[] | ((side: Side) => readonly Authorization[]);
  /** Changes the encoded parameters before the sessions prove them. */
  alter?: (body: Uint8Array, side: Side) => Uint8Array;
  /** What the sessions prove in place of the parameters of request and answer. */
  proved?: (body: Uint8Array, direction: "in" | "out") => Uint8Array;
  /** Changes the request before it is sent. */
  mutate?: (request: Uint8Array, side: Side) => Uint8Array;
  /**
   * The return code that is expected, TPM_SUCCESS by default. `any`: whatever both sides agree on;
   * by the names of sides: where they are known to differ, with the reason in `title`.
   */
  code?: string | Readonly<Record<string, string>>;
  /**
   * What else may differ in the answer, besides MASKS: paths such as `sealedData.encData`, which
   * it must have unless any code will do.
   */
  mask?: readonly string[];
  /** Keeps what later steps need of a good answer. */
  keep?: (side: Side, response: Response<N>, flat: FlatResponse<N>) => void;
}

/** What came of a step on one side. */
export interface Outcome {
  /** What was sent; empty for a step that is no command. */
  request: Uint8Array;
  /** What came back. */
  response: Uint8Array;
  /** Return code by its name. */
  code: string;
  /** What must be the same on both sides: path to value, without the return code. */
  facts: Map<string, string>;
}

/** A step that can be taken on any side. */
export interface Step {
  /** What it is about. */
  readonly title: string;
  /** The return code expected on a side; `undefined` for any. */
  expected(side: Side): string | undefined;
  /** Takes it. Throws when the answer's framing or one of its HMACs is wrong. */
  run(side: Side): Outcome;
  /** The sides may differ in the return code as `expected` says. */
  readonly divided: boolean;
}

/** Makes a step of a command. */
export function step<const N extends CommandName>(source: CommandStep<N>): Step {
  const { command, code = "TPM_SUCCESS", title = command } = source;
  return {
    title: title === command ? command : `${command}: ${title}`,
    divided: typeof code !== "string",
    expected: (side) => {
      if (typeof code !== "string") return code[side.name];
      return code === "any" ? undefined : code;
    },
    run: (side) => execute(side, source),
  };
}

/** Makes a step of something done to the machine or to what its user remembers. */
export function action(title: string, body: (side: Side) => void): Step {
  return {
    title,
    divided: false,
    expected: () => undefined,
    run: (side) => {
      body(side);
      return { request: NONE, response: NONE, code: "TPM_SUCCESS", facts: new Map() };
    },
  };
}

const NONE = new Uint8Array();

/** A session as it is used for one command. */
interface Use {
  how: Authorization;
  role: AuthRole;
  session: ClientSession;
  secret: Uint8Array | undefined;
  continueAuthSession: boolean;
}

function execute<N extends CommandName>(side: Side, source: CommandStep<N>): Outcome {
  const row: Command = COMMANDS[source.command];
  const given = typeof source.request === "function" ? source.request(side) : source.request;
  const values: Values = { ...given };
  const uses = authorizations(side, { row, values, auths: source.auths })
    .map((how, i, all) => open(side, row.auth[row.auth.length - all.length + i]!, how));
  for (const use of uses) hide(use, values);
  const plain = encodeRequestBody(row, values);
  const body = source.alter?.(plain, side) ?? plain;
  const { proved = (body) => body } = source;
  const digest = uses.length === 0 ? NONE : requestDigest(row.ordinal, proved(body, "in"));
  const auths = uses.map((use) => {
    const auth = use.session.authorize(digest, {
      ...(use.secret && { secret: use.secret }),
      continueAuthSession: use.continueAuthSession,
    });
    return use.how.tamper?.(auth) ?? auth;
  });
  const whole = encodeRequest(row, values, auths);
  const built = body === plain ? whole : withBody(whole, { plain, body, sessions: auths.length });
  const request = source.mutate?.(built, side) ?? built;
  const response = side.machine.execute(request);
  const parts = splitResponse(row, response);
  const facts = new Map<string, string>([["tag", `${(response[0]! << 8) | response[1]!}`]]);
  if (parts.returnCode === 0) {
    verify(side, row, { uses, parts, body: proved(parts.body, "out") });
    addFacts(facts, parts, { row, mask: source.mask ?? [], strict: source.code !== "any" });
    source.keep?.(
      side,
      { ...parts.outHandles, ...decodeResponseBody(row, parts.body) } as Response<N>,
      { ...parts.outHandles, ...flattenResponseBody(row, parts.body) } as FlatResponse<N>,
    );
  }
  uses.forEach((use, i) => facts.set(`session ${i + 1}`, afterwards(side, use, parts.returnCode)));
  return { request, response, code: codeName(parts.returnCode), facts };
}

/** A request with other parameters. */
function withBody(
  request: Uint8Array,
  { plain, body, sessions }: { plain: Uint8Array; body: Uint8Array; sessions: number },
): Uint8Array {
  const end = request.length - sessions * AUTH_REQUEST_SIZE;
  const head = request.subarray(0, end - plain.length);
  return resized(concat([head, body, request.subarray(end)]));
}

/** A request whose header tells its size. */
export function resized(request: Uint8Array): Uint8Array {
  const bytes = request.slice();
  if (bytes.length >= 6) new DataView(bytes.buffer).setUint32(2, bytes.length);
  return bytes;
}

/** The sessions to use, written out in full. */
export function authorizations<N extends CommandName>(
  side: Side,
  { row, values, auths }: {
    row: Command;
    values: Values;
    auths: CommandStep<N>["auths"] | undefined;
  },
): Authorization[] {
  const given = typeof auths === "function" ? auths(side) : auths;
  if (given !== undefined) {
    return given.map((auth) =>
      typeof auth === "string" || auth instanceof Uint8Array ? { entity: auth } : auth
    );
  }
  return row.auth.flatMap((role) => {
    if (role.for === "owner") {
      return role.optional && side.owner === undefined ? [] : [{ entity: "owner" }];
    }
    if (role.for === "srk") return [{ entity: "SRK" }];
    const handle = values[role.for];
    if (typeof handle === "number") return [{ entity: side.labelOf(handle) }];
    throw new TypeError(`Cannot authorize ${row.name}: say whose secret "${role.for}" is`);
  });
}

function open(side: Side, role: AuthRole, how: Authorization): Use {
  const { entity, session: label } = how;
  const isOsapEntity = entity !== undefined && typeof entity === "object" && "secret" in entity;
  const secret = entity === undefined
    ? undefined
    : isOsapEntity
    ? entity.secret
    : side.secretOf(entity);
  let session = label === undefined ? undefined : side.sessions.get(label);
  if (label !== undefined && session === undefined) {
    throw new TypeError(`Cannot use session ${label}: no step opened it`);
  }
  const wantsOiap = role.sessions === undefined || role.sessions.includes("OIAP");
  const kind = how.kind ?? (wantsOiap && role.adip === undefined ? "OIAP" : "OSAP");
  if (session === undefined && kind === "OIAP") session = side.oiap();
  if (session === undefined) {
    if (entity === undefined || entity instanceof Uint8Array) {
      throw new TypeError("Cannot open an OSAP session: say for which entity, not its secret");
    }
    session = side.osap(entity);
  }
  const continueAuthSession = how.continueAuthSession ?? label !== undefined;
  return { how, role, session, secret, continueAuthSession };
}

/** Hides the parameters that the row says this session hides. */
function hide({ role, session }: Use, values: Values): void {
  if (session.bound === undefined) return;
  for (const [name, nonce] of Object.entries(role.adip ?? {})) {
    values[name] = session.encryptAuth(values[name] as Uint8Array, nonce);
  }
}

function verify(
  side: Side,
  row: Command,
  { uses, parts, body }: { uses: readonly Use[]; parts: ResponseParts; body: Uint8Array },
): void {
  if (parts.auths.length !== uses.length) {
    throw new Error(`${side.name} answers ${row.name} with ${parts.auths.length} session blocks`);
  }
  const digest = responseDigest(row.ordinal, body);
  uses.forEach(({ session, secret, how }, i) => {
    const key = how.answerSecret ?? secret;
    if (!session.verify(digest, parts.auths[i]!, key ? { secret: key } : {})) {
      throw new Error(`${side.name} answers ${row.name} with a wrong HMAC in session ${i + 1}`);
    }
  });
}

/**
 * Whether a session lives on. After an answer the TPM says so itself; after an error it should be
 * gone (Part 1, 13.2), which flushing it shows.
 */
function afterwards(side: Side, { session, how }: Use, returnCode: number): string {
  if (returnCode === 0) return session.open ? "open" : "closed";
  if (how.session !== undefined) return "not looked at";
  const row = COMMANDS.TPM_FlushSpecific;
  const request = { handle: session.authHandle, resourceType: TPM_RT_AUTH };
  const flushed = splitResponse(row, side.machine.execute(encodeRequest(row, request)));
  return flushed.returnCode === 0 ? "open" : "closed";
}

/** The parameters of an answer, path by path; of what is masked no more than its length. */
function addFacts(
  facts: Map<string, string>,
  parts: ResponseParts,
  { row, mask, strict }: { row: Command; mask: readonly string[]; strict: boolean },
): void {
  const masks = new Set([...MASKS[row.name] ?? [], ...mask]);
  const used = new Set<string>();
  const walk = (value: unknown, path: string, masked: boolean): void => {
    if (masks.has(path)) {
      used.add(path);
      masked = true;
    }
    if (value instanceof Uint8Array) {
      if (masks.has(`${path}*`)) {
        used.add(`${path}*`);
        facts.set(path, "bytes");
      } else facts.set(path, masked ? `${value.length} bytes` : value.toHex());
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        walk(inner, path === "" ? name : `${path}.${name}`, masked);
      }
    } else facts.set(path, masked ? "a value" : String(value));
  };
  // What stands outside the digest: handles and nonces, always the TPM's own.
  for (const name of Object.keys(parts.outHandles)) facts.set(name, "a value");
  walk(decodeResponseBody(row, parts.body), "", false);
  for (const path of mask) {
    if (strict && !used.has(path)) {
      throw new TypeError(`Cannot mask ${path}: ${row.name} answers no such`);
    }
  }
}
