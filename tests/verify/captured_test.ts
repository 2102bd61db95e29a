import { assert, assertEquals, assertThrows } from "@std/assert";
import { decode, encode, Reader } from "../../lib/codec/mod.ts";
import { verifyPkcs1Der } from "../../lib/crypto/mod.ts";
import {
  decodeSpki,
  decodeTpmPublicKey,
  decodeTssBlob,
  encodeSpki,
  encodeTssBlob,
  publicKeyFromTpm,
} from "../../lib/formats/mod.ts";
import { TPM_KEY_ANY, TPM_PUBKEY } from "../../lib/tpm12/structures/mod.ts";
import { VerifyError, verifyPubkeyChecksum } from "../../lib/verify/mod.ts";
import { fromHex } from "../hex.ts";

/** Bytes of a packet before its parameters. */
const HEADER = 10;
const lines = Deno.readTextFileSync(new URL("../vectors/tpm-swtpm.txt", import.meta.url))
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => fromHex(line.slice(2)));

/** The first request with this ordinal that succeeded, and its answer, without their headers. */
function captured(ordinal: number): { request: Reader; answer: Reader } {
  const u32 = (packet: Uint8Array): number => new DataView(packet.buffer).getUint32(6);
  for (let i = 0; i < lines.length; i += 2) {
    const [request, answer] = [lines[i]!, lines[i + 1]!];
    if (u32(request) === ordinal && u32(answer) === 0) {
      const body = (packet: Uint8Array): Reader => new Reader(packet.subarray(HEADER));
      return { request: body(request), answer: body(answer) };
    }
  }
  throw new Error(`No command with ordinal ${ordinal} was captured`);
}

Deno.test("the checksum of a captured TPM_ReadPubek holds, and the key goes through SPKI", () => {
  const { request, answer } = captured(0x7c);
  const nonce = request.bytes(20);
  const pubkey = answer.bytes(answer.remaining - 20);
  const checksum = answer.bytes(20);
  verifyPubkeyChecksum({ pubkey, nonce, checksum });
  assertThrows(() => verifyPubkeyChecksum({ pubkey, nonce: checksum, checksum }), VerifyError);
  const key = decodeTpmPublicKey(pubkey);
  assertEquals(decodeSpki(encodeSpki(key)).modulus, decode(TPM_PUBKEY, pubkey).pubKey.key);
});

Deno.test("a captured TPM_Sign is by the key that TPM_LoadKey2 loaded, whose scheme signs bytes as they are", () => {
  const load = captured(0x41).request;
  load.u32();
  const key = TPM_KEY_ANY.read(load);
  const sign = captured(0x3c);
  sign.request.u32();
  const digest = sign.request.bytes(sign.request.u32());
  const signature = sign.answer.bytes(sign.answer.u32());
  const publicKey = publicKeyFromTpm(key);
  assert(verifyPkcs1Der(publicKey, digest, signature));
  assert(!verifyPkcs1Der(publicKey, new Uint8Array(20), signature));
  const blob = encode(TPM_KEY_ANY, key);
  assertEquals(decodeTssBlob(encodeTssBlob({ type: "KEY", blob })), { type: "KEY", blob });
});
