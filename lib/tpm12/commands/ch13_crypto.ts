import { SIZED32, U32 } from "../../codec/mod.ts";
import {
  TPM_KEY_DELEGATE_CertifyKey,
  TPM_KEY_DELEGATE_CertifyKey2,
  TPM_KEY_DELEGATE_Sign,
} from "../constants/mod.ts";
import {
  TPM_CERTIFY_INFO2,
  TPM_CERTIFY_INFO_ANY,
  TPM_DIGEST,
  TPM_NONCE,
  TPM_PCRVALUE,
  type TpmCertifyInfo,
  type TpmCertifyInfo2,
} from "../structures/mod.ts";
import { ACTIVE, ALWAYS, command, type CommandRows, OPERATIONAL } from "./command.ts";
import { TPM_KEY_HANDLE, TPM_PCRINDEX } from "./scalars.ts";

/** What the commands of chapter 13 take and answer, by the groups of their rows. */
export interface CryptoCommands {
  TPM_SHA1Start: {
    out: { maxNumBytes: number };
  };
  TPM_SHA1Update: {
    in: { hashData: Uint8Array };
  };
  TPM_SHA1Complete: {
    in: { hashData: Uint8Array };
    out: { hashValue: Uint8Array };
  };
  TPM_SHA1CompleteExtend: {
    in: { pcrNum: number; hashData: Uint8Array };
    out: { hashValue: Uint8Array; outDigest: Uint8Array };
  };
  TPM_Sign: {
    handles: { keyHandle: number };
    in: { areaToSign: Uint8Array };
    out: { sig: Uint8Array };
  };
  TPM_GetRandom: {
    in: { bytesRequested: number };
    out: { randomBytes: Uint8Array };
  };
  TPM_StirRandom: {
    in: { inData: Uint8Array };
  };
  TPM_CertifyKey: {
    handles: { certHandle: number; keyHandle: number };
    in: { antiReplay: Uint8Array };
    out: { certifyInfo: TpmCertifyInfo | TpmCertifyInfo2; outData: Uint8Array };
  };
  TPM_CertifyKey2: {
    handles: { keyHandle: number; certHandle: number };
    in: { migrationPubDigest: Uint8Array; antiReplay: Uint8Array };
    out: { certifyInfo: TpmCertifyInfo2; outData: Uint8Array };
  };
}

/** Part 3, chapter 13: Cryptographic Functions. */
export const CRYPTO: CommandRows<CryptoCommands> = {
  TPM_SHA1Start: command({
    ordinal: 0xa0,
    spec: "Part 3, 13.1",
    out: { maxNumBytes: U32 },
    needs: ALWAYS,
  }),
  TPM_SHA1Update: command({
    ordinal: 0xa1,
    spec: "Part 3, 13.2",
    in: { hashData: SIZED32 },
    needs: ALWAYS,
    keepsSha1Thread: true,
  }),
  TPM_SHA1Complete: command({
    ordinal: 0xa2,
    spec: "Part 3, 13.3",
    in: { hashData: SIZED32 },
    out: { hashValue: TPM_DIGEST },
    needs: ALWAYS,
    keepsSha1Thread: true,
  }),
  TPM_SHA1CompleteExtend: command({
    ordinal: 0xa3,
    spec: "Part 3, 13.4",
    in: { pcrNum: TPM_PCRINDEX, hashData: SIZED32 },
    out: { hashValue: TPM_DIGEST, outDigest: TPM_PCRVALUE },
    needs: ALWAYS,
    keepsSha1Thread: true,
  }),
  TPM_Sign: command({
    ordinal: 0x3c,
    spec: "Part 3, 13.5",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "keyHandle", optional: true }],
    in: { areaToSign: SIZED32 },
    out: { sig: SIZED32 },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_Sign },
    duration: "medium",
  }),
  TPM_GetRandom: command({
    ordinal: 0x46,
    spec: "Part 3, 13.6",
    in: { bytesRequested: U32 },
    out: { randomBytes: SIZED32 },
    secret: ["randomBytes"],
    needs: ACTIVE,
  }),
  TPM_StirRandom: command({
    ordinal: 0x47,
    spec: "Part 3, 13.7",
    in: { inData: SIZED32 },
    secret: ["inData"],
    needs: ACTIVE,
  }),
  TPM_CertifyKey: command({
    ordinal: 0x32,
    spec: "Part 3, 13.8",
    handles: { certHandle: TPM_KEY_HANDLE, keyHandle: TPM_KEY_HANDLE },
    auth: [
      { for: "certHandle", optional: true, inTurn: true },
      { for: "keyHandle", optional: true, readsPublic: true, inTurn: true },
    ],
    in: { antiReplay: TPM_NONCE },
    out: { certifyInfo: TPM_CERTIFY_INFO_ANY, outData: SIZED32 },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_CertifyKey },
    duration: "medium",
  }),
  // The two keys stand in the other order than in TPM_CertifyKey.
  TPM_CertifyKey2: command({
    ordinal: 0x33,
    spec: "Part 3, 13.9",
    handles: { keyHandle: TPM_KEY_HANDLE, certHandle: TPM_KEY_HANDLE },
    auth: [
      { for: "keyHandle", optional: true, readsPublic: true, inTurn: true },
      { for: "certHandle", optional: true, inTurn: true },
    ],
    in: { migrationPubDigest: TPM_DIGEST, antiReplay: TPM_NONCE },
    out: { certifyInfo: TPM_CERTIFY_INFO2, outData: SIZED32 },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_CertifyKey2 },
    duration: "medium",
  }),
};
