import { assert, assertEquals, assertThrows } from "@std/assert";
import { sha1 } from "../../lib/crypto/mod.ts";
import { Emulator } from "../../lib/emulator/mod.ts";
import {
  hashData,
  hashEnd,
  hashStart,
  resetEstablishment,
} from "../../lib/emulator/trusted_boot.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { toHex } from "../hex.ts";
import { extend as extendCommand, pcrRead, STARTUP } from "../raw_commands.ts";

const ZEROS = new Uint8Array(20);

function started(): Emulator {
  const emulator = Emulator.powerOn();
  assertEquals(emulator.execute(STARTUP)[9], 0);
  return emulator;
}

const pcr = (emulator: Emulator, index: number) => emulator.execute(pcrRead(index)).subarray(10);

function extend(emulator: Emulator, index: number): number {
  return emulator.execute(extendCommand(index))[9]!;
}

function assertCode(body: () => void, codeName: string): void {
  assertEquals(assertThrows(body, TssError).codeName, codeName);
}

Deno.test("a launch resets PCRs 17 to 22, and ends with its hash in PCR 17", () => {
  using emulator = started();
  const { tpm } = emulator;
  assertEquals(toHex(pcr(emulator, 17)), "ff".repeat(20));
  hashStart(tpm);
  for (let index = 17; index <= 22; index++) assertEquals(pcr(emulator, index), ZEROS);
  hashData(tpm, Uint8Array.of(1, 2));
  hashData(tpm, Uint8Array.of(3));
  assertEquals(pcr(emulator, 17), ZEROS);
  hashEnd(tpm);
  assertEquals(pcr(emulator, 17), sha1(ZEROS, sha1(Uint8Array.of(1, 2, 3))));
});

Deno.test("until a launch is measured, PCR 17 is extended from locality 4 only", () => {
  using emulator = started();
  hashStart(emulator.tpm);
  emulator.locality = 2;
  assertEquals(extend(emulator, 17), 0x3d);
  assertEquals(extend(emulator, 18), 0);
  emulator.locality = 4;
  assertEquals(extend(emulator, 17), 0);
  emulator.locality = 2;
  assertEquals(extend(emulator, 17), 0);
});

Deno.test("the record of a launch outlives power off until locality 3 or 4 takes it back", () => {
  using emulator = started();
  hashStart(emulator.tpm);
  hashEnd(emulator.tpm);
  emulator.tpm.saveChanges();
  emulator.reset();
  assert(emulator.tpm.permanent.flags.tpmEstablished);
  for (const locality of [0, 1, 2]) {
    assertCode(() => resetEstablishment(emulator.tpm, locality), "TPM_BAD_LOCALITY");
  }
  resetEstablishment(emulator.tpm, 3);
  assert(!emulator.tpm.permanent.flags.tpmEstablished);
});

Deno.test("the platform's signals out of order are failure mode", () => {
  const cases: [string, (emulator: Emulator) => void][] = [
    ["TPM_SHA_THREAD", ({ tpm }) => hashData(tpm, ZEROS)],
    ["TPM_SHA_THREAD", ({ tpm }) => hashEnd(tpm)],
    ["TPM_FAIL", ({ tpm }) => {
      hashStart(tpm);
      hashStart(tpm);
    }],
    ["TPM_INVALID_POSTINIT", (emulator) => {
      emulator.reset();
      hashStart(emulator.tpm);
    }],
  ];
  for (const [codeName, misuse] of cases) {
    using emulator = started();
    assertCode(() => misuse(emulator), codeName);
    assert(emulator.tpm.failure !== null);
    emulator.reset();
    assertEquals(emulator.execute(STARTUP)[9], 0);
  }
});

Deno.test("a snapshot in the middle of a launch goes on with it", () => {
  using emulator = started();
  hashStart(emulator.tpm);
  hashData(emulator.tpm, Uint8Array.of(1));
  using other = Emulator.powerOn({ snapshot: emulator.snapshot() });
  hashData(other.tpm, Uint8Array.of(2));
  hashEnd(other.tpm);
  assertEquals(pcr(other, 17), sha1(ZEROS, sha1(Uint8Array.of(1, 2))));
});

Deno.test("a running machine that was kept goes on once, or as often as it is to", () => {
  using emulator = started();
  assertEquals(extend(emulator, 16), 0);
  const extended = pcr(emulator, 16);
  emulator.tpm.store.saveRunning(emulator.tpm);
  for (const keep of [true, true, false]) {
    assertEquals(extend(emulator, 16), 0);
    emulator.reset({ keep });
    assertEquals(pcr(emulator, 16), extended);
  }
  emulator.reset();
  assertEquals(emulator.execute(STARTUP)[9], 0);
  assertEquals(pcr(emulator, 16), ZEROS);
});

Deno.test("manufacture() makes another TPM, and bufferSize holds from the next power on", () => {
  using emulator = started();
  const { tpmProof } = emulator.tpm.permanent;
  emulator.bufferSize = 3072;
  assertEquals(emulator.bufferSize, 4096);
  emulator.manufacture();
  assertEquals(emulator.bufferSize, 3072);
  assert(toHex(emulator.tpm.permanent.tpmProof) !== toHex(tpmProof));
  emulator.reset();
  assertEquals(emulator.bufferSize, 3072);
});
