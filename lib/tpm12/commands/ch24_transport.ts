import { SIZED32, U64 } from "../../codec/mod.ts";
import {
  TPM_KEY_DELEGATE_EstablishTransport,
  TPM_KEY_DELEGATE_ReleaseTransportSigned,
  TPM_KH_TRANSPORT,
} from "../constants/mod.ts";
import {
  TPM_CURRENT_TICKS,
  TPM_NONCE,
  TPM_TRANSPORT_PUBLIC,
  type TpmCurrentTicks,
  type TpmTransportPublic,
} from "../structures/mod.ts";
import { command, type CommandRows, OPERATIONAL } from "./command.ts";
import { TPM_KEY_HANDLE, TPM_MODIFIER_INDICATOR, TPM_TRANSHANDLE } from "./scalars.ts";

/** What the commands of chapter 24 take and answer, by the groups of their rows. */
export interface TransportCommands {
  TPM_EstablishTransport: {
    handles: { encHandle: number };
    in: { transPublic: TpmTransportPublic; secret: Uint8Array };
    outHandles: { transHandle: number };
    out: { locality: number; currentTicks: TpmCurrentTicks; transNonceEven: Uint8Array };
  };
  TPM_ExecuteTransport: {
    in: { wrappedCmd: Uint8Array };
    out: { currentTicks: bigint; locality: number; wrappedRsp: Uint8Array };
  };
  TPM_ReleaseTransportSigned: {
    handles: { keyHandle: number };
    in: { antiReplay: Uint8Array };
    out: { locality: number; currentTicks: TpmCurrentTicks; signature: Uint8Array };
  };
}

/** Part 3, chapter 24: Transport Sessions. */
export const TRANSPORT: CommandRows<TransportCommands> = {
  TPM_EstablishTransport: command({
    ordinal: 0xe6,
    spec: "Part 3, 24.1",
    handles: { encHandle: TPM_KEY_HANDLE },
    auth: [{ for: "encHandle", optional: true, noKey: TPM_KH_TRANSPORT, inTurn: true }],
    in: { transPublic: TPM_TRANSPORT_PUBLIC, secret: SIZED32 },
    outHandles: { transHandle: TPM_TRANSHANDLE },
    out: {
      locality: TPM_MODIFIER_INDICATOR,
      currentTicks: TPM_CURRENT_TICKS,
      transNonceEven: TPM_NONCE,
    },
    secret: ["secret"],
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_EstablishTransport },
    transport: "refused",
    duration: "medium",
  }),
  // currentTicks is the tick count alone, not the structure that the other two commands answer.
  TPM_ExecuteTransport: command({
    ordinal: 0xe7,
    spec: "Part 3, 24.2",
    auth: [{ for: "transport", sessions: ["transport"] }],
    in: { wrappedCmd: SIZED32 },
    out: { currentTicks: U64, locality: TPM_MODIFIER_INDICATOR, wrappedRsp: SIZED32 },
    secret: ["wrappedCmd", "wrappedRsp"],
    needs: OPERATIONAL,
    transport: "refused",
    duration: "long",
    wraps: { in: "wrappedCmd", out: "wrappedRsp" },
    keepsSha1Thread: true,
  }),
  TPM_ReleaseTransportSigned: command({
    ordinal: 0xe8,
    spec: "Part 3, 24.3",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [
      { for: "keyHandle", optional: true, inTurn: true },
      { for: "transport", sessions: ["transport"], ends: "always" },
    ],
    in: { antiReplay: TPM_NONCE },
    out: {
      locality: TPM_MODIFIER_INDICATOR,
      currentTicks: TPM_CURRENT_TICKS,
      signature: SIZED32,
    },
    needs: OPERATIONAL,
    delegate: { key: TPM_KEY_DELEGATE_ReleaseTransportSigned },
    transport: "refused",
    duration: "medium",
  }),
};
