import { encode, SIZED32 } from "../../lib/codec/mod.ts";
import type { Slot, Values } from "../../lib/tcsd/protocol.ts";
import { PARAMETER_TYPES } from "../../lib/tcsd/protocol.ts";
import { generate, type Seeded } from "../codec/generate.ts";

/** Where the values are for. */
export type Direction = "request" | "response";

/** Fields that the slots can carry, as a decoder gives them. */
export function generateValues(
  slots: readonly Slot[],
  direction: Direction,
  random: Seeded,
): Values {
  const values: Values = {};
  const sessions = slots.filter((slot) => slot.kind === "auth");
  // Sessions that are present stand for the last roles.
  const absent = sessions.every(({ absent }) => absent === "never")
    ? 0
    : random.below(1 + sessions.filter(({ absent }) => absent !== "never").length);
  for (const slot of slots) {
    switch (slot.kind) {
      case "value":
        if (slot.optional && random.below(2) === 0) break;
        values[slot.field] = valueOf(slot, direction, random);
        break;
      case "bytes":
        values[slot.field] = bytesFor(slot, random);
        break;
      case "handles":
        values[slot.field] = Array.from({ length: random.below(3) }, () => random.below(2 ** 32));
        break;
      case "list":
        values[slot.field] = Array.from(
          { length: random.below(4) },
          () => generate(PARAMETER_TYPES[slot.type][direction], random),
        );
        break;
      case "auth": {
        const auths = (values.auths ??= []) as unknown[];
        auths[slot.role] = sessions.indexOf(slot) < absent
          ? null
          : generate(PARAMETER_TYPES.AUTH[direction], random);
      }
    }
  }
  return values;
}

function valueOf(
  { type, flag }: Slot & { kind: "value" },
  direction: Direction,
  random: Seeded,
): unknown {
  if (flag) return random.below(2) === 1;
  return generate(PARAMETER_TYPES[type][direction], random);
}

function bytesFor({ exactly, unit, lengthInside }: Slot & { kind: "bytes" }, random: Seeded) {
  const bytes = random.bytes(exactly ?? unit * random.below(40));
  return lengthInside ? encode(SIZED32, bytes) : bytes;
}
