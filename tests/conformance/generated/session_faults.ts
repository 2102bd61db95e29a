import { concat } from "../../../lib/codec/mod.ts";
import { AUTH_REQUEST_SIZE, type AuthRequest } from "../../../lib/wire/mod.ts";
import type { Side } from "../side.ts";
import { type Authorization, resized } from "../step.ts";
import { type Fault, type FaultKind, hex, type Material, pick } from "./fault.ts";
import type { Opening } from "./sessions.ts";

/** Nothing is wrong; sessions may be of any kind that will do. */
export const good: FaultKind = ({ sessions, opened, random, row, delegations }) => {
  const position = random.below(Math.max(sessions, 1));
  const same = sessions === 0 || opened.includes(position) || random.below(2) === 0;
  if (same) return { title: "good" };
  const continued = (auths: Authorization[]): Authorization[] =>
    auths.map((auth, i) => i === position ? { ...auth, continueAuthSession: true } : auth);
  const role = row.auth[row.auth.length - sessions + position]!;
  const kinds = (["OIAP", "OSAP", "DSAP"] as const).filter((kind) =>
    kind === "DSAP" ? delegations : role.sessions?.includes(kind) ?? true
  );
  const kind = pick(random, kinds);
  return {
    title: `good, session ${position + 1} is ${kind} and goes on`,
    openings: at(position, { kind }),
    auths: continued,
  };
};

/** A session proves something else, or is spoilt on its way. */
export const secret: FaultKind = ({ sessions, random }) => {
  if (sessions === 0) return undefined;
  const position = random.below(sessions);
  const byte = random.below(20);
  const spoil = pick<[string, (auth: AuthRequest) => AuthRequest]>(random, [
    ["authData", (auth) => ({ ...auth, authData: flipped(auth.authData, byte) })],
    ["nonceOdd", (auth) => ({ ...auth, nonceOdd: flipped(auth.nonceOdd, byte) })],
    ["continueAuthSession", (auth) => ({
      ...auth,
      continueAuthSession: !auth.continueAuthSession,
    })],
  ]);
  return {
    title: `${spoil[0]} of session ${position + 1} is wrong`,
    auths: tampered(position, spoil[1]),
  };
};

/** A session is none, or of the wrong kind, or too many or too few. */
export const session: FaultKind = (material) => {
  const { sessions, random, turn } = material;
  if (sessions === 0) return extraSession(material);
  const position = random.below(sessions);
  const handle = pick(random, [0, 1, 0x02000001, 0x40000000, 0xffffffff]);
  const choices: Fault[] = [
    ...otherKinds(material, position),
    {
      title: `the handle of session ${position + 1} is ${hex(handle)}`,
      auths: tampered(position, (auth) => ({ ...auth, authHandle: handle })),
    },
    { title: "no sessions", auths: () => [] },
    extraSession(material),
    ...(sessions === 2 ? OF_TWO : []),
  ];
  return choices[turn("session", choices.length)]!;
};

/** A session of another kind, or for something else, where the prelude opens none. */
function otherKinds({ opened, keys, delegations }: Material, position: number): Fault[] {
  if (opened.includes(position)) return [];
  const kinds: (readonly [Opening, string])[] = [
    [{ kind: "OIAP" }, "OIAP"],
    [{ kind: "OSAP" }, "OSAP"],
    [{ kind: "OSAP", entity: "owner" }, "for the owner"],
    [{ kind: "OSAP", entity: "SRK" }, "for the SRK"],
  ];
  if (keys.includes("signing")) {
    kinds.push([{ kind: "OSAP", entity: "signing" }, "for another key"]);
  }
  if (delegations) kinds.push([{ kind: "DSAP" }, "DSAP"]);
  return kinds.map(([kind, what]) => ({
    title: `session ${position + 1} is ${what}`,
    openings: at(position, kind),
  }));
}

const OF_TWO: readonly Fault[] = [
  { title: "the last session alone", auths: (auths) => auths.slice(1) },
  { title: "one session for both", auths: ([first]) => [first!, first!] },
  { title: "handles of sessions change places", auths: swapped },
];

function swapped(auths: Authorization[], side: Side): Authorization[] {
  const handleOf = (auth: Authorization): number => side.sessions.get(auth.session!)!.authHandle;
  const [first, second] = auths.map(handleOf);
  return auths.map((auth, i) => ({
    ...auth,
    tamper: (block) => ({ ...block, authHandle: i === 0 ? second! : first! }),
  }));
}

function extraSession({ random }: Material): Fault {
  const extra = random.bytes(AUTH_REQUEST_SIZE);
  extra[24] = random.below(2);
  return {
    title: "a session more",
    mutate: (request) => {
      const longer = resized(concat([request, extra]));
      longer[1]! += 1;
      return longer;
    },
  };
}

/** Sessions whose bytes are the same on every side: they will be read for something else. */
export function sameBytes(auths: Authorization[]): Authorization[] {
  return auths.map((auth) => ({ ...auth, tamper: () => READ_FOR_SOMETHING_ELSE }));
}

const READ_FOR_SOMETHING_ELSE: AuthRequest = {
  authHandle: 0x02000001,
  nonceOdd: new Uint8Array(20).fill(0x55),
  continueAuthSession: false,
  authData: new Uint8Array(20).fill(0x77),
};

function at(position: number, opening: Opening): (Opening | undefined)[] {
  return [0, 1].map((i) => i === position ? opening : undefined);
}

function tampered(position: number, tamper: (auth: AuthRequest) => AuthRequest) {
  return (auths: Authorization[]): Authorization[] =>
    auths.map((auth, i) => i === position ? { ...auth, tamper } : auth);
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => i === at ? byte ^ 1 : byte);
}
