import { assertEquals } from "@std/assert";
import { DEFAULT_DURATIONS, durationOf, durationsFrom } from "../../lib/tddl/durations.ts";
import { fromHex } from "../hex.ts";

Deno.test("a command may take as long as its class says, an unknown one as long as any", () => {
  const of = (hex: string) => durationOf(fromHex(hex), DEFAULT_DURATIONS);
  assertEquals(of("00c1 0000000e 00000015"), DEFAULT_DURATIONS.short); // TPM_PCRRead
  assertEquals(of("00c2 00000100 0000001f"), DEFAULT_DURATIONS.long); // TPM_CreateWrapKey
  assertEquals(of("00c2 00000100 0000003c"), DEFAULT_DURATIONS.medium); // TPM_Sign
  assertEquals(of("00c1 0000000a 20001234"), DEFAULT_DURATIONS.long);
  assertEquals(of("00c1"), DEFAULT_DURATIONS.short);
});

Deno.test("the ordinal is found in the middle of a larger buffer", () => {
  const buffer = fromHex("ffffff 00c2 00000100 0000003c");
  assertEquals(durationOf(buffer.subarray(3), DEFAULT_DURATIONS), DEFAULT_DURATIONS.medium);
});

Deno.test("durations reported in microseconds are taken, and in milliseconds understood", () => {
  assertEquals(durationsFrom(fromHex("02faf080 05f5e100 11e1a300")), {
    short: 50_000,
    medium: 100_000,
    long: 300_000,
  });
  assertEquals(durationsFrom(fromHex("00000bb8 00002710 0001d4c0")), {
    short: 3000,
    medium: 10_000,
    long: 120_000,
  });
});

Deno.test("durations shorter than any TPM's are not believed", () => {
  assertEquals(durationsFrom(fromHex("00000001 0000000a 000003e8")), {
    short: 2000,
    medium: 5000,
    long: 60_000,
  });
  assertEquals(durationsFrom(fromHex("00000001")), undefined);
});
