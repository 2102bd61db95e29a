import {
  constants,
  createHash,
  createHmac,
  generateKeyPairSync,
  privateDecrypt,
} from "node:crypto";
import {
  aes128Ctr,
  generateRsaKey,
  hmacSha1,
  modPow,
  rsaPrivate,
  RsaPrivateKey,
  rsaPublic,
  seededRandom,
  sha1,
  systemRandom,
} from "../../lib/crypto/mod.ts";
import { nodeKeys, testKey, testRandom } from "../crypto/helpers.ts";

for (const length of [20, 64, 200, 640, 4096]) {
  const data = new Uint8Array(length);
  const group = `SHA-1 of ${length} bytes`;
  Deno.bench("sha1()", { group, baseline: true }, () => void sha1(data));
  Deno.bench("createHash()", { group }, () => void createHash("sha1").update(data).digest());
}

for (const length of [20, 200, 2048]) {
  const [key, data] = [new Uint8Array(20), new Uint8Array(length)];
  const group = `HMAC-SHA1 of ${length} bytes`;
  Deno.bench("hmacSha1()", { group, baseline: true }, () => void hmacSha1(key, data));
  Deno.bench("createHmac()", { group }, () => void createHmac("sha1", key).update(data).digest());
}

const [key, counter] = [new Uint8Array(16), new Uint8Array(16)];
for (const length of [20, 200]) {
  const data = new Uint8Array(length);
  Deno.bench(`aes128Ctr() of ${length} bytes`, () => void aes128Ctr(key, counter, data));
}

const seeded = seededRandom(new Uint8Array(20));
Deno.bench("seededRandom() of 20 bytes", () => void seeded(20));
Deno.bench("systemRandom() of 20 bytes", () => void systemRandom(20));

for (const bits of [512, 1024, 2048]) {
  const key = testKey(bits);
  const { privateKey } = nodeKeys(key);
  const { p, q, dP, dQ } = key.crt;
  const block = testRandom("block")(bits / 8);
  block[0] = 0;
  const group = `RSA ${bits}, private`;
  const options = { key: privateKey, padding: constants.RSA_NO_PADDING };
  Deno.bench("rsaPrivate()", { group, baseline: true }, () => void rsaPrivate(key, block));
  Deno.bench("privateDecrypt()", { group }, () => void privateDecrypt(options, block));
  Deno.bench("two modPow()", { group }, () => {
    modPow(q, dP, p);
    modPow(p, dQ, q);
  });
  const { publicKey, prime } = key;
  Deno.bench(`RSA ${bits}, public`, () => void rsaPublic(publicKey, block));
  Deno.bench(
    `RSA ${bits}, from a prime to crt`,
    () => void new RsaPrivateKey(publicKey, prime).crt,
  );
}

const random = testRandom("bench");
for (const modulusLength of [512, 768, 1024, 1536, 2048]) {
  const group = `new RSA ${modulusLength}`;
  Deno.bench("generateRsaKey()", { group, baseline: true, n: 30 }, () => {
    generateRsaKey(modulusLength, 65537, random);
  });
  Deno.bench("generateKeyPairSync()", { group, n: 5 }, () => {
    generateKeyPairSync("rsa", { modulusLength });
  });
}
