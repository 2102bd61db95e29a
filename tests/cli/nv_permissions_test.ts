import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/errors.ts";
import {
  formatNvPermissions,
  NV_PERMISSION_WORDS,
  parseNvPermissions,
} from "../../lib/cli/nv_permissions.ts";

const parse = (text: string) => parseNvPermissions(text, "-p");

Deno.test("permissions of NV areas are words and numbers between bars", () => {
  assertEquals(parse("OWNERREAD|OWNERWRITE"), 0x20002);
  assertEquals(parse("AUTHREAD | AUTHWRITE"), 0x40004);
  assertEquals(parse("READ_STCLEAR"), 0x80000000);
  assertEquals(parse("0x2000|4"), 0x2004);
  assertEquals(parse("0"), 0);
});

Deno.test("permissions are written as they are read", () => {
  for (const word of NV_PERMISSION_WORDS) assertEquals(formatNvPermissions(parse(word)), word);
  assertEquals(formatNvPermissions(0x20002), "OWNERREAD|OWNERWRITE");
  assertEquals([formatNvPermissions(0), formatNvPermissions(0x20008)], ["0x0", "OWNERREAD|0x8"]);
});

Deno.test("what is no permission is refused", () => {
  for (const text of ["", "OWNER", "OWNERREAD|", "0x100000000", "toString"]) {
    assertThrows(() => parse(text), UsageError, "-p");
  }
});
