import { encode, U16 } from "../../lib/codec/mod.ts";
import * as C from "../../lib/tpm12/constants/mod.ts";
import { u32 } from "../bytes.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { FLAGS } from "./flags.ts";
import { type Authorization, type Step, step } from "./step.ts";
import { locality, physicalPresence, startup } from "./steps.ts";

const NONE = new Uint8Array();
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

const TRUE = Uint8Array.of(1);
const FALSE = Uint8Array.of(0);
/** Of every size; the last ones leave a flag as it is in a new TPM. */
const VALUES = [NONE, Uint8Array.of(0, 1), u32(0), u32(1), TRUE, FALSE];
/** Flags that are TRUE in a new TPM. */
const RISEN: readonly number[] = [C.TPM_PF_OWNERSHIP, C.TPM_PF_READPUBEK];

type Auths = readonly (Authorization | string)[];

function set(
  { capArea, subCap, setValue }: { capArea: number; subCap: Uint8Array; setValue: Uint8Array },
  auths: Auths,
  code: string | Record<string, string> = "any",
): Step {
  return step({
    command: "TPM_SetCapability",
    title: `area ${capArea}, ${subCap.toHex()} to ${setValue.toHex()}`,
    request: { capArea, subCap, setValue },
    auths,
    code,
  });
}

/** Every value in every place; what is set to new DAA secrets apart. */
function everything(auths: Auths): Script {
  const areas = range(C.TPM_SET_PERM_FLAGS, C.TPM_SET_VENDOR).map((capArea) => {
    const last = capArea === C.TPM_SET_PERM_FLAGS ? 21 : 27;
    return range(0, last).map((which): Script => {
      const values = RISEN.includes(which) ? [...VALUES, TRUE] : VALUES;
      if (capArea === C.TPM_SET_PERM_DATA && which === C.TPM_PD_DAAPROOF) return [];
      return values.map((setValue) => set({ capArea, subCap: u32(which), setValue }, auths));
    });
  });
  return [areas, FLAGS];
}

const OWNER = ["owner"];
const DISABLE = step({ command: "TPM_OwnerSetDisable", request: { disableState: true } });
const DEACTIVATE = step({ command: "TPM_SetTempDeactivated", auths: [] });

conformanceTest("an unowned TPM lets everybody set the same, with and without presence", [
  startup(),
  everything([]),
  physicalPresence(true),
  everything([]),
  DEACTIVATE,
  everything([]),
  step({ command: "TPM_PhysicalDisable" }),
  everything([]),
], { fresh: true });

conformanceTest("the owner may set the same", [everything([]), everything(OWNER)]);

conformanceTest("the owner may set the same with presence, while disabled and deactivated", [
  physicalPresence(true),
  everything(OWNER),
  DISABLE,
  everything(OWNER),
  DEACTIVATE,
  everything(OWNER),
]);

conformanceTest("localities 3 and 4 may set the same", [
  [2, 3, 4].map((number) => [
    locality(number),
    [FALSE, TRUE].map((setValue) => [
      set(
        { capArea: C.TPM_SET_PERM_FLAGS, subCap: u32(C.TPM_PF_TPMESTABLISHED), setValue },
        OWNER,
      ),
      set({ capArea: C.TPM_SET_STANY_FLAGS, subCap: u32(C.TPM_AF_TOSPRESENT), setValue }, []),
    ]),
  ]),
  FLAGS,
]);

conformanceTest("a wrong secret sets nothing", [
  set(
    { capArea: C.TPM_SET_PERM_FLAGS, subCap: u32(C.TPM_PF_DISABLE), setValue: TRUE },
    [{ entity: "SRK", kind: "OSAP" }],
    "TPM_AUTHFAIL",
  ),
  set(
    { capArea: C.TPM_SET_PERM_FLAGS, subCap: u32(C.TPM_PF_DISABLE), setValue: TRUE },
    [{ entity: "owner", tamper: (auth) => ({ ...auth, authData: new Uint8Array(20) }) }],
    "TPM_AUTHFAIL",
  ),
  FLAGS,
]);

conformanceTest("sub-capabilities of other sizes are refused", [
  [NONE, encode(U16, 1), new Uint8Array(5)].map((subCap) =>
    [C.TPM_SET_PERM_FLAGS, C.TPM_SET_STCLEAR_DATA].map((capArea) =>
      set({ capArea, subCap, setValue: TRUE }, OWNER)
    )
  ),
]);

conformanceTest("TPM_SetCapability differs in what is not there, and in who sets daaProof", [
  set(
    {
      capArea: C.TPM_SET_PERM_FLAGS,
      subCap: u32(C.TPM_PF_READSRKPUB),
      setValue: Uint8Array.of(2),
    },
    OWNER,
    { emulator: "TPM_BAD_PARAMETER", libtpms: "TPM_SUCCESS" },
  ),
  [0, 8, 0x10].map((capArea) =>
    set({ capArea, subCap: u32(1), setValue: TRUE }, OWNER, {
      emulator: "TPM_BAD_PARAMETER",
      libtpms: "TPM_BAD_MODE",
    })
  ),
  set({ capArea: C.TPM_SET_PERM_DATA, subCap: u32(C.TPM_PD_DAAPROOF), setValue: NONE }, [], {
    emulator: "TPM_AUTHFAIL",
    libtpms: "TPM_SUCCESS",
  }),
  set(
    { capArea: C.TPM_SET_PERM_DATA, subCap: u32(C.TPM_PD_DAAPROOF), setValue: NONE },
    OWNER,
    "TPM_SUCCESS",
  ),
]);
