import { CodecError, Reader, Writer } from "../../codec/mod.ts";
import { equalBytes, sha1 } from "../../crypto/mod.ts";

/** The sections of a state image and their numbers in it. */
const SECTIONS: { readonly [N in SectionName]: number } = {
  permanent: 1,
  saved: 2,
  volatile: 3,
  authority: 4,
};

/**
 * Name of a section: what outlives power off, what TPM_SaveState saved, a running machine, and the
 * certificate of who certified the endorsement key.
 */
export type SectionName = "permanent" | "saved" | "volatile" | "authority";

/** Encoded sections of a state image; the permanent one is always there. */
export type StateSections = { permanent: Uint8Array } & SomeSections;

/** Encoded sections of any kind. */
export type SomeSections = { [N in SectionName]?: Uint8Array };

const MAGIC = Uint8Array.of(0x54, 0x50, 0x4d, 0x31, 0x32, 0x45, 0x4d, 0x55); // "TPM12EMU"
/** Version of the image, and of each section's layout. */
export const STATE_VERSION = 1;

/** Why an image cannot be used. */
export class StateError extends Error {
  /** Name of the error class. */
  override readonly name = "StateError";
}

/**
 * One file for everything: magic, version (UINT16), then for each section its number (BYTE), its
 * version (UINT16), its bytes after a UINT32 length, and their SHA-1.
 */
export function encodeImage(sections: SomeSections): Uint8Array {
  const writer = new Writer(4096);
  writer.bytes(MAGIC);
  writer.u16(STATE_VERSION);
  for (const name of Object.keys(SECTIONS) as SectionName[]) {
    const content = sections[name];
    if (content === undefined) continue;
    writer.u8(SECTIONS[name]);
    writer.u16(STATE_VERSION);
    writer.u32(content.length);
    writer.bytes(content);
    writer.bytes(sha1(content));
  }
  return writer.finish();
}

/** Undoes {@linkcode encodeImage}; throws a {@linkcode StateError} that says what is wrong. */
export function decodeImage(image: Uint8Array): StateSections {
  const { permanent, ...others } = decodeSections(image);
  if (permanent === undefined) throw new StateError("it has no permanent section");
  return { permanent, ...others };
}

/** As {@linkcode decodeImage}, for an image that may be without the permanent section. */
export function decodeSections(image: Uint8Array): SomeSections {
  try {
    const reader = new Reader(image);
    if (!equalBytes(reader.bytes(MAGIC.length), MAGIC)) {
      throw new StateError("it is not the state of a TPM 1.2 emulator");
    }
    requireVersion("the file", reader.u16());
    const sections: SomeSections = {};
    while (reader.remaining > 0) {
      const number = reader.u8();
      const name = (Object.keys(SECTIONS) as SectionName[]).find((key) => SECTIONS[key] === number);
      if (name === undefined) throw new StateError(`section ${number} is unknown`);
      requireVersion(`its ${name} section`, reader.u16());
      const content = reader.bytes(reader.u32());
      if (!equalBytes(reader.bytes(20), sha1(content))) {
        throw new StateError(`the checksum of its ${name} section is wrong`);
      }
      sections[name] = content;
    }
    return sections;
  } catch (error) {
    throw error instanceof CodecError ? new StateError("it ends too early") : error;
  }
}

function requireVersion(what: string, version: number): void {
  if (version > STATE_VERSION) {
    throw new StateError(`${what} has version ${version}, newer than ${STATE_VERSION}`);
  }
}
