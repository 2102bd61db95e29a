import { copyBytes, sha1 } from "../../crypto/mod.ts";
import { ALL_LOCALITIES } from "./release_condition.ts";

/** PCRs of a PC client TPM. */
export const PCR_COUNT = 24;

/** What may be done with a PCR (Part 2, 8.9; PC client specification, 7.2). */
export interface PcrAttributes {
  /** Whether TPM_PCR_Reset may reset it. */
  readonly pcrReset: boolean;
  /** TPM_LOC_* bits of the localities that may reset it. */
  readonly pcrResetLocal: number;
  /** TPM_LOC_* bits of the localities that may extend it. */
  readonly pcrExtendLocal: number;
}

const fixed: PcrAttributes = {
  pcrReset: false,
  pcrResetLocal: 0,
  pcrExtendLocal: ALL_LOCALITIES,
};
const free: PcrAttributes = {
  pcrReset: true,
  pcrResetLocal: ALL_LOCALITIES,
  pcrExtendLocal: ALL_LOCALITIES,
};
const dynamic = (pcrResetLocal: number, pcrExtendLocal: number): PcrAttributes => ({
  pcrReset: true,
  pcrResetLocal,
  pcrExtendLocal,
});

/** The attributes of each PCR. */
export const PCR_ATTRIBUTES: readonly PcrAttributes[] = [
  ...Array.from({ length: 16 }, () => fixed),
  free, // 16, debug
  dynamic(0b10000, 0b11100), // 17
  dynamic(0b10000, 0b11100), // 18
  dynamic(0b10000, 0b01100), // 19
  dynamic(0b10100, 0b01110), // 20
  dynamic(0b00100, 0b00100), // 21
  dynamic(0b00100, 0b00100), // 22
  free, // 23, application
];

/** The PCR that measures what a dynamic launch starts. */
export const LAUNCH_PCR = 17;
/** The PCRs of a dynamic launch: ones until it begins. */
export const LAUNCH_PCRS: readonly number[] = [17, 18, 19, 20, 21, 22];

/** The platform configuration registers: one run of 24 × 20 bytes. */
export class PcrBank {
  readonly #values: Uint8Array;

  /** Takes over 480 bytes, by default zeros. */
  constructor(values: Uint8Array = new Uint8Array(PCR_COUNT * 20)) {
    this.#values = values;
  }

  /** All values one after the other, 480 bytes, as a view. */
  get bytes(): Uint8Array {
    return this.#values;
  }

  /** A copy of one value, 20 bytes. */
  read(index: number): Uint8Array {
    return copyBytes(this.#values.subarray(index * 20, index * 20 + 20));
  }

  /** Whether a value is 20 zeros. */
  isZero(index: number): boolean {
    return this.#values.subarray(index * 20, index * 20 + 20).every((byte) => byte === 0);
  }

  /** Sets one value, 20 bytes. */
  write(index: number, value: Uint8Array): void {
    this.#values.set(value, index * 20);
  }

  /** PCR := SHA1(PCR ‖ digest); returns a copy of the new value (Part 3, 16.1). */
  extend(index: number, digest: Uint8Array): Uint8Array {
    const at = index * 20;
    const value = sha1(this.#values.subarray(at, at + 20), digest);
    this.#values.set(value, at);
    return value;
  }

  /** The value PCRs have after TPM_Startup(ST_CLEAR): ones from 17 to 22, else zeros. */
  clear(): void {
    for (let index = 0; index < PCR_COUNT; index++) this.reset(index, false);
  }

  /** The value TPM_PCR_Reset gives: zeros, but ones from 17 to 22 unless a trusted OS is there. */
  reset(index: number, tosPresent: boolean): void {
    const ones = !tosPresent && LAUNCH_PCRS.includes(index);
    this.#values.fill(ones ? 0xff : 0, index * 20, index * 20 + 20);
  }
}
