import { extendTransportDigest, transportPubKeyHash } from "../auth/mod.ts";
import { encode } from "../codec/mod.ts";
import type { Command } from "../tpm12/commands/mod.ts";
import {
  TPM_KH_EK,
  TPM_TAG_TRANSPORT_LOG_IN,
  TPM_TAG_TRANSPORT_LOG_OUT,
  TPM_TRANSPORT_LOG,
} from "../tpm12/constants/mod.ts";
import {
  TPM_TRANSPORT_LOG_IN,
  TPM_TRANSPORT_LOG_OUT,
  type TpmCurrentTicks,
} from "../tpm12/structures/mod.ts";
import { wrappedKeyHandles } from "../wire/mod.ts";
import type { TransportSession } from "./state/sessions.ts";
import type { Tpm } from "./tpm.ts";

/** Whether a transport session keeps a log. */
export function isLogged({ transPublic }: TransportSession): boolean {
  return (transPublic.transAttributes & TPM_TRANSPORT_LOG) !== 0;
}

/** transDigest := SHA1(transDigest ‖ TPM_TRANSPORT_LOG_IN), of a request's parameters and keys. */
export function logIn(
  session: TransportSession,
  { parameters, pubKeyHash }: { readonly parameters: Uint8Array; readonly pubKeyHash: Uint8Array },
): void {
  const entry = { tag: TPM_TAG_TRANSPORT_LOG_IN, parameters, pubKeyHash } as const;
  extend(session, encode(TPM_TRANSPORT_LOG_IN, entry));
}

/** transDigest := SHA1(transDigest ‖ TPM_TRANSPORT_LOG_OUT), of parameters, ticks and locality. */
export function logOut(
  tpm: Tpm,
  session: TransportSession,
  { parameters, currentTicks }: {
    readonly parameters: Uint8Array;
    readonly currentTicks: TpmCurrentTicks;
  },
): void {
  const tag = TPM_TAG_TRANSPORT_LOG_OUT;
  const entry = { tag, currentTicks, parameters, locality: tpm.locality };
  extend(session, encode(TPM_TRANSPORT_LOG_OUT, entry));
}

function extend(session: TransportSession, entry: Uint8Array): void {
  session.transDigest = extendTransportDigest(session.transDigest, entry);
}

/** A command as it lies in a TPM_ExecuteTransport, its parameters decrypted. */
export interface WrappedCommand {
  /** Its row. */
  readonly row: Command;
  /** Header, handles and parameters. */
  readonly packet: Uint8Array;
  /** DATAw: the parameters that the session encrypts, a view of `packet`. */
  readonly data: Uint8Array;
}

/**
 * pubKeyHash of a wrapped command, 20 bytes: zeros, or SHA-1 of the digests of its keys (Part 3,
 * 24.2, action 10). Throws TPM_INVALID_KEYHANDLE for a key that is not loaded, and as
 * {@linkcode Tpm.loadedKey}.
 */
export function pubKeyHash(tpm: Tpm, command: WrappedCommand): Uint8Array {
  // 10.d, 10.e, 10.g. The EK is no loaded key, but TPM_OwnerReadInternalPub names it.
  const digests = wrappedKeyHandles(command.row, command).map((handle) => {
    const key = handle === TPM_KH_EK ? tpm.endorsementKey : tpm.loadedKey(handle).key;
    return key.storePubkeyDigest;
  });
  // 10.c.
  return transportPubKeyHash(digests);
}
