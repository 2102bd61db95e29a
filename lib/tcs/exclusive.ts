import { TPM_TRANSPORT_EXCLUSIVE } from "../tpm12/constants/mod.ts";
import type { Values } from "../wire/mod.ts";

/** Whether TPM_EstablishTransport asks for an exclusive session (TPM_TRANSPORT_PUBLIC: tag, then transAttributes). */
export function isExclusive({ transPublic }: Values): boolean {
  if (!(transPublic instanceof Uint8Array) || transPublic.length < 6) return false;
  return (transPublic[5]! & TPM_TRANSPORT_EXCLUSIVE) !== 0;
}
