import { assertEquals, assertStringIncludes } from "@std/assert";
import { encode } from "../../../lib/codec/mod.ts";
import { writePublicKey } from "../../../lib/cli/key_files.ts";
import { formatQuoteFile } from "../../../lib/cli/quote_file.ts";
import { publicKeyToTpm } from "../../../lib/formats/mod.ts";
import { TPM_PCR_COMPOSITE, TPM_PUBKEY } from "../../../lib/tpm12/structures/mod.ts";
import { TempFolder } from "../../peers/mod.ts";
import { NONCE, vector, vectorKey } from "../../verify/evidence.ts";
import { tss } from "../io.ts";

const PCRS = [0, 10, 16];
const composite = encode(TPM_PCR_COMPOSITE, {
  select: { pcrSelect: Uint8Array.of(1, 4, 1) },
  pcrValue: PCRS.map((index) => vector(`quote.pcr${index}`)),
});
const evidence = (name: "quote" | "quote2v") => ({
  quote: vector(`${name}.data`),
  composite,
  signature: vector(`${name}.signature`),
});
const pubkey = encode(
  TPM_PUBKEY,
  publicKeyToTpm(vectorKey("aik.pubkey"), { encScheme: 1, sigScheme: 2 }),
);
const nonce = NONCE.toHex();

/** A folder with the key in every form, and the quote. */
async function prepared(): Promise<TempFolder> {
  const folder = new TempFolder();
  for (const format of ["pem", "der", "pkcs1", "jwk", "ssh", "tss"]) {
    const text = writePublicKey(pubkey, format);
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    await Deno.writeFile(folder.join(format), bytes);
  }
  await Deno.writeFile(folder.join("raw"), pubkey);
  await Deno.writeTextFile(folder.join("quote"), formatQuoteFile(evidence("quote")));
  return folder;
}

Deno.test("tss verifyquote takes the key in every form that keys are written in", async () => {
  using folder = await prepared();
  for (const key of ["pem", "der", "pkcs1", "jwk", "ssh", "tss", "raw"]) {
    const args = ["verifyquote", "-i", folder.join("quote"), "-k", folder.join(key), "-n", nonce];
    const { code, stderr } = await tss(args);
    assertEquals([code, stderr], [0, ""], key);
  }
});

Deno.test("tss verifyquote tells what was quoted", async () => {
  using folder = await prepared();
  const { code, json } = await tss(
    ["verifyquote", "-k", folder.join("pem"), "-n", nonce, "-p", "0,10", "--json"],
    { stdin: formatQuoteFile(evidence("quote2v")) },
  );
  assertEquals(code, 0);
  assertEquals([json().verified, json().command, json().locality], [true, "TPM_Quote2", 1]);
  assertEquals(Object.keys(json().pcrs), PCRS.map(String));
  assertEquals(json().pcrs[16], vector("quote.pcr16").toHex());
});

Deno.test("tss verifyquote refuses what is not so, and says what", async () => {
  using folder = await prepared();
  const base = ["verifyquote", "-k", folder.join("pem"), "-i", folder.join("quote")];
  const refused: [string[], string][] = [
    [["-n", "11".repeat(20)], "nonce"],
    [["-n", nonce, "-p", `0=${"11".repeat(20)}`], "PCR 0: it is"],
    [["-n", nonce, "-p", "1,10"], "PCR 1 is not quoted"],
    [["-n", nonce, "-k", folder.join("quote")], "as a public key"],
    [["-n", nonce, "-i", folder.join("pem")], "it is no JSON"],
  ];
  for (const [args, sentence] of refused) {
    const { code, stderr } = await tss([...base, ...args]);
    assertEquals(code, 1, args.join(" "));
    assertStringIncludes(stderr, sentence);
  }
  const forged = { ...evidence("quote"), signature: new Uint8Array(256) };
  const { code, stderr } = await tss([...base, "-n", nonce, "-i", "-"], {
    stdin: formatQuoteFile(forged),
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "signature");
});

Deno.test("tss verifyquote does not begin without key and challenge", async () => {
  assertEquals((await tss(["verifyquote", "-n", nonce])).code, 2);
  assertEquals((await tss(["verifyquote", "-k", "x"])).code, 2);
  assertEquals((await tss(["verifyquote", "-k", "x", "-n", "12"])).code, 2);
});
