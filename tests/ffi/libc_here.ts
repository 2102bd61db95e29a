import { assert } from "@std/assert";
import { grantedLibcs, Libc } from "../../ffi/libc.ts";

/** The libc of this machine: whatever runs these tests may use all of them. */
export function libcHere(): string {
  const path = grantedLibcs().find((path) => {
    try {
      return new Libc(path).path === path;
    } catch {
      return false;
    }
  });
  assert(path !== undefined, "there is a libc on this machine");
  return path;
}
