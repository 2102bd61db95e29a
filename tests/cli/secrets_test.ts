import { assert, assertEquals, assertRejects } from "@std/assert";
import { CliError, UsageError } from "../../lib/cli/errors.ts";
import { readSecret, type SecretSource } from "../../lib/cli/secrets.ts";
import { nodeSha1 } from "../bytes.ts";
import { fakeIo, type Given } from "./io.ts";

async function secret(source: Partial<SecretSource>, given: Given = {}): Promise<Uint8Array> {
  const { io } = fakeIo(given);
  using found = await readSecret({ role: "owner", option: "-o", ...source }, io);
  return found.bytes.slice();
}

Deno.test("a secret is well known, or the hash of a password from text, file or variable", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "from a file\nnot this\n");
    assertEquals(await secret({ wellKnown: true }), new Uint8Array(20));
    assertEquals(await secret({ given: "well-known" }), new Uint8Array(20));
    assertEquals(await secret({ given: "str:pässword" }), nodeSha1("pässword"));
    assertEquals(await secret({ given: "str:" }), nodeSha1(""));
    assertEquals(await secret({ given: `hex:${"0a".repeat(20)}` }), new Uint8Array(20).fill(10));
    assertEquals(await secret({ given: `file:${file}` }), nodeSha1("from a file"));
    assertEquals(
      await secret({ given: "file:-" }, { stdin: "from stdin\r\n" }),
      nodeSha1("from stdin"),
    );
    assertEquals(await secret({ given: "env:X" }, { env: { X: "from X" } }), nodeSha1("from X"));
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("what is not given comes from the variable of its role, then from the terminal", async () => {
  const env = { TSS_OWNER_PASSWORD: "own", TSS_SRK_PASSWORD: "srk" };
  assertEquals(await secret({}, { env, typed: ["typed"] }), nodeSha1("own"));
  assertEquals(await secret({ role: "SRK" }, { env }), nodeSha1("srk"));
  assertEquals(await secret({ role: "key" }, { env, typed: ["typed"] }), nodeSha1("typed"));
});

Deno.test("a new password is typed twice", async () => {
  assertEquals(await secret({ confirm: true }, { typed: ["a", "a"] }), nodeSha1("a"));
  await assertRejects(() => secret({ confirm: true }, { typed: ["a", "b"] }), UsageError, "match");
  const { io, asked } = fakeIo({ typed: ["a", "a"] });
  (await readSecret({ role: "SRK", option: "-z", confirm: true }, io))[Symbol.dispose]();
  assertEquals(asked, ["Enter SRK password", "Confirm SRK password"]);
});

Deno.test("-u hashes UTF-16LE without a NUL", async () => {
  const utf16 = Uint8Array.of(0x61, 0, 0xe4, 0, 0x3d, 0xd8, 0x00, 0xde);
  assertEquals(await secret({ given: "str:aä😀", unicode: true }), nodeSha1(utf16));
});

Deno.test("a secret that is missing or badly given is a matter of usage, and is not repeated", async () => {
  await assertRejects(() => secret({}), UsageError, "The owner secret is missing: use -o");
  await assertRejects(() => secret({ given: "hex:0011" }), UsageError, "40 digits");
  const error = await assertRejects(() => secret({ given: "geheim" }), UsageError, "file:PATH");
  assert(!error.message.includes("geheim"));
  await assertRejects(() => secret({ given: "env:Y" }), CliError, "Cannot read the variable Y");
  await assertRejects(() => secret({ given: "file:/no/such" }), CliError, "Cannot read /no/such");
});

Deno.test("a secret is wiped when done with", async () => {
  const found = await readSecret({ role: "key", option: "-k", given: "str:x" }, fakeIo({}).io);
  assert(found.bytes.some((byte) => byte !== 0));
  found[Symbol.dispose]();
  assertEquals(found.bytes, new Uint8Array(20));
});
