import { decode, encode } from "../../lib/codec/mod.ts";
import { oaepEncode, seededRandom, sha1 } from "../../lib/crypto/mod.ts";
import {
  TPM_MIGRATABLE,
  TPM_MIGRATEAUTHORITY,
  TPM_MS_RESTRICT_APPROVE,
  TPM_PT_CMK_MIGRATE,
  TPM_PT_MAINT,
  TPM_PT_MIGRATE,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_KEY_ANY,
  TPM_MIGRATE_ASYMKEY,
  TPM_STORE_PRIVKEY,
  type TpmKey12,
  type TpmMigrateAsymkey,
  type TpmMsaComposite,
} from "../../lib/tpm12/structures/mod.ts";
import {
  BY_TICKET,
  CERTIFIED,
  cmkTemplate,
  createCmkBlob,
  msaDigest,
  msaOf,
  restriction,
  ticketFor,
  TICKETS,
  travelling,
} from "./cmk_steps.ts";
import { digestOf, encryptFor, flip, join, softwareKey, softwarePubkey } from "./crafted_keys.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { authorizeKey, type Code, pubkeyOf } from "./migration_steps.ts";
import type { Side } from "./side.ts";
import { action, type Authorization, type Step, step } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { secret, ZEROS } from "./templates.ts";

/** What {@linkcode convert} sends, where it is not the blob "blob" of "cmk" to "target". */
interface Conversion {
  parent?: string;
  restriction?: string;
  sigTicket?: (side: Side) => Uint8Array;
  key?: (side: Side) => TpmKey12;
  list?: (side: Side) => TpmMsaComposite;
  random?: (side: Side) => Uint8Array;
  auths?: readonly Authorization[];
  code?: Code;
}

/** TPM_CMK_ConvertMigration; what it gives is kept under the label. */
function convert(label: string, conversion: Conversion = {}): Step {
  const { parent = "target", restriction = "restriction", list = msaOf, auths } = conversion;
  const {
    sigTicket = (side) => side.bytes(`${restriction}, ticket`),
    key = (side) => travelling(side, "blob"),
    random = (side) => side.bytes("blob, random"),
    code = "TPM_SUCCESS",
  } = conversion;
  return step({
    command: "TPM_CMK_ConvertMigration",
    title: label,
    request: (side) => ({
      parentHandle: side.handle(parent),
      restrictTicket: side.bytes(restriction),
      sigTicket: sigTicket(side),
      migratedKey: key(side),
      msaList: list(side),
      random: random(side),
    }),
    ...(auths && { auths }),
    code,
    keep: (side, { outData }) => side.values.set(label, outData.slice()),
  });
}

/** The blob "cmk" with some fields of the public part changed. */
function changed(change: (key: TpmKey12) => Partial<TpmKey12>): (side: Side) => TpmKey12 {
  return (side) => {
    const key = travelling(side, "blob");
    return { ...key, ...change(key) };
  };
}

/** A blob sent by a ticket, which others are kept beside. */
const SENT: Script = [TICKETS, createCmkBlob("blob", BY_TICKET)];

conformanceTest("a certified key migrates, and migrates again from its new parent", [
  SENT,
  convert("converted", { auths: [{ entity: "target", continueAuthSession: true }] }),
  step({
    command: "TPM_LoadKey2",
    request: (side) => ({
      parentHandle: side.handle("target"),
      inKey: travelling(side, "converted"),
    }),
  }),
  createCmkBlob("again", {
    ...BY_TICKET,
    parent: "target",
    encData: (side) => side.bytes("converted"),
  }),
  createCmkBlob("blob", {}),
  convert("the blob for an authority"),
]);

const CONVERSIONS: readonly (readonly [what: string, conversion: Conversion, code: string])[] = [
  ["another random", { random: (side) => flip(side.bytes("blob, random")) }, "TPM_DECRYPT_ERROR"],
  [
    "random cut short",
    { random: (side) => side.bytes("blob, random").slice(1) },
    "TPM_BAD_PARAMETER",
  ],
  ["no random", { random: () => new Uint8Array() }, "TPM_BAD_PARAMETER"],
  ["another parent", { parent: "SRK" }, "TPM_DECRYPT_ERROR"],
  ["other authorities", { list: () => ({ migAuthDigest: [ZEROS] }) }, "TPM_AUTHFAIL"],
  ["another ticket", { sigTicket: () => ZEROS }, "TPM_MA_TICKET_SIGNATURE"],
  ["another destination", { restriction: "other destination" }, "TPM_MA_DESTINATION"],
  ["another source", { restriction: "other source" }, "TPM_MA_SOURCE"],
  ["both", { restriction: "other keys" }, "TPM_MA_DESTINATION"],
  ["another destination and ticket", {
    restriction: "other destination",
    sigTicket: () => ZEROS,
  }, "TPM_MA_TICKET_SIGNATURE"],
  [
    "flags of an ordinary key",
    { key: changed(() => ({ keyFlags: TPM_MIGRATABLE })) },
    "TPM_INVALID_KEYUSAGE",
  ],
  [
    "flags of a key that stays",
    { key: changed(() => ({ keyFlags: TPM_MIGRATEAUTHORITY })) },
    "TPM_INVALID_KEYUSAGE",
  ],
  ["such flags and another destination", {
    key: changed(() => ({ keyFlags: TPM_MIGRATABLE })),
    restriction: "other destination",
  }, "TPM_MA_DESTINATION"],
  ["such flags and another source", {
    key: changed(() => ({ keyFlags: TPM_MIGRATABLE })),
    restriction: "other source",
  }, "TPM_INVALID_KEYUSAGE"],
  ["another usage", { key: changed(() => ({ keyUsage: 0x14 })) }, "TPM_SUCCESS"],
  [
    "another modulus",
    { key: changed(({ pubKey }) => ({ pubKey: { key: flip(pubKey.key) } })) },
    "TPM_AUTHFAIL",
  ],
  [
    "a bit changed",
    { key: changed(({ encData }) => ({ encData: flip(encData, 5) })) },
    "TPM_DECRYPT_ERROR",
  ],
  ["no encData", { key: changed(() => ({ encData: new Uint8Array() })) }, "TPM_DECRYPT_ERROR"],
  [
    "two blocks",
    { key: changed(({ encData }) => ({ encData: join(encData, encData) })) },
    "TPM_BAD_DATASIZE",
  ],
];

conformanceTest("TPM_CMK_ConvertMigration refuses what does not fit together", [
  SENT,
  CONVERSIONS.map(([what, conversion, code]) => convert(what, { ...conversion, code })),
  convert("no session", { auths: [], code: "TPM_BADTAG" }),
]);

conformanceTest("TPM_CMK_ConvertMigration takes no TPM_KEY", [
  SENT,
  step({
    command: "TPM_CMK_ConvertMigration",
    request: (side) => {
      const { tag: _tag, fill: _fill, ...rest } = travelling(side, "blob");
      const ver = { major: 1, minor: 1, revMajor: 0, revMinor: 0 };
      return {
        parentHandle: side.handle("target"),
        restrictTicket: side.bytes("restriction"),
        sigTicket: side.bytes("restriction, ticket"),
        migratedKey: encode(TPM_KEY_ANY, { ver, ...rest }),
        msaList: msaOf(side),
        random: side.bytes("blob, random"),
      };
    },
    code: { emulator: "TPM_INVALID_STRUCTURE", libtpms: "TPM_SUCCESS" },
  }),
]);

conformanceTest("TPM_CMK_ConvertMigration wants a storage key that stays as parent", [
  SENT,
  createWrapKey("signing", { usage: "signing", bits: 512 }),
  loadKey("signing"),
  convert("one that signs", { parent: "signing", code: "TPM_INVALID_KEYUSAGE" }),
  createWrapKey("migratable", { usage: "storage", keyFlags: TPM_MIGRATABLE }),
  loadKey("migratable"),
  authorizeKey("to migratable", "migratable", { scheme: TPM_MS_RESTRICT_APPROVE }),
  ticketFor(
    "for migratable",
    (side) => restriction(side, { destinationKeyDigest: digestOf(pubkeyOf(side, "migratable")) }),
  ),
  createCmkBlob("blob", {
    ...BY_TICKET,
    destination: "to migratable",
    restrictTicket: (side) => side.bytes("for migratable"),
    sigTicket: (side) => side.bytes("for migratable, ticket"),
  }),
  ["for migratable", "restriction"].map((restriction) =>
    convert("one that migrates", {
      parent: "migratable",
      restriction,
      code: "TPM_INVALID_KEYUSAGE",
    })
  ),
]);

const random = seededRandom(new TextEncoder().encode("certified keys"));
const INNER = softwareKey(512);
const INNER_PUB = softwarePubkey(INNER, "signing");

/** How a travelling key made outside for "target" differs from a good one. */
interface Crafted {
  inner?: Partial<TpmMigrateAsymkey>;
  pHash?: Uint8Array;
  keyFlags?: number;
}

/** Keeps such a key and its random bytes as "crafted" and "crafted, random". */
function craft({ inner = {}, pHash, keyFlags }: Crafted): Step {
  return action("a key made outside", (side) => {
    const key = {
      ...cmkTemplate("signing", keyFlags === undefined ? {} : { keyFlags }),
      pubKey: INNER_PUB.pubKey,
    };
    const privKey = encode(TPM_STORE_PRIVKEY, { key: INNER.prime });
    const message = encode(TPM_MIGRATE_ASYMKEY, {
      payload: TPM_PT_CMK_MIGRATE,
      usageAuth: ZEROS,
      pubDataDigest: sha1(encode(TPM_KEY_ANY, key).subarray(0, -4)),
      partPrivKey: privKey.slice(20),
      ...inner,
    });
    const o1 = oaepEncode({
      seed: privKey.slice(0, 20),
      pHash: pHash ?? sha1(msaDigest(msaOf(side)), digestOf(INNER_PUB)),
      message,
    }, message.length + 41);
    const r1 = random(o1.length);
    const encData = encryptFor(side, "target", o1.map((byte, i) => byte ^ r1[i]!));
    side.values.set("crafted, random", r1);
    side.values.set("crafted", encode(TPM_KEY_ANY, { ...key, encData }));
  });
}

const CRAFTED: readonly (readonly [what: string, crafted: Crafted, code: string])[] = [
  ["a good one", {}, "TPM_SUCCESS"],
  ["another digest of the public part", { inner: { pubDataDigest: ZEROS } }, "TPM_SUCCESS"],
  ["another pHash", { pHash: ZEROS }, "TPM_AUTHFAIL"],
  ["another prime", { inner: { partPrivKey: new Uint8Array(16) } }, "TPM_BAD_PARAMETER"],
  ["another prime, and flags", {
    inner: { partPrivKey: new Uint8Array(16) },
    keyFlags: TPM_MIGRATABLE,
  }, "TPM_BAD_PARAMETER"],
  ["one of 1.1 migration", { inner: { payload: TPM_PT_MIGRATE } }, "TPM_BAD_MIGRATION"],
  ["one of maintenance", { inner: { payload: TPM_PT_MAINT } }, "TPM_BAD_MIGRATION"],
  ["one of 1.1, another pHash", {
    inner: { payload: TPM_PT_MIGRATE },
    pHash: ZEROS,
  }, "TPM_AUTHFAIL"],
  [
    "no such payload, another pHash",
    { inner: { payload: 1 }, pHash: ZEROS },
    "TPM_INVALID_STRUCTURE",
  ],
  ["a key that stays", { keyFlags: 0 }, "TPM_INVALID_KEYUSAGE"],
];

conformanceTest("TPM_CMK_ConvertMigration reads travelling keys as libtpms does", [
  CERTIFIED,
  ticketFor("restriction", (side) =>
    restriction(side, {
      sourceKeyDigest: digestOf(INNER_PUB),
    })),
  CRAFTED.map(([what, crafted, code]) => [
    craft(crafted),
    convert(what, {
      key: (side) => decode(TPM_KEY_ANY, side.bytes("crafted")) as TpmKey12,
      random: (side) => side.bytes("crafted, random"),
      code,
    }),
  ]),
]);

conformanceTest("TPM_CMK_ConvertMigration takes the secret of the parent", [
  SENT,
  convert("another", { auths: [{ entity: secret("wrong") }], code: "TPM_AUTHFAIL" }),
]);
