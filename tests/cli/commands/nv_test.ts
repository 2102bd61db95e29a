import { assertEquals, assertStringIncludes } from "@std/assert";
import { OwnedTpm } from "../owned_tpm.ts";

Deno.test("an area of the owner is defined, written, read and released", async () => {
  using tpm = await OwnedTpm.create();
  const area = ["-i", "0x1000"];
  const defined = await tpm.ok(
    "nvdefine",
    "-y",
    ...area,
    "-s",
    "20",
    "-p",
    "OWNERREAD|OWNERWRITE",
    "--json",
  );
  assertEquals(defined.json(), { index: 0x1000, size: 20, permissions: "OWNERREAD|OWNERWRITE" });
  await tpm.ok("nvwrite", "-z", ...area, "-d", "hello");
  await tpm.ok("nvwrite", "-z", ...area, "-n", "5", "-s", "1", "-m", "0x21");
  const { stdout } = await tpm.ok("nvread", "-z", ...area, "-s", "6");
  assertEquals(stdout, `00000000  68 65 6c 6c 6f 21${" ".repeat(32)}hello!\n`);
  const rest = (await tpm.ok("nvread", "-z", ...area, "-n", "4", "--json")).json();
  assertEquals([rest.offset, rest.data], [4, "6f21" + "ff".repeat(14)]);
  assertEquals((await tpm.run("nvread", "-pstr:x", ...area)).code, 3);
  assertEquals((await tpm.run("nvread", ...area)).code, 2);
  assertEquals((await tpm.run("nvread", "-z", ...area, "-s", "21")).code, 1);
  await tpm.ok("nvrelease", "-y", ...area);
  const { code, stderr } = await tpm.run("nvread", "-z", ...area);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "there is no NV area 0x1000");
});

Deno.test("an area with a password of its own asks for that", async () => {
  using tpm = await OwnedTpm.create();
  const area = ["-i", "4098"];
  const typed = ["area", "area"];
  await tpm.ok("nvdefine", "-y", "-a", ...area, "-s", "8", "-p", "AUTHREAD|AUTHWRITE", { typed });
  await tpm.ok("nvwrite", ...area, "-f", await tpm.write("data", "12345678"), { typed: ["area"] });
  const file = tpm.join("read");
  await tpm.ok("nvread", "-p", ...area, "-f", file, { typed: ["area"] });
  assertEquals(await Deno.readTextFile(file), "12345678");
  assertEquals(
    (await tpm.ok("nvread", ...area, "-f", "-", { env: { TSS_DATA_PASSWORD: "area" } })).stdout,
    "12345678",
  );
  assertEquals((await tpm.run("nvread", "-z", ...area)).code, 3);
});

Deno.test("an area bound to PCRs is written while they have their values", async () => {
  using tpm = await OwnedTpm.create();
  const area = ["-i", "0x1004"];
  const file = await tpm.write("pcrs", `w 16 ${"11".repeat(20)}\n`);
  const values = ["-r", "16", "-f", file];
  await tpm.ok("nvdefine", "-y", ...area, "-s", "4", "-z", "-p", "AUTHREAD|AUTHWRITE", ...values);
  const { code, stderr } = await tpm.run("nvwrite", "-z", ...area, "-d", "abcd");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "TPM_WRONGPCRVAL");
  await tpm.ok("nvread", "-z", ...area);
});

Deno.test("what is wrong with the options of an area is told", async () => {
  using tpm = await OwnedTpm.create();
  const wrong: [string, string[]][] = [
    ["nvdefine", ["-y", "-i", "1"]],
    ["nvdefine", ["-y", "-s", "1"]],
    ["nvdefine", ["-y", "-i", "x", "-s", "1"]],
    ["nvdefine", ["-y", "-i", "1", "-s", "1", "-p", "ANYREAD"]],
    ["nvwrite", ["-i", "1"]],
    ["nvwrite", ["-i", "1", "-d", "a", "-m", "1"]],
    ["nvwrite", ["-i", "1", "-m", "1"]],
    ["nvwrite", ["-i", "1", "-d", "a", "-s", "2"]],
    ["nvread", ["-z"]],
    ["nvrelease", ["-y"]],
  ];
  for (const [command, args] of wrong) {
    assertEquals((await tpm.run(command, ...args)).code, 2, `${command} ${args.join(" ")}`);
  }
});
