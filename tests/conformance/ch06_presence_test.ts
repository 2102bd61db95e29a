import * as C from "../../lib/tpm12/constants/mod.ts";
import type { Script } from "./differential.ts";
import { conformanceTest } from "./emulator_pair.ts";
import { FLAGS } from "./flags.ts";
import { type Step, step } from "./step.ts";
import { locality, physicalPresence, powerCycle, startup } from "./steps.ts";

const presence = (physicalPresence: number): Step =>
  step({
    command: "TSC_PhysicalPresence",
    title: `0x${physicalPresence.toString(16)}`,
    request: { physicalPresence },
    code: "any",
  });

/** Each bit alone and with each other, those that mean nothing too. */
const BITS: Step[] = Array.from({ length: 16 }, (_, i) => i).flatMap((i) =>
  Array.from({ length: i + 1 }, (_, j) => presence((1 << i) | (1 << j)))
);
const [LOCK, LIFETIME_LOCK] = [
  presence(C.TPM_PHYSICAL_PRESENCE_LOCK),
  presence(C.TPM_PHYSICAL_PRESENCE_LIFETIME_LOCK),
];
const WITH_FLAGS = BITS.flatMap((bits) => [bits, ...FLAGS]);

conformanceTest("presence is set up and asserted the same", [
  startup(),
  presence(0),
  WITH_FLAGS,
  powerCycle(),
  WITH_FLAGS,
], { fresh: true });

conformanceTest("presence is locked the same", [
  startup(),
  physicalPresence(true),
  LOCK,
  FLAGS,
  [C.TPM_PHYSICAL_PRESENCE_PRESENT, C.TPM_PHYSICAL_PRESENCE_NOTPRESENT].map(presence),
  powerCycle(),
  FLAGS,
  LIFETIME_LOCK,
  physicalPresenceBits(),
  powerCycle(),
  physicalPresenceBits(),
], { fresh: true });

function physicalPresenceBits(): Script {
  return [
    C.TPM_PHYSICAL_PRESENCE_CMD_DISABLE,
    C.TPM_PHYSICAL_PRESENCE_HW_ENABLE,
    C.TPM_PHYSICAL_PRESENCE_PRESENT,
    C.TPM_PHYSICAL_PRESENCE_NOTPRESENT,
    0xffff,
  ].map((bits) => [presence(bits), FLAGS]);
}

conformanceTest("localities 3 and 4 reset the establishment bit", [
  startup(),
  [0, 1, 2, 3, 4].map((number) => [
    locality(number),
    step({ command: "TSC_ResetEstablishmentBit", code: "any" }),
    FLAGS,
  ]),
], { fresh: true });
