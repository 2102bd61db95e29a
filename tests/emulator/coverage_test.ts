import { assert, assertEquals } from "@std/assert";
import { commandRows } from "../../lib/tpm12/commands/mod.ts";
import { Emulator } from "../../lib/emulator/mod.ts";
import { coveragePage, handlerFiles, PAGE } from "./coverage_table.ts";

const BAD_ORDINAL = 10;

Deno.test("lib/emulator/COVERAGE.md is up to date: else run deno task coverage-table", () => {
  assertEquals(Deno.readTextFileSync(PAGE), coveragePage());
});

Deno.test("every ordinal has one handler, in the file of its chapter", () => {
  const files = handlerFiles();
  assertEquals(files.size, commandRows().length);
  for (const { name, spec } of commandRows()) {
    const chapter = /^Part 3, (\d+)/.exec(spec)?.[1] ?? "28";
    assert(files.get(name)?.startsWith(`ch${chapter.padStart(2, "0")}_`), `${name}: ${spec}`);
  }
});

/** The return code of a bare header with an ordinal, TPM_Startup having run. */
function bareAnswer(emulator: Emulator, ordinal: number): number {
  const request = new Uint8Array(10);
  const view = new DataView(request.buffer);
  view.setUint16(0, 0xc1);
  view.setUint32(2, 10);
  view.setUint32(6, ordinal);
  return new DataView(emulator.execute(request).slice().buffer).getUint32(6);
}

Deno.test("the ordinals that are not served answer TPM_BAD_ORDINAL, and no others", () => {
  for (const deletedCommands of [false, true]) {
    using emulator = Emulator.powerOn({ deletedCommands });
    emulator.execute(Uint8Array.of(0, 0xc1, 0, 0, 0, 12, 0, 0, 0, 0x99, 0, 1));
    const refused = commandRows().filter(({ ordinal }) =>
      bareAnswer(emulator, ordinal) === BAD_ORDINAL
    );
    const expected = commandRows().filter((row) =>
      row.powerSignal || (row.deletedBy12 && !deletedCommands)
    );
    assertEquals(refused.map(({ name }) => name), expected.map(({ name }) => name));
  }
});
