import { BOOL, sized32 } from "../../codec/mod.ts";
import { TPM_DELEGATE_KeyControlOwner } from "../constants/mod.ts";
import { TPM_CONTEXT_BLOB, TPM_PUBKEY } from "../structures/mod.ts";
import { command, OPERATIONAL } from "./command.ts";
import {
  CONTEXT_LABEL,
  TPM_HANDLE,
  TPM_KEY_CONTROL,
  TPM_KEY_HANDLE,
  TPM_RESOURCE_TYPE,
} from "./scalars.ts";

/** Part 3, chapter 21: Session Management. */
export const SESSION_MANAGEMENT = {
  TPM_KeyControlOwner: command({
    ordinal: 0x23,
    spec: "Part 3, 21.1",
    handles: { keyHandle: TPM_KEY_HANDLE },
    auth: [{ for: "owner" }],
    in: { pubKey: TPM_PUBKEY, bitName: TPM_KEY_CONTROL, bitValue: BOOL },
    needs: OPERATIONAL,
    delegate: { owner: TPM_DELEGATE_KeyControlOwner },
  }),
  TPM_SaveContext: command({
    ordinal: 0xb8,
    spec: "Part 3, 21.2",
    handles: { handle: TPM_HANDLE },
    in: { resourceType: TPM_RESOURCE_TYPE, label: CONTEXT_LABEL },
    out: { contextBlob: sized32(TPM_CONTEXT_BLOB) },
    needs: OPERATIONAL,
  }),
  TPM_LoadContext: command({
    ordinal: 0xb9,
    spec: "Part 3, 21.3",
    handles: { entityHandle: TPM_HANDLE },
    in: { keepHandle: BOOL, contextBlob: sized32(TPM_CONTEXT_BLOB) },
    outHandles: { handle: TPM_HANDLE },
    needs: OPERATIONAL,
  }),
};
