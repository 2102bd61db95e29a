import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/errors.ts";
import { parsePcrs } from "../../lib/cli/pcrs.ts";

const ONES = "11".repeat(20);
const indices = (...texts: string[]) => [...parsePcrs(texts, "-p").keys()];

Deno.test("PCRs are given one by one, as lists, as ranges, or all", () => {
  assertEquals(indices("7", "0,2", "4-6"), [0, 2, 4, 5, 6, 7]);
  assertEquals(indices("sha1:1,0x10"), [1, 16]);
  assertEquals(indices("all").length, 24);
  assertEquals(indices("3", "3,3"), [3]);
  assertEquals(indices(), []);
});

Deno.test("a PCR may come with its value", () => {
  const pcrs = parsePcrs([`0,1=${ONES},2`, `sha1:5=0x${ONES}`], "-p");
  assertEquals(pcrs.get(0), null);
  assertEquals(pcrs.get(1), Uint8Array.fromHex(ONES));
  assertEquals(pcrs.get(5), Uint8Array.fromHex(ONES));
});

Deno.test("what is no PCR is refused", () => {
  for (
    const text of ["24", "-1", "", "0,,1", "a", "1-2-3", "5-3", "0=11", "sha256:0", `1=${ONES}1`]
  ) {
    assertThrows(() => parsePcrs([text], "-p"), UsageError, "-p");
  }
});
