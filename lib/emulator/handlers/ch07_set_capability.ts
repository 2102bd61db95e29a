import * as C from "../../tpm12/constants/mod.ts";
import type { TpmPermanentFlags } from "../../tpm12/structures/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { drawDaaSecrets } from "../clear_owner.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** One value that is to be set, and what its caller has proved. */
interface Setting {
  readonly tpm: Tpm;
  readonly value: number;
  readonly ownerProved: boolean;
}

/** A restriction, or the setting itself. */
type Action = (setting: Setting) => void;

/** What one sub-capability takes, and its actions in turn. */
interface Settable {
  readonly form: "BOOL" | "UINT32" | "nothing";
  readonly actions: readonly Action[];
}

const bool = (...actions: readonly Action[]): Settable => ({ form: "BOOL", actions });
const uint32 = (...actions: readonly Action[]): Settable => ({ form: "UINT32", actions });

const byOwner: Action = ({ ownerProved }) => {
  if (!ownerProved) throw tpmError("TPM_AUTHFAIL", "only the owner may set this");
};
const byPresence: Action = ({ tpm }) => {
  if (!tpm.physicalPresence) throw tpmError("TPM_AUTHFAIL", "this takes physical presence");
};
const byOwnerOrPresence: Action = ({ tpm, ownerProved }) => {
  if (ownerProved || tpm.physicalPresence) return;
  throw tpmError("TPM_AUTHFAIL", "this takes the owner or physical presence");
};
const byLocality3Or4: Action = ({ tpm }) => {
  if (tpm.locality < 3) throw tpmError("TPM_BAD_LOCALITY", "only localities 3 and 4 may set this");
};
const unowned: Action = ({ tpm }) => {
  if (tpm.permanent.ownerInstalled) throw tpmError("TPM_OWNER_SET", "there is an owner");
};
const enabled: Action = ({ tpm }) => {
  if (tpm.permanent.flags.disable) throw tpmError("TPM_DISABLED", "the TPM is disabled");
};
const activated: Action = ({ tpm }) => {
  if (tpm.volatile.flags.deactivated) throw tpmError("TPM_DEACTIVATED", "the TPM is deactivated");
};
const only = (allowed: boolean): Action => ({ value }) => {
  if ((value !== 0) === allowed) return;
  throw tpmError("TPM_BAD_PARAMETER", `this may only be set ${allowed ? "TRUE" : "FALSE"}`);
};
const flag = (name: Exclude<keyof TpmPermanentFlags, "tag">): Action => ({ tpm, value }) => {
  tpm.permanent.flags[name] = value !== 0;
  tpm.changed();
};

const newDaaSecrets: Action = ({ tpm }) => {
  drawDaaSecrets(tpm);
  tpm.changed();
};

/** Bits that are set newly take physical presence. */
const deferredPhysicalPresence: Action = ({ tpm, value }) => {
  const { volatile } = tpm;
  if ((value & ~volatile.deferredPhysicalPresence) !== 0) tpm.requirePhysicalPresence();
  volatile.deferredPhysicalPresence = value;
};

/** Values for TPM_SetCapability (Part 2, 7 and 21.4), with the restrictions of each. */
const SETTABLE: ReadonlyMap<number, ReadonlyMap<number, Settable>> = new Map([
  [
    C.TPM_SET_PERM_FLAGS,
    new Map([
      [C.TPM_PF_DISABLE, bool(byOwnerOrPresence, flag("disable"))],
      [C.TPM_PF_OWNERSHIP, bool(unowned, byPresence, enabled, activated, flag("ownership"))],
      [C.TPM_PF_DEACTIVATED, bool(byPresence, enabled, flag("deactivated"))],
      [C.TPM_PF_READPUBEK, bool(byOwner, enabled, activated, flag("readPubek"))],
      [
        C.TPM_PF_DISABLEOWNERCLEAR,
        bool(byOwner, only(true), enabled, activated, flag("disableOwnerClear")),
      ],
      [
        C.TPM_PF_ALLOWMAINTENANCE,
        bool(byOwner, only(false), enabled, activated, flag("allowMaintenance")),
      ],
      [C.TPM_PF_READSRKPUB, bool(byOwner, enabled, activated, flag("readSRKPub"))],
      [C.TPM_PF_TPMESTABLISHED, bool(byLocality3Or4, only(false), flag("tpmEstablished"))],
      [C.TPM_PF_DISABLEFULLDALOGICINFO, bool(byOwner, flag("disableFullDALogicInfo"))],
    ]),
  ],
  [
    C.TPM_SET_PERM_DATA,
    new Map<number, Settable>([
      [
        C.TPM_PD_RESTRICTDELEGATE,
        uint32(byOwner, enabled, activated, ({ tpm, value }) => {
          tpm.permanent.restrictDelegate = value;
          tpm.changed();
        }),
      ],
      // New secrets make worthless all that issuers of DAA credentials ever signed.
      [C.TPM_PD_DAAPROOF, { form: "nothing", actions: [byOwner, newDaaSecrets] }],
    ]),
  ],
  [
    C.TPM_SET_STCLEAR_FLAGS,
    new Map([[
      C.TPM_SF_DISABLEFORCECLEAR,
      bool(enabled, activated, only(true), ({ tpm }) => {
        tpm.volatile.flags.disableForceClear = true;
      }),
    ]]),
  ],
  [
    C.TPM_SET_STCLEAR_DATA,
    new Map([[C.TPM_SD_DEFERREDPHYSICALPRESENCE, uint32(deferredPhysicalPresence)]]),
  ],
  [
    C.TPM_SET_STANY_FLAGS,
    new Map([[
      C.TPM_AF_TOSPRESENT,
      bool(byLocality3Or4, only(false), ({ tpm }) => {
        tpm.volatile.TOSPresent = false;
      }),
    ]]),
  ],
]);

/** TPM_SetCapability (Part 3, 7.2). The owner's session was checked before (action 1). */
export const TPM_SetCapability: Handler<"TPM_SetCapability"> = (
  tpm,
  { capArea, subCap, setValue },
  call,
) => {
  const which = uint32Of(subCap);
  const settable = which === undefined ? undefined : SETTABLE.get(capArea)?.get(which);
  // 4.
  if (settable === undefined) throw tpmError("TPM_BAD_PARAMETER", "this cannot be set");
  const value = valueOf(settable, setValue);
  // 2, 3.
  for (const action of settable.actions) action({ tpm, value, ownerProved: call.has("owner") });
  return {};
};

/** The value; throws TPM_BAD_PARAMETER for one of another form. */
function valueOf({ form }: Settable, setValue: Uint8Array): number {
  if (form === "nothing") return 0;
  const value = form === "BOOL" ? boolOf(setValue) : uint32Of(setValue);
  if (value === undefined) throw tpmError("TPM_BAD_PARAMETER", `the value is no ${form}`);
  return value;
}

function boolOf(bytes: Uint8Array): number | undefined {
  return bytes.length === 1 && bytes[0]! <= 1 ? bytes[0] : undefined;
}

function uint32Of(bytes: Uint8Array): number | undefined {
  if (bytes.length !== 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
