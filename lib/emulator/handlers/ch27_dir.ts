import { tpmError } from "../../tpm12/tss_error.ts";
import { copyBytes } from "../../crypto/mod.ts";
import type { Handler } from "./handler.ts";

/** TPM_DirWriteAuth (Part 3, 27.3.1). */
export const TPM_DirWriteAuth: Handler<"TPM_DirWriteAuth"> = (tpm, { dirIndex, newContents }) => {
  // 2.
  requireDir(dirIndex);
  // 3.
  tpm.permanent.authDIR.set(newContents);
  tpm.changed();
  return {};
};

/** TPM_DirRead (Part 3, 27.3.2). */
export const TPM_DirRead: Handler<"TPM_DirRead"> = (tpm, { dirIndex }) => {
  // 1.
  requireDir(dirIndex);
  // 2.
  return { dirContents: copyBytes(tpm.permanent.authDIR) };
};

/** There is one DIR. TPM_NV_INDEX_DIR stands for it too. */
function requireDir(dirIndex: number): void {
  if (dirIndex !== 0) throw tpmError("TPM_BADINDEX", `there is no DIR ${dirIndex}`);
}
