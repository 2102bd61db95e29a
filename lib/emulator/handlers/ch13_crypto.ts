import { Sha1 } from "../../crypto/mod.ts";
import {
  TPM_KEY_LEGACY,
  TPM_KEY_SIGNING,
  TPM_SS_RSASSAPKCS1v15_DER,
  TPM_SS_RSASSAPKCS1v15_INFO,
  TPM_SS_RSASSAPKCS1v15_SHA1,
} from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { HEADER_SIZE } from "../../wire/mod.ts";
import type { Call } from "../call.ts";
import { signDer, signDigest, signInfo } from "../keys/signing.ts";
import type { Tpm } from "../tpm.ts";
import { extendPcr } from "./ch16_integrity.ts";
import type { Handler } from "./handler.ts";

const SHA1_BLOCK = 64;

/** TPM_SHA1Start (Part 3, 13.1). */
export const TPM_SHA1Start: Handler<"TPM_SHA1Start"> = (tpm, _request, call) => {
  tpm.volatile.sha1Thread = { hash: new Sha1(), transportHandle: transportOf(call) };
  return { maxNumBytes: tpm.limits.sha1UpdateBytes };
};

/** The transport session a command came in; 0 for none. */
function transportOf(call: Call): number {
  return call.wrapping?.session.handle ?? 0;
}

/** The thread of this command's transport session, or of none; throws TPM_SHA_THREAD. */
function requireThread(tpm: Tpm, call: Call): Sha1 {
  const thread = tpm.volatile.sha1Thread;
  if (thread === null || thread.transportHandle !== transportOf(call)) {
    tpm.volatile.sha1Thread = null;
    throw tpmError("TPM_SHA_THREAD", "no SHA-1 thread has been started");
  }
  return thread.hash;
}

/** TPM_SHA1Update (Part 3, 13.2). */
export const TPM_SHA1Update: Handler<"TPM_SHA1Update"> = (tpm, { hashData }, call) => {
  // 1.
  const hash = requireThread(tpm, call);
  // 2, 3. An error ends the thread.
  if (hashData.length % SHA1_BLOCK !== 0 || hashData.length > tpm.limits.sha1UpdateBytes) {
    tpm.volatile.sha1Thread = null;
    throw tpmError("TPM_SHA_ERROR", `${hashData.length} bytes are no whole blocks, or too many`);
  }
  // 4.
  hash.update(hashData);
  return {};
};

/** TPM_SHA1Complete (Part 3, 13.3). */
export const TPM_SHA1Complete: Handler<"TPM_SHA1Complete"> = (tpm, { hashData }, call) => ({
  hashValue: complete(tpm, call, hashData),
});

/** TPM_SHA1CompleteExtend (Part 3, 13.4). */
export const TPM_SHA1CompleteExtend: Handler<"TPM_SHA1CompleteExtend"> = (
  tpm,
  { pcrNum, hashData },
  call,
) => {
  // 9. The thread ends even when the PCR cannot be extended.
  const hashValue = complete(tpm, call, hashData);
  // 5 to 8, 10.
  return { hashValue, outDigest: extendPcr(tpm, pcrNum, hashValue) };
};

/** Ends the thread with at most 64 bytes more. */
function complete(tpm: Tpm, call: Call, hashData: Uint8Array): Uint8Array {
  if (hashData.length > SHA1_BLOCK) {
    tpm.volatile.sha1Thread = null;
    throw tpmError("TPM_SHA_ERROR", `${hashData.length} bytes are more than the last block has`);
  }
  const hash = requireThread(tpm, call);
  tpm.volatile.sha1Thread = null;
  return hash.update(hashData).digest();
}

/** TPM_Sign (Part 3, 13.5). */
export const TPM_Sign: Handler<"TPM_Sign"> = (_tpm, { areaToSign }, call) => {
  const { key } = call.key("keyHandle");
  // 2.
  if (areaToSign.length === 0) throw tpmError("TPM_BAD_PARAMETER", "there is nothing to sign");
  // 3.
  if (key.keyUsage !== TPM_KEY_SIGNING && key.keyUsage !== TPM_KEY_LEGACY) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "signing takes a signing or legacy key");
  }
  // 4 to 10.
  switch (key.publicPart.algorithmParms.sigScheme) {
    case TPM_SS_RSASSAPKCS1v15_SHA1: // 5.
      if (areaToSign.length !== 20) {
        throw tpmError(
          "TPM_BAD_PARAMETER",
          `a SHA-1 digest has 20 bytes, not ${areaToSign.length}`,
        );
      }
      return { sig: signDigest(key, areaToSign) };
    case TPM_SS_RSASSAPKCS1v15_DER: // 6.
      return { sig: signDer(key, areaToSign) };
    case TPM_SS_RSASSAPKCS1v15_INFO: { // 7.
      const replay = call.use("keyHandle")?.block.nonceOdd;
      if (replay === undefined) {
        throw tpmError("TPM_BAD_PARAMETER", "this scheme signs the nonce of a session");
      }
      return { sig: signInfo(key, { fixed: "SIGN", replay, data: areaToSign }) };
    }
    default: // 8.
      throw tpmError("TPM_INVALID_KEYUSAGE", "the key has no signature scheme");
  }
};

/** TPM_GetRandom (Part 3, 13.6). Action 2: no more than the answer holds. */
export const TPM_GetRandom: Handler<"TPM_GetRandom"> = (tpm, { bytesRequested }) => {
  const most = tpm.limits.buffer - HEADER_SIZE - 4;
  return { randomBytes: tpm.random(Math.min(bytesRequested, most)) };
};

/**
 * TPM_StirRandom (Part 3, 13.7). The random source is the host's, which needs no stirring, or a
 * seeded one, which must not be stirred: action 2 changes nothing.
 */
export const TPM_StirRandom: Handler<"TPM_StirRandom"> = () => ({});
