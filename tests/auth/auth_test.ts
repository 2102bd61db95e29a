import { assert, assertEquals, assertThrows } from "@std/assert";
import { createCipheriv, createHmac } from "node:crypto";
import {
  adip,
  adipData,
  adipScheme,
  authHmac,
  ClientSession,
  extendTransportDigest,
  isTransportCipher,
  sharedSecret,
  transportCrypt,
} from "../../lib/auth/mod.ts";
import { mgf1, seededRandom } from "../../lib/crypto/mod.ts";
import { toHex } from "../hex.ts";
import { nodeSha1 } from "../bytes.ts";

const fill = (byte: number, length = 20) => new Uint8Array(length).fill(byte);
const secret = fill(1);
const nonceEven = fill(2);
const nonceOdd = fill(3);
const random = seededRandom(Uint8Array.of(7));

function hmac(key: Uint8Array, ...parts: Uint8Array[]): string {
  const mac = createHmac("sha1", key);
  for (const part of parts) mac.update(part);
  return mac.digest("hex");
}

Deno.test("authHmac() is HMAC(key, digest || nonceEven || nonceOdd || continue)", () => {
  const digest = fill(4);
  for (const continueAuthSession of [false, true]) {
    assertEquals(
      toHex(authHmac(secret, { digest, nonceEven, nonceOdd, continueAuthSession })),
      hmac(secret, digest, nonceEven, nonceOdd, Uint8Array.of(continueAuthSession ? 1 : 0)),
    );
  }
});

Deno.test("sharedSecret() is HMAC(secret, nonceEvenOSAP || nonceOddOSAP)", () => {
  assertEquals(
    toHex(sharedSecret(secret, { nonceEvenOSAP: nonceEven, nonceOddOSAP: nonceOdd })),
    hmac(secret, nonceEven, nonceOdd),
  );
});

Deno.test("adip() hides with SHA1(sharedSecret || nonce) or AES-128 in counter mode", () => {
  const hidden = adip({ scheme: "XOR", sharedSecret: secret }, nonceEven, fill(0));
  const pad = toHex(nodeSha1(secret, nonceEven));
  assertEquals(toHex(hidden), pad);
  const cipher = createCipheriv("aes-128-ctr", secret.subarray(0, 16), nonceEven.subarray(0, 16));
  const session = { scheme: "AES128-CTR", sharedSecret: secret } as const;
  assertEquals(toHex(adip(session, nonceEven, fill(0))), cipher.update(fill(0)).toString("hex"));
  assertEquals(adip(session, nonceEven, adip(session, nonceEven, fill(9))), fill(9));
});

Deno.test("adipData() hides data of any length and uncovers it again", () => {
  for (const scheme of ["XOR", "AES128-CTR"] as const) {
    for (const length of [0, 1, 20, 100]) {
      const session = { scheme, sharedSecret: secret };
      const data = random(length);
      const hidden = adipData(session, { nonceEven, nonceOdd }, data);
      assertEquals(hidden.length, length);
      assertEquals(adipData(session, { nonceEven, nonceOdd }, hidden), data);
      if (length > 16) assert(toHex(hidden) !== toHex(data));
    }
  }
});

Deno.test("adipScheme() knows XOR and AES-128-CTR alone", () => {
  assertEquals([0x0001, 0x0605, 0x0102].map(adipScheme), ["XOR", "AES128-CTR", undefined]);
});

Deno.test("transportCrypt() follows the formula of each cipher and is its own inverse", () => {
  const data = random(50);
  const nonces = { nonceEven, nonceOdd };
  for (
    const [algId, encScheme] of [[7, 1], [6, 4], [6, 5]] as const
  ) {
    const cipher = { algId, encScheme, authData: secret };
    assert(isTransportCipher(cipher));
    const hidden = transportCrypt(cipher, nonces, { direction: "in", data });
    assertEquals(transportCrypt(cipher, nonces, { direction: "in", data: hidden }), data);
    assert(toHex(transportCrypt(cipher, nonces, { direction: "out", data })) !== toHex(hidden));
  }
  const mask = mgf1(
    Uint8Array.of(...nonceEven, ...nonceOdd, 0x69, 0x6e, ...secret),
    data.length,
  );
  const mgf = { algId: 7, encScheme: 1, authData: secret };
  assertEquals(
    transportCrypt(mgf, nonces, { direction: "in", data }),
    data.map((byte, i) => byte ^ mask[i]!),
  );
  assertEquals(isTransportCipher({ algId: 6, encScheme: 1 }), false);
  assertEquals(isTransportCipher({ algId: 10, encScheme: 1 }), false);
});

Deno.test("extendTransportDigest() is SHA1(transDigest || entry)", () => {
  const expected = toHex(nodeSha1(fill(0), fill(8, 42)));
  assertEquals(toHex(extendTransportDigest(fill(0), fill(8, 42))), expected);
});

Deno.test("ClientSession rolls its nonces and knows a genuine answer from a forged one", () => {
  const session = new ClientSession({ authHandle: 5, nonceEven, random });
  const digest = fill(4);
  const first = session.authorize(digest, { secret, continueAuthSession: true });
  assertEquals(
    toHex(first.authData),
    hmac(secret, digest, nonceEven, first.nonceOdd, Uint8Array.of(1)),
  );
  const answer = {
    nonceEven: fill(6),
    continueAuthSession: true,
    authData: authHmac(secret, {
      digest,
      nonceEven: fill(6),
      nonceOdd: first.nonceOdd,
      continueAuthSession: true,
    }),
  };
  assertEquals(session.verify(digest, answer, { secret }), true);
  assertEquals(session.nonceEven, fill(6));
  const second = session.authorize(digest, { secret });
  assert(toHex(second.nonceOdd) !== toHex(first.nonceOdd));
  assertEquals(session.verify(digest, { ...answer, authData: fill(0) }, { secret }), false);
  assertEquals(session.open, true);
  session.verify(digest, { ...answer, continueAuthSession: false }, { secret });
  assertEquals(session.open, false);
});

Deno.test("ClientSession under OSAP uses the shared secret and wipes it", () => {
  const bound = { scheme: "XOR", sharedSecret: fill(9) } as const;
  const session = new ClientSession({ authHandle: 5, nonceEven, bound, random });
  const digest = fill(4);
  const block = session.authorize(digest);
  assertEquals(
    toHex(block.authData),
    hmac(fill(9), digest, nonceEven, block.nonceOdd, Uint8Array.of(0)),
  );
  assertEquals(session.encryptAuth(fill(1)), adip(bound, nonceEven, fill(1)));
  assertEquals(session.encryptAuth(fill(1), "odd"), adip(bound, block.nonceOdd, fill(1)));
  session.dispose();
  assertEquals(bound.sharedSecret, fill(0));
});

Deno.test("ClientSession under OIAP needs the secret and hides none", () => {
  const session = new ClientSession({ authHandle: 5, nonceEven, random });
  assertThrows(() => session.authorize(fill(4)), TypeError, "without the secret");
  assertThrows(() => session.encryptAuth(fill(1)), TypeError, "OIAP");
});
