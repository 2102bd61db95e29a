import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createPublicKey, createVerify } from "node:crypto";
import { OwnedTpm } from "../owned_tpm.ts";

const NONCE = "ab".repeat(20);

/** Whether a signature is the key's over the text, as OpenSSL sees it. */
function isSigned(text: string, { digest, pem, signature }: {
  digest: string;
  pem: string;
  signature: Uint8Array;
}): boolean {
  return createVerify(digest).update(text).verify(createPublicKey(pem), signature);
}

Deno.test("tss sign signs with a key of tss createkey, and others verify it", async () => {
  using tpm = await OwnedTpm.create();
  const [key, pub] = [tpm.join("key.pem"), tpm.join("key.pub")];
  await tpm.ok("createkey", "-z", "-o", key, "--pubout", pub);
  assertStringIncludes(await Deno.readTextFile(key), "-----BEGIN TSS KEY BLOB-----");
  const pem = await Deno.readTextFile(pub);
  const { bytes } = await tpm.ok("sign", "-z", "-k", key, { stdin: "text" });
  assert(isSigned("text", { digest: "sha1", pem, signature: bytes }));
  const { code, stderr } = await tpm.run("sign", "-z", "-k", key, "-d", "sha256", {
    stdin: "text",
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "SHA-1 alone");
});

Deno.test("a key of scheme der signs other digests too, one of scheme info tells what it signed", async () => {
  using tpm = await OwnedTpm.create();
  const make = async (name: string, ...args: string[]) => {
    const { json } = await tpm.ok("createkey", "-z", "-o", tpm.join(name), "--json", ...args);
    return json().publicKey as string;
  };
  const der = await make("der", "--scheme", "der", "--size", "1024", "-t", "legacy");
  for (const digest of ["sha256", "sha1"]) {
    const { json } = await tpm.ok("sign", "-z", "-k", tpm.join("der"), "-d", digest, "--json", {
      stdin: "text",
    });
    const signature = Uint8Array.fromHex(json().signature);
    assert(isSigned("text", { digest, pem: der, signature }), digest);
  }
  const info = await make("info", "--scheme", "info", "-astr:x");
  const { json } = await tpm.ok("sign", "-z", "-k", tpm.join("info"), "-astr:x", "--json", {
    stdin: "text",
  });
  const signature = Uint8Array.fromHex(json().signature);
  const signInfo = Uint8Array.fromHex(json().signInfo);
  assert(createVerify("sha1").update(signInfo).verify(createPublicKey(info), signature));
});

Deno.test("a key with a password, under a parent with a password, needs both", async () => {
  using tpm = await OwnedTpm.create();
  const [parent, key] = [tpm.join("parent"), tpm.join("key")];
  await tpm.ok("createkey", "-z", "-t", "storage", "-o", parent, "-astr:p");
  const under = ["-z", "--parent", parent, "--parent-password"];
  await tpm.ok("createkey", ...under, "str:p", "-o", key, "-a", { typed: ["k", "k"] });
  const sign = (...args: string[]) => tpm.run("sign", ...under, ...args, "-k", key, { stdin: "x" });
  assertEquals((await sign("str:p", "-astr:k")).code, 0);
  assertEquals((await sign("str:p", "-astr:x")).code, 3);
  assertEquals((await sign("str:x", "-astr:k")).code, 3);
  const asked = await tpm.run("sign", ...under, "str:p", "-k", key, { stdin: "x", typed: ["k"] });
  assertEquals([asked.code, asked.asked], [0, ["Enter key password"]]);
});

Deno.test("a key bound to PCRs works while they have their values", async () => {
  using tpm = await OwnedTpm.create();
  const [now, other] = [tpm.join("now"), tpm.join("other")];
  await tpm.ok("createkey", "-z", "-p", "16", "-o", now, "-s", "1024");
  await tpm.ok("createkey", "-z", "-p", `16=${NONCE}`, "-o", other, "-s", "1024");
  assertEquals((await tpm.run("sign", "-z", "-k", now, { stdin: "x" })).code, 0);
  const { code, stderr } = await tpm.run("sign", "-z", "-k", other, { stdin: "x" });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "TPM_WRONGPCRVAL");
});

Deno.test("tss verifyquote verifies what tss quote has an identity key sign", async () => {
  using tpm = await OwnedTpm.create();
  const [key, pub] = [tpm.join("aik.pem"), tpm.join("aik.pub")];
  await tpm.ok(
    "createkey",
    "-z",
    "-y",
    "-t",
    "identity",
    "--label",
    "me",
    "-o",
    key,
    "--pubout",
    pub,
  );
  const verify = (...args: string[]) => tpm.run("verifyquote", "-k", pub, "-n", NONCE, ...args);
  for (const how of [[], ["--quote2"], ["--version-info"]]) {
    const quote = tpm.join("quote.json");
    await tpm.ok("quote", "-z", "-k", key, "-p", "0,16-18", "-n", NONCE, "-o", quote, ...how);
    const { json } = await verify("-i", quote, "-p", `0,17=${"ff".repeat(20)}`, "--json");
    assertEquals(Object.keys(json().pcrs), ["0", "16", "17", "18"]);
    assertEquals(json().command, how.length === 0 ? "TPM_Quote" : "TPM_Quote2");
    assertEquals((await verify("-i", quote, "-n", "00".repeat(20))).code, 1);
  }
  for (const args of [["-p", "0"], ["-n", NONCE]]) {
    assertEquals((await tpm.run("quote", "-z", "-k", key, ...args)).code, 2);
  }
});

Deno.test("an identity key is bound to PCRs, as others are", async () => {
  using tpm = await OwnedTpm.create();
  for (const [pcrs, expected] of [["16", 0], [`16=${NONCE}`, 1]] as const) {
    const key = tpm.join("aik.pem");
    await tpm.ok("createkey", "-z", "-y", "-t", "identity", "-p", pcrs, "-o", key);
    const { code, stderr } = await tpm.run("quote", "-z", "-k", key, "-p", "0", "-n", NONCE);
    assertEquals(code, expected);
    assertEquals(stderr.includes("TPM_WRONGPCRVAL"), expected === 1);
  }
});

Deno.test("tss createkey refuses kinds of keys that there are not", async () => {
  using tpm = await OwnedTpm.create();
  for (const args of [["-t", "x"], ["-s", "511"], ["--scheme", "pss"], ["--scheme", "info"]]) {
    assertEquals((await tpm.run("createkey", "-z", ...args)).code, 2, args.join(" "));
  }
  const { code, stderr } = await tpm.run("sign", "-z", "-k", await tpm.write("bad", "no key"));
  assertEquals(code, 1);
  assertStringIncludes(stderr, "as a key of a TPM");
});
