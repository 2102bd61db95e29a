import { decode } from "../../lib/codec/mod.ts";
import { oaepDecode, rsaOaepDecrypt, sha1 } from "../../lib/crypto/mod.ts";
import { assertEquals } from "@std/assert";
import {
  TPM_MIGRATABLE,
  TPM_MS_MIGRATE,
  TPM_MS_RESTRICT_MIGRATE,
  TPM_MS_REWRAP,
  TPM_PT_CMK_MIGRATE,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_MIGRATE_ASYMKEY, type TpmMsaComposite } from "../../lib/tpm12/structures/mod.ts";
import {
  approve,
  BY_TICKET,
  CERTIFIED,
  type CmkBlobOptions,
  createCmk,
  createCmkBlob,
  msaDigest,
  restriction,
  ticketFor,
  TICKETS,
} from "./cmk_steps.ts";
import { digestOf, flip, join, softwarePubkey } from "./crafted_keys.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { authorizeKey, encDataOf, OUTSIDE, OUTSIDE_PUB, pubkeyOf } from "./migration_steps.ts";
import { action } from "./step.ts";
import { createWrapKey, loadKey } from "./steps.ts";
import { ZEROS } from "./templates.ts";

const SIXTY = (): Uint8Array => new Uint8Array(60);
const TWENTY = (): Uint8Array => ZEROS;

conformanceTest("TPM_CMK_CreateBlob sends a key to its authority", [
  CERTIFIED,
  [0, 1, 2, 3, 4, 5, 6].map((type) => createCmkBlob(`type ${type}`, { type })),
  createCmkBlob("the session stays", { auths: [{ entity: "SRK", continueAuthSession: true }] }),
  createCmkBlob("tickets", { restrictTicket: SIXTY, sigTicket: TWENTY, code: "TPM_BAD_PARAMETER" }),
  createCmkBlob("restrictTicket", { restrictTicket: SIXTY, code: "TPM_BAD_PARAMETER" }),
  createCmkBlob("sigTicket", { sigTicket: () => ZEROS.slice(1), code: "TPM_BAD_PARAMETER" }),
  createCmkBlob("another source", { source: TWENTY, code: "TPM_MA_AUTHORITY" }),
  createCmkBlob("other authorities", {
    list: () => ({ migAuthDigest: [ZEROS] }),
    code: "TPM_MA_AUTHORITY",
  }),
  createCmkBlob("no authorities", {
    list: () => new Uint8Array([0, 0, 0, 4, 0, 0, 0, 0]),
    code: "TPM_INVALID_STRUCTURE",
  }),
  createCmkBlob("another digest", {
    migrationKeyAuth: (side) => flip(side.bytes("to authority")),
    code: "TPM_AUTHFAIL",
  }),
  authorizeKey("outside", OUTSIDE_PUB, { scheme: TPM_MS_RESTRICT_MIGRATE }),
  createCmkBlob("no authority", { destination: "outside", code: "TPM_MA_TICKET_SIGNATURE" }),
  [TPM_MS_MIGRATE, TPM_MS_REWRAP].map((scheme) => [
    authorizeKey("to another", "target", { scheme }),
    createCmkBlob(`scheme ${scheme}`, { destination: "to another", code: "TPM_BAD_PARAMETER" }),
  ]),
]);

conformanceTest("TPM_CMK_CreateBlob wants a certified migratable key and its parent", [
  CERTIFIED,
  createWrapKey("migratable", { usage: "storage", keyFlags: TPM_MIGRATABLE }),
  loadKey("migratable"),
  createWrapKey("signing", { usage: "signing", bits: 512, keyFlags: TPM_MIGRATABLE }),
  loadKey("signing"),
  createCmkBlob("a parent that migrates", { parent: "migratable", code: "TPM_INVALID_KEYUSAGE" }),
  createCmkBlob("a parent that signs", { parent: "signing", code: "TPM_INVALID_KEYUSAGE" }),
  createCmkBlob("another parent", { parent: "target", code: "TPM_DECRYPT_ERROR" }),
  createCmkBlob("no session", { auths: [], code: "TPM_BADTAG" }),
  createCmkBlob("an ordinary key", {
    encData: (side) => encDataOf(side, "signing"),
    code: "TPM_INVALID_STRUCTURE",
  }),
  createCmkBlob("an ordinary key, and another digest", {
    encData: (side) => encDataOf(side, "signing"),
    migrationKeyAuth: (side) => flip(side.bytes("to authority")),
    code: "TPM_AUTHFAIL",
  }),
  createCmkBlob("a bit changed", {
    encData: (side) => flip(encDataOf(side, "cmk"), 9),
    code: "TPM_DECRYPT_ERROR",
  }),
  createCmkBlob("two blocks", { encData: () => new Uint8Array(512), code: "TPM_BAD_DATASIZE" }),
]);

const OUTSIDE_LIST = (): TpmMsaComposite => ({ migAuthDigest: [digestOf(OUTSIDE_PUB)] });
const SIGNING_LIST = (): TpmMsaComposite => ({
  migAuthDigest: [digestOf(softwarePubkey(OUTSIDE, "storage", { sigScheme: 2 }))],
});

conformanceTest("the blob for an authority holds the key, and names key and authorities", [
  CERTIFIED,
  approve("outside approval", OUTSIDE_LIST),
  createCmk("cmk", { list: OUTSIDE_LIST, approval: (side) => side.bytes("outside approval") }),
  authorizeKey("outside", OUTSIDE_PUB, { scheme: TPM_MS_RESTRICT_MIGRATE }),
  createCmkBlob("blob", { list: OUTSIDE_LIST, destination: "outside" }),
  action("open it", (side) => {
    const random = side.bytes("blob, random");
    const o1 = rsaOaepDecrypt(OUTSIDE, side.bytes("blob")).map((byte, i) => byte ^ random[i]!);
    const { pHash, message } = oaepDecode(o1);
    const source = digestOf(pubkeyOf(side, "cmk"));
    assertEquals(pHash, sha1(msaDigest(OUTSIDE_LIST()), source));
    assertEquals(decode(TPM_MIGRATE_ASYMKEY, message).payload, TPM_PT_CMK_MIGRATE);
  }),
  approve("signing approval", SIGNING_LIST),
  createCmk("cmk", { list: SIGNING_LIST, approval: (side) => side.bytes("signing approval") }),
  authorizeKey("signing", softwarePubkey(OUTSIDE, "storage", { sigScheme: 2 }), {
    scheme: TPM_MS_RESTRICT_MIGRATE,
  }),
  createCmkBlob("an authority that signs", {
    list: SIGNING_LIST,
    destination: "signing",
    code: "TPM_INVALID_KEYUSAGE",
  }),
]);

/** The restriction kept under a label, and its ticket. */
function by(label: string): CmkBlobOptions {
  return {
    ...BY_TICKET,
    restrictTicket: (side) => side.bytes(label),
    sigTicket: (side) => side.bytes(`${label}, ticket`),
  };
}

conformanceTest("TPM_CMK_CreateBlob sends a key where an authority lets it go", [
  TICKETS,
  createCmkBlob("blob", BY_TICKET),
  createCmkBlob("another type", { ...BY_TICKET, type: TPM_MS_RESTRICT_MIGRATE }),
  createCmkBlob("another destination", { ...by("other destination"), code: "TPM_MA_DESTINATION" }),
  createCmkBlob("another source", { ...by("other source"), code: "TPM_MA_SOURCE" }),
  createCmkBlob("both", { ...by("other keys"), code: "TPM_MA_DESTINATION" }),
  ticketFor("other authority", (side) => restriction(side, { migrationAuthorityDigest: ZEROS })),
  createCmkBlob("another authority", by("other authority")),
  createCmkBlob("no tickets", {
    ...BY_TICKET,
    restrictTicket: () => new Uint8Array(),
    sigTicket: () => new Uint8Array(),
    code: "TPM_BAD_PARAM_SIZE",
  }),
  createCmkBlob("no restriction", {
    ...BY_TICKET,
    restrictTicket: () => new Uint8Array(),
    code: "TPM_MA_TICKET_SIGNATURE",
  }),
  createCmkBlob("another ticket", {
    ...BY_TICKET,
    sigTicket: TWENTY,
    code: "TPM_MA_TICKET_SIGNATURE",
  }),
  createCmkBlob("the ticket cut short", {
    ...BY_TICKET,
    sigTicket: (side) => side.bytes("restriction, ticket").slice(1),
    code: "TPM_BAD_PARAM_SIZE",
  }),
  createCmkBlob("the ticket and a byte", {
    ...BY_TICKET,
    sigTicket: (side) => join(side.bytes("restriction, ticket"), Uint8Array.of(0)),
  }),
  ticketFor("short", (side) => restriction(side).slice(1)),
  createCmkBlob("a restriction cut short", { ...by("short"), code: "TPM_BAD_PARAM_SIZE" }),
  ticketFor("long", (side) => join(restriction(side), Uint8Array.of(0))),
  createCmkBlob("a restriction and a byte", by("long")),
]);
