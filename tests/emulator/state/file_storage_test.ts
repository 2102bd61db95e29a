import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Emulator, FileStorage, StateError } from "../../../lib/emulator/mod.ts";
import { toHex } from "../../hex.ts";
import { EXTEND, STARTUP } from "../../raw_commands.ts";

function withFile(body: (path: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    body(`${folder}/tpm.state`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("FileStorage keeps a TPM over power off", () => {
  withFile((path) => {
    const first = Emulator.powerOn({ storage: new FileStorage(path) });
    const { tpmProof } = first.tpm.permanent;
    first.powerOff();
    const second = Emulator.powerOn({ storage: new FileStorage(path) });
    assertEquals(second.tpm.permanent.tpmProof, tpmProof);
    second.powerOff();
    assertEquals([...Deno.readDirSync(path.replace(/\/[^/]*$/, ""))].map(({ name }) => name), [
      "tpm.state",
    ]);
  });
});

Deno.test("FileStorage keeps a second user out, and lets him in after the first", () => {
  withFile((path) => {
    const first = new FileStorage(path);
    assertThrows(() => new FileStorage(path), StateError, "another process is using");
    first.close();
    new FileStorage(path).close();
  });
});

Deno.test("FileStorage keeps a second process out, and lets it in after the first", async () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/tpm.state`;
  const open = (): Promise<Deno.CommandOutput> =>
    new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-check", `--allow-read=${folder}`, `--allow-write=${folder}`],
        new URL("open_state.ts", import.meta.url).pathname,
        path,
      ],
    }).output();
  using emulator = Emulator.powerOn({ storage: new FileStorage(path) });
  const before = Deno.readFileSync(path);
  const refused = await open();
  assertEquals(refused.code, 1);
  assertStringIncludes(new TextDecoder().decode(refused.stderr), `is using ${path}`);
  assertEquals(Deno.readFileSync(path), before);
  emulator.powerOff();
  assertEquals((await open()).code, 0);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a file that is damaged, newer or no state is refused and left as it was", () => {
  withFile((path) => {
    Emulator.powerOn({ storage: new FileStorage(path) }).powerOff();
    const good = Deno.readFileSync(path);
    const newer = good.slice();
    newer[9] = 99;
    const flipped = good.slice();
    flipped[100]! ^= 1;
    for (
      const [bytes, reason] of [
        [newer, "newer"],
        [flipped, "checksum"],
        [good.subarray(0, 50), "ends too early"],
        [new TextEncoder().encode("hello, world"), "not the state"],
      ] as const
    ) {
      Deno.writeFileSync(path, bytes);
      assertThrows(() => Emulator.powerOn({ storage: new FileStorage(path) }), StateError, reason);
      assertEquals(Deno.readFileSync(path), bytes);
    }
    Deno.writeFileSync(path, good);
    Emulator.powerOn({ storage: new FileStorage(path) }).powerOff();
  });
});

Deno.test("snapshot() holds the running machine, and powerOn() goes on from it", () => {
  using first = Emulator.powerOn();
  first.execute(STARTUP);
  const value = toHex(first.execute(EXTEND).subarray(10));
  using second = Emulator.powerOn({ snapshot: first.snapshot() });
  assertEquals(toHex(second.inspect().pcrs[16]!), value);
  const once = toHex(second.execute(EXTEND));
  first.restore(second.snapshot());
  assertEquals(toHex(first.inspect().pcrs[16]!), once.slice(20));
});

Deno.test("restore() refuses what is no snapshot and changes nothing", () => {
  using emulator = Emulator.powerOn();
  emulator.execute(STARTUP);
  const before = emulator.snapshot();
  assertThrows(() => emulator.restore(before.subarray(0, 40)), StateError);
  assertEquals(emulator.inspect().failure, null);
  assertEquals(emulator.execute(EXTEND).length, 30);
});

Deno.test("with a seed everything is reproducible, the endorsement key too", () => {
  const make = () => {
    using emulator = Emulator.powerOn({
      seed: Uint8Array.of(1, 2, 3),
      clock: () => 0n,
      endorsementKey: "generate",
    });
    return toHex(emulator.snapshot());
  };
  const image = make();
  assertEquals(make(), image);
  assert(image.length > 2000);
});

Deno.test("inspect() shows a secret only when asked", () => {
  using emulator = Emulator.powerOn();
  assertEquals("ownerAuth" in emulator.inspect(), false);
  assertEquals(emulator.inspect({ secrets: true }).ownerAuth, new Uint8Array(20));
  assertEquals(emulator.inspect().pcrs.length, 24);
});
