import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { OwnedTpm } from "../owned_tpm.ts";

Deno.test("tss unsealdata opens what tss sealdata has sealed, with either cipher", async () => {
  using tpm = await OwnedTpm.create();
  const plain = "a secret of no length that matters\n".repeat(200);
  for (const cipher of ["AES-256-CBC", "aes-256-gcm"]) {
    const sealed = (await tpm.ok("sealdata", "-z", "--cipher", cipher, { stdin: plain })).stdout;
    assertStringIncludes(sealed, `Symmetric Key: ${cipher.toUpperCase()}\n`);
    assertEquals((await tpm.ok("unsealdata", "-z", { stdin: sealed })).stdout, plain);
  }
});

Deno.test("a secret on its way through files is its owner's alone to read", async () => {
  using tpm = await OwnedTpm.create();
  const [plain, sealed, opened] = [
    await tpm.write("plain", "geheim"),
    tpm.join("s"),
    tpm.join("o"),
  ];
  const { json } = await tpm.ok("sealdata", "-z", "-i", plain, "-o", sealed, "-p", "0-2", "--json");
  assertEquals(json(), { file: sealed, cipher: "AES-256-CBC", pcrs: [0, 1, 2] });
  assertEquals((await tpm.ok("unsealdata", "-z", "-i", sealed, "-o", opened)).stdout, "");
  assertEquals(await Deno.readTextFile(opened), "geheim");
  assertEquals((await Deno.stat(opened)).mode! & 0o777, 0o600);
  const json2 = (await tpm.ok("unsealdata", "-z", "-i", sealed, "--json")).json();
  assertEquals(json2, { data: new TextEncoder().encode("geheim").toHex() });
});

Deno.test("what is sealed to other values of PCRs is refused", async () => {
  using tpm = await OwnedTpm.create();
  const sealed = tpm.join("sealed");
  await tpm.ok("sealdata", "-z", "-p", `0,16=${"11".repeat(20)}`, "-o", sealed, { stdin: "x" });
  const { code, stdout, stderr } = await tpm.run("unsealdata", "-z", "-i", sealed);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, "TPM_WRONGPCRVAL");
});

Deno.test("a wrong secret ends in exit code 3, and what is no sealed file in 1", async () => {
  using tpm = await OwnedTpm.create();
  const wrong = await tpm.run("sealdata", "--srk-password", "str:geheim", { stdin: "x" });
  assertEquals([wrong.code, wrong.stdout], [3, ""]);
  assert(!wrong.stderr.includes("geheim"));
  const { code, stderr } = await tpm.run("unsealdata", "-z", { stdin: "nonsense" });
  assertEquals(code, 1);
  assertEquals(stderr.trim().split("\n").length, 1);
  assertStringIncludes(stderr, "-----BEGIN TSS-----");
  assertEquals((await tpm.run("sealdata", "-z", "--cipher", "DES")).code, 2);
  assertEquals((await tpm.run("sealdata", "-z", "-i", tpm.join("none"))).code, 1);
});
