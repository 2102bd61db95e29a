import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { encode } from "../../lib/codec/mod.ts";
import { TPM_CAP_VERSION_INFO, TPM_PCR_COMPOSITE } from "../../lib/tpm12/structures/mod.ts";
import {
  compositeDigest,
  quoteInfo,
  selectedPcrs,
  VerifyError,
  verifyQuote,
} from "../../lib/verify/mod.ts";
import { sha1 } from "../../lib/crypto/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { onlyThrows, refusesPrefixes, survivesNoise } from "../formats/malformed.ts";
import { assertRefused, NONCE, sign, TEST_KEY, vector, vectorKey } from "./evidence.ts";

const publicKey = vectorKey("aik.pubkey");
const pcrs = new Map([0, 10, 16].map((index) => [index, vector(`quote.pcr${index}`)]));
const composite = encode(TPM_PCR_COMPOSITE, {
  select: { pcrSelect: fromHex("010401") },
  pcrValue: [...pcrs.values()],
});
const evidence = (name: "quote" | "quote2" | "quote2v") => ({
  publicKey,
  nonce: NONCE,
  quote: vector(`${name}.data`),
  signature: vector(`${name}.signature`),
});
const { quote: _, ...bare } = evidence("quote");

Deno.test("a quote of TPM_Quote proves the values in its composite", () => {
  const verified = verifyQuote({ ...evidence("quote"), composite, expectedPcrs: pcrs });
  assertEquals(verified.command, "TPM_Quote");
  assertEquals(verified.pcrs, pcrs);
  assertEquals([verified.locality, verified.versionInfo], [null, null]);
});

Deno.test("composite and nonce are enough, the rest of TPM_QUOTE_INFO follows", () => {
  assertEquals(verifyQuote({ ...bare, composite }).pcrs, pcrs);
  assertEquals(quoteInfo(composite, NONCE), vector("quote.data"));
});

Deno.test("expected values are enough where all quoted PCRs are among them", () => {
  assertEquals(verifyQuote({ ...evidence("quote"), expectedPcrs: pcrs }).pcrs, pcrs);
  assertEquals(verifyQuote(evidence("quote")).pcrs, null);
});

Deno.test("a quote of TPM_Quote2 proves values and locality", () => {
  const verified = verifyQuote({ ...evidence("quote2"), composite, expectedPcrs: pcrs });
  assertEquals([verified.command, verified.locality], ["TPM_Quote2", 1]);
  assertEquals([verified.pcrs, verified.versionInfo], [pcrs, null]);
  const more = new Map([...pcrs]);
  assertEquals(verifyQuote({ ...evidence("quote2"), expectedPcrs: more }).pcrs, pcrs);
});

Deno.test("TPM_Quote2 with the version proves the maker too", () => {
  const { versionInfo } = verifyQuote({ ...evidence("quote2v"), composite });
  assertEquals(encode(TPM_CAP_VERSION_INFO, versionInfo!), vector("quote2v.version"));
});

Deno.test("a PCR with another value is named, with both values", () => {
  const expectedPcrs = new Map([[0, pcrs.get(0)!], [10, new Uint8Array(20).fill(1)]]);
  for (const name of ["quote", "quote2"] as const) {
    const call = () => verifyQuote({ ...evidence(name), composite, expectedPcrs });
    assertRefused(call, { reason: "pcr", field: "PCR 10", pcrIndex: 10 });
    const { message } = assertThrows(call, VerifyError);
    assertStringIncludes(message, "f87cfc25e047ab7fa1c1d2cca2c7ffaa706cd23a, expected 0101");
  }
});

Deno.test("a PCR that was not quoted is named", () => {
  const expectedPcrs = new Map([[7, new Uint8Array(20)]]);
  assertRefused(() => verifyQuote({ ...evidence("quote"), composite, expectedPcrs }), {
    reason: "pcr",
    field: "PCR 7",
    pcrIndex: 7,
    message: "it is not quoted",
  });
});

Deno.test("without a composite other values fail by their digest", () => {
  const expectedPcrs = new Map([...pcrs, [16, new Uint8Array(20)]]);
  assertRefused(() => verifyQuote({ ...evidence("quote"), expectedPcrs }), {
    reason: "pcr",
    field: "digestValue",
    message: "PCRs 0, 10, 16",
  });
  assertRefused(() => verifyQuote({ ...evidence("quote2"), expectedPcrs }), {
    reason: "pcr",
    field: "infoShort.digestAtRelease",
  });
  const some = new Map([[0, pcrs.get(0)!]]);
  assertRefused(() => verifyQuote({ ...evidence("quote2"), expectedPcrs: some }), {
    reason: "pcr",
    field: "PCR 10",
    pcrIndex: 10,
  });
  const high = new Map([[24, pcrs.get(0)!]]);
  assertRefused(() => verifyQuote({ ...evidence("quote"), expectedPcrs: high }), {
    reason: "pcr",
    field: "PCR 24",
    pcrIndex: 24,
  });
});

Deno.test("an answer to another challenge is refused", () => {
  const nonce = new Uint8Array(20);
  for (const name of ["quote", "quote2"] as const) {
    assertRefused(() => verifyQuote({ ...evidence(name), nonce }), {
      reason: "nonce",
      field: "externalData",
    });
  }
  // A TPM_QUOTE_INFO made up from the nonce fails at the signature.
  assertRefused(() => verifyQuote({ ...bare, composite, nonce }), {
    reason: "signature",
    field: "signature",
  });
});

Deno.test("values other than the quoted ones are refused", () => {
  const forged = composite.slice();
  forged[forged.length - 1]! ^= 1;
  for (const name of ["quote", "quote2"] as const) {
    assertRefused(() => verifyQuote({ ...evidence(name), composite: forged }), {
      reason: "mismatch",
      field: name === "quote" ? "digestValue" : "infoShort.digestAtRelease",
    });
  }
  const other = composite.slice();
  other[2] = 2;
  assertRefused(() => verifyQuote({ ...evidence("quote2"), composite: other }), {
    reason: "mismatch",
    field: "TPM_PCR_COMPOSITE.select",
  });
});

Deno.test("a quote of no PCRs has a digest of zeros, or of the empty composite", () => {
  const none = fromHex("000300000000000000");
  for (const digest of ["00".repeat(20), toHex(sha1(none))]) {
    const quote = fromHex(
      `01010000${toHex(new TextEncoder().encode("QUOT"))}${digest}${toHex(NONCE)}`,
    );
    const signed = { publicKey: TEST_KEY, nonce: NONCE, quote, signature: sign(quote) };
    assertEquals(verifyQuote({ ...signed, composite: none }).pcrs, new Map());
    assertRefused(() => verifyQuote({ ...signed, composite }), {
      reason: "mismatch",
      field: "digestValue",
    });
  }
});

Deno.test("a signature by another key, over other bytes or cut short is refused", () => {
  const quote = evidence("quote");
  const refused = { reason: "signature", field: "signature" } as const;
  assertRefused(() => verifyQuote({ ...quote, publicKey: vectorKey("sgn.pubkey") }), refused);
  assertRefused(() => verifyQuote({ ...quote, signature: vector("quote2.signature") }), refused);
  const changed = quote.quote.slice();
  changed[10]! ^= 1;
  assertRefused(() => verifyQuote({ ...quote, quote: changed }), refused);
  assertRefused(() => verifyQuote({ ...quote, signature: quote.signature.subarray(1) }), {
    ...refused,
    message: "it takes 256 bytes, 255 given",
  });
});

Deno.test("what was signed for something else is no quote", () => {
  const quote = vector("quote.data").slice();
  quote[7] = "X".charCodeAt(0);
  const call = () =>
    verifyQuote({ publicKey: TEST_KEY, nonce: NONCE, quote, signature: sign(quote) });
  assertRefused(call, { reason: "mismatch", field: "fixed", message: '"QUOX", expected "QUOT"' });
  const quote2 = vector("quote2.data").slice();
  quote2[5] = "3".charCodeAt(0);
  const call2 = () =>
    verifyQuote({ publicKey: TEST_KEY, nonce: NONCE, quote: quote2, signature: sign(quote2) });
  assertRefused(call2, { reason: "mismatch", field: "fixed" });
});

Deno.test("malformed evidence says what is malformed", () => {
  const selection = composite.slice();
  selection[2] = 0;
  assertRefused(() => verifyQuote({ ...bare, composite: selection }), {
    reason: "malformed",
    field: "TPM_PCR_COMPOSITE.pcrValue",
    message: "2 PCRs are selected, 3 values given",
  });
  assertRefused(() => verifyQuote({ ...bare, composite: fromHex("0004") }), {
    reason: "malformed",
    field: "TPM_PCR_COMPOSITE",
  });
  const quote = Uint8Array.of(...vector("quote2.data"), 0);
  assertRefused(() => verifyQuote({ ...evidence("quote2"), quote }), {
    reason: "malformed",
    field: "TPM_CAP_VERSION_INFO",
  });
});

Deno.test("a nonce or value of another length, and no evidence at all, are misuse", () => {
  const nonce = NONCE.subarray(1);
  assertThrows(() => verifyQuote({ ...evidence("quote"), nonce }), TypeError, "19 given");
  assertThrows(() => verifyQuote({ ...bare, composite, nonce }), TypeError, "19 given");
  assertThrows(() => verifyQuote(bare), TypeError, "neither quote nor composite");
  const expectedPcrs = new Map([[0, nonce]]);
  assertThrows(() => verifyQuote({ ...evidence("quote"), expectedPcrs }), TypeError, "PCR 0");
});

Deno.test("truncated, changed and random quotes give VerifyError alone", () => {
  for (const name of ["quote", "quote2", "quote2v"] as const) {
    const whole = evidence(name);
    const decode = (quote: Uint8Array) => verifyQuote({ ...whole, quote, expectedPcrs: pcrs });
    refusesPrefixes(whole.quote, { decode, expected: VerifyError });
    survivesNoise(300, { decode, expected: VerifyError });
    for (let at = 0; at < whole.quote.length; at++) {
      const quote = whole.quote.slice();
      quote[at]! ^= 0x80;
      assertThrows(() => decode(quote), VerifyError);
    }
  }
  const decode = (bytes: Uint8Array) => verifyQuote({ ...evidence("quote2"), composite: bytes });
  refusesPrefixes(composite, { decode, expected: VerifyError });
  for (let at = 0; at < composite.length; at++) {
    const changed = composite.slice();
    changed[at]! ^= 0x01;
    assertThrows(() => decode(changed), VerifyError);
  }
  const noise = (signature: Uint8Array) => verifyQuote({ ...evidence("quote"), signature });
  survivesNoise(100, { decode: noise, expected: VerifyError });
  onlyThrows(() => noise(new Uint8Array(256).fill(0xff)), VerifyError);
});

Deno.test("a selection reads its bits from the lowest", () => {
  assertEquals(selectedPcrs(fromHex("810001")), [0, 7, 16]);
  assertEquals(selectedPcrs(new Uint8Array()), []);
  assertEquals(compositeDigest(fromHex("810001"), pcrs), null);
  assertEquals(
    toHex(compositeDigest(fromHex("010401"), pcrs)!),
    toHex(vector("quote.data").subarray(8, 28)),
  );
});
