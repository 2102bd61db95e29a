import { isTransportCipher, transportCrypt } from "../../auth/mod.ts";
import { CodecError, encode, Reader, U32, Writer } from "../../codec/mod.ts";
import { commandByOrdinal } from "../../tpm12/commands/mod.ts";
import {
  TPM_ALG_AES128,
  TPM_ALG_MGF1,
  TPM_KEY_LEGACY,
  TPM_KEY_SIGNING,
  TPM_KEY_STORAGE,
  TPM_KH_TRANSPORT,
  TPM_TRANSPORT_ENCRYPT,
  TPM_TRANSPORT_EXCLUSIVE,
} from "../../tpm12/constants/mod.ts";
import { TPM_TRANSPORT_AUTH, type TpmTransportPublic } from "../../tpm12/structures/mod.ts";
import { type ReturnCodeName, tpmError } from "../../tpm12/tss_error.ts";
import {
  encodeResponseBody,
  readRequestHeader,
  requestDigest,
  responseDigest,
  wrappedRequestData,
  wrappedResponseData,
} from "../../wire/mod.ts";
import { authorizeInTurn, provesHmac } from "../authorization.ts";
import type { Call, SessionUse } from "../call.ts";
import { execute } from "../dispatcher.ts";
import { decryptUnder } from "../keys/key_blob.ts";
import { requireDigestScheme, signInfo } from "../keys/signing.ts";
import type { TransportSession } from "../state/sessions.ts";
import { currentTicks } from "../ticks.ts";
import type { Tpm } from "../tpm.ts";
import { isLogged, logIn, logOut, pubKeyHash, type WrappedCommand } from "../transport_log.ts";
import type { Handler } from "./handler.ts";

/** TPM_EstablishTransport (Part 3, 24.1). */
export const TPM_EstablishTransport: Handler<"TPM_EstablishTransport"> = (
  tpm,
  { encHandle, transPublic, secret },
  call,
) => {
  // 1, 2.
  const authData = encHandle === TPM_KH_TRANSPORT
    ? clearSecret(call, transPublic, secret)
    : decryptedSecret(tpm, call, secret);
  // 3.
  if (encrypts(transPublic)) requireCipher(tpm, transPublic);
  // 4, 5.
  const { transportSessions } = tpm.volatile;
  transportSessions.requireRoom();
  const session = transportSessions.add({
    handle: transportSessions.freeHandle(tpm.random),
    authData: authData.slice(),
    transPublic,
    nonceEven: tpm.random(20),
    transDigest: new Uint8Array(20),
  });
  // 6, 7, 10.
  const ticks = currentTicks(tpm);
  const answer = {
    transHandle: session.handle,
    locality: tpm.locality,
    currentTicks: ticks,
    transNonceEven: session.nonceEven,
  };
  // 8.
  if (isLogged(session)) {
    logIn(session, { parameters: call.digest, pubKeyHash: new Uint8Array(20) });
    const body = encodeResponseBody(call.command, answer);
    const parameters = responseDigest(call.command.ordinal, body);
    logOut(tpm, session, { parameters, currentTicks: ticks });
  }
  // 9.
  if ((transPublic.transAttributes & TPM_TRANSPORT_EXCLUSIVE) !== 0) {
    tpm.volatile.transportExclusive = session.handle;
  }
  return answer;
};

/** 1. A session whose secret comes in the clear. */
function clearSecret(call: Call, transPublic: TpmTransportPublic, secret: Uint8Array): Uint8Array {
  if (call.sessions.length > 0) {
    throw tpmError("TPM_BADTAG", "a secret in the clear comes without a session");
  }
  if (encrypts(transPublic)) {
    throw tpmError("TPM_BAD_SCHEME", "encryption takes a secret that was encrypted itself");
  }
  if (secret.length !== 20) {
    throw tpmError("TPM_BAD_PARAM_SIZE", `a secret has 20 bytes, not ${secret.length}`);
  }
  return secret;
}

/** 2. A session whose secret a key decrypts. */
function decryptedSecret(tpm: Tpm, call: Call, secret: Uint8Array): Uint8Array {
  const { key } = call.key("encHandle");
  if (key.keyUsage !== TPM_KEY_STORAGE && key.keyUsage !== TPM_KEY_LEGACY) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "the secret takes a storage or legacy key");
  }
  authorizeInTurn(tpm, call, "encHandle");
  // Bytes left over are let pass, as libtpms does.
  return TPM_TRANSPORT_AUTH.read(new Reader(decryptUnder(key, secret))).authData;
}

function encrypts({ transAttributes }: TpmTransportPublic): boolean {
  return (transAttributes & TPM_TRANSPORT_ENCRYPT) !== 0;
}

/** 3. */
function requireCipher(tpm: Tpm, { algId, encScheme }: TpmTransportPublic): void {
  if (tpm.permanent.flags.FIPS && algId === TPM_ALG_MGF1) {
    throw tpmError("TPM_INAPPROPRIATE_ENC", "FIPS mode has no MGF1 encryption");
  }
  if (algId !== TPM_ALG_MGF1 && algId !== TPM_ALG_AES128) {
    throw tpmError("TPM_BAD_KEY_PROPERTY", `algorithm ${algId} is not MGF1 or AES-128`);
  }
  if (!isTransportCipher({ algId, encScheme })) {
    throw tpmError("TPM_INAPPROPRIATE_ENC", `scheme ${encScheme} does not suit the algorithm`);
  }
}

/** TPM_ExecuteTransport (Part 3, 24.2). */
export const TPM_ExecuteTransport: Handler<"TPM_ExecuteTransport"> = (
  tpm,
  { wrappedCmd: packet },
  call,
) => {
  // 1.
  const { use, session } = transportOf(call);
  const encrypted = encrypts(session.transPublic);
  const crypt = (direction: "in" | "out", nonceEven: Uint8Array, data: Uint8Array): void => {
    if (!encrypted) return;
    const cipher = { ...session.transPublic, authData: session.authData };
    const nonces = { nonceEven, nonceOdd: use.block.nonceOdd };
    data.set(transportCrypt(cipher, nonces, { direction, data }));
  };
  // 2, 3.
  const command = unwrap(tpm, packet);
  // 4, 5.
  crypt("in", session.nonceEven, command.data);
  // 6.
  const h1 = requestDigest(command.row.ordinal, command.data);
  // 7.
  call.digest = requestDigest(call.command.ordinal, concat(encode(U32, packet.length), h1));
  requireHmac(call, "TPM_AUTHFAIL");
  // 9.
  if (UNWRAPPABLE.includes(command.row.name)) {
    throw tpmError("TPM_NO_WRAP_TRANSPORT", `${command.row.name} cannot be wrapped`);
  }
  // 10.
  if (isLogged(session)) {
    logIn(session, { parameters: h1, pubKeyHash: pubKeyHash(tpm, command) });
  }
  // 11.
  const execution = execute(tpm, packet, { session, encrypted });
  const { response } = execution;
  tpm.onWrapped?.(packet.slice(), { ...execution, response: response.slice() });
  // 12.
  const ticks = currentTicks(tpm);
  // 13.
  const data = wrappedResponseData(command.row, response);
  // 14.
  const h2 = responseDigest(command.row.ordinal, data, returnCode(response));
  // 15.
  use.nextNonceEven = tpm.random(20);
  call.responseBody = answerBody(
    { ticks: ticks.currentTicks, locality: tpm.locality },
    response,
    h2,
  );
  // 16.
  if (isLogged(session)) logOut(tpm, session, { parameters: h2, currentTicks: ticks });
  // 17, 18.
  crypt("out", use.nextNonceEven, data);
  // 19. The command may have closed its own session (Description 7).
  use.continueAuthSession &&= tpm.volatile.transportSessions.get(session.handle) === session;
  // 8, 20. Both events are the dispatcher's, once the command has succeeded (8.1).
  call.audited = { input: h1, output: h2 };
  // 21.
  return { currentTicks: ticks.currentTicks, locality: tpm.locality, wrappedRsp: response };
};

/** 9. TPM_SaveState refuses for itself. */
const UNWRAPPABLE: readonly string[] = [
  "TPM_EstablishTransport",
  "TPM_ExecuteTransport",
  "TPM_ReleaseTransportSigned",
];

/** 2, 3. The parts of a wrapped command, its parameters still encrypted. */
function unwrap(tpm: Tpm, packet: Uint8Array): WrappedCommand {
  try {
    const { paramSize, ordinal } = readRequestHeader(new Reader(packet));
    const row = commandByOrdinal(ordinal);
    if (row === undefined || !tpm.knows(row)) {
      throw tpmError("TPM_BAD_PARAMETER", "the wrapped command is unknown");
    }
    if (paramSize !== packet.length) {
      const detail = `paramSize of the wrapped command is ${paramSize}, not ${packet.length}`;
      throw tpmError("TPM_BAD_PARAM_SIZE", detail);
    }
    return { row, packet, data: wrappedRequestData(row, packet) };
  } catch (error) {
    throw error instanceof CodecError ? tpmError("TPM_BAD_PARAMETER", error.message) : error;
  }
}

/** What stands for the answer's parameters in its digest (15.b): H2 in the place of wrappedRsp. */
function answerBody(
  { ticks, locality }: { readonly ticks: bigint; readonly locality: number },
  response: Uint8Array,
  h2: Uint8Array,
): Uint8Array {
  const writer = new Writer();
  writer.u64(ticks);
  writer.u32(locality);
  writer.u32(response.length);
  writer.bytes(h2);
  return writer.finish();
}

function returnCode(response: Uint8Array): number {
  const reader = new Reader(response);
  reader.bytes(6);
  return reader.u32();
}

/** TPM_ReleaseTransportSigned (Part 3, 24.3). */
export const TPM_ReleaseTransportSigned: Handler<"TPM_ReleaseTransportSigned"> = (
  tpm,
  { antiReplay },
  call,
) => {
  const { key } = call.key("keyHandle");
  // 1.
  const { session } = transportOf(call);
  // 2.
  requireDigestScheme(key);
  // 3.
  if (key.keyUsage !== TPM_KEY_SIGNING) {
    throw tpmError("TPM_INVALID_KEYUSAGE", "a transport log is signed by a signing key");
  }
  // 4.
  authorizeInTurn(tpm, call, "keyHandle");
  // 5.
  requireHmac(call, "TPM_AUTH2FAIL");
  // 7.
  if (!isLogged(session)) throw tpmError("TPM_BAD_MODE", "the transport session keeps no log");
  // 6.
  const ticks = currentTicks(tpm);
  logOut(tpm, session, { parameters: call.digest, currentTicks: ticks });
  // 8.
  const data = session.transDigest;
  const signature = signInfo(key, { fixed: "TRAN", replay: antiReplay, data });
  // 9, 10. By the row.
  return { locality: tpm.locality, currentTicks: ticks, signature };
};

function transportOf(call: Call): { use: SessionUse; session: TransportSession } {
  const use = call.use("transport")!;
  return { use, session: use.session as TransportSession };
}

/** Throws unless the HMAC of a transport session is right; a wrong one does not count towards the lockout. */
function requireHmac(call: Call, code: ReturnCodeName): void {
  const { use, session } = transportOf(call);
  if (provesHmac(call, { use, key: session.authData, nonceEven: session.nonceEven })) return;
  throw tpmError(code, "the HMAC of the transport session is wrong");
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const writer = new Writer();
  for (const part of parts) writer.bytes(part);
  return writer.finish();
}
