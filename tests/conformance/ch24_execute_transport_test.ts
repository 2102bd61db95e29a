import {
  TPM_KH_SRK,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_EXCLUSIVE,
  TPM_TRANSPORT_LOG,
} from "../../lib/tpm12/constants/mod.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { type Step, step } from "./step.ts";
import { oiap } from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";
import {
  closeTransport,
  endWithNext,
  flushTransport,
  forgeNext,
  inTransport,
  leaveTransport,
  openTransport,
} from "./transport.ts";
import { FLUSHED, gone, HMAC_FAILS, raw, readPcr, refused } from "./transport_steps.ts";

const LOG = TPM_TRANSPORT_LOG;
const ENCRYPT = TPM_TRANSPORT_ENCRYPT;
const WRONG = secret("wrong");
const UNKNOWN = { emulator: "TPM_BAD_PARAMETER", libtpms: "TPM_BAD_ORDINAL" };
const FRAMED = { emulator: "TPM_BAD_PARAMETER", libtpms: "TPM_BAD_PARAM_SIZE" };

/** Steps of which the last ends the session. */
const fatal = (...steps: Step[]): Script => [openTransport(), steps, gone, leaveTransport()];

conformanceTest("TPM_ExecuteTransport() refuses what it cannot unwrap alike, or as noted", [
  fatal(raw("unknown", "00c1 0000000a 0000aabb", UNKNOWN)),
  fatal(forgeNext(), raw("unknown, wrong HMAC", "00c1 0000000a 0000aabb", UNKNOWN)),
  [openTransport(), raw("served by none", "00c1 0000000a 00000097", UNKNOWN), leaveTransport()],
  fatal(raw("nine bytes", "00c1 00000009 000000", FRAMED)),
  fatal(raw("nothing", "", FRAMED)),
  fatal(raw("no room for a session", "00c2 0000000e 00000015 00000000", FRAMED)),
  fatal(raw("wrong size", "00c1 0000000f 00000015 00000000", "TPM_BAD_PARAM_SIZE")),
  fatal(forgeNext(), step({ command: "TPM_GetTicks", code: HMAC_FAILS })),
  ...["e6", "e7"].map((ordinal) =>
    fatal(
      raw(
        `ordinal ${ordinal}`,
        `00c1 00000012 000000${ordinal} 0000000000000000`,
        "TPM_NO_WRAP_TRANSPORT",
      ),
    )
  ),
  fatal(
    forgeNext(),
    raw("HMAC before nesting", "00c1 0000000e 000000e7 00000000", HMAC_FAILS),
  ),
  fatal(endWithNext(), readPcr()),
  fatal(endWithNext(), readPcr(24, "TPM_BADINDEX")),
]);

conformanceTest("errors of the command inside leave the session open", [
  openTransport(),
  raw("too short", "00c1 0000000c 00000015 0000", "TPM_BAD_PARAM_SIZE"),
  raw("no tag of a request, session kept", "00c1 0000000a 00000098", "TPM_NO_WRAP_TRANSPORT"),
  readPcr(24, "TPM_BADINDEX"),
  step({
    command: "TPM_OwnerReadPubek",
    title: "wrong HMAC inside",
    auths: [WRONG],
    code: "TPM_AUTHFAIL",
  }),
  readPcr(),
  closeTransport(),
]);

conformanceTest("wrong HMACs of a transport session do not count towards the lockout", [
  Array.from({ length: 8 }, () => fatal(forgeNext(), readPcr(0, HMAC_FAILS))),
  step({
    command: "TPM_Sign",
    title: "an authorised command is not locked out",
    request: { keyHandle: 0x1234, areaToSign: ZEROS },
    auths: [ZEROS],
    code: "TPM_INVALID_KEYHANDLE",
  }),
]);

const BLOCK = new Uint8Array(64);
const start = step({ command: "TPM_SHA1Start" });
const update = (code = "TPM_SUCCESS"): Step =>
  step({ command: "TPM_SHA1Update", request: { hashData: BLOCK }, code });
const complete = step({ command: "TPM_SHA1Complete", request: { hashData: BLOCK.subarray(1) } });
const other = openTransport({ label: "other", enter: false });

conformanceTest("a SHA-1 thread lies wholly inside a transport session or outside", [
  other,
  [openTransport(), start, update(), complete, leaveTransport()],
  [inTransport(), start, leaveTransport(), update("TPM_SHA_THREAD")],
  [inTransport(), update("TPM_SHA_THREAD"), start, leaveTransport()],
  [inTransport("other"), update("TPM_SHA_THREAD"), leaveTransport()],
  [start, inTransport(), update("TPM_SHA_THREAD"), leaveTransport(), update("TPM_SHA_THREAD")],
  [start, inTransport(), readPcr(), leaveTransport(), update("TPM_SHA_THREAD")],
  [inTransport(), start, readPcr(), update("TPM_SHA_THREAD"), start, leaveTransport(), readPcr()],
  [inTransport(), update("TPM_SHA_THREAD"), leaveTransport()],
  [
    start,
    inTransport("other"),
    forgeNext("other"),
    readPcr(0, HMAC_FAILS),
    leaveTransport(),
    update(),
  ],
  [start, raw("an unknown command", "00c1 0000000a 0000aabb", "TPM_BAD_ORDINAL")],
  update("TPM_SHA_THREAD"),
]);

const alive = (label = "exclusive"): Script => [inTransport(label), readPcr(), leaveTransport()];
const dead = (label = "exclusive"): Script => [inTransport(label), gone, leaveTransport()];
const exclusive = (label = "exclusive"): Script =>
  openTransport({ label, enter: false, transAttributes: TPM_TRANSPORT_EXCLUSIVE });

conformanceTest("an exclusive transport session ends with any command outside of it", [
  openTransport({ label: "other", enter: false }),
  [exclusive(), alive(), alive(), readPcr(), dead()],
  [exclusive(), alive("other"), dead()],
  [exclusive(), step({ command: "TPM_SaveState" }), dead()],
  [exclusive(), openTransport({ label: "new", enter: false }), dead(), alive("new")],
  [exclusive("one"), exclusive("two"), alive("two"), dead("one"), dead("two")],
  [exclusive(), refused("refused", "TPM_BAD_SCHEME", { transAttributes: ENCRYPT }), dead()],
  [exclusive(), raw("unknown", "00c1 0000000a 0000aabb", "TPM_BAD_ORDINAL"), dead()],
  [exclusive(), raw("wrong size", "00c1 0000000b 00000054", "TPM_BAD_PARAM_SIZE"), alive()],
  [inTransport("exclusive"), oiap("inside"), readPcr(), leaveTransport(), alive()],
  [inTransport("other"), forgeNext("other"), readPcr(0, HMAC_FAILS), leaveTransport(), dead()],
  [
    exclusive(),
    raw("bad tag of a release", `00c1 00000022 000000e8 ${"00".repeat(24)}`, "TPM_BADTAG"),
  ],
  // Flushing it from outside comes too late.
  [
    alive(),
    flushTransport("exclusive", {
      code: FLUSHED,
    }),
    dead(),
  ],
]);

conformanceTest("a command may close its own transport session", [
  [openTransport({ transAttributes: LOG }), flushTransport(), gone, leaveTransport()],
  [openTransport(), step({ command: "TPM_OwnerClear" }), leaveTransport()],
]);

const missing = (title: string, hex: string, code: string): Script => [
  openTransport({ title: `for ${title}`, transAttributes: LOG }),
  raw(title, hex, code),
  gone,
  leaveTransport(),
];

conformanceTest("a logged session refuses keys that are not loaded", [
  missing("a key", "00c1 0000000e 00000021 01020304", "TPM_INVALID_KEYHANDLE"),
  missing("a second key", "00c1 00000012 00000032 40000000 01020304", "TPM_INVALID_KEYHANDLE"),
  missing("the owner", "00c1 0000000e 00000021 40000001", "TPM_INVALID_RESOURCE"),
  missing("a key to flush", "00c1 00000012 000000ba 01020304 00000001", "TPM_INVALID_KEYHANDLE"),
  missing("a key to read", "00c1 0000000e 00000081 01020304", "TPM_INVALID_KEYHANDLE"),
  openTransport({ transAttributes: LOG }),
  raw("a session to flush", "00c1 00000012 000000ba 01020304 00000002", "TPM_INVALID_AUTHHANDLE"),
  raw("no key in a context", "00c1 0000000e 000000b9 01020304", "TPM_BAD_PARAM_SIZE"),
  closeTransport(),
]);

conformanceTest("handles of TPM_ChangeAuthAsymFinish stay clear in a transport session, as noted", [
  openTransport(),
  step({
    command: "TPM_ChangeAuthAsymFinish",
    request: {
      parentHandle: TPM_KH_SRK,
      ephHandle: 0x1234,
      entityType: 1,
      newAuthLink: ZEROS,
      encNewAuth: ZEROS,
      encData: ZEROS,
    },
    auths: [ZEROS],
    code: { emulator: "TPM_WRONG_ENTITYTYPE", libtpms: "TPM_AUTH2FAIL" },
  }),
  leaveTransport(),
]);

conformanceTest("an answer that would be too long ends the command and its session, as noted", [
  openTransport(),
  step({
    command: "TPM_GetRandom",
    request: { bytesRequested: 4015 },
    mask: ["randomBytes"],
  }),
  step({ command: "TPM_GetRandom", request: { bytesRequested: 4016 }, code: "TPM_SIZE" }),
  readPcr(0, { emulator: "TPM_INVALID_AUTHHANDLE", libtpms: "TPM_AUTH2FAIL" }),
  leaveTransport(),
]);
