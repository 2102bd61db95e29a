import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { TempFolder } from "../../peers/mod.ts";
import { tss } from "../io.ts";
import { OwnedTpm } from "../owned_tpm.ts";
import { nodeSha1 } from "../../bytes.ts";
import { toHex } from "../../hex.ts";

const ZEROS = "00".repeat(20);

Deno.test("tss version and selftest tell what the TPM is, and -T may come from TPM_TDDL", async () => {
  const { code, json } = await tss(["version", "--json"], { env: { TPM_TDDL: "emulator" } });
  assertEquals(code, 0);
  assertEquals([json().vendor, json().specLevel, json().owned], ["DENO", 2, false]);
  const text = (await tss(["version", "-T", "emulator"])).stdout;
  assertStringIncludes(text, `chipVersion: ${json().chipVersion}\n`);
  for (const args of [[], ["-r"]]) {
    const { code, json } = await tss(["selftest", "-T", "emulator", "--json", ...args]);
    assertEquals([code, typeof json().results], [0, "string"]);
  }
});

Deno.test("the emulator is used only when it is named", async () => {
  const { code, stderr } = await tss(["version"]);
  assertEquals(code, 1);
  assertMatch(stderr, /\/dev\/tpm/);
});

Deno.test("tss random gives as many bytes as wanted, as digits, raw, or into a file", async () => {
  using folder = new TempFolder();
  const file = folder.join("random");
  const random = (...args: string[]) => tss(["random", "-T", "emulator", ...args]);
  const first = (await random()).stdout;
  assertMatch(first, /^[0-9a-f]{40}\n$/);
  assertNotEquals((await random()).stdout, first);
  assertEquals((await random("-n", "5000", "-o", "-")).bytes.length, 5000);
  assertEquals((await random("-n", "7", "-o", file, "--json")).json(), { bytes: 7, file });
  const { size, mode } = await Deno.stat(file);
  assertEquals([size, mode! & 0o777], [7, 0o600]);
  assertEquals((await random("-n", "0")).code, 2);
});

Deno.test("tss pcrread shows all PCRs or some, in the manner of YAML and as JSON", async () => {
  const read = (...args: string[]) => tss(["pcrread", "-T", "emulator", ...args]);
  assertEquals(Object.keys((await read("--json")).json().sha1).length, 24);
  assertEquals((await read("0,16")).stdout, `sha1:\n  0: ${ZEROS}\n  16: ${ZEROS}\n`);
  assertEquals((await read("-p", "17", "--json")).json(), { sha1: { 17: "ff".repeat(20) } });
  assertEquals((await read("24")).code, 2);
});

Deno.test("tss pcrextend extends by a digest, or by the hash of a file", async () => {
  const extend = (...args: string[]) =>
    tss(["pcrextend", "-T", "emulator", "--json", ...args], { stdin: "abc" });
  const digest = "11".repeat(20);
  const byDigest = toHex(nodeSha1(new Uint8Array(20), Uint8Array.fromHex(digest)));
  assertEquals((await extend("-p", "16", "-d", digest)).json(), { sha1: { 16: byDigest } });
  const byFile = toHex(nodeSha1(new Uint8Array(20), nodeSha1("abc")));
  assertEquals((await extend("-p", "16", "-i", "-")).json(), { sha1: { 16: byFile } });
  for (const args of [["-p", "16"], ["-d", digest], ["-p", "24", "-d", digest]]) {
    assertEquals((await extend(...args)).code, 2, args.join(" "));
  }
});

Deno.test("tss takeownership and clear change who owns the TPM", async () => {
  using tpm = await OwnedTpm.create();
  assert((await tpm.ok("version", "--json")).json().owned);
  const again = await tpm.run("takeownership", "-y", "-z");
  assertEquals(again.code, 1);
  assertStringIncludes(again.stderr, "TPM_OWNER_SET");
  const wrong = await tpm.run("clear", "--owner-password", "str:geheim");
  assertEquals([wrong.code, wrong.stdout], [3, ""]);
  assertStringIncludes(wrong.stderr, "TPM_AUTHFAIL");
  assert(!wrong.stderr.includes("geheim"));
  const forced = await tpm.run("clear", "-f");
  assertEquals(forced.code, 1);
  assertStringIncludes(forced.stderr, "TPM_BAD_PRESENCE");
  assertEquals((await tpm.ok("clear", "-z", "--json")).json(), { cleared: true });
  assert(!(await tpm.ok("version", "--json")).json().owned);
});

Deno.test("secrets are typed, or come from variables and files, and are needed again", async () => {
  using folder = new TempFolder();
  const tcti = `emulator:${folder.join("state")}`;
  await Deno.writeTextFile(folder.join("srk"), "s\n");
  assertEquals((await tss(["createek", "-T", tcti])).code, 0);
  const srk = ["--srk-password", `file:${folder.join("srk")}`];
  const taken = await tss(["takeownership", "-T", tcti, ...srk], { typed: ["öwner", "öwner"] });
  assertEquals([taken.code, taken.stderr], [0, ""]);
  assertEquals(taken.asked, ["Enter owner password", "Confirm owner password"]);
  const key = (given: { env?: Record<string, string> }) => tss(["createkey", "-T", tcti], given);
  assertEquals((await key({ env: { TSS_SRK_PASSWORD: "s" } })).code, 0);
  assertEquals((await key({ env: { TSS_SRK_PASSWORD: "x" } })).code, 3);
  assertEquals((await key({})).code, 2);
  assertEquals((await tss(["clear", "-T", tcti], { typed: ["öwner"] })).code, 0);
});

Deno.test("tss getpubek writes the endorsement key in every form, for owner or everybody", async () => {
  using tpm = await OwnedTpm.create();
  const pem = (await tpm.ok("getpubek", "-z")).stdout;
  assertMatch(pem, /^-----BEGIN PUBLIC KEY-----\n/);
  const { publicKey, jwk } = (await tpm.ok("getpubek", "-z", "--json")).json();
  assertEquals([publicKey, jwk.kty, jwk.e], [pem, "RSA", "AQAB"]);
  assertEquals(JSON.parse((await tpm.ok("getpubek", "-z", "-f", "jwk")).stdout), jwk);
  await tpm.ok("getpubek", "-z", "-o", tpm.join("ek"), "--format", "der");
  const der = await Deno.readFile(tpm.join("ek"));
  assertEquals(pem.replaceAll(/-----.*-----|\n/g, ""), der.toBase64());
  // With an owner nobody else may read it, who is then asked for the secret.
  assertEquals((await tpm.run("getpubek")).code, 2);
  assertEquals((await tpm.run("getpubek", { typed: ["wrong"] })).code, 3);
  assertEquals((await tpm.run("getpubek", "-z", "-f", "pdf")).code, 2);
  using folder = new TempFolder();
  const fresh = ["-T", `emulator:${folder.join("state")}`];
  const none = await tss(["getpubek", ...fresh]);
  assertEquals(none.code, 1);
  assertStringIncludes(none.stderr, "TPM_NO_ENDORSEMENT");
  const made = (await tss(["createek", "--json", ...fresh])).json();
  assertEquals((await tss(["getpubek", ...fresh])).stdout, made.publicKey);
});

Deno.test("tss createek makes a revocable key with bytes given or drawn", async () => {
  using folder = new TempFolder();
  const reset = folder.join("reset");
  const create = (...args: string[]) => tss(["createek", "-T", "emulator", ...args]);
  for (const args of [["-r"], ["-g"], ["-r", "-g"], ["-r", "-i", "x", "-g", "-o", "y"]]) {
    assertEquals((await create(...args)).code, 2, args.join(" "));
  }
  assertEquals((await create("-r", "-g", "-o", reset)).code, 0);
  assertEquals((await Deno.stat(reset)).size, 20);
  assertEquals((await create("-r", "-i", reset)).code, 0);
  await Deno.writeTextFile(reset, "short");
  const { code, stderr } = await create("-r", "-i", reset);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "it takes 20 bytes");
  assertEquals((await tss(["revokeek", "-T", "emulator"])).code, 2);
});

Deno.test("-l debug tells the commands of the TPM, and no parameter", async () => {
  const { stderr } = await tss(["pcrread", "0", "-T", "emulator", "-l", "debug"]);
  assertMatch(stderr, /^TPM_PCRRead: TPM_SUCCESS, [0-9.]+ ms\n$/);
});
