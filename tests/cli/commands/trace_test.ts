import { assertEquals } from "@std/assert";
import { tss } from "../io.ts";

Deno.test("tss trace decodes requests, and answers by the request before", async () => {
  const { code, json } = await tss(["trace", "--json"], {
    stdin: "> 00c10000000e0000001500000010\n< 00c40000001e00000000" + "ab".repeat(20) + "\n",
  });
  assertEquals(code, 0);
  assertEquals(json().packets, [
    { request: "TPM_PCRRead", pcrIndex: 16 },
    { answer: "TPM_PCRRead", returnCode: "TPM_SUCCESS", outDigest: "ab".repeat(20) },
  ]);
});

Deno.test("tss trace names return codes, and shows what it cannot decode", async () => {
  const { json } = await tss([
    "trace",
    "--json",
    "00c10000000a0000000a",
    "00c40000000a00000001",
    "00c10000000e00000096deadbeef",
    "00c10000000b000000150000",
    "00c10000000a0000ffff",
    "00c40000000a00000000",
  ]);
  const [shown, failed, handle, short, unknown, stray] = json().packets;
  assertEquals(shown.request, "TPM_OIAP");
  assertEquals([failed.answer, failed.returnCode], ["TPM_OIAP", "TPM_AUTHFAIL"]);
  assertEquals(handle, { request: "TPM_Terminate_Handle", authHandle: "0xdeadbeef" });
  assertEquals([short.request, typeof short.malformed], ["TPM_PCRRead", "string"]);
  assertEquals(unknown.request, "ordinal 0xffff");
  assertEquals(stray.answer, "unknown request");
  assertEquals((await tss(["trace", "xyz"])).code, 2);
  assertEquals((await tss(["trace", "00c1"])).code, 1);
});
