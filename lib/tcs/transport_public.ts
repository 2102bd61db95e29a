import { TPM_TRANSPORT_ENCRYPT, TPM_TRANSPORT_EXCLUSIVE } from "../tpm12/constants/mod.ts";
import type { Values } from "../wire/mod.ts";

/** Whether TPM_EstablishTransport asks for an exclusive session. */
export function isExclusive(request: Values): boolean {
  return (attributesOf(request) & TPM_TRANSPORT_EXCLUSIVE) !== 0;
}

/** Whether the parameters of commands will be encrypted in the session that it asks for. */
export function isEncrypted(request: Values): boolean {
  return (attributesOf(request) & TPM_TRANSPORT_ENCRYPT) !== 0;
}

/** The last byte of transAttributes, which stand behind the tag of TPM_TRANSPORT_PUBLIC. */
function attributesOf({ transPublic }: Values): number {
  return transPublic instanceof Uint8Array && transPublic.length >= 6 ? transPublic[5]! : 0;
}
