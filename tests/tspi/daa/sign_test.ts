import { assert, assertEquals, assertThrows } from "@std/assert";
import { seededRandom } from "../../../lib/crypto/mod.ts";
import { TssError } from "../../../lib/tpm12/tss_error.ts";
import {
  daaSign,
  type DaaSignature,
  type EncryptedPseudonym,
  generateRevocationKey,
  namedBase,
  reopenSignature,
  revokeAnonymity,
  type SignOptions,
  type VerifyOptions,
} from "../../../lib/tspi/daa/mod.ts";
import { tpmOf } from "../../conformance/owned_emulator.ts";
import { secret } from "../../conformance/templates.ts";
import { KEY_PAIR } from "./issuer.ts";
import { joinPlatform, talk } from "./platform.ts";
import { secretOf } from "./rogue.ts";

const KEY = KEY_PAIR.publicKey;
const random = seededRandom(new TextEncoder().encode("verifier"));
const BASE: VerifyOptions = {
  nonceVerifier: secret("verifier"),
  signed: { digest: secret("message") },
};
const { side, credential } = joinPlatform();

function sign(options: Partial<SignOptions> = {}): DaaSignature {
  return talk(
    side,
    "TPM_DAA_Sign",
    daaSign(credential, { ...BASE, random: side.random, ...options }),
  );
}

const verify = (signature: DaaSignature, options: Partial<VerifyOptions> = {}): boolean =>
  reopenSignature(KEY, signature, { ...BASE, ...options }) !== null;

Deno.test("a signature that was changed is wrong", () => {
  const signature = sign();
  assert(verify(signature));
  const changes: Partial<DaaSignature>[] = [
    { zeta: namedBase(KEY, secret("other")) },
    { zeta: signature.zeta + 1n },
    { capitalT: signature.capitalT + 1n },
    { capitalT: 0n },
    { challenge: new Uint8Array(20) },
    { nonceTpm: new Uint8Array(20) },
    { sV: signature.sV + 1n },
    { sV: -signature.sV },
    { sF0: signature.sF0 + 1n },
    { sF0: signature.sF0 + (1n << 345n) },
    { sF1: signature.sF1 + 1n },
    { sE: signature.sE + 1n },
    { sA: signature.sA.map((answer) => answer + 1n) },
    { signedPseudonym: namedBase(KEY, secret("other")) },
    { signedPseudonym: 1n },
  ];
  for (const change of changes) assertEquals(verify({ ...signature, ...change }), false);
  assertEquals(verify(signature, { nonceVerifier: secret("other") }), false);
  assertEquals(verify(signature, { signed: { digest: secret("other") } }), false);
  assertEquals(verify(signature, { signed: { identityModulus: secret("message") } }), false);
});

Deno.test("signatures under one name can be linked, others not", () => {
  const baseName = new TextEncoder().encode("verifier.example");
  const [first, second, third] = [sign({ baseName }), sign({ baseName }), sign()];
  assertEquals(first.signedPseudonym, second.signedPseudonym);
  assert(first.signedPseudonym !== third.signedPseudonym);
  assert(first.capitalT !== second.capitalT);
  assert(verify(first, { baseName }));
  assertEquals(verify(third, { baseName }), false);
  assertEquals(verify(first, { baseName: secret("another name") }), false);
});

Deno.test("revealed attributes are proved, hidden ones not told", () => {
  const signature = sign({ revealAttributes: [true, false, true, false] });
  const attributes = [5n, null, 7n, null];
  assert(verify(signature, { attributes }));
  assertEquals(verify(signature, { attributes: [6n, null, 7n, null] }), false);
  for (const wrong of [[5n, null, null, null], [5n, 1n, 7n, null], [5n, null, 7n]]) {
    assertThrows(() => verify(signature, { attributes: wrong }), TssError, "TSS_E_BAD_PARAMETER");
  }
  assertThrows(() => verify(signature), TssError, "TSS_E_BAD_PARAMETER");
});

Deno.test("commitments bind to hidden attributes", () => {
  const selections = [[true, false, false, false], [true, true, false, true]];
  const signature = sign({ selections });
  assert(verify(signature, { selections }));
  assertEquals(verify(signature, { selections: [selections[0]!] }), false);
  assertEquals(verify(signature, { selections: [selections[1]!, selections[0]!] }), false);
  const revealed = sign({ selections, revealAttributes: [true, false, false, false] });
  assertEquals(verify(revealed, { selections, attributes: [5n, null, null, null] }), false);
});

Deno.test("an authority lifts anonymity on its condition, and nobody else", () => {
  const authority = generateRevocationKey(KEY, random);
  const condition = new TextEncoder().encode("on a court's order");
  const revocation = { publicKey: authority.publicKey, condition };
  const baseName = secret("name");
  const signature = sign({ revocation, baseName });
  assert(verify(signature, { revocation, baseName }));
  assertEquals(verify(signature), false);
  assertEquals(verify(sign(), { revocation }), false);
  const other = { ...revocation, condition: secret("another condition") };
  assertEquals(verify(signature, { revocation: other, baseName }), false);
  const { deltas } = signature.signedPseudonym as EncryptedPseudonym;
  const pseudonym = revokeAnonymity(KEY, authority, { deltas, condition });
  assertEquals(pseudonym, sign({ baseName }).signedPseudonym);
  const stranger = generateRevocationKey(KEY, random);
  for (
    const refuse of [
      () => revokeAnonymity(KEY, authority, { deltas, condition: other.condition }),
      () => revokeAnonymity(KEY, stranger, { deltas, condition }),
      () => revokeAnonymity(KEY, authority, { deltas: [0n, 0n, 0n, 0n], condition }),
    ]
  ) assertEquals(assertThrows(refuse, TssError).codeName, "TSS_E_DAA_AR_DECRYPTION_ERROR");
});

Deno.test("a verifier refuses a TPM whose secret was published", () => {
  const f = secretOf(tpmOf(side).permanent.tpmDAASeed, { daaCounter: 1 });
  const signature = sign();
  assert(verify(signature, { rogues: [1n] }));
  const refused = assertThrows(() => verify(signature, { rogues: [1n, f] }), TssError);
  assertEquals(refused.codeName, "TSS_E_DAA_PSEUDONYM_ERROR");
});
