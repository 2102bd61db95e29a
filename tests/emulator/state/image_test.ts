import { assert, assertEquals, assertThrows } from "@std/assert";
import { Reader } from "../../../lib/codec/mod.ts";
import { Emulator, MemoryStorage, StateError } from "../../../lib/emulator/mod.ts";
import { decodeImage, encodeImage } from "../../../lib/emulator/state/image.ts";
import { EXTEND, pcrRead, SAVE_STATE, STARTUP, STARTUP_STATE } from "../../raw_commands.ts";

/** Numbers of the sections in the image. */
const NAMES: Readonly<Record<number, string>> = {
  1: "permanent",
  2: "saved",
  3: "volatile",
  4: "authority",
};
/** Bytes of magic and version at the start of an image. */
const HEADER_SIZE = 10;

/** An image with everything in it: a certified TPM that saved its state and runs on. */
function fullImage(): Uint8Array {
  using emulator = Emulator.powerOn({
    seed: Uint8Array.of(7),
    endorsementKey: "generate",
    endorsementCertificate: true,
  });
  emulator.execute(STARTUP);
  emulator.execute(EXTEND);
  emulator.execute(SAVE_STATE);
  return emulator.snapshot();
}

interface Section {
  name: string;
  /** Where its version, its contents and its checksum are. */
  version: number;
  start: number;
  end: number;
}

function sectionsOf(image: Uint8Array): Section[] {
  const reader = new Reader(image.subarray(HEADER_SIZE));
  const sections: Section[] = [];
  while (reader.remaining > 0) {
    const name = NAMES[reader.u8()]!;
    const version = HEADER_SIZE + reader.offset;
    reader.u16();
    const length = reader.u32();
    const start = HEADER_SIZE + reader.offset;
    reader.bytes(length + 20);
    sections.push({ name, version, start, end: start + length });
  }
  return sections;
}

function refuses(image: Uint8Array, reason: string): void {
  assertThrows(() => Emulator.powerOn({ storage: new MemoryStorage(image) }), StateError, reason);
  using running = Emulator.powerOn();
  running.execute(STARTUP);
  const before = running.execute(pcrRead(16));
  assertThrows(() => running.restore(image), StateError, reason);
  assertEquals(running.execute(pcrRead(16)), before);
}

const image = fullImage();
const sections = sectionsOf(image);

Deno.test("an image has the permanent, the saved and the volatile state, each a section", () => {
  assertEquals(sections.map(({ name }) => name), Object.values(NAMES));
});

for (const { name, version, start, end } of sections) {
  Deno.test(`the ${name} section with one bit changed, or its checksum, is refused`, () => {
    for (const at of [start, (start + end) >> 1, end - 1, end, end + 19]) {
      refuses(image.with(at, image[at]! ^ 1), `the checksum of its ${name} section is wrong`);
    }
  });

  Deno.test(`the ${name} section of a newer version is refused as such, whatever is in it`, () => {
    refuses(image.with(version + 1, 2), `its ${name} section has version 2, newer than 1`);
  });
}

Deno.test("a newer image, one of something else, one cut short and one with more are refused", () => {
  refuses(image.with(9, 2), "the file has version 2, newer than 1");
  refuses(image.with(0, 0x55), "it is not the state of a TPM 1.2 emulator");
  refuses(image.with(HEADER_SIZE, 9), "section 9 is unknown");
  refuses(new Uint8Array([...image, 0]), "section 0 is unknown");
  refuses(image.subarray(0, HEADER_SIZE), "it has no permanent section");
  const ends = new Set(sections.map(({ end }) => end + 20));
  for (let size = 0; size < image.length; size += 7) {
    if (size === HEADER_SIZE || ends.has(size)) continue;
    const cut = new MemoryStorage(image.subarray(0, size));
    assertThrows(() => Emulator.powerOn({ storage: cut }), StateError);
  }
});

Deno.test("a snapshot that is refused leaves the state that is stored as it was", () => {
  const stored = Emulator.powerOn().snapshot();
  const storage = new MemoryStorage(stored);
  for (const name of ["permanent", "volatile"] as const) {
    // The checksum is right, but the section holds something else.
    const wrong = encodeImage({ ...decodeImage(image), [name]: Uint8Array.of(1, 2, 3) });
    assertThrows(() => Emulator.powerOn({ snapshot: wrong, storage }), StateError);
    assertEquals(storage.load(), stored);
    const empty = new MemoryStorage();
    assertThrows(() => Emulator.powerOn({ snapshot: wrong, storage: empty }), StateError);
    assertEquals(empty.load(), null);
  }
  const cut = image.subarray(0, 100);
  assertThrows(() => Emulator.powerOn({ snapshot: cut, storage }), StateError);
  assertEquals(storage.load(), stored);
});

Deno.test("each state comes back by its own way: TPM_Startup(ST_STATE), a snapshot, power on", () => {
  const storage = new MemoryStorage();
  const value = (emulator: Emulator) => emulator.execute(pcrRead(16)).subarray(10);
  using first = Emulator.powerOn({ storage });
  first.execute(STARTUP);
  first.execute(EXTEND);
  const extended = value(first).slice();
  first.execute(SAVE_STATE);
  // The saved state, once; the permanent state always.
  first.reset();
  assertEquals(first.execute(STARTUP_STATE)[9], 0);
  assertEquals(value(first), extended);
  const { tpmProof } = first.tpm.permanent;
  first.reset();
  first.execute(STARTUP);
  assert(value(first).every((byte) => byte === 0));
  assertEquals(first.tpm.permanent.tpmProof, tpmProof);
  // The volatile state.
  first.execute(EXTEND);
  using second = Emulator.powerOn({ snapshot: first.snapshot() });
  assertEquals(value(second), extended);
  assertEquals(second.tpm.permanent.tpmProof, tpmProof);
  // What was taken of one is no longer tied to it.
  second.execute(EXTEND);
  assertEquals(value(first), extended);
});
